import { expect, test } from 'vitest';
import { medianPruner } from '../../../src/engine/pruners/median.ts';
import type { Trial } from '../../../src/engine/study/trial.ts';
import { aCurve, aTrial } from '../../builders/trials.ts';

const done = (...values: readonly number[]): Trial => aTrial({ intermediate: aCurve(...values) });
const running = (...values: readonly number[]): Trial =>
  aTrial({ state: 'running', intermediate: aCurve(...values) });
const peers = [done(5, 4, 1), done(5, 3, 1), done(5, 2, 1), done(5, 6, 1), done(5, 7, 1)];
const decide = (trial: Trial, others: readonly Trial[] = peers, options = {}) =>
  medianPruner(options).decide({ trial, others, direction: 'minimize' });

test('a trial worse than the median at its step stops, one equal to it goes on', () => {
  expect(decide(running(9, 5))).toEqual({
    prune: true,
    reason: 'Best value 5 by step 1 is worse than the median 4 of 5 complete trials.',
  });
  expect(decide(running(9, 4)).prune).toBe(false);
});

test('a trial is judged by its best value so far', () => {
  expect(decide(running(3, 50)).prune).toBe(false);
});

test('fewer complete trials than startup stop nothing', () => {
  expect(decide(running(9, 9), peers.slice(1))).toEqual({
    prune: false,
    reason: '4 complete trials reached step 1; judging starts at 5.',
  });
  expect(decide(running(9, 9), peers.slice(3), { startup: 2 }).prune).toBe(true);
});

test('steps within the warm-up are not judged', () => {
  expect(decide(running(9, 9), peers, { warmup: 2 })).toEqual({
    prune: false,
    reason: 'Step 1 lies within the warm-up of 2 steps.',
  });
  expect(decide(running(9, 9, 9), peers, { warmup: 2 }).prune).toBe(true);
});

test('pruned and failed trials and shorter curves are no peers', () => {
  const others = [...peers.slice(0, 4), done(0), { ...done(0, 0, 0), state: 'pruned' as const }];
  expect(decide(running(9, 9), others).reason).toBe('4 complete trials reached step 1; judging starts at 5.');
});

test('a trial that has only reported NaN stops once there are peers, and the reason says why', () => {
  expect(decide(running(Number.NaN, Number.NaN))).toEqual({
    prune: true,
    reason: 'Diverged: only NaN by step 1, against the median 4 of 5 complete trials.',
  });
  expect(decide(running(Number.NaN), []).prune).toBe(false);
});

test('peers that diverged count as worst', () => {
  const diverged = [done(Number.NaN), done(Number.NaN), done(Infinity), done(2), done(1)];
  expect(decide(running(1e9), diverged).prune).toBe(false);
});

test('steps that the peers did not report are compared with their last report before', () => {
  const sparse = Array.from({ length: 5 }, () =>
    aTrial({
      intermediate: [
        { step: 0, value: 2 },
        { step: 10, value: 0 },
      ],
    }),
  );
  expect(decide(running(3, 3, 1.5), sparse).prune).toBe(false);
  expect(decide(running(3, 3, 2.5), sparse).prune).toBe(true);
});
