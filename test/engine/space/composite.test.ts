import fc from 'fast-check';
import { expect, test } from 'vitest';
import { randomStream } from '../../../src/engine/numeric/random.ts';
import {
  baselineAssignment,
  checkAssignment,
  completeAssignment,
  satisfies,
} from '../../../src/engine/space/assignment.ts';
import { cardinality } from '../../../src/engine/space/cardinality.ts';
import {
  exactFromShown,
  searchedFromShown,
  shownAssignment,
  shownNames,
} from '../../../src/engine/space/composite.ts';
import { configurationKey } from '../../../src/engine/space/configurationKey.ts';
import { createSpace } from '../../../src/engine/space/create.ts';
import { describeShape } from '../../../src/engine/space/describeParameter.ts';
import type { DraftComposite, DraftParameter } from '../../../src/engine/space/draft.ts';
import { fromUnit, gridValues, toUnit } from '../../../src/engine/space/encode.ts';
import type { ParamValue, SearchSpace, SourceValue } from '../../../src/engine/space/parameter.ts';
import { reconcile } from '../../../src/engine/space/reconcile.ts';
import { sampleUniform } from '../../../src/engine/space/sample.ts';
import { aSpace, arbitraryComposite, arbitrarySpace, seeded } from './arbitrarySpace.ts';

const hidden: DraftComposite = {
  kind: 'list',
  name: 'hidden',
  least: 1,
  most: 4,
  item: { kind: 'int', low: 16, high: 512, log: true },
};
const order: DraftComposite = { kind: 'permutation', name: 'order', choices: ['a', 'b', 'c', 'd'] };
const features: DraftComposite = {
  kind: 'subset',
  name: 'features',
  choices: ['age', 'sex', 'fare', 'class'],
  least: 1,
  most: 2,
};
const mix: DraftComposite = { kind: 'simplex', name: 'mix', size: 3, total: 1 };

const samples = (space: SearchSpace, count: number): readonly Readonly<Record<string, SourceValue>>[] => {
  const random = randomStream(3);
  return Array.from({ length: count }, () => shownAssignment(space, sampleUniform(space, random)));
};

test('samplers see parts, a person sees the list', () => {
  const space = aSpace({ parameters: [hidden] });
  expect(space.parameters.map(({ name, condition }) => [name, condition?.text])).toEqual([
    ['hidden.length', undefined],
    ['hidden[0]', undefined],
    ['hidden[1]', 'hidden.length > 1'],
    ['hidden[2]', 'hidden.length > 2'],
    ['hidden[3]', 'hidden.length > 3'],
  ]);
  expect(shownAssignment(space, { 'hidden.length': 2, 'hidden[0]': 64, 'hidden[1]': 32 })).toEqual({
    hidden: [64, 32],
  });
  expect(searchedFromShown(space, { hidden: [64, 32], other: 1 })).toEqual({
    'hidden.length': 2,
    'hidden[0]': 64,
    'hidden[1]': 32,
    other: 1,
  });
  expect(shownNames(space)).toEqual(['hidden']);
});

test('a list of one length has no part for it', () => {
  const space = aSpace({ parameters: [{ ...hidden, least: 2, most: 2 }] });
  expect(space.parameters.map(({ name }) => name)).toEqual(['hidden[0]', 'hidden[1]']);
});

test('composites taken apart and put together are what they were', () => {
  const one = fc.tuple(arbitraryComposite('c'), fc.nat());
  fc.assert(
    fc.property(one, ([draft, seed]) => {
      const space = aSpace({ parameters: [draft] });
      const random = randomStream(seed);
      for (let i = 0; i < 5; i++) {
        const params = sampleUniform(space, random);
        const shown = shownAssignment(space, params);
        const apart = exactFromShown(space, shown);
        const again = shownAssignment(space, completeAssignment(space, reconcile(space, shown)));
        expect(again).toEqual(shown);
        if (draft.kind !== 'simplex') expect(apart).toEqual(params);
      }
    }),
    { ...seeded, numRuns: 500 },
  );
});

