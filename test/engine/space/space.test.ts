import fc from 'fast-check';
import { expect, test } from 'vitest';
import { randomStream } from '../../../src/engine/numeric/random.ts';
import {
  baselineAssignment,
  checkAssignment,
  completeAssignment,
  isActive,
  satisfies,
} from '../../../src/engine/space/assignment.ts';
import { cardinality } from '../../../src/engine/space/cardinality.ts';
import { configurationKey } from '../../../src/engine/space/configurationKey.ts';
import { describeParameter } from '../../../src/engine/space/describeParameter.ts';
import type { ParamValue } from '../../../src/engine/space/parameter.ts';
import { reconcile } from '../../../src/engine/space/reconcile.ts';
import { sampleUniform } from '../../../src/engine/space/sample.ts';
import { aSpace, arbitrarySpace, seeded } from './arbitrarySpace.ts';

const float = { kind: 'float', low: 0, high: 1, log: false } as const;
const int = { kind: 'int', low: 1, high: 8, log: false } as const;
const opt = { name: 'opt', kind: 'categorical', choices: ['adam', 'sgd'], ordered: false } as const;
const momentum = { ...float, name: 'momentum', low: 0.5, high: 0.99, condition: 'opt == "sgd"' } as const;
const decay = { ...float, name: 'decay', condition: 'momentum > 0.6' } as const;
const conditional = aSpace({
  parameters: [opt, momentum, decay],
  derived: [{ name: 'twice', expression: '2 * momentum' }],
});
const seeds = fc.nat();

test('samples are within their space and keep its constraints', () => {
  fc.assert(
    fc.property(arbitrarySpace, seeds, (space, seed) => {
      const random = randomStream(seed);
      for (let i = 0; i < 10; i++) {
        const sample = sampleUniform(space, random);
        // A constraint whose names are inactive everywhere is kept, so every space of the builder can be satisfied.
        expect(checkAssignment(space, sample)).toBe(undefined);
        expect(satisfies(space, sample)).toBe(true);
        expect(checkAssignment(space, completeAssignment(space, sample))).toBe(undefined);
      }
    }),
    { ...seeded, numRuns: 400 },
  );
});

test('the same seed gives the same samples', () => {
  fc.assert(
    fc.property(arbitrarySpace, seeds, (space, seed) => {
      expect(sampleUniform(space, randomStream(seed))).toEqual(sampleUniform(space, randomStream(seed)));
    }),
    seeded,
  );
});

test('any values are reconciled to a legal assignment, and legal ones are kept', () => {
  const anything = fc.dictionary(
    fc.constantFrom('p0', 'p1', 'p2', 'p3', 'd', 'zzz'),
    fc.oneof(fc.double(), fc.string(), fc.boolean(), fc.constant(null), fc.constant(undefined)),
  );
  fc.assert(
    fc.property(arbitrarySpace, seeds, anything, (space, seed, values) => {
      expect(checkAssignment(space, reconcile(space, values))).toBe(undefined);
      const sample = completeAssignment(space, sampleUniform(space, randomStream(seed)));
      expect(reconcile(space, sample)).toEqual(sample);
    }),
    { ...seeded, numRuns: 400 },
  );
});

test('a sample is uniform over choices and over a log range', () => {
  const space = aSpace({ parameters: [opt, { ...float, name: 'lr', low: 1e-4, high: 1, log: true }] });
  const random = randomStream(1);
  const samples = Array.from({ length: 10_000 }, () => sampleUniform(space, random));
  expect(samples.filter(({ opt: value }) => value === 'sgd').length).toBeGreaterThan(4800);
  expect(samples.filter(({ opt: value }) => value === 'sgd').length).toBeLessThan(5200);
  const below = samples.filter(({ lr }) => Number(lr) < 0.01).length;
  expect(below).toBeGreaterThan(4800);
  expect(below).toBeLessThan(5200);
});

