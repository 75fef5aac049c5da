import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromUnit, gridValues, isLegal, snap, toUnit } from '../../../src/engine/space/encode.ts';
import type { Parameter } from '../../../src/engine/space/parameter.ts';
import { aSpace, arbitraryParameter, seeded } from './arbitrarySpace.ts';

const parameters: fc.Arbitrary<Parameter> = arbitraryParameter('p').map((draft) => {
  const [parameter] = aSpace({ parameters: [draft] }).parameters;
  if (parameter === undefined) throw new Error('no parameter');
  return parameter;
});
const units = fc.double({ min: 0, max: 1, noNaN: true });
const float = { name: 'x', kind: 'float', low: 0, high: 1, log: false } as const;
const int = { name: 'n', kind: 'int', low: 1, high: 8, log: false } as const;

test('every place in [0, 1] is a legal value, and its encoding is in [0, 1]', () => {
  fc.assert(
    fc.property(parameters, units, (parameter, unit) => {
      const value = fromUnit(parameter, unit);
      expect(isLegal(parameter, value)).toBe(true);
      const back = toUnit(parameter, value);
      expect(back >= 0 && back <= 1).toBe(true);
    }),
    { ...seeded, numRuns: 2000 },
  );
});

test('every value of a grid survives encoding exactly', () => {
  fc.assert(
    fc.property(parameters, units, (parameter, unit) => {
      fc.pre(parameter.kind !== 'float' || gridValues(parameter) !== undefined);
      const sample = fromUnit(parameter, unit);
      const values =
        parameter.kind === 'int' && parameter.high - parameter.low > 2000 ? [] : gridValues(parameter);
      for (const value of [sample, ...(values ?? [])])
        expect(fromUnit(parameter, toUnit(parameter, value))).toBe(value);
    }),
    { ...seeded, numRuns: 2000 },
  );
});

test('continuous values survive encoding up to rounding, and the ends exactly', () => {
  fc.assert(
    fc.property(parameters, units, (parameter, unit) => {
      fc.pre(
        parameter.kind === 'float' && parameter.low < parameter.high && gridValues(parameter) === undefined,
      );
      if (parameter.kind !== 'float') return;
      const { low, high, log } = parameter;
      const value = Number(fromUnit(parameter, unit));
      const error = Math.abs(Number(fromUnit(parameter, toUnit(parameter, value))) - value);
      expect(error).toBeLessThanOrEqual(1e-13 * (log ? value : Math.max(Math.abs(low), Math.abs(high))));
      expect([fromUnit(parameter, 0), fromUnit(parameter, 1)]).toEqual([low, high]);
    }),
    { ...seeded, numRuns: 1000 },
  );
});

test('encoding keeps the order of numbers', () => {
  fc.assert(
    fc.property(parameters, units, units, (parameter, a, b) => {
      fc.pre(parameter.kind === 'float' || parameter.kind === 'int');
      const [x, y] = [
        Number(fromUnit(parameter, Math.min(a, b))),
        Number(fromUnit(parameter, Math.max(a, b))),
      ];
      expect(x).toBeLessThanOrEqual(y);
      expect(toUnit(parameter, x)).toBeLessThanOrEqual(toUnit(parameter, y));
    }),
    { ...seeded, numRuns: 1000 },
  );
});

test('snapping leaves legal values alone and makes any value legal', () => {
  const anything = fc.oneof(fc.double(), fc.string(), fc.boolean(), fc.constant(null));
  fc.assert(
    fc.property(parameters, units, anything, (parameter, unit, value) => {
      const legal = fromUnit(parameter, unit);
      expect(snap(parameter, legal)).toBe(legal);
      expect(isLegal(parameter, snap(parameter, value))).toBe(true);
    }),
    { ...seeded, numRuns: 1000 },
  );
});

test('snapping finds the nearest legal number', () => {
  fc.assert(
    fc.property(parameters, fc.double({ min: -1e4, max: 1e4, noNaN: true }), (parameter, value) => {
      const values = gridValues(parameter);
      fc.pre(parameter.kind === 'int' && values !== undefined && values.length < 3000);
      const distances = (values ?? []).map((legal) => Math.abs(Number(legal) - value));
      expect(Math.abs(Number(snap(parameter, value)) - value)).toBe(Math.min(...distances));
    }),
    { ...seeded, numRuns: 500 },
  );
});

test('steps are the decimals a person writes', () => {
  expect(gridValues({ ...float, high: 0.6, step: 0.05 })).toEqual([
    0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6,
  ]);
  expect(gridValues({ ...float, low: 0.1, step: 0.3 })).toEqual([0.1, 0.4, 0.7, 1]);
});

test('factors multiply, and whole numbers stay whole and distinct', () => {
  expect(gridValues({ ...int, low: 16, high: 256, factor: 2 })).toEqual([16, 32, 64, 128, 256]);
  expect(gridValues({ ...int, low: 1, high: 6, factor: 1.3 })).toEqual([1, 2, 3, 4, 5]);
  expect(gridValues({ ...float, low: 1e-5, high: 0.1, factor: 10 })).toEqual([1e-5, 1e-4, 1e-3, 0.01, 0.1]);
});

test('a range that is not a multiple of its step ends below its high bound', () => {
  expect(gridValues({ ...int, step: 3 })).toEqual([1, 4, 7]);
});

test('continuous and very long ranges are not listed', () => {
  expect(gridValues(float)).toBe(undefined);
  expect(gridValues({ ...int, high: 1e6 })).toBe(undefined);
  expect(gridValues({ ...float, low: 1, high: 1 })).toEqual([1]);
});

test('cells of whole numbers have equal widths, or equal ratios on a log scale', () => {
  expect([1, 4, 8].map((value) => toUnit(int, value))).toEqual([0.0625, 0.4375, 0.9375]);
  const log = { ...int, log: true };
  const share = (value: number): number => {
    let hits = 0;
    for (let i = 0; i < 10_000; i++) if (fromUnit(log, (i + 0.5) / 10_000) === value) hits++;
    return hits / 10_000;
  };
  expect(share(1)).toBeCloseTo(Math.log(1.5 / 0.5) / Math.log(8.5 / 0.5), 3);
  expect(share(8)).toBeCloseTo(Math.log(8.5 / 7.5) / Math.log(8.5 / 0.5), 3);
});