test('parts survive encoding, so a whole configuration does', () => {
  fc.assert(
    fc.property(arbitrarySpace, fc.nat(), (space, seed) => {
      const params = sampleUniform(space, randomStream(seed));
      for (const parameter of space.parameters) {
        const value = params[parameter.name];
        const isGrid = parameter.kind !== 'float' || parameter.step !== undefined;
        if (value !== undefined && isGrid) expect(fromUnit(parameter, toUnit(parameter, value))).toBe(value);
      }
    }),
    { ...seeded, numRuns: 300 },
  );
});

test('shares are never negative and add up to their total', () => {
  const shares = fc.record({
    size: fc.integer({ min: 2, max: 40 }),
    total: fc.constantFrom(1, 100, 1e-3),
    seed: fc.nat(),
  });
  fc.assert(
    fc.property(shares, ({ size, total, seed }) => {
      const space = aSpace({ parameters: [{ ...mix, size, total }] });
      const { mix: list } = shownAssignment(space, sampleUniform(space, randomStream(seed)));
      const numbers = [list].flat().map(Number);
      expect(numbers).toHaveLength(size);
      expect(Math.min(...numbers)).toBeGreaterThanOrEqual(0);
      expect(Math.abs(numbers.reduce((a, b) => a + b, 0) / total - 1)).toBeLessThan(1e-12);
    }),
    seeded,
  );
});

test('a share that takes nearly all leaves the others what they were', () => {
  const space = aSpace({ parameters: [{ ...mix, size: 40 }] });
  const lopsided = [0.999, ...Array.from({ length: 38 }, () => 0), 0.001];
  expect(shownAssignment(space, reconcile(space, { mix: lopsided }))).toEqual({ mix: lopsided });
  expect(baselineAssignment(space, { mix: lopsided })).not.toEqual({});
  expect(baselineAssignment(space, { mix: lopsided.map((share) => 2 * share) })).toEqual({});
});

test('a simplex is drawn uniformly: each share has the mean and variance of a flat Dirichlet', () => {
  const size = 4;
  const lists = samples(aSpace({ parameters: [{ ...mix, size }] }), 20_000).map(({ mix: list }) =>
    [list].flat().map(Number),
  );
  for (let k = 0; k < size; k++) {
    const share = lists.map((list) => list[k] ?? 0);
    const mean = share.reduce((a, b) => a + b, 0) / share.length;
    const variance = share.reduce((a, b) => a + (b - mean) ** 2, 0) / share.length;
    expect(mean).toBeCloseTo(1 / size, 2);
    expect(variance).toBeCloseTo((size - 1) / (size ** 2 * (size + 1)), 2);
  }
});

test('every order is drawn as often as any other', () => {
  const counts = new Map<string, number>();
  for (const { order: list } of samples(aSpace({ parameters: [order] }), 24_000))
    counts.set(String(list), (counts.get(String(list)) ?? 0) + 1);
  expect(counts.size).toBe(24);
  for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(150);
});

test('every subset of a legal size is drawn as often as any other, also where few are', () => {
  const counts = new Map<string, number>();
  for (const { features: list } of samples(aSpace({ parameters: [features] }), 10_000))
    counts.set(String(list), (counts.get(String(list)) ?? 0) + 1);
  expect(counts.size).toBe(4 + 6);
  for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(150);
  const many = Array.from({ length: 100 }, (_, i) => i);
  const pairs = aSpace({ parameters: [{ ...features, choices: many, least: 2, most: 2 }] });
  for (const { features: list } of samples(pairs, 100)) expect(list).toHaveLength(2);
});

test('one place changed moves one choice and keeps the order of the others', () => {
  const space = aSpace({ parameters: [{ ...order, choices: [0, 1, 2, 3, 4, 5] }] });
  const random = randomStream(1);
  for (let i = 0; i < 200; i++) {
    const params = sampleUniform(space, random);
    const moved = 1 + random.integer(5);
    const changed = { ...params, [`order.place[${moved - 1}]`]: random.integer(moved + 1) };
    // Choices behind the one that moved are put in at their own places, so only those before it are compared.
    const before = (values: typeof params): readonly unknown[] =>
      [shownAssignment(space, values).order].flat().filter((each) => Number(each) < moved);
    expect(before(changed)).toEqual(before(params));
  }
});

