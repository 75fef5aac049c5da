import { expect, test } from 'vitest';
import { normalCdf } from '../../../src/engine/numeric/normal.ts';
import { randomStream } from '../../../src/engine/numeric/random.ts';
import { createSpace } from '../../../src/engine/space/create.ts';
import { describeParameter } from '../../../src/engine/space/describeParameter.ts';
import type { DraftParameter } from '../../../src/engine/space/draft.ts';
import { fromUnit, gridValues, toUnit } from '../../../src/engine/space/encode.ts';
import { rangeOfPrior } from '../../../src/engine/space/prior.ts';
import { sampleUniform } from '../../../src/engine/space/sample.ts';
import { aSpace } from './arbitrarySpace.ts';

const prior = { kind: 'normal', mean: 2, sd: 1 } as const;
const float = { kind: 'float', name: 'x', low: -2, high: 6, log: false, prior } as const;

const draws = (parameter: DraftParameter, count: number): readonly number[] => {
  const space = aSpace({ parameters: [parameter] });
  const random = randomStream(5);
  return Array.from({ length: count }, () => Number(sampleUniform(space, random)[parameter.name]));
};

const shareBelow = (values: readonly number[], bound: number): number =>
  values.filter((value) => value < bound).length / values.length;

test('draws follow the normal distribution, but for one in a hundred that is uniform', () => {
  const values = draws(float, 40_000);
  for (const bound of [-1, 0, 1, 1.5, 2, 3, 4, 5]) {
    const expected = 0.99 * normalCdf(bound - 2) + 0.01 * ((bound + 2) / 8);
    expect(Math.abs(shareBelow(values, bound) - expected)).toBeLessThan(0.008);
  }
});

test('a prior over logarithms is lognormal', () => {
  const log = { ...float, low: 1e-6, high: 1, log: true, prior: { ...prior, mean: Math.log(1e-3), sd: 1.5 } };
  const values = draws(log, 40_000);
  expect(shareBelow(values, 1e-3)).toBeCloseTo(0.5, 1);
  expect(shareBelow(values, 1e-3 * Math.exp(1.5))).toBeCloseTo(normalCdf(1), 1);
});

test('a range cuts the curve off', () => {
  const half = { ...float, low: 2, high: 4 };
  const values = draws(half, 20_000);
  const inside = normalCdf(2) - 0.5;
  expect(shareBelow(values, 3)).toBeCloseTo((0.99 * (normalCdf(1) - 0.5)) / inside + 0.01 * 0.5, 1);
  expect([Math.min(...values) >= 2, Math.max(...values) <= 4]).toEqual([true, true]);
});

test('a needle leaves every value of a grid its own place', () => {
  const needle = {
    ...float,
    kind: 'int',
    low: 0,
    high: 1000,
    prior: { ...prior, mean: 500, sd: 1e-3 },
  } as const;
  for (const value of gridValues(needle) ?? []) expect(fromUnit(needle, toUnit(needle, value))).toBe(value);
  expect(draws(needle, 1000).filter((value) => value === 500).length).toBeGreaterThan(970);
});

test('a prior without bounds reaches four deviations', () => {
  expect(rangeOfPrior(prior, { kind: 'float', log: false })).toEqual({ low: -2, high: 6 });
  expect(rangeOfPrior({ ...prior, sd: 0.3 }, { kind: 'int', log: false })).toEqual({ low: 1, high: 3 });
  const { low, high } = rangeOfPrior({ ...prior, mean: -7 }, { kind: 'float', log: true });
  expect([low, high].map((value) => Math.log(value))).toEqual([expect.closeTo(-11), expect.closeTo(-3)]);
});

test('a prior is described as an annotation writes it', () => {
  expect(describeParameter(float)).toBe('normal(2, 1) in -2..6');
  expect(describeParameter({ ...float, low: 1, log: true, step: 0.5 })).toBe(
    'lognormal(2, 1) in 1..6 step 0.5',
  );
});

test.each([
  [{ ...prior, mean: 9 }, 'x is expected around 9, outside its range -2..6. Move one of them.'],
  [{ ...prior, sd: 0 }, 'The deviation of x must be above 0.'],
  [{ ...prior, mean: Number.NaN }, 'The mean of x must be a finite number.'],
])('a prior that cannot be is refused: %j', (wrong, expected) => {
  const made = createSpace({ parameters: [{ ...float, prior: wrong }], derived: [], constraints: [] });
  expect(made.ok || made.error.map(({ message }) => message)).toEqual([expected]);
});
