// Assignments as points of the unit cube and back, for schedulers that propose values themselves.
import { at } from '../numeric/at.ts';
import type { RandomStream } from '../numeric/random.ts';
import { completeAssignment, type Draft, own, satisfies } from '../space/assignment.ts';
import { fromUnit, toUnit } from '../space/encode.ts';
import type { Assignment, SearchSpace } from '../space/parameter.ts';
import { repair } from '../space/repair.ts';
import { sampleUniform } from '../space/sample.ts';
import { searchedOnly } from '../space/searched.ts';

/** One number in [0, 1] a parameter; a random one where it is inactive, so that it has a value if it becomes active. */
export const toVector = (space: SearchSpace, params: Assignment, random: RandomStream): Float64Array =>
  Float64Array.from(space.parameters, (parameter) => {
    const value = own(params, parameter.name);
    return value === undefined ? random.uniform() : toUnit(parameter, value);
  });

/** The assignment at a point, with only what is active, repaired where it breaks a constraint. */
export const fromVector = (space: SearchSpace, vector: Float64Array, random: RandomStream): Assignment =>
  within(
    space,
    Object.fromEntries(
      space.parameters.map((parameter, i) => [parameter.name, fromUnit(parameter, at(vector, i))]),
    ),
    random,
  );

/** Legal values by name made into an assignment of the space: what is newly active is drawn, what is not is dropped. */
export const within = (space: SearchSpace, values: Assignment, random: RandomStream): Assignment => {
  const filled: Draft = { ...values };
  for (const parameter of space.parameters)
    if (own(filled, parameter.name) === undefined)
      filled[parameter.name] = fromUnit(parameter, random.uniform());
  const legal = completeAssignment(space, filled);
  if (satisfies(space, legal)) return searchedOnly(space, legal);
  const repaired = repair(space, legal, random);
  return satisfies(space, repaired) ? searchedOnly(space, repaired) : sampleUniform(space, random);
};
