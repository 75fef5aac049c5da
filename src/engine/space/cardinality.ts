import { addDerived, type Draft, isActive, isSatisfied } from './assignment.ts';
import { gridValues, valueCount } from './encode.ts';
import type { Parameter, SearchSpace } from './parameter.ts';
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
  let free = 1;
  const bound: Parameter[] = [];
  for (const parameter of space.parameters) {
    if (parameter.condition === undefined && valueCount(parameter) === Number.POSITIVE_INFINITY)
      return Number.POSITIVE_INFINITY;
    if (parameter.condition === undefined && !named.has(parameter.name)) free *= valueCount(parameter);
    else bound.push(parameter);
  }
  if (bound.length === 0 && space.constraints.length === 0) return free;
  return free * (enumerate(space, new Set(bound)) ?? upperBound(bound));
};

const namesUsed = (space: SearchSpace): ReadonlySet<string> =>
  new Set([
    ...space.constraints.flatMap((constraint) => constraint.names),
    ...space.parameters.flatMap((parameter) => parameter.condition?.names ?? []),
    ...space.derived.flatMap((derived) => [...derived.expression.names, ...(derived.condition?.names ?? [])]),
  ]);

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
