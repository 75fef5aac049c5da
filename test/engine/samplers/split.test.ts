import { expect, test } from 'vitest';
import { type RandomStream, randomStream } from '../../../src/engine/numeric/random.ts';
import { createHistoryReader, type History } from '../../../src/engine/samplers/history.ts';
import { createSplitter, type Split, type SplitOptions } from '../../../src/engine/samplers/split.ts';
import type { Objective } from '../../../src/engine/study/objective.ts';
import type { Trial } from '../../../src/engine/study/trial.ts';
import { category, float, spaceOf } from '../../builders/spaces.ts';
import { aTrial } from '../../builders/trials.ts';

const space = spaceOf([
  category('c', ['a', 'b']),
  float('x', 0, 1),
  float('y', 0, 1, { condition: 'c == "a"' }),
]);
const one: readonly Objective[] = [{ metric: 'loss', direction: 'minimize' }];
const two: readonly Objective[] = [...one, { metric: 'gain', direction: 'maximize' }];
const defaults: SplitOptions = { gamma: 'linear', share: 0.15, mostGood: 25, weights: 'ei', liar: true };

const readAll = (trials: readonly Trial[], objectives = one): History =>
  createHistoryReader()(space, objectives, trials);
const splitOf = (trials: readonly Trial[], options: Partial<SplitOptions> = {}, objectives = one): Split =>
  createSplitter(undefined, { ...defaults, ...options })(readAll(trials, objectives));

const states = ['complete', 'complete', 'complete', 'complete', 'pruned', 'failed', 'running'] as const;

const anyTrial = (number: number, random: RandomStream, objectives = 1): Trial => {
  const state = states[random.integer(states.length)] ?? 'complete';
  const c = random.uniform() < 0.5 ? 'a' : 'b';
  const params = { c, x: random.uniform(), ...(c === 'a' ? { y: random.uniform() } : {}) };
  const isInfeasible = random.uniform() < 0.1;
  // Coarse values, so that there are equal ones.
  const value = (): number => Math.round(50 * random.normal()) / 10;
  return aTrial({
    number,
    state,
    params,
    ...(state === 'complete'
      ? {
          values: Array.from({ length: objectives }, value),
          constraints: isInfeasible ? [random.uniform()] : [],
        }
      : {}),
  });
};

test('a splitter that followed every change splits as one that reads all anew', () => {
  for (const [seed, objectives, axis] of [
    [1, one, undefined],
    [2, one, 2],
    [3, two, undefined],
    [4, two, 2],
  ] as const) {
    const random = randomStream(seed);
    const options = { ...defaults, mostGood: 6 };
    const read = createHistoryReader();
    const follow = createSplitter(axis, options);
    const trials: Trial[] = [];
    for (let round = 0; round < 400; round++) {
      const added = round === 200 ? 700 : random.integer(4);
      for (let k = 0; k < added; k++) trials.push(anyTrial(trials.length, random, objectives.length));
      for (let k = random.integer(3); k > 0 && trials.length > 0; k--) {
        const row = random.integer(trials.length);
        trials[row] = anyTrial(row, random, objectives.length);
      }
      if (random.uniform() < 0.1) trials.splice(Math.max(0, trials.length - 3));
      if (random.uniform() < 0.5) continue;
      const followed = follow(read(space, objectives, trials));
      expect(followed, `seed ${seed}, round ${round}`).toEqual(
        createSplitter(axis, options)(createHistoryReader()(space, objectives, trials)),
      );
    }
  }
});

test('good are the best, the earlier of equals first, and count by their improvement on the best other', () => {
  const trials = [5, 1, 3, 1, 9, 7, 8].map((value, number) => aTrial({ number, values: [value] }));
  const { good, others, finished } = splitOf(trials, { share: 0.4 });
  expect(Array.from(good.rows)).toEqual([1, 3, 2]);
  expect(Array.from(good.weights)).toEqual([4, 4, 2]);
  expect(Array.from(others.rows)).toEqual([0, 5, 6, 4]);
  expect(finished).toBe(7);
});