test('conditions, constraints and derived values read composites by name, length and item', () => {
  const space = aSpace({
    parameters: [
      hidden,
      features,
      { kind: 'float', name: 'dropout', low: 0, high: 0.5, log: false, condition: 'len(hidden) > 2' },
      { kind: 'bool', name: 'scale', condition: '"fare" in features' },
    ],
    derived: [{ name: 'width', expression: 'sum(hidden)' }],
    constraints: ['hidden.length < 2 or hidden[0] >= hidden[1]', 'max(hidden) <= 256'],
  });
  const random = randomStream(2);
  for (let i = 0; i < 200; i++) {
    const params = completeAssignment(space, sampleUniform(space, random));
    const shown = shownAssignment(space, params);
    const list = [shown.hidden].flat().map(Number);
    expect(checkAssignment(space, params)).toBeUndefined();
    expect(shown.width).toBe(list.reduce((a, b) => a + b, 0));
    expect(Math.max(...list)).toBeLessThanOrEqual(256);
    expect((list[0] ?? 0) >= (list[1] ?? 0)).toBe(true);
    expect('dropout' in shown).toBe(list.length > 2);
    expect('scale' in shown).toBe([shown.features].flat().includes('fare'));
  }
});

test('conditions make a graph: several parents, derived values and lengths among them', () => {
  const space = aSpace({
    parameters: [
      { kind: 'categorical', name: 'model', choices: ['mlp', 'cnn', 'tree'], ordered: false },
      { ...hidden, condition: 'model != "tree"' },
      { kind: 'bool', name: 'pool', condition: 'model == "cnn"' },
      { kind: 'int', name: 'stride', low: 1, high: 4, log: false, condition: 'pool and depth > 4' },
    ],
    derived: [{ name: 'depth', expression: '2 * hidden.length' }],
  });
  expect(completeAssignment(space, { model: 'tree', 'hidden.length': 3, pool: true, stride: 2 })).toEqual({
    model: 'tree',
  });
  const wide = { 'hidden.length': 3, 'hidden[0]': 16, 'hidden[1]': 16, 'hidden[2]': 16 };
  expect(completeAssignment(space, { model: 'cnn', ...wide, pool: true, stride: 2 })).toMatchObject({
    depth: 6,
    stride: 2,
  });
  expect(
    completeAssignment(space, { model: 'cnn', ...wide, 'hidden.length': 2, pool: true, stride: 2 }),
  ).not.toHaveProperty('stride');
});

test("a person's list is kept as it is, also where it is longer than any proposed one", () => {
  const space = aSpace({ parameters: [hidden, order, features] });
  const baseline = baselineAssignment(space, { hidden: [8, 8, 8, 8, 8, 8], order: ['d', 'a', 'b', 'c'] });
  expect(shownAssignment(space, baseline)).toEqual({
    hidden: [8, 8, 8, 8, 8, 8],
    order: ['d', 'a', 'b', 'c'],
  });
  const conditional = aSpace({
    parameters: [hidden, { kind: 'bool', name: 'deep', condition: 'len(hidden) > 4' }],
  });
  expect(baselineAssignment(conditional, { hidden: [8, 8, 8, 8, 8], deep: true })).toMatchObject({
    'hidden.length': 5,
    'hidden[4]': 8,
    deep: true,
  });
  expect(baselineAssignment(space, { order: ['a', 'b'], features: ['height'] })).toEqual({});
});

test('any list is reconciled to a legal value, and a legal one is kept', () => {
  const space = aSpace({ parameters: [hidden, order, features, mix] });
  const item = fc.oneof(fc.double(), fc.constantFrom('a', 'b', 'age', null, true), fc.nat());
  const values = fc.dictionary(
    fc.constantFrom('hidden', 'order', 'features', 'mix'),
    fc.array(item, { maxLength: 8 }),
  );
  fc.assert(
    fc.property(values, (given) => {
      expect(checkAssignment(space, reconcile(space, given))).toBeUndefined();
    }),
    { ...seeded, numRuns: 500 },
  );
  expect(shownAssignment(space, reconcile(space, { hidden: [20, 700], order: ['c'] }))).toMatchObject({
    hidden: [20, 512],
    order: ['c', 'a', 'b', 'd'],
  });
});

