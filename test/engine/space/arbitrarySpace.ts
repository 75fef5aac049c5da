import fc from 'fast-check';
import { isComposite } from '../../../src/engine/space/composite.ts';
import { createSpace } from '../../../src/engine/space/create.ts';
import type {
  DraftComposite,
  DraftConstant,
  DraftDerived,
  DraftForbidden,
  DraftParameter,
  SpaceDraft,
} from '../../../src/engine/space/draft.ts';
import { literalText } from '../../../src/engine/space/expression.ts';
import type { ParamValue, SearchSpace } from '../../../src/engine/space/parameter.ts';

/** One seed for all property tests of the room; fast-check prints it with a failure. */
export const seeded = { seed: 20_260_101, numRuns: 150 };

/** A space from a draft that must be right. */
export const aSpace = (draft: Partial<SpaceDraft>): SearchSpace => {
  const space = createSpace({ parameters: [], derived: [], constraints: [], ...draft });
  if (!space.ok) throw new Error(space.error.map(({ message }) => message).join('\n'));
  return space.value;
};

const finite = (low: number, high: number): fc.Arbitrary<number> =>
  fc.double({ min: low, max: high, noNaN: true, noDefaultInfinity: true }).map((value) => value + 0); // no -0

const pair = (value: fc.Arbitrary<number>): fc.Arbitrary<{ low: number; high: number }> =>
  fc.tuple(value, value).map(([a, b]) => ({ low: Math.min(a, b), high: Math.max(a, b) }));

const floats = (name: string): fc.Arbitrary<DraftParameter> =>
  fc.oneof(
    pair(finite(-1e6, 1e6)).map((range) => ({ name, kind: 'float' as const, ...range, log: false })),
    pair(finite(1e-9, 1e6)).map((range) => ({ name, kind: 'float' as const, ...range, log: true })),
    // Steps as people write them: few decimals.
    fc
      .tuple(
        fc.integer({ min: -500, max: 500 }),
        fc.integer({ min: 1, max: 50 }),
        fc.integer({ min: 1, max: 99 }),
      )
      .chain(([low, step, count]) =>
        fc.integer({ min: 0, max: 4 }).map((decimals) => ({
          name,
          kind: 'float' as const,
          low: low / 10 ** decimals,
          high: Number(((low + step * count) / 10 ** decimals).toFixed(decimals)),
          log: low > 0 && count % 2 === 0,
          step: step / 10 ** decimals,
        })),
      ),
    fc
      .tuple(fc.constantFrom(1e-5, 0.1, 1, 3.7), fc.constantFrom(1.1, 2, 10), fc.integer({ min: 1, max: 12 }))
      .map(([low, factor, count]) => ({
        name,
        kind: 'float' as const,
        low,
        high: low * factor ** count * 1.01,
        log: count % 2 === 0,
        factor,
      })),
  );

const ints = (name: string): fc.Arbitrary<DraftParameter> =>
  fc.oneof(
    pair(fc.integer({ min: -1000, max: 1000 })).map((range) => ({
      name,
      kind: 'int' as const,
      ...range,
      log: false,
    })),
    pair(fc.integer({ min: 1, max: 2 ** 40 })).map((range) => ({
      name,
      kind: 'int' as const,
      ...range,
      log: true,
    })),
    fc
      .tuple(
        fc.integer({ min: 1, max: 300 }),
        fc.integer({ min: 1, max: 64 }),
        fc.integer({ min: 1, max: 40 }),
      )
      .map(([low, step, count]) => ({
        name,
        kind: 'int' as const,
        low,
        high: low + step * count + (count % step),
        log: count % 2 === 0,
        step,
      })),
    fc
      .tuple(
        fc.integer({ min: 1, max: 32 }),
        fc.constantFrom(1.3, 1.5, 2, 3),
        fc.integer({ min: 1, max: 10 }),
      )
      .map(([low, factor, count]) => ({
        name,
        kind: 'int' as const,
        low,
        high: Math.ceil(low * factor ** count),
        log: true,
        factor,
      })),
  );

const choice: fc.Arbitrary<ParamValue> = fc.oneof(
  fc.string({ maxLength: 6 }),
  fc.integer({ min: -9, max: 9 }),
  fc.boolean(),
  fc.constant(null),
);

const categoricals = (name: string): fc.Arbitrary<DraftParameter> =>
  fc
    .tuple(fc.uniqueArray(choice, { minLength: 1, maxLength: 6 }), fc.boolean())
    .map(([choices, ordered]) => ({ name, kind: 'categorical' as const, choices, ordered }));

/** A prior with its mean in the range, from a needle to nearly flat, for about half of the numbers. */
const withPrior = (numbers: fc.Arbitrary<DraftParameter>): fc.Arbitrary<DraftParameter> =>
  fc
    .tuple(numbers, fc.boolean(), fc.integer({ min: 0, max: 8 }), fc.constantFrom(0.001, 0.05, 0.3, 2, 200))
    .map(([draft, isPlain, eighths, spread]) => {
      if (isPlain || (draft.kind !== 'float' && draft.kind !== 'int')) return draft;
      const scale = (value: number): number => (draft.log ? Math.log(value) : value);
      const [low, high] = [scale(draft.low), scale(draft.high)];
      const mean = Math.min(high, low + ((high - low) * eighths) / 8);
      const isWide = draft.kind === 'int' && draft.high - draft.low > 2 ** 32;
      return isWide || high - low < 1e-200
        ? draft
        : { ...draft, prior: { kind: 'normal' as const, mean, sd: (high - low) * spread } };
    });

export const arbitraryParameter = (name: string): fc.Arbitrary<DraftParameter> =>
  fc.oneof(
    withPrior(floats(name)),
    withPrior(ints(name)),
    categoricals(name),
    fc.constant({ name, kind: 'bool' as const }),
  );

