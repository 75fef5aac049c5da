import { completeAssignment, own } from './assignment.ts';
import type { Assignment, SearchSpace } from './parameter.ts';

/**
 * Text that is equal for two assignments exactly when their active searched values are. Derived values follow
 * from those and do not count.
 */
export const configurationKey = (space: SearchSpace, assignment: Assignment): string => {
  const isConditional = space.parameters.some((parameter) => parameter.condition !== undefined);
  const values = isConditional ? completeAssignment(space, assignment) : assignment;
  let key = '';
  for (const { name } of space.parameters) {
    const value = own(values, name);
    // JSON keeps apart 1, "1" and true; an inactive parameter is an empty field. -0 is written as 0.
    key += `${value === undefined ? '' : JSON.stringify(value)},`;
  }
  return key;
};