test('inactive parameters are dropped, and those that depend on them', () => {
  const values = { opt: 'adam', momentum: 0.9, decay: 0.1, other: 3 };
  expect(completeAssignment(conditional, values)).toEqual({ opt: 'adam' });
  expect(completeAssignment(conditional, { ...values, opt: 'sgd' })).toEqual({
    opt: 'sgd',
    momentum: 0.9,
    decay: 0.1,
    twice: 1.8,
  });
  expect(conditional.parameters.map((parameter) => isActive(parameter, { opt: 'adam' }))).toEqual([
    true,
    false,
    false,
  ]);
});

test('derived values follow in order of dependency and by their own conditions', () => {
  const space = aSpace({
    parameters: [{ ...int, name: 'n' }],
    derived: [
      { name: 'c', expression: 'b + 1' },
      { name: 'b', expression: 'n * 2', condition: 'n > 3' },
    ],
  });
  expect(completeAssignment(space, { n: 4 })).toEqual({ n: 4, b: 8, c: 9 });
  expect(completeAssignment(space, { n: 2 })).toEqual({ n: 2 });
});

test('a derived value that is not a number breaks the space where it applies', () => {
  const space = aSpace({
    parameters: [{ ...int, name: 'n', low: 0, high: 3 }],
    derived: [{ name: 'share', expression: '1 / n' }],
  });
  expect(satisfies(space, { n: 0 })).toBe(false);
  expect(checkAssignment(space, { n: 0 })).toBe('share = 1 / n is not a finite number here.');
  const random = randomStream(1);
  for (let i = 0; i < 100; i++) expect(sampleUniform(space, random).n).not.toBe(0);
});

test.each([
  ['a == b', 'equal whole numbers out of a million'],
  ['a + b + c == 1500000', 'an equation'],
  ['a < b < c', 'an order'],
  ['c - a < 10 and a > 999000', 'a corner'],
  ['a * b <= 4096 and a > 10', 'a product'],
])('a constraint hardly ever kept by chance is repaired: %s (%s)', (constraint) => {
  const big = { ...int, high: 1_000_000 };
  const space = aSpace({
    parameters: [
      { ...big, name: 'a' },
      { ...big, name: 'b' },
      { ...big, name: 'c' },
    ],
    constraints: [constraint],
  });
  const random = randomStream(1);
  const kept = Array.from({ length: 10 }, () => satisfies(space, sampleUniform(space, random)));
  expect(kept).toEqual(new Array(10).fill(true));
});

test('a constraint that cannot be kept does not hang', () => {
  const space = aSpace({ parameters: [opt, momentum, { ...float, name: 'x' }], constraints: ['x > 2'] });
  const sample = sampleUniform(space, randomStream(1));
  expect(satisfies(space, sample)).toBe(false);
  expect(checkAssignment(space, sample)).toBe('The constraint x > 2 is not kept.');
  expect(sampleUniform(aSpace({ constraints: ['1 > 2'] }), randomStream(1))).toEqual({});
});

test.each<[Record<string, ParamValue>, string | undefined]>([
  [{ opt: 'sgd', momentum: 0.5, n: 3 }, undefined],
  [{ opt: 'adam', n: 3, twice: 6 }, undefined],
  [{ opt: 'adam', n: 3, twice: 7 }, 'twice is 7, but 2 * n is 6.'],
  [{ opt: 'adam', n: 3, momentun: 1 }, 'momentun is not a parameter of this space. Did you mean momentum?'],
  [{ opt: 'adam', n: 3, momentum: 0.5 }, 'momentum has a value, but opt == "sgd" does not hold.'],
  [{ opt: 'sgd', n: 3 }, 'momentum has no value.'],
  [{ opt: 'lion', n: 3 }, 'opt is "lion", which is none of ["adam","sgd"].'],
  [{ opt: 'adam', n: 4 }, 'n is 4, which is not on a step.'],
  [{ opt: 'adam', n: 9 }, 'n is 9, outside 1..8.'],
  [{ opt: 'adam', n: '3' }, 'n is "3", which is not a number.'],
])('an assignment is checked: %j', (assignment, expected) => {
  const space = aSpace({
    parameters: [opt, momentum, { ...int, name: 'n', step: 2 }],
    derived: [{ name: 'twice', expression: '2 * n' }],
  });
  expect(checkAssignment(space, assignment)).toBe(expected);
});

