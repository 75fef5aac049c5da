import { expect, test } from 'vitest';
import { constrainedSplits, type SharedSplit } from '../../../src/engine/samplers/constrainedSplit.ts';
import { createHistoryReader } from '../../../src/engine/samplers/history.ts';
import { createSplitter, type SplitOptions } from '../../../src/engine/samplers/split.ts';
import type { Trial } from '../../../src/engine/study/trial.ts';
import { float, spaceOf } from '../../builders/spaces.ts';
import { aTrial } from '../../builders/trials.ts';

const space = spaceOf([float('x', 0, 1)]);
const options: SplitOptions = { gamma: 'linear', share: 0.5, mostGood: 25, weights: 'equal', liar: true };

const splitsOf = (trials: readonly Trial[]): readonly SharedSplit[] => {
  const history = createHistoryReader()(space, [{ metric: 'loss', direction: 'minimize' }], trials);
  return constrainedSplits(history, undefined, createSplitter(undefined, options)(history), options);
};
const told = (number: number, value: number, ...constraints: readonly number[]): Trial =>
  aTrial({ number, params: { x: number / 10 }, values: [value], constraints });

test('the objective’s good trials reach to the last good feasible one, each constraint’s are those that keep it', () => {
  const splits = splitsOf([
    told(0, 5, -1, -1),
    told(1, 1, 2, -1),
    told(2, 2, -1, -1),
    told(3, 9, -1, -1),
    told(4, 8, -1, -1),
    aTrial({ number: 5, state: 'running', params: { x: 0.5 } }),
  ]);
  // The second constraint always holds and says nothing.
  expect(splits.map(({ good, others }) => [Array.from(good.rows), Array.from(others.rows)])).toEqual([
    [
      [0, 1, 2],
      [3, 4, 5],
    ],
    [
      [0, 2, 3, 4],
      [1, 5],
    ],
  ]);
  expect(splits.map(({ share }) => share)).toEqual([3 / 5, 4 / 5]);
});

test('while no trial keeps a constraint, the nearest one is its good one, and there is no objective', () => {
  const splits = splitsOf([told(0, 5, 3), told(1, 1, 0.5), told(2, 2, Number.NaN)]);
  expect(splits.map(({ good }) => Array.from(good.rows))).toEqual([[1]]);
});

test('without broken constraints there is nothing to model', () => {
  expect(splitsOf([told(0, 5, -3), told(1, 1, -0.5)])).toEqual([]);
});
