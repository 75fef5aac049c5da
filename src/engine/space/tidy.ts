import { completeAssignment, satisfies } from './assignment.ts';
import { toUnit } from './encode.ts';
import type { Assignment, Parameter, ParamValue, SearchSpace } from './parameter.ts';

/** Share of a parameter's range (of its logarithm where it is searched so) that a value may move to be shorter. */
const tolerance = 1e-4;

const mostDigits = 17;

const shorten = (parameter: Parameter, value: ParamValue): ParamValue => {
  if (parameter.kind !== 'float' || typeof value !== 'number') return value;
  if (parameter.step !== undefined || parameter.factor !== undefined) return value;
  const wanted = toUnit(parameter, value);
  for (let digits = 1; digits < mostDigits; digits++) {
    const short = Number(value.toPrecision(digits));
    const isInside = short >= parameter.low && short <= parameter.high;
    if (isInside && Math.abs(toUnit(parameter, short) - wanted) <= tolerance) return short;
  }
  return value;
};

/**
 * The same proposal in numbers a person would write: `0.003694` for `0.0036935881555492183`. Continuous values
 * move by at most 1e-4 of their range; where that would break a constraint or change what is active, nothing does.
 */
export const tidy = (space: SearchSpace, searched: Assignment): Assignment => {
  const byName = new Map(space.parameters.map((parameter) => [parameter.name, parameter]));
  const short = Object.fromEntries(
    Object.entries(searched).map(([name, value]) => {
      const parameter = byName.get(name);
      return [name, parameter === undefined ? value : shorten(parameter, value)];
    }),
  );
  const before = completeAssignment(space, searched);
  const after = completeAssignment(space, short);
  const sameShape = Object.keys(before).join('\n') === Object.keys(after).join('\n');
  return sameShape && satisfies(space, after) ? short : searched;
};
