import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  compareNumbers,
  crowdingDistances,
  dominates,
  nonDominatedFronts,
  type Point,
} from '../../../src/engine/numeric/nonDominated.ts';

const coordinate = fc.oneof(fc.integer({ min: 0, max: 4 }), fc.constantFrom(Infinity, -Infinity, Number.NaN));
const points = fc
  .integer({ min: 1, max: 4 })
  .chain((axes) => fc.array(fc.array(coordinate, { minLength: axes, maxLength: axes }), { maxLength: 25 }));

/** The obvious way: peel off what nothing left dominates. */
const peeled = (all: readonly Point[]): number[][] => {
  const fronts: number[][] = [];
  let left = all.map((_, i) => i);
  while (left.length > 0) {
    const front = left.filter((i) => !left.some((j) => dominates(all[j] ?? [], all[i] ?? [])));
    fronts.push(front);
    left = left.filter((i) => !front.includes(i));
  }
  return fronts;
};

test('the fronts are those of peeling all pairs', () => {
  fc.assert(
    fc.property(points, (all) => {
      expect(nonDominatedFronts(all)).toEqual(peeled(all));
    }),
    { seed: 11, numRuns: 300 },
  );
});

test('sorting stops at the front that brings enough points', () => {
  const fronts = nonDominatedFronts([[0], [1], [1], [2], [3]], 2);
  expect(fronts).toEqual([[0], [1, 2]]);
});

test('equal points do not dominate each other and NaN is worse than infinity', () => {
  expect(dominates([1, 2], [1, 2])).toBe(false);
  expect(dominates([1, Infinity], [1, Number.NaN])).toBe(true);
  expect([Number.NaN, 1, -Infinity, Infinity].sort(compareNumbers)).toEqual([
    -Infinity,
    1,
    Infinity,
    Number.NaN,
  ]);
});

test('crowding is infinite at the ends and the neighbours’ gap in between', () => {
  expect(
    crowdingDistances([
      [0, 10],
      [1, 6],
      [10, 0],
    ]),
  ).toEqual([Infinity, 2, Infinity]);
});
