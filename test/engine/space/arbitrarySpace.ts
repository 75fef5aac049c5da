import fc from 'fast-check';
import { createSpace } from '../../../src/engine/space/create.ts';
import type { DraftDerived, DraftParameter, SpaceDraft } from '../../../src/engine/space/draft.ts';
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

export const arbitraryParameter = (name: string): fc.Arbitrary<DraftParameter> =>
  fc.oneof(floats(name), ints(name), categoricals(name), fc.constant({ name, kind: 'bool' as const }));

/** A condition on one earlier parameter, for either type of it. */
const conditionOn = (parameter: DraftParameter, turn: number): string => {
  const { name } = parameter;
  if (parameter.kind === 'bool') return turn % 2 === 0 ? name : `not ${name}`;
  if (parameter.kind === 'categorical') {
    const value = parameter.choices[turn % parameter.choices.length] ?? null;
    return `${name} ${turn % 2 === 0 ? '==' : '!='} ${value === null ? 'None' : JSON.stringify(value)}`;
  }
  return `${name} ${turn % 2 === 0 ? '<=' : '>'} ${parameter.low + (parameter.high - parameter.low) * ((turn % 7) / 6)}`;
};

const isNumber = (parameter: DraftParameter): boolean =>
  parameter.kind === 'float' || parameter.kind === 'int';

/** Any space: conditions on earlier parameters, derived values of numbers, constraints that at least half can keep. */
export const arbitrarySpace: fc.Arbitrary<SearchSpace> = fc
  .integer({ min: 1, max: 8 })
  .chain((count) =>
    fc.record({
      parameters: fc.tuple(...Array.from({ length: count }, (_, i) => arbitraryParameter(`p${i}`))),
      turns: fc.array(fc.nat({ max: 1000 }), { minLength: count, maxLength: count }),
      withConstraint: fc.boolean(),
    }),
  )
  .map(({ parameters, turns, withConstraint }) => {
    const conditional = parameters.map((parameter, i): DraftParameter => {
      const turn = turns[i] ?? 0;
      const earlier = parameters[turn % Math.max(1, i)];
      return i === 0 || turn % 3 > 0 || earlier === undefined
        ? parameter
        : { ...parameter, condition: conditionOn(earlier, turn) };
    });
    const numbers = conditional.filter(isNumber);
    const [first, second] = numbers;
    const derived: DraftDerived[] =
      first === undefined ? [] : [{ name: 'd', expression: `2 * ${first.name} + 1` }];
    const constraints =
      withConstraint && first !== undefined && second !== undefined
        ? [`d >= ${2 * middleOf(first) + 1} or ${second.name} >= ${middleOf(second)}`]
        : [];
    return aSpace({ parameters: conditional, derived, constraints });
  });

const middleOf = (parameter: DraftParameter): number =>
  parameter.kind === 'float' || parameter.kind === 'int'
    ? parameter.low + (parameter.high - parameter.low) / 2
    : 0;