test('a baseline keeps the values a person wrote, even outside the space', () => {
  expect(baselineAssignment(conditional, { opt: 'sgd', momentum: 0.3, twice: 5, decay: 1 })).toEqual({
    opt: 'sgd',
    momentum: 0.3,
    twice: 5,
  });
  expect(baselineAssignment(conditional, { opt: 'lion', momentum: 0.3 })).toEqual({ opt: 'lion' });
});

test('keys are equal exactly when active values are', () => {
  const key = (values: Record<string, ParamValue>): string => configurationKey(conditional, values);
  expect(key({ opt: 'adam', momentum: 0.9 })).toBe(key({ momentum: 0.6, opt: 'adam' }));
  expect(key({ opt: 'sgd', momentum: 0.9 })).not.toBe(key({ opt: 'sgd', momentum: 0.6 }));
  const mixed = aSpace({
    parameters: [{ ...opt, choices: [1, '1', true, 'true', null, 'null', ',', '",'] }],
  });
  const keys = [1, '1', true, 'true', null, 'null', ',', '",'].map((value) =>
    configurationKey(mixed, { opt: value }),
  );
  expect(new Set(keys).size).toBe(8);
});

test('configurations are counted through conditions and constraints', () => {
  const bool = { kind: 'bool' } as const;
  const n = { ...int, name: 'n' };
  expect(cardinality(aSpace({ parameters: [opt, n, { ...bool, name: 'b' }] }))).toBe(32);
  expect(
    cardinality(aSpace({ parameters: [opt, { ...n, condition: 'opt == "sgd"' }, { ...bool, name: 'b' }] })),
  ).toBe(18);
  expect(cardinality(aSpace({ parameters: [n, { ...n, name: 'm' }], constraints: ['n < m'] }))).toBe(28);
  expect(
    cardinality(
      aSpace({ parameters: [n], derived: [{ name: 'd', expression: 'n * n' }], constraints: ['d < 10'] }),
    ),
  ).toBe(3);
  expect(cardinality(conditional)).toBe(Number.POSITIVE_INFINITY);
  expect(cardinality(aSpace({}))).toBe(1);
});

test('counting agrees with listing what samples show', () => {
  fc.assert(
    fc.property(arbitrarySpace, seeds, (space, seed) => {
      const count = cardinality(space);
      fc.pre(count <= 12);
      const random = randomStream(seed);
      const keys = new Set(
        Array.from({ length: 600 }, () => configurationKey(space, sampleUniform(space, random))),
      );
      expect(keys.size).toBeLessThanOrEqual(count);
    }),
    { ...seeded, numRuns: 40 },
  );
});

test('a space too large to count has an upper bound', () => {
  const big = { ...int, high: 1000 };
  const space = aSpace({
    parameters: [
      { ...big, name: 'a' },
      { ...big, name: 'b' },
    ],
    constraints: ['a < b'],
  });
  expect(cardinality(space)).toBe(1e6);
});

test('parameters are described in the words of an annotation', () => {
  const space = aSpace({
    parameters: [
      { ...float, name: 'lr', low: 1e-5, high: 0.1, log: true },
      { ...int, name: 'batch', low: 16, high: 256, log: true, factor: 2 },
      { ...float, name: 'drop', high: 0.6, step: 0.05 },
      { ...opt, ordered: true },
      { name: 'ema', kind: 'bool' },
      momentum,
      { ...int, name: 'steps', low: 100, high: 2_000_000 },
    ],
  });
  expect(space.parameters.map(describeParameter)).toEqual([
    '1e-5..0.1 log',
    '16..256 log step 2x',
    '0..0.6 step 0.05',
    '["adam", "sgd"] ordered',
    'true | false',
    '0.5..0.99 if opt == "sgd"',
    '100..2000000',
  ]);
});
