import { describe, expect, test } from 'vitest';
import { normalDensity } from '../../../src/engine/numeric/normal.ts';
import {
  acquisitionNames,
  createAcquisition,
  logImprovement,
  type Worth,
} from '../../../src/engine/samplers/acquisition.ts';

const worthOf = (
  name: (typeof acquisitionNames)[number],
  best: number,
  mean: number,
  deviation: number,
): Worth => {
  const out = { value: NaN, byMean: NaN, byDeviation: NaN };
  createAcquisition(name, best, 1.8).worth(mean, deviation, out);
  return out;
};

/** ∫ f(mean + deviation z) φ(z) dz where f is not 0, by Simpson's rule from z = -12 to where f ends. */
const expectation = (f: (y: number) => number, mean: number, deviation: number, end: number): number => {
  const [steps, low] = [4000, -12];
  const h = (Math.min(12, end) - low) / steps;
  let sum = 0;
  for (let k = 0; k <= steps; k++) {
    const z = low + k * h;
    sum += (k === 0 || k === steps ? 1 : k % 2 ? 4 : 2) * f(mean + deviation * z) * normalDensity(z);
  }
  return (sum * h) / 3;
};

const cases = [
  [0, 0, 1],
  [0.3, -0.5, 0.4],
  [-1, 0.5, 0.6],
  [2, 2.5, 0.1],
] as const;

describe.each(cases)('to improve on %d with mean %d and deviation %d', (best, mean, deviation) => {
  const end = (best - mean) / deviation;

  test('the expected improvement is the integral', () => {
    const integral = expectation((y) => best - y, mean, deviation, end);
    expect(worthOf('ei', best, mean, deviation).value).toBeCloseTo(integral, 10);
    expect(Math.exp(worthOf('logei', best, mean, deviation).value)).toBeCloseTo(integral, 10);
  });

  test('the probability of improvement is the integral', () => {
    const integral = expectation(() => 1, mean, deviation, end);
    expect(Math.exp(worthOf('pi', best, mean, deviation).value)).toBeCloseTo(integral, 10);
  });

  test('the upper bound is mean and deviations', () => {
    expect(worthOf('ucb', best, mean, deviation).value).toBeCloseTo(-mean + 1.8 * deviation, 14);
  });

  test.each(acquisitionNames)('the derivatives of %s', (name) => {
    const h = 1e-5;
    const { byMean, byDeviation } = worthOf(name, best, mean, deviation);
    const value = (m: number, s: number): number => worthOf(name, best, m, s).value;
    const scale = Math.max(1, Math.abs(byMean), Math.abs(byDeviation));
    expect(byMean / scale).toBeCloseTo(
      (value(mean + h, deviation) - value(mean - h, deviation)) / (2 * h) / scale,
      6,
    );
    expect(byDeviation / scale).toBeCloseTo(
      (value(mean, deviation + h) - value(mean, deviation - h)) / (2 * h) / scale,
      6,
    );
  });
});

test('the logarithm of improvement is right far below what is likely', () => {
  // mpmath, 50 digits: log(φ(z) + z Φ(z)).
  const known = [
    [-0.5, -1.62051626438732],
    [-5, -16.744301162661],
    [-20, -206.917838509425],
    [-40, -808.29856835662],
    [-1000, -500014.734452091],
  ] as const;
  for (const [z, value] of known) expect(logImprovement(z) / value).toBeCloseTo(1, 11);
});

test('the logarithm of improvement has no steps where its formulas meet', () => {
  for (const z of [-1, -25]) {
    const [below, above] = [logImprovement(z - 1e-9), logImprovement(z + 1e-9)];
    expect(Math.abs(above - below)).toBeLessThan(1e-6);
  }
});
