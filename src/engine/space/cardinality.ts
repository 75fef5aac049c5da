import { partNames } from './assembly.ts';
import { addDerived, type Draft, isActive, isSatisfied } from './assignment.ts';
import { gridValues, valueCount } from './encode.ts';
import { compositeByPart, compositesOf, ownConstraints } from './composite.ts';
import type { Composite, CompositeShape, Parameter, SearchSpace } from './parameter.ts';
import { planOf } from './plan.ts';

/** Most assignments that are visited to count them. */
const mostVisited = 100_000;
/** Most items on the way to one assignment; the visit recurs once for each. */
const mostItems = 1000;

/**
 * Number of different configurations. Infinite when an active parameter is continuous. Exact for spaces without
 * conditions, derived values and constraints, and for others wherever at most 100,000 partial assignments of the
 * parameters they name have to be visited; beyond that an upper bound that disregards constraints and counts
 * "inactive" as one more value of each conditional parameter.
 */
export const cardinality = (space: SearchSpace): number => {
  let count = cache.get(space);
  if (count === undefined) {
    count = countConfigurations(space);
    cache.set(space, count);
  }
  return count;
};

const cache = new WeakMap<SearchSpace, number>();

const countConfigurations = (space: SearchSpace): number => {
  const named = namesUsed(space);
  const apart = compositesOf(space).filter((composite) => standsApart(composite, named));
  const partsApart = new Set(apart.flatMap(({ assembly }) => partNames(assembly)));
  let free = apart.reduce((product, { shape }) => product * countShape(shape), 1);
  const bound: Parameter[] = [];
  for (const parameter of space.parameters) {
    if (partsApart.has(parameter.name)) continue;
    if (parameter.condition === undefined && valueCount(parameter) === Number.POSITIVE_INFINITY)
      return Number.POSITIVE_INFINITY;
    if (parameter.condition === undefined && !named.has(parameter.name)) free *= valueCount(parameter);
    else bound.push(parameter);
  }
  if (bound.length === 0 && ownConstraints(space).length === 0 && apart.length === compositesOf(space).length)
    return free;
  return free * (enumerate(space, new Set(bound)) ?? upperBound(bound));
};

/** Names that something depends on, other than a composite's own parts on each other. */
const namesUsed = (space: SearchSpace): ReadonlySet<string> =>
  new Set([
    ...ownConstraints(space).flatMap((constraint) => constraint.names),
    ...space.parameters
      .filter(({ name }) => !compositeByPart(space).has(name))
      .flatMap(({ condition }) => condition?.names ?? []),
    ...compositesOf(space).flatMap(({ condition }) => condition?.names ?? []),
    ...space.derived.flatMap((derived) => [...derived.expression.names, ...(derived.condition?.names ?? [])]),
  ]);

const standsApart = ({ condition, assembly }: Composite, named: ReadonlySet<string>): boolean =>
  condition === undefined && !partNames(assembly).some((name) => named.has(name));

/** Number of values of a composite by itself. */
const countShape = (shape: CompositeShape): number => {
  switch (shape.kind) {
    case 'list': {
      const each = valueCount({ ...shape.item, name: '' });
      return sumOver(shape, (length) => (length === 0 ? 1 : each ** length));
    }
    case 'permutation':
      return shape.choices.reduce<number>((product, _, i) => product * (i + 1), 1);
    case 'subset':
      return sumOver(shape, (size) => choose(shape.choices.length, size));
    case 'simplex':
      return Number.POSITIVE_INFINITY;
  }
};

const sumOver = (
  { least, most }: { readonly least: number; readonly most: number },
  count: (size: number) => number,
): number => {
  let sum = 0;
  for (let size = least; size <= most; size++) sum += count(size);
  return sum;
};

const choose = (n: number, k: number): number => {
  let product = 1;
  for (let i = 0; i < Math.min(k, n - k); i++) product = (product * (n - i)) / (i + 1);
  return Math.round(product);
};

const upperBound = (parameters: readonly Parameter[]): number =>
  parameters.reduce(
    (product, parameter) => product * (valueCount(parameter) + (parameter.condition === undefined ? 0 : 1)),
    1,
  );

/** Counts by visiting the assignments of `bound` in plan order; undefined when there are too many. */
const enumerate = (space: SearchSpace, bound: ReadonlySet<Parameter>): number | undefined => {
  const items = planOf(space).items.filter((item) => item.kind === 'derived' || bound.has(item.parameter));
  if (items.length > mostItems) return undefined;
  let visited = 0;
  const visit = (index: number, values: Draft): number | undefined => {
    if (++visited > mostVisited) return undefined;
    const item = items[index];
    if (item === undefined) return isSatisfied(space, values) ? 1 : 0;
    if (item.kind === 'derived') {
      const next = { ...values };
      addDerived(item.derived, next);
      return visit(index + 1, next);
    }
    const { parameter } = item;
    if (!isActive(parameter, values)) return visit(index + 1, values);
    const choices = gridValues(parameter);
    if (choices === undefined)
      return valueCount(parameter) === Number.POSITIVE_INFINITY ? Number.POSITIVE_INFINITY : undefined;
    let count = 0;
    for (const choice of choices) {
      const below = visit(index + 1, { ...values, [parameter.name]: choice });
      if (below === undefined) return undefined;
      count += below;
    }
    return count;
  };
  return visit(0, {});
};
