import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  neighbourBandwidths,
  scottBandwidths,
  smallestBandwidth,
} from '../../../src/engine/samplers/bandwidth.ts';

/** The obvious way: sort with the prior's centre, look to both sides. */
const bySorting = (positions: readonly number[], smallest: number): number[] => {
  const all = [...positions, 0.5]
    .map((position, i) => ({ position, i }))
    .filter(({ position }) => position >= 0);
  all.sort((a, b) => a.position - b.position || a.i - b.i);
  const found = new Array<number>(positions.length).fill(smallest);
  for (const [place, { position, i }] of all.entries()) {
    const below = position - (all[place - 1]?.position ?? position);
    const above = (all[place + 1]?.position ?? position) - position;
    if (i < positions.length) found[i] = Math.min(1, Math.max(smallest, below, above));
  }
  return found;
};

const position = fc.oneof(
  fc.double({ min: 0, max: 1, noNaN: true }),
  fc.integer({ min: 0, max: 10 }).map((tenth) => tenth / 10),
  fc.constant(Number.NaN),
);

test('bandwidths are those of sorting', () => {
  fc.assert(
    fc.property(fc.array(position, { maxLength: 40 }), (positions) => {
      const smallest = smallestBandwidth(positions.length);
      const found = neighbourBandwidths(Float64Array.from(positions), smallest);
      expect(Array.from(found).slice(0, positions.length)).toEqual(bySorting(positions, smallest));
    }),
    { seed: 3, numRuns: 500 },
  );
});

test('the smallest bandwidth shrinks with the square of the kernels down to 0.03', () => {
  expect([0, 1, 3, 10, 1000].map(smallestBandwidth)).toEqual([1, 0.25, 0.0625, 0.03, 0.03]);
});

test('Scott’s bandwidth is the same for all and follows the spread', () => {
  const positions = Float64Array.of(0.1, 0.3, Number.NaN, 0.5, 0.7, 0.9);
  // s = 0.316, IQR / 1.34 = 0.4 / 1.34 = 0.299; (4 / 15)^0.2 = 0.768.
  expect(scottBandwidths(positions, 0.03)[0]).toBeCloseTo(0.2292, 3);
  expect(new Set(scottBandwidths(positions, 0.03)).size).toBe(1);
  expect(Array.from(scottBandwidths(Float64Array.of(0.4, 0.4, 0.4), 0.03))).toEqual([0.03, 0.03, 0.03]);
});
