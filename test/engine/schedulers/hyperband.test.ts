import { expect, test } from 'vitest';
import { halvingScheduler } from '../../../src/engine/schedulers/halving.ts';
import { hyperbandBrackets, hyperbandScheduler } from '../../../src/engine/schedulers/hyperband.ts';
import { rungLevels } from '../../../src/engine/schedulers/rungs.ts';
import { float, spaceOf } from '../../builders/spaces.ts';
import { countByFidelity, runOnOneSlot } from './studies.ts';

const space = spaceOf([float('x', 0, 1)]);

test('rungs go down from the full run by eta, rounded where both ends are whole', () => {
  expect(rungLevels({ minFidelity: 1, maxFidelity: 81, eta: 3 })).toEqual([1, 3, 9, 27, 81]);
  expect(rungLevels({ minFidelity: 1, maxFidelity: 100, eta: 3 })).toEqual([1, 4, 11, 33, 100]);
  expect(rungLevels({ minFidelity: 0.1, maxFidelity: 1, eta: 2 })).toEqual([0.125, 0.25, 0.5, 1]);
  expect(rungLevels({ minFidelity: 5, maxFidelity: 6, eta: 3 })).toEqual([6]);
});

test('the brackets for R = 81 and eta = 3 are those of the Hyperband paper, table 1', () => {
  const table = hyperbandBrackets(rungLevels({ maxFidelity: 81, eta: 3 }), 3).map((bracket) =>
    bracket.map(({ count, fidelity }) => [count, fidelity]),
  );
  expect(table).toEqual([
    [
      [81, 1],
      [27, 3],
      [9, 9],
      [3, 27],
      [1, 81],
    ],
    [
      [27, 3],
      [9, 9],
      [3, 27],
      [1, 81],
    ],
    [
      [9, 9],
      [3, 27],
      [1, 81],
    ],
    [
      [6, 27],
      [2, 81],
    ],
    [[5, 81]],
  ]);
});

test('Hyperband runs exactly its brackets and completes one trial more than the last rungs hold', () => {
  const { jobs, trials } = runOnOneSlot(
    hyperbandScheduler({ maxFidelity: 81, rounds: 1 }),
    space,
    ({ x }, step) => Number(x) + 1 / step,
    1000,
  );
  expect(countByFidelity(jobs)).toEqual({
    1: 81,
    3: 27 + 27,
    9: 9 + 9 + 9,
    27: 3 + 3 + 3 + 6,
    81: 1 + 1 + 1 + 2 + 5,
  });
  expect(jobs.at(-1)?.kind).toBe('done');
  expect(trials.filter(({ state }) => state === 'complete')).toHaveLength(10);
  expect(trials.filter(({ state }) => state === 'pruned')).toHaveLength(81 + 27 + 9 + 6 - 5);
});

test('successive halving keeps the best third of every rung', () => {
  const { trials } = runOnOneSlot(
    halvingScheduler({ maxFidelity: 27, rounds: 1 }),
    space,
    ({ x }, step) => Number(x) + 1 / step,
    1000,
  );
  const byX = trials.toSorted((a, b) => Number(a.params.x) - Number(b.params.x));
  expect(byX.map(({ fidelity }) => fidelity)).toEqual([
    27,
    9,
    9,
    ...Array.from({ length: 6 }, () => 3),
    ...Array.from({ length: 18 }, () => 1),
  ]);
});

test('a loser of a rung is not judged by where the winners got to later', () => {
  // The best at step 1 is the worst at step 3, yet only values at step 1 decide who goes on from there.
  const { trials } = runOnOneSlot(
    halvingScheduler({ maxFidelity: 9, rounds: 1 }),
    space,
    ({ x }, step) => (step < 3 ? Number(x) : 10 - Number(x)),
    1000,
  );
  const promoted = trials.filter(({ fidelity }) => fidelity !== 1).map(({ params }) => Number(params.x));
  const stayed = trials.filter(({ fidelity }) => fidelity === 1).map(({ params }) => Number(params.x));
  expect(Math.max(...promoted)).toBeLessThan(Math.min(...stayed));
});

test('brackets begin again after the last one while the study lasts', () => {
  const { jobs } = runOnOneSlot(hyperbandScheduler({ maxFidelity: 3 }), space, ({ x }) => Number(x), 40);
  expect(jobs).toHaveLength(40);
  expect(jobs.every(({ kind }) => kind === 'start' || kind === 'resume')).toBe(true);
});
