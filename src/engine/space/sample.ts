import type { RandomStream } from '../numeric/random.ts';
import { partNames } from './assembly.ts';
import { addDerived, type Draft, isActive, isSatisfied } from './assignment.ts';
import { compositesOf, countConstraint, draftOf } from './composite.ts';
import { fromUnit } from './encode.ts';
import type { Assignment, Composite, CompositeShape, SearchSpace } from './parameter.ts';
import { planOf } from './plan.ts';
import { repair } from './repair.ts';
import { searchedOnly } from './searched.ts';

/** Proposals thrown away before a violated one is repaired instead. */
const mostRejected = 500;

/**
 * Active searched parameters, each uniform over its legal values (log-uniform on a log scale; by its prior where it has one), given that the
 * constraints hold. Where they almost never hold by chance, a violating draw is repaired by local search; where
 * none is found, the best one is returned: check with `satisfies` if it matters. Always ends.
 */
export const sampleUniform = (space: SearchSpace, random: RandomStream): Assignment => {
  if (planOf(space).isFree) return draw(space, random);
  let values = draw(space, random);
  for (let tries = 1; !isSatisfied(space, values); tries++) {
    if (tries === mostRejected) return searchedOnly(space, repair(space, values, random));
    values = draw(space, random);
  }
  return searchedOnly(space, values);
};

/** One draw with its derived values, constraints not looked at but for the sizes of subsets. */
const draw = (space: SearchSpace, random: RandomStream): Assignment => {
  const values: Draft = {};
  const subsets = limitedSubsets(space);
  const chosen = new Map<Composite, ReadonlySet<number>>();
  for (const item of planOf(space).items) {
    if (item.kind === 'derived') addDerived(item.derived, values);
    else if (isActive(item.parameter, values)) {
      const { name } = item.parameter;
      const subset = subsets.get(name);
      values[name] =
        subset === undefined ? fromUnit(item.parameter, random.uniform()) : drawFlag(subset, chosen, random);
    }
  }
  return values;
};

interface Flag {
  readonly composite: Composite;
  readonly index: number;
  /** Chances of each number of choices, added up from `least`. */
  readonly sizes: readonly number[];
}

const limits = new WeakMap<SearchSpace, ReadonlyMap<string, Flag>>();

/** The flags of subsets that not all combinations of flags make up, by name. Worked out once for a space. */
const limitedSubsets = (space: SearchSpace): ReadonlyMap<string, Flag> => {
  let flags = limits.get(space);
  if (flags === undefined) {
    flags = new Map(
      compositesOf(space).flatMap((composite) => {
        const { shape, assembly } = composite;
        if (shape.kind !== 'subset' || countConstraint(draftOf(composite)) === undefined) return [];
        const sizes = chancesOfSizes(shape.choices.length, shape.least, shape.most);
        return partNames(assembly).map((name, index) => [name, { composite, index, sizes }] as const);
      }),
    );
    limits.set(space, flags);
  }
  return flags;
};

/** C(n, k) for each k, in shares of their sum; by logarithms, since C(1000, 500) is no double. */
const chancesOfSizes = (n: number, least: number, most: number): readonly number[] => {
  const logs: number[] = [];
  let log = 0;
  for (let k = 0; k <= most; k++) {
    if (k >= least) logs.push(log);
    log += Math.log((n - k) / (k + 1));
  }
  const largest = Math.max(...logs);
  const weights = logs.map((each) => Math.exp(each - largest));
  const sum = weights.reduce((a, b) => a + b, 0);
  let before = 0;
  return weights.map((weight) => {
    before += weight / sum;
    return before;
  });
};

/** Draws the whole subset at its first flag, each subset of a legal size with the same chance. */
const drawFlag = (
  { composite, index, sizes }: Flag,
  chosen: Map<Composite, ReadonlySet<number>>,
  random: RandomStream,
): boolean => {
  let members = chosen.get(composite);
  if (members === undefined) {
    members = composite.shape.kind === 'subset' ? drawSubset(composite.shape, sizes, random) : new Set();
    chosen.set(composite, members);
  }
  return members.has(index);
};

const drawSubset = (
  { choices, least, most }: CompositeShape & { readonly kind: 'subset' },
  sizes: readonly number[],
  random: RandomStream,
): ReadonlySet<number> => {
  const u = random.uniform();
  const found = sizes.findIndex((upTo) => u < upTo);
  const size = found < 0 ? most : least + found;
  // Floyd's algorithm: a uniform subset in as many draws as it has members (Bentley & Floyd, CACM 30, 1987).
  const members = new Set<number>();
  for (let last = choices.length - size; last < choices.length; last++) {
    const pick = random.integer(last + 1);
    members.add(members.has(pick) ? last : pick);
  }
  return members;
};
