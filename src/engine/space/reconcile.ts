import { randomStream } from '../numeric/random.ts';
import { takeApart } from './assembly.ts';
import {
  type AnyValues,
  addDerived,
  type Draft,
  isActive,
  isSatisfied,
  own,
  type ShownValues,
} from './assignment.ts';
import { compositesOf, searchedFromShown } from './composite.ts';
import { fromUnit, snap } from './encode.ts';
import type { Assignment, SearchSpace } from './parameter.ts';
import { planOf } from './plan.ts';
import { repair } from './repair.ts';

/**
 * A legal assignment close to any values: each active one is snapped to the nearest legal value, a missing one is
 * the middle of its range, lists of composites are taken apart, derived values are worked out, and broken constraints are repaired where a way is found.
 * The same values give the same assignment.
 */
export const reconcile = (space: SearchSpace, given: ShownValues): Assignment => {
  const values = { ...usualSubsets(space), ...searchedFromShown(space, given) };
  const legal: Draft = {};
  for (const item of planOf(space).items) {
    if (item.kind === 'derived') addDerived(item.derived, legal);
    else if (isActive(item.parameter, legal)) {
      const value = own(values, item.parameter.name);
      legal[item.parameter.name] =
        value === undefined ? fromUnit(item.parameter, 0.5) : snap(item.parameter, value);
    }
  }
  return isSatisfied(space, legal) ? legal : repair(space, legal, randomStream(0, 'reconcile'));
};

/** As many choices as half-way between the fewest and the most, the first ones: every flag set would be too many. */
const usualSubsets = (space: SearchSpace): AnyValues =>
  Object.assign(
    {},
    ...compositesOf(space).map(({ shape, assembly }) =>
      shape.kind === 'subset'
        ? takeApart(assembly, shape.choices.slice(0, Math.ceil((shape.least + shape.most) / 2)))
        : {},
    ),
  );
