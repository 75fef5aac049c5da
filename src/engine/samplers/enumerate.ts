import { addDerived, type Draft, isActive, isSatisfied } from '../space/assignment.ts';
import { gridValues } from '../space/encode.ts';
import type { Assignment, Parameter, ParamValue, SearchSpace } from '../space/parameter.ts';
import { planOf } from '../space/plan.ts';
import { searchedOnly } from '../space/searched.ts';

/** Partial assignments looked at before a space counts as too large to be listed. */
const mostVisited = 50_000;

const known = new WeakMap<
  SearchSpace,
  { readonly most: number; readonly all: readonly Assignment[] | undefined }
>();

/**
 * Every configuration of a finite space, the last parameter changing fastest; undefined when there are more than
 * `most`, or when they lie too far apart to be found. Worked out once for a space.
 */
export const allConfigurations = (space: SearchSpace, most: number): readonly Assignment[] | undefined => {
  const before = known.get(space);
  if (before && (before.all !== undefined || before.most >= most)) {
    return before.all !== undefined && before.all.length <= most ? before.all : undefined;
  }
  const all = listConfigurations(space, most, gridValues);
  known.set(space, { most, all });
  return all;
};

/** As `allConfigurations`, with the values that each parameter is to take. */
export const listConfigurations = (
  space: SearchSpace,
  most: number,
  valuesOf: (parameter: Parameter) => readonly ParamValue[] | undefined,
): readonly Assignment[] | undefined => {
  if (isLargerThan(space, most, valuesOf)) return undefined;
  const { items } = planOf(space);
  const found: Assignment[] = [];
  let visited = 0;
  /** False once the space has turned out too large. */
  const visit = (index: number, values: Draft): boolean => {
    if (++visited > mostVisited) return false;
    const item = items[index];
    if (item === undefined) {
      if (isSatisfied(space, values)) found.push(searchedOnly(space, values));
      return found.length <= most;
    }
    if (item.kind === 'derived') {
      const next = { ...values };
      addDerived(item.derived, next);
      return visit(index + 1, next);
    }
    const { parameter } = item;
    if (!isActive(parameter, values)) return visit(index + 1, values);
    const choices = valuesOf(parameter);
    return choices?.every((value) => visit(index + 1, { ...values, [parameter.name]: value })) ?? false;
  };
  return visit(0, {}) ? found : undefined;
};

/** True where the numbers of values alone say so: no constraint or condition takes any combination away. */
const isLargerThan = (
  space: SearchSpace,
  most: number,
  valuesOf: (parameter: Parameter) => readonly ParamValue[] | undefined,
): boolean => {
  if (space.constraints.length > 0 || space.derived.length > 0) return false;
  let count = 1;
  for (const parameter of space.parameters) {
    if (parameter.condition !== undefined) return false;
    count *= valuesOf(parameter)?.length ?? Number.POSITIVE_INFINITY;
    if (count > most) return true;
  }
  return false;
};
