// How a member of a population that takes over another's checkpoint changes its values.
import type { RandomStream } from '../numeric/random.ts';
import { type Draft, own } from '../space/assignment.ts';
import { fromUnit, gridValues, snap, toUnit } from '../space/encode.ts';
import type { Assignment, Parameter, ParamValue, SearchSpace } from '../space/parameter.ts';
import { within } from './vector.ts';

export interface ExploreOptions {
  /** Chance of each value to be drawn anew instead of changed. Default 0.25. */
  readonly resample?: number;
}

/** By how much numbers are multiplied; each way has the same chance (Jaderberg et al., 2017, section 4.1.1). */
const factors = [1.2, 0.8] as const;
/** Where a range holds 0 or less, numbers move by this share of it instead. */
const share = 0.1;

/**
 * Each value is drawn anew with the chance `resample`; else a number is multiplied by 1.2 or 0.8, at least to the next
 * value of a grid, and a choice becomes one of its neighbours in the list.
 */
export const explore = (
  space: SearchSpace,
  params: Assignment,
  random: RandomStream,
  { resample = 0.25 }: ExploreOptions = {},
): Assignment => {
  const changed: Draft = {};
  for (const parameter of space.parameters) {
    const value = own(params, parameter.name);
    if (value === undefined) continue;
    changed[parameter.name] =
      random.uniform() < resample
        ? fromUnit(parameter, random.uniform())
        : perturb(parameter, value, random.uniform() < 0.5 ? 0 : 1);
  }
  return within(space, changed, random);
};

const perturb = (parameter: Parameter, value: ParamValue, way: 0 | 1): ParamValue => {
  const up = way === 0;
  if (parameter.kind === 'categorical' || parameter.kind === 'bool') return neighbour(parameter, value, up);
  const moved =
    parameter.low > 0 && typeof value === 'number'
      ? snap(parameter, value * factors[way])
      : fromUnit(parameter, Math.min(1, Math.max(0, toUnit(parameter, value) + (up ? share : -share))));
  return moved === value ? neighbour(parameter, value, up) : moved;
};

/** The next value of a grid; the one before at its end, and the value itself where it is the only one. */
const neighbour = (parameter: Parameter, value: ParamValue, up: boolean): ParamValue => {
  const values = gridValues(parameter) ?? [];
  const index = values.indexOf(value);
  if (index < 0) return value;
  return values[index + (up ? 1 : -1)] ?? values[index + (up ? -1 : 1)] ?? value;
};