test('trials pruned, infeasible or running are never good; running ones count unless told otherwise', () => {
  const trials = [
    aTrial({ values: [1] }),
    aTrial({ number: 1, state: 'pruned', intermediate: [{ step: 0, value: -9 }] }),
    aTrial({ number: 2, values: [-5], constraints: [1] }),
    aTrial({ number: 3, state: 'running' }),
    aTrial({ number: 4, state: 'failed' }),
  ];
  const { good, others, finished, pending } = splitOf(trials, { share: 1 });
  expect([Array.from(good.rows), finished, pending]).toEqual([[0], 3, 1]);
  expect(Array.from(others.rows).sort()).toEqual([1, 2, 3]);
  expect(Array.from(splitOf(trials, { share: 1, liar: false }).others.rows)).toEqual([1, 2]);
});

test('how many are good grows in line with the trials or with their root', () => {
  const trials = Array.from({ length: 400 }, (_, number) => aTrial({ number, values: [number] }));
  expect(splitOf(trials.slice(0, 100)).good.rows.length).toBe(15);
  expect(splitOf(trials).good.rows.length).toBe(25);
  expect(splitOf(trials, { gamma: 'sqrt', share: 0.25 }).good.rows.length).toBe(5);
});

test('the many others are stood for by a sample that weighs as much', () => {
  const trials = Array.from({ length: 5000 }, (_, number) =>
    aTrial({ number, values: [(number * 7919) % 5000] }),
  );
  const { good, others } = splitOf(trials);
  expect(good.rows.length).toBe(25);
  expect(others.rows.length).toBe(300);
  expect(others.weights.reduce((a, b) => a + b)).toBeCloseTo(4975, 6);
  expect(new Set([...good.rows, ...others.rows]).size).toBe(325);
});

test('by recency the newest 25 count fully and older ones less', () => {
  const trials = Array.from({ length: 60 }, (_, number) => aTrial({ number, values: [number % 3] }));
  const { good } = splitOf(trials, { weights: 'recency', share: 1, mostGood: 60 });
  const byAge = Array.from(good.rows, (row, i) => ({ row, weight: good.weights[i] ?? 0 })).sort(
    (a, b) => a.row - b.row,
  );
  expect(byAge[0]?.weight).toBeCloseTo(1 / 60, 12);
  expect(byAge[34]?.weight).toBeCloseTo(1, 12);
  expect(byAge.slice(35).every(({ weight }) => weight === 1)).toBe(true);
});

test('with several objectives whole fronts come first', () => {
  const points = [
    [1, 9],
    [2, 8],
    [5, 1],
    [3, 3],
    [0, 0],
    [9, 9],
  ] as const;
  const trials = points.map((values, number) => aTrial({ number, values }));
  // The second objective is to be large: (0, 0), (1, 9) and none else are in the first front with (9, 9) behind.
  const { good } = splitOf(trials, { share: 0.5 }, two);
  expect(Array.from(good.rows).sort()).toEqual([0, 1, 4].sort());
});

test('of a front that does not fit those are good that add most, and count by what they add', () => {
  // From left to right; the third is nearly on the line between its neighbours and adds least.
  const points = [
    [0, 10],
    [2, 5],
    [3, 4.9],
    [5, 1],
    [10, 0],
  ] as const;
  const trials = points.map((values, number) => aTrial({ number, values }));
  const down: readonly Objective[] = [...one, { metric: 'cost', direction: 'minimize' }];
  const { good, others } = splitOf(trials, { share: 0.8 }, down);
  expect(Array.from(others.rows)).toEqual([2]);
  const weights = new Map(Array.from(good.rows, (row, i) => [row, good.weights[i] ?? 0]));
  // With the reference (11, 11) they add 2, 15, 20 and 1.
  for (const [row, weight] of [
    [0, 0.1],
    [1, 0.75],
    [3, 1],
    [4, 0.05],
  ] as const)
    expect(weights.get(row)).toBeCloseTo(weight, 9);
});
