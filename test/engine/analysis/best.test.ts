import { expect, test } from 'vitest';
import { bestTrial, nonDominated, optimizationHistory } from '../../../src/engine/analysis/best.ts';
import type { Objective } from '../../../src/engine/study/objective.ts';
import { aTrial } from '../../builders/trials.ts';

const loss: Objective = { metric: 'loss', direction: 'minimize' };
const accuracy: Objective = { metric: 'acc', direction: 'maximize' };

const mixed = [
  aTrial({ number: 0, values: [3] }),
  aTrial({ number: 1, values: [-Infinity] }),
  aTrial({ number: 2, values: [2] }),
  aTrial({ number: 3, values: [2] }),
  aTrial({ number: 4, values: [0], constraints: [-1, 0.5] }),
  aTrial({ number: 5, values: [Number.NaN] }),
  aTrial({ number: 6, state: 'pruned', values: [0] }),
  aTrial({ number: 7, state: 'running' }),
];

test('the best trial is complete, feasible and finite, the earlier of equals', () => {
  expect(bestTrial(mixed, [loss])).toBe(2);
  expect(bestTrial(mixed, [accuracy])).toBe(0);
});

test('there is no best trial without objectives or without eligible trials', () => {
  expect(bestTrial(mixed, [])).toBeUndefined();
  expect(bestTrial(mixed.slice(4), [loss])).toBeUndefined();
  expect(bestTrial([], [loss])).toBeUndefined();
});

test('with several objectives the best by the first is among those nobody dominates', () => {
  const trials = [
    aTrial({ number: 0, values: [1, 0.5] }),
    aTrial({ number: 1, values: [1, 0.9] }),
    aTrial({ number: 2, values: [2, 0.95] }),
    aTrial({ number: 3, values: [3, 0.8] }),
  ];
  expect(nonDominated(trials, [loss, accuracy])).toEqual([1, 2]);
  expect(bestTrial(trials, [loss, accuracy])).toBe(1);
});

test('the history follows complete trials and skips what may not be best', () => {
  expect(optimizationHistory(mixed, loss)).toEqual([
    { number: 0, value: 3, best: 3 },
    { number: 1, value: -Infinity, best: 3 },
    { number: 2, value: 2, best: 2 },
    { number: 3, value: 2, best: 2 },
    { number: 4, value: 0, best: 2 },
    { number: 5, value: Number.NaN, best: 2 },
  ]);
  const second = [aTrial({ values: [9, 4] }), aTrial({ number: 1, values: [9, 5] })];
  expect(optimizationHistory(second, accuracy, 1).map(({ best }) => best)).toEqual([4, 5]);
});
