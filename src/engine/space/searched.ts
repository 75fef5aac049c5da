import { type Draft, own } from './assignment.ts';
import type { Assignment, SearchSpace } from './parameter.ts';

/** An assignment without its derived values. */
export const searchedOnly = (space: SearchSpace, values: Assignment): Assignment => {
  if (space.derived.length === 0) return values;
  const searched: Draft = {};
  for (const { name } of space.parameters) {
    const value = own(values, name);
    if (value !== undefined) searched[name] = value;
  }
  return searched;
};
