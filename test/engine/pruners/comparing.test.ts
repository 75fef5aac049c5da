// Pruners that compare with other trials: percentile, wilcoxon, extrapolate, pareto.
import { expect, test } from 'vitest';
import { randomStream } from '../../../src/engine/numeric/random.ts';
import { extrapolatePruner } from '../../../src/engine/pruners/extrapolate.ts';
import { medianPruner } from '../../../src/engine/pruners/median.ts';
import { paretoPruner } from '../../../src/engine/pruners/pareto.ts';
import { percentilePruner } from '../../../src/engine/pruners/percentile.ts';
import { wilcoxonPruner } from '../../../src/engine/pruners/wilcoxon.ts';
import type { Objective } from '../../../src/engine/study/objective.ts';
import type { Pruner } from '../../../src/engine/study/pruner.ts';
import type { Trial } from '../../../src/engine/study/trial.ts';
import { aCurve, aTrial } from '../../builders/trials.ts';

const running = (...values: readonly number[]): Trial =>
  aTrial({ number: 99, state: 'running', intermediate: aCurve(...values) });
const done = (number: number, ...values: readonly number[]): Trial =>
  aTrial({ number, values: [values.at(-1) ?? 0], intermediate: aCurve(...values) });
const decide = (pruner: Pruner, trial: Trial, others: readonly Trial[]) =>
  pruner.decide({ trial, others, direction: 'minimize' });

test('the percentile is the share of complete trials that a trial must stand among', () => {
  const peers = [1, 2, 3, 4, 5, 6, 7, 8].map((value, number) => done(number, value));
  const isStopped = (percentile: number, value: number): boolean =>
    decide(percentilePruner({ percentile }), running(value), peers).prune;
  expect(isStopped(25, 3)).toBe(false);
  expect(isStopped(25, 3.1)).toBe(true);
  expect(isStopped(75, 7)).toBe(false);
  expect(isStopped(75, 7.1)).toBe(true);
  expect(isStopped(0, 1)).toBe(false);
  expect(isStopped(0, 1.1)).toBe(true);
  expect(isStopped(100, 8)).toBe(false);
  expect(decide(percentilePruner(), running(9), peers).reason).toBe(
    'Best value 9 by step 0 is worse than the best 25 % line 3 of 8 complete trials.',
  );
});

test('the percentile at 50 decides as the median does', () => {
  const random = randomStream(2);
  for (let i = 0; i < 50; i++) {
    const peers = Array.from({ length: 3 + random.integer(9) }, (_, number) => done(number, random.normal()));
    const trial = running(random.normal());
    const half = decide(percentilePruner({ percentile: 50 }), trial, peers).prune;
    expect(half).toBe(decide(medianPruner(), trial, peers).prune);
  }
});

test('a trial behind the best one on every fold stops once chance no longer explains it', () => {
  const best = done(0, 1, 1.1, 0.9, 1, 1.2);
  const others = [best, done(1, 5, 5, 5, 5, 5)];
  const reasons = [2, 3, 4].map((folds) =>
    decide(wilcoxonPruner(), running(...[1.5, 1.7, 1.3, 1.6].slice(0, folds)), others),
  );
  // One in 2ⁿ of all signs: 0.25, 0.125, 0.0625.
  expect(reasons.map(({ prune }) => prune)).toEqual([false, false, true]);
  expect(reasons[2]?.reason).toBe(
    'Over 4 steps it stands behind the best trial, 0, by 0.525 in the mean; between equals so clear a deficit has a chance of 0.0625.',
  );
  expect(decide(wilcoxonPruner({ p: 0.05 }), running(1.5, 1.7, 1.3, 1.6), others).prune).toBe(false);
});

test('a trial whose mean is better than that of the best never stops', () => {
  const best = done(0, 1, 1, 1, 1, 1, 1, 1);
  // Behind on six folds of seven, and yet better in the mean.
  expect(decide(wilcoxonPruner(), running(1.1, 1.1, 1.1, 1.1, 1.1, 1.1, -9), [best]).prune).toBe(false);
  expect(decide(wilcoxonPruner(), running(1.1, 1.1, 1.1, 1.1, 1.1, 1.1, 1.1), [best]).prune).toBe(true);
});

test('equal trials are stopped about as seldom as p says', () => {
  const random = randomStream(4);
  const count = 2000;
  let stopped = 0;
  for (let i = 0; i < count; i++) {
    const draw = (): readonly number[] => Array.from({ length: 12 }, () => random.normal());
    if (decide(wilcoxonPruner(), running(...draw()), [done(0, ...draw())]).prune) stopped++;
  }
  expect(stopped / count).toBeGreaterThan(0.07);
  expect(stopped / count).toBeLessThan(0.11);
});

const curve = (floor: number, speed: number, steps: number): readonly number[] =>
  Array.from({ length: steps }, (_, i) => floor + (1 - floor) * Math.exp(-speed * (i + 1)));

test('a curve that has levelled off above the best stops, a slow one that still falls goes on', () => {
  const best = done(0, ...curve(0.1, 0.2, 40));
  const level = decide(extrapolatePruner(), running(...curve(0.4, 0.5, 20)), [best]);
  expect(level.prune).toBe(true);
  expect(level.reason).toMatch(
    /^Expected to end at 0\.4\d* by step 39 and 0\.1\d* of trial 0: a chance of less than 0\.001/,
  );
  const slow = curve(0, 0.07, 20);
  expect(slow.at(-1)).toBeGreaterThan(0.2);
  expect(decide(extrapolatePruner(), running(...slow), [best]).prune).toBe(false);
});