const distinct = fc.uniqueArray(choice, { minLength: 2, maxLength: 6 });

const counts = (most: number): fc.Arbitrary<{ least: number; most: number }> =>
  pair(fc.integer({ min: 0, max: most })).map(({ low, high }) => ({ least: low, most: Math.max(1, high) }));

export const arbitraryComposite = (name: string): fc.Arbitrary<DraftComposite> =>
  fc.oneof(
    fc.tuple(arbitraryParameter(''), counts(4)).map(([{ name: _, condition: __, ...item }, range]) => ({
      name,
      kind: 'list' as const,
      ...range,
      // Taking the name off a union leaves each of its members without one.
      item: item as (DraftComposite & { kind: 'list' })['item'],
    })),
    distinct.map((choices) => ({ name, kind: 'permutation' as const, choices })),
    distinct.chain((choices) =>
      counts(choices.length).map((range) => ({ name, kind: 'subset' as const, choices, ...range })),
    ),
    fc
      .tuple(fc.integer({ min: 2, max: 5 }), fc.constantFrom(1, 100, 0.3))
      .map(([size, total]) => ({ name, kind: 'simplex' as const, size, total })),
  );

/** A condition on one earlier parameter or composite, for any type of it. */
const conditionOn = (parameter: DraftParameter | DraftComposite, turn: number): string => {
  const { name } = parameter;
  if (isComposite(parameter)) return conditionOnComposite(parameter, turn);
  if (parameter.kind === 'bool') return turn % 2 === 0 ? name : `not ${name}`;
  if (parameter.kind === 'categorical') {
    const value = parameter.choices[turn % parameter.choices.length] ?? null;
    return `${name} ${turn % 2 === 0 ? '==' : '!='} ${value === null ? 'None' : JSON.stringify(value)}`;
  }
  return `${name} ${turn % 2 === 0 ? '<=' : '>'} ${parameter.low + (parameter.high - parameter.low) * ((turn % 7) / 6)}`;
};

const conditionOnComposite = (composite: DraftComposite, turn: number): string => {
  const { name } = composite;
  if (composite.kind === 'simplex') return `max(${name}) > ${composite.total / 2}`;
  if (composite.kind === 'list')
    return turn % 2 === 0 && composite.least < composite.most ? `${name}.length > 1` : `len(${name}) <= 1`;
  return `${literalText(composite.choices[turn % composite.choices.length] ?? null)} in ${name}`;
};

const isNumber = (parameter: DraftParameter | DraftComposite): parameter is DraftParameter =>
  parameter.kind === 'float' || parameter.kind === 'int';

/**
 * Any space: composites among its parameters, a graph of conditions on up to two earlier ones, derived values of
 * numbers, a constant, constraints that at least half can keep, and a forbidden combination.
 */
export const arbitrarySpace: fc.Arbitrary<SearchSpace> = fc
  .integer({ min: 1, max: 8 })
  .chain((count) =>
    fc.record({
      parameters: fc.tuple(
        ...Array.from({ length: count }, (_, i) =>
          fc.oneof(
            { weight: 4, arbitrary: arbitraryParameter(`p${i}`) },
            { weight: 1, arbitrary: arbitraryComposite(`p${i}`) },
          ),
        ),
      ),
      turns: fc.array(fc.nat({ max: 1000 }), { minLength: count, maxLength: count }),
      withConstraint: fc.boolean(),
      constant: fc.option(choice, { nil: undefined }),
    }),
  )
  .map(({ parameters, turns, withConstraint, constant }) => {
    const conditional = parameters.map((parameter, i): DraftParameter | DraftComposite => {
      const turn = turns[i] ?? 0;
      const earlier = parameters[turn % Math.max(1, i)];
      const other = parameters[(turn >> 3) % Math.max(1, i)];
      if (i === 0 || turn % 3 > 0 || earlier === undefined || other === undefined) return parameter;
      const isOneOfTwo = turn % 2 === 0 && other !== earlier;
      const second = isOneOfTwo ? ` or ${conditionOn(other, turn >> 2)}` : '';
      return { ...parameter, condition: `${conditionOn(earlier, turn)}${second}` };
    });
    const numbers = conditional.filter(isNumber);
    const [first, second] = numbers;
    const derived: (DraftDerived | DraftConstant)[] = [
      ...(first === undefined ? [] : [{ name: 'd', expression: `2 * ${first.name} + 1` }]),
      ...(constant === undefined ? [] : [{ name: 'c', value: constant }]),
    ];
    const constraints =
      withConstraint && first !== undefined && second !== undefined
        ? [`d >= ${2 * middleOf(first) + 1} or ${second.name} >= ${middleOf(second)}`]
        : [];
    return aSpace({ parameters: conditional, derived, constraints, forbidden: forbiddenPair(conditional) });
  });

/** One value of each of two choices that have more, where there are two. */
const forbiddenPair = (
  parameters: readonly (DraftParameter | DraftComposite)[],
): readonly DraftForbidden[] => {
  const values = parameters.flatMap((parameter): [string, ParamValue][] => {
    if (parameter.kind === 'bool') return [[parameter.name, true]];
    const hasMore = parameter.kind === 'categorical' && parameter.choices.length > 1;
    return hasMore ? [[parameter.name, parameter.choices[0] ?? null]] : [];
  });
  return values.length < 2 ? [] : [Object.fromEntries(values.slice(0, 2))];
};

const middleOf = (parameter: DraftParameter): number =>
  parameter.kind === 'float' || parameter.kind === 'int'
    ? parameter.low + (parameter.high - parameter.low) / 2
    : 0;
