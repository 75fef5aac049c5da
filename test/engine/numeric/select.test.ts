import fc from 'fast-check';
import { expect, test } from 'vitest';
import { selectRank } from '../../../src/engine/numeric/select.ts';

test('selection agrees with sorting, ties and infinities included', () => {
  const values = fc.array(fc.oneof(fc.integer({ min: -5, max: 5 }), fc.constantFrom(Infinity, -Infinity)), {
    minLength: 1,
    maxLength: 60,
  });
  fc.assert(
    fc.property(values, fc.nat(), (numbers, pick) => {
      const rank = pick % numbers.length;
      const sorted = numbers.toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
      expect(selectRank(Float64Array.from(numbers), numbers.length, rank)).toBe(sorted[rank]);
    }),
    { seed: 7, numRuns: 500 },
  );
});

test('only the first values take part', () => {
  expect(selectRank(Float64Array.of(3, 1, 2, -9), 3, 0)).toBe(1);
});
