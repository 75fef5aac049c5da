import { expect, test } from 'vitest';
import { successiveHalving } from '../../../src/engine/schedulers/successiveHalving.ts';
import type { Trial } from '../../../src/engine/study/trial.ts';
import { aCurve, aTrial } from '../../builders/trials.ts';

const other = (...values: readonly number[]): Trial =>
  aTrial({ state: 'pruned', intermediate: aCurve(...values) });
const running = (...values: readonly number[]): Trial =>
  aTrial({ number: 99, state: 'running', intermediate: aCurve(...values) });
const decide = (trial: Trial, others: readonly Trial[], options = {}) =>
  successiveHalving(options).decide({ trial, others, direction: 'minimize' });

test('one trial in three goes on from a rung', () => {
  const others = [other(1), other(2), other(3), other(4), other(5)];
  expect(decide(running(1.5), others)).toEqual({
    prune: false,
    reason: '1.5 after 1 report was place 2 of 6, within the best 2.',
  });
  expect(decide(running(2.5), others)).toEqual({
    prune: true,
    reason: '2.5 after 1 report was place 3 of 6; the best 2 go on.',
  });
});

test('nothing stops before as many trials as eta have reached the rung', () => {
  expect(decide(running(9), [other(1)])).toEqual({
    prune: false,
    reason: '2 trials have made 1 report; judging starts at 3.',
  });
  expect(decide(running(9), [other(1), other(2)]).prune).toBe(true);
});

test('a trial is compared at the highest rung it has reached, with those that got there', () => {
  const others = [other(1, 1, 5), other(1, 1, 6), other(1, 1, 7), other(0), other(0, 0)];
  expect(decide(running(9, 9, 4), others).prune).toBe(false);
  expect(decide(running(9, 9, 4, 50), others).prune).toBe(false);
  expect(decide(running(0, 0, 8), others).prune).toBe(true);
});

test('rungs follow minReports and eta', () => {
  const others = [other(1, 1, 1, 1), other(1, 1, 1, 1), other(1, 1, 1, 1)];
  const options = { eta: 2, minReports: 2 };
  expect(decide(running(9), others, options).reason).toBe(
    'The first rung is at 2 reports; this trial has made 1.',
  );
  expect(decide(running(1, 9), others, options).prune).toBe(true);
  expect(decide(running(1, 0, 9), others, options).prune).toBe(false);
  expect(decide(running(1, 0, 0, 9), others, options).prune).toBe(true);
});

test('equal values go on together', () => {
  expect(decide(running(1), [other(1), other(1), other(1)]).prune).toBe(false);
});

test('a trial that diverged stops and the reason says so', () => {
  expect(decide(running(Number.NaN), [other(1), other(2)]).reason).toMatch(/^Diverged: /);
});
