import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { erf, erfc, erfcx } from '../../../src/engine/numeric/errorFunction.ts';
import { betaI, betaQuantile, gammaP, gammaQ } from '../../../src/engine/numeric/incomplete.ts';
import { logNormalCdf, normalCdf, normalQuantile } from '../../../src/engine/numeric/normal.ts';
import { randomStream } from '../../../src/engine/numeric/random.ts';
import {
  digamma,
  gamma,
  log1mexp,
  log1pexp,
  log1pMinus,
  logAddExp,
  logBeta,
  logGamma,
  logSumExp,
} from '../../../src/engine/numeric/special.ts';

// Made by test/fixtures/special.py with mpmath at 50 digits: rows of arguments and the value.
const reference: Readonly<Record<string, readonly (readonly number[])[]>> = JSON.parse(
  readFileSync(new URL('../../fixtures/special.json', import.meta.url), 'utf8'),
);

const functions: Readonly<Record<string, (...args: readonly number[]) => number>> = Object.fromEntries(
  Object.entries({
    ...{ erf, erfc, erfcx, normalCdf, logNormalCdf, normalQuantile, logGamma, gamma, digamma },
    ...{ logBeta, log1mexp, log1pexp, log1pMinus, gammaP, gammaQ, betaI },
  }).map(([name, f]) => [name, (...args) => (f as (...numbers: readonly number[]) => number)(...args)]),
);

describe('agrees with reference values to a relative error of 1e-12', () => {
  test.each(Object.keys(functions))('%s', (name) => {
    const rows = reference[name] ?? [];
    expect(rows.length).toBeGreaterThan(20);
    for (const row of rows) {
      const [value, args] = [row.at(-1) ?? 0, row.slice(0, -1)];
      const found = functions[name]?.(...args) ?? Number.NaN;
      expect(
        Math.abs(found / value - 1),
        `${name}(${args.join(', ')}) is ${found}, not ${value}`,
      ).toBeLessThan(1e-12);
    }
  });

  // Relative to the terms of the reflection formula, whose sum may be near 0.
  test.each([
    ['logGammaNegative', logGamma],
    ['digammaNegative', digamma],
  ] as const)('%s', (name, f) => {
    for (const [x = 0, value = 0] of reference[name] ?? [])
      expect(Math.abs(f(x) - value) / (Math.abs(value) + Math.abs(f(1 - x)))).toBeLessThan(1e-12);
  });
});

describe('at the ends of their domains', () => {
  test('the gamma function is exact for whole numbers, infinite beyond 171, and undefined at its poles', () => {
    expect([1, 2, 3, 5, 11].map(gamma)).toEqual([1, 1, 2, 24, 3628800]);
    expect(gamma(172)).toBe(Infinity);
    expect(gamma(171)).toBeLessThan(Infinity);
    expect([0, -1, -20].map(gamma)).toEqual([Number.NaN, Number.NaN, Number.NaN]);
    expect([0, -1, -20].map(logGamma)).toEqual([Infinity, Infinity, Infinity]);
    expect([0, -1, -20].map(digamma)).toEqual([Number.NaN, Number.NaN, Number.NaN]);
  });

  test('sums of logarithms know infinities', () => {
    expect(logAddExp(-Infinity, -Infinity)).toBe(-Infinity);
    expect(logAddExp(-Infinity, 3)).toBe(3);
    expect(logAddExp(Infinity, 3)).toBe(Infinity);
    expect(logAddExp(1000, 1000)).toBeCloseTo(1000 + Math.LN2, 12);
    expect(logSumExp([])).toBe(-Infinity);
    expect(logSumExp([-1e4, -1e4, -Infinity])).toBeCloseTo(-1e4 + Math.LN2, 12);
    expect(log1mexp(0)).toBe(-Infinity);
    expect(log1pMinus(0)).toBe(0);
  });

  test('error functions at ±∞', () => {
    expect([erf(Infinity), erf(-Infinity), erfc(Infinity), erfc(-Infinity)]).toEqual([1, -1, 0, 2]);
    expect([erfcx(Infinity), erfcx(-30)]).toEqual([0, Infinity]);
  });

  test('distribution functions are 0 and 1 there, NaN outside', () => {
    expect([gammaP(2, 0), gammaP(2, Infinity), gammaQ(2, 0), gammaQ(2, Infinity)]).toEqual([0, 1, 1, 0]);
    expect([betaI(2, 3, 0), betaI(2, 3, 1)]).toEqual([0, 1]);
    expect([gammaP(0, 1), gammaP(1, -1), betaI(0, 1, 0.5), betaI(1, 1, 1.5)]).toEqual(
      Array(4).fill(Number.NaN),
    );
  });
});

test('the beta distribution: symmetric, uniform for a = b = 1, and undone by its quantile', () => {
  const random = randomStream(5);
  for (let i = 0; i < 300; i++) {
    const [a, b] = [Math.exp(8 * random.uniform() - 3), Math.exp(8 * random.uniform() - 3)];
    const p = random.uniform();
    expect(betaI(a, b, p) + betaI(b, a, 1 - p)).toBeCloseTo(1, 12);
    expect(betaI(1, 1, p)).toBeCloseTo(p, 14);
    const x = betaQuantile(a, b, p);
    // A neighbour of the quantile must lie on the other side: no double comes closer.
    const slack = 1e-10 + 2 * Math.abs(betaI(a, b, Math.min(1, x * (1 + 4e-16))) - betaI(a, b, x));
    expect(Math.abs(betaI(a, b, x) - p)).toBeLessThan(slack);
  }
  expect(betaQuantile(2, 5, 0)).toBe(0);
  expect(betaQuantile(2, 5, 1)).toBe(1);
});