test('a count of configurations is the number of different ones that are drawn', () => {
  const small: readonly DraftComposite[] = [
    { ...hidden, least: 0, most: 2, item: { kind: 'categorical', choices: [1, 2, 3], ordered: true } },
    { ...order, choices: [1, 2, 3] },
    features,
  ];
  const expected = [1 + 3 + 9, 6, 10];
  expect(small.map((draft) => cardinality(aSpace({ parameters: [draft] })))).toEqual(expected);
  const spaces = [
    aSpace({ parameters: small }),
    aSpace({ parameters: [{ ...features, condition: 'len(hidden) > 0' }, ...small.slice(0, 2)] }),
    aSpace({ parameters: small.slice(0, 2), constraints: ['len(hidden) == 0 or hidden[0] > 1'] }),
    aSpace({ parameters: small.slice(2), forbidden: ['"age" in features and "sex" in features'] }),
  ];
  expect(spaces.map(cardinality)).toEqual([13 * 6 * 10, (1 + 12 * 10) * 6, (1 + 2 + 6) * 6, 9]);
  for (const space of spaces) {
    const random = randomStream(1);
    const keys = new Set<string>();
    for (let i = 0; i < 20 * cardinality(space); i++)
      keys.add(configurationKey(space, sampleUniform(space, random)));
    expect(keys.size).toBe(cardinality(space));
  }
});

const smallParameter = (name: string): fc.Arbitrary<DraftParameter | DraftComposite> =>
  fc.oneof(
    fc.constant({ kind: 'bool' as const, name }),
    fc.integer({ min: 1, max: 3 }).map((high) => ({ kind: 'int' as const, name, low: 0, high, log: false })),
    fc.constant({ ...hidden, name, least: 0, most: 2, item: { kind: 'bool' as const } }),
    fc.constant({ ...order, name, choices: [1, 2, 3] }),
    fc.constant({ ...features, name, choices: [1, 2, 3], most: 2 }),
  );

const termOf = (drafts: readonly (DraftParameter | DraftComposite)[], index: number): string => {
  const draft = drafts[index];
  if (draft?.kind === 'list') return `len(${draft.name})`;
  return draft?.kind === 'permutation' || draft?.kind === 'subset' ? `(1 in ${draft.name})` : `p${index}`;
};

/** Every combination of values of every part, active or not: the slow obvious way. */
const countSlowly = (space: SearchSpace): number => {
  let all: readonly Record<string, ParamValue>[] = [{}];
  for (const parameter of space.parameters)
    all = all.flatMap((values) =>
      (gridValues(parameter) ?? []).map((value) => ({ ...values, [parameter.name]: value })),
    );
  const legal = all
    .map((values) => completeAssignment(space, values))
    .filter((values) => satisfies(space, values));
  return new Set(legal.map((values) => configurationKey(space, values))).size;
};

test('the count of any small space is that of all its combinations', () => {
  const small = fc.tuple(
    smallParameter('p0'),
    smallParameter('p1'),
    smallParameter('p2'),
    fc.nat({ max: 5 }),
  );
  fc.assert(
    fc.property(small, ([p0, p1, p2, turn]) => {
      const drafts = [p0, p1, p2];
      const [a, b, c] = [0, 1, 2].map((index) => termOf(drafts, index));
      const space = aSpace({
        parameters: turn % 2 === 0 ? drafts : [p0, { ...p1, condition: `${a} == 1` }, p2],
        constraints: turn % 3 === 0 ? [`${b} + ${c} <= 2`] : [],
        forbidden: turn > 3 ? [`${a} == 0 and ${c} == 1`] : [],
      });
      expect(cardinality(space)).toBe(countSlowly(space));
    }),
    { ...seeded, numRuns: 200 },
  );
});

test('the count of a large composite needs no visit', () => {
  const many = Array.from({ length: 40 }, (_, i) => i);
  expect(cardinality(aSpace({ parameters: [{ ...features, choices: many, least: 0, most: 2 }] }))).toBe(821);
  expect(cardinality(aSpace({ parameters: [hidden] }))).toBe(497 + 497 ** 2 + 497 ** 3 + 497 ** 4);
  expect(cardinality(aSpace({ parameters: [mix] }))).toBe(Infinity);
});