test('complete curves that were like it tell where a curve leads', () => {
  // All of them stand still for ten steps and then fall; no family of curves knows of that.
  const late = (floor: number, steps: number): readonly number[] =>
    Array.from({ length: steps }, (_, i) => (i < 10 ? 1 : floor + (1 - floor) * Math.exp(-(i - 9))));
  const peers = [0.3, 0.31, 0.32, 0.33, 0.34, 0.35].map((floor, number) => done(number, ...late(floor, 30)));
  const trial = running(...late(0.2, 9));
  expect(decide(extrapolatePruner(), trial, peers.slice(0, 1)).prune).toBe(true);
  expect(decide(extrapolatePruner(), trial, peers).prune).toBe(false);
});

test('while few trials are complete only the better half go on at a quarter and at half of the way', () => {
  const flat = (level: number, steps: number): readonly number[] =>
    Array.from({ length: steps }, (_, i) => level + 1 / (i + 1));
  const complete = [0.1, 0.2, 0.3].map((level, number) => done(number, ...flat(level, 40)));
  const judge = (level: number, steps: number, among = complete): ReturnType<typeof decide> =>
    decide(extrapolatePruner(), running(...flat(level, steps)), among);
  expect(judge(0.25, 10).reason).not.toMatch(/half/); // not at a rung
  expect(judge(0.25, 11)).toMatchObject({
    prune: true,
    reason: expect.stringMatching(/^2 of the 3 .* step 10 of 39/),
  });
  expect(judge(0.15, 11).reason).not.toMatch(/half/); // second of four
  expect(judge(0.25, 21).reason).toMatch(/^2 of the 3 .* step 20 of 39/);
  expect(judge(Number.NaN, 11).prune).toBe(true);
  const many = [0.1, 0.2, 0.3, 0.31, 0.32].map((level, number) => done(number, ...flat(level, 40)));
  expect(judge(0.25, 11, many).reason).not.toMatch(/better half/);
  expect(decide(extrapolatePruner({ race: 0 }), running(...flat(0.25, 11)), complete).reason).not.toMatch(
    /half/,
  );
});

test('stopping by extrapolation spares most of the steps and hardly ever stops the best', () => {
  const random = randomStream(11);
  let [lost, spent, studies] = [0, 0, 0];
  for (; studies < 20; studies++) {
    const pruner = extrapolatePruner();
    const trials: Trial[] = [];
    let best = Infinity;
    let kept = Infinity;
    for (let number = 0; number < 40; number++) {
      const [floor, speed] = [0.1 + 0.5 * random.uniform(), 0.05 + 0.3 * random.uniform()];
      const whole = curve(floor, speed, 40).map((value) => value + 0.01 * random.normal());
      const end = whole.at(-1) ?? Infinity;
      best = Math.min(best, end);
      const stopAt = whole.findIndex((_, i) => {
        const trial = aTrial({ number, state: 'running', intermediate: aCurve(...whole.slice(0, i + 1)) });
        return i < 39 && decide(pruner, trial, trials).prune;
      });
      const reported = stopAt < 0 ? whole : whole.slice(0, stopAt + 1);
      spent += reported.length / 1600;
      if (stopAt < 0) kept = Math.min(kept, end);
      trials.push(
        stopAt < 0
          ? done(number, ...whole)
          : aTrial({ number, state: 'pruned', intermediate: aCurve(...reported) }),
      );
    }
    if (kept > best + 0.02) lost++;
  }
  expect(lost).toBeLessThanOrEqual(1);
  expect(spent / studies).toBeLessThan(0.6);
});

const two: readonly Objective[] = [
  { metric: 'loss', direction: 'minimize' },
  { metric: 'accuracy', direction: 'maximize' },
];
const at = (number: number, loss: number, accuracy: number, state: Trial['state'] = 'running'): Trial =>
  aTrial({ number, state, intermediate: aCurve(loss), curves: [aCurve(loss), aCurve(accuracy)] });

test('with several objectives a trial behind most others in both stops, one that is best in either goes on', () => {
  const peers = [1, 2, 3, 4, 5, 6].map((value, number) => at(number, value, value / 10, 'pruned'));
  const judge = (trial: Trial) =>
    paretoPruner().decide({ trial, others: peers, direction: 'minimize', objectives: two });
  expect(judge(at(99, 9, 0.05))).toEqual({
    prune: true,
    reason: '6 of the 6 others that reached step 0 stand in a better front.',
  });
  expect(judge(at(99, 9, 0.9)).prune).toBe(false);
  expect(judge(at(99, 0.5, 0.01)).prune).toBe(false);
});

test('a trial of which one objective was never reported is not judged', () => {
  const trial = aTrial({ number: 99, state: 'running', intermediate: aCurve(9), curves: [aCurve(9), []] });
  const peers = [1, 2, 3, 4, 5, 6].map((value, number) => at(number, value, value / 10));
  const decision = paretoPruner().decide({ trial, others: peers, direction: 'minimize', objectives: two });
  expect(decision).toEqual({ prune: false, reason: 'Not every objective has been reported by step 0.' });
});
