import type { RandomStream } from '../numeric/random.ts';
import { addDerived, type Draft, isActive, isSatisfied } from './assignment.ts';
import { fromUnit } from './encode.ts';
import type { Assignment, SearchSpace } from './parameter.ts';
import { planOf } from './plan.ts';
import { repair } from './repair.ts';
import { searchedOnly } from './searched.ts';

/** Proposals thrown away before a violated one is repaired instead. */
const mostRejected = 500;

/**
 * Active searched parameters, each uniform over its legal values (log-uniform on a log scale), given that the
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

/** One draw with its derived values, constraints not looked at. */
const draw = (space: SearchSpace, random: RandomStream): Assignment => {
  const values: Draft = {};
  for (const item of planOf(space).items) {
    if (item.kind === 'derived') addDerived(item.derived, values);
    else if (isActive(item.parameter, values)) {
      values[item.parameter.name] = fromUnit(item.parameter, random.uniform());
    }
  }
  return values;
};