test('forbidden combinations are never proposed, and say so', () => {
  const space = aSpace({
    parameters: [
      { kind: 'categorical', name: 'optimizer', choices: ['adam', 'sgd'], ordered: false },
      { kind: 'bool', name: 'nesterov' },
      { kind: 'float', name: 'lr', low: 0, high: 1, log: false },
    ],
    forbidden: [{ optimizer: 'adam', nesterov: true }, 'optimizer == "sgd" and lr > 0.001'],
  });
  expect(checkAssignment(space, { optimizer: 'adam', nesterov: true, lr: 0 })).toBe(
    'The combination optimizer == "adam" and nesterov == True is forbidden.',
  );
  const random = randomStream(1);
  for (let i = 0; i < 100; i++) expect(satisfies(space, sampleUniform(space, random))).toBe(true);
  expect(reconcile(space, { optimizer: 'sgd', nesterov: true, lr: 0.5 }).lr).not.toBe(undefined);
  expect(satisfies(space, reconcile(space, { optimizer: 'sgd', nesterov: true, lr: 0.5 }))).toBe(true);
});

test.each<[DraftComposite, string]>([
  [hidden, 'list 1..4 of 16..512 log'],
  [{ ...hidden, least: 2, most: 2, item: { kind: 'bool' } }, 'list 2 of true | false'],
  [order, 'permutation ["a", "b", "c", "d"]'],
  [features, 'subset ["age", "sex", "fare", "class"] 1..2'],
  [mix, 'simplex'],
  [{ ...mix, total: 100 }, 'simplex total 100'],
])('%j is described', (draft, expected) => {
  const { name: _, condition: __, ...shape } = draft;
  expect(describeShape(shape)).toBe(expected);
});

const messages = (...parameters: readonly DraftComposite[]): readonly string[] => {
  const space = createSpace({ parameters, derived: [], constraints: [] });
  return space.ok ? [] : space.error.map(({ message }) => message);
};

test.each<[DraftComposite, string]>([
  [{ ...hidden, least: 4, most: 1 }, 'hidden is to have at least 4 and at most 1 items. Write 1..4.'],
  [{ ...hidden, most: 0, least: 0 }, 'hidden can have no items. Let it have at least one.'],
  [{ ...hidden, most: 5000 }, 'hidden can have at most 1000 items, found 5000.'],
  [
    { ...hidden, item: { kind: 'int', low: 8, high: 4, log: false } },
    'The range of hidden is reversed: 8 is above 4. Write 4..8.',
  ],
  [{ ...order, choices: ['a'] }, 'order needs at least two choices, found 1.'],
  [{ ...order, choices: ['a', 'a'] }, 'order has the choice "a" twice. Remove one.'],
  [{ ...features, most: 5 }, 'features can have at most 4 choices, found 5.'],
  [{ ...mix, size: 1 }, 'mix must have from 2 to 1000 shares, found 1.'],
  [{ ...mix, total: 0 }, 'The shares of mix must add up to more than 0.'],
  [
    { ...hidden, condition: 'len(hidden) > 1' },
    'hidden depends on itself. Take hidden out of its own condition or expression.',
  ],
])('a composite that cannot be is refused: %j', (draft, expected) => {
  expect(messages(draft)).toEqual([expected]);
});

test('circles through composites, and names that clash with parts, are found', () => {
  expect(
    messages({ ...hidden, condition: '"a" in features' }, { ...features, condition: 'len(hidden) > 1' }),
  ).toMatchInlineSnapshot(`
      [
        "hidden depends on features depends on hidden. Take one of these names out of a condition or expression.",
      ]
    `);
  expect(messages(hidden, { ...order, name: 'hidden.length' })).toEqual([
    'hidden.length is declared twice. Rename or remove one.',
  ]);
});

test('a choice that a composite never has is refused', () => {
  const refused = createSpace({
    parameters: [features, { kind: 'bool', name: 'b', condition: '"agee" in features' }],
    derived: [],
    constraints: [],
  });
  expect(refused.ok || refused.error[0]?.message).toBe('features never has "agee". Did you mean age?');
});
