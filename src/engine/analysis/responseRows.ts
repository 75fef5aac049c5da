// How a response model sees configurations: columns of numbers, in the manner of the samplers' Gaussian processes.
import { at, itemAt } from '../numeric/at.ts';
import { toUnit } from '../space/encode.ts';
import type { Assignment, Parameter, ParamValue } from '../space/parameter.ts';

/** A parameter's columns, which share a length scale. */
interface Place {
  readonly parameter: Parameter;
  readonly first: number;
  readonly width: number;
}

export interface ResponseRows {
  readonly width: number;
  readonly places: readonly Place[];
  /** By column, the number of its parameter. */
  readonly groups: Int32Array;
  /** A row a configuration. */
  encode(configurations: readonly Assignment[]): Float64Array;
  /** One parameter's columns for each of some values; it is active in all of them. */
  encodeOne(index: number, values: readonly ParamValue[]): Float64Array;
}

/** Of an active from an inactive parameter, beside its distance from the middle of the range. */
const inactiveGap = 0.5;

/**
 * A number is one column in `[0, 1]`, on the scale it is searched on; a choice has a column for each value, so that two
 * different ones are at distance 1; a parameter that may be absent has a column more, which says whether it is there.
 */
export const createResponseRows = (parameters: readonly Parameter[]): ResponseRows => {
  const places: Place[] = [];
  const groups: number[] = [];
  parameters.forEach((parameter, index) => {
    const width = choicesOf(parameter)?.length ?? 1;
    const activity = parameter.condition === undefined && !isPart(parameter) ? 0 : 1;
    places.push({ parameter, first: groups.length, width: width + activity });
    for (let c = 0; c < width + activity; c++) groups.push(index);
  });
  const width = groups.length;
  return {
    width,
    places,
    groups: Int32Array.from(groups),
    encode: (configurations) => {
      const rows = new Float64Array(configurations.length * width);
      configurations.forEach((values, row) => {
        for (const place of places) {
          const { name } = place.parameter;
          const value = Object.hasOwn(values, name) ? values[name] : undefined;
          write(place, value, rows, row * width + place.first);
        }
      });
      return rows;
    },
    encodeOne: (index, values) => {
      const place = itemAt(places, index);
      const rows = new Float64Array(values.length * place.width);
      values.forEach((value, row) => {
        write(place, value, rows, row * place.width);
      });
      return rows;
    },
  };
};

/** Parts of a list beyond its length are absent without having a condition of their own to tell by. */
const isPart = ({ name }: Parameter): boolean => /[[.]/u.test(name);

/** Choices without an order, whose neighbours say nothing of each other. */
export const choicesOf = (parameter: Parameter): readonly ParamValue[] | undefined => {
  if (parameter.kind === 'bool') return [false, true];
  return parameter.kind === 'categorical' && !parameter.ordered ? parameter.choices : undefined;
};

const write = (
  { parameter, width }: Place,
  value: ParamValue | undefined,
  rows: Float64Array,
  to: number,
): void => {
  const choices = choicesOf(parameter);
  const own = choices?.length ?? 1;
  if (value === undefined) {
    if (choices === undefined) rows[to] = 0.5;
    return;
  }
  if (choices === undefined) rows[to] = toUnit(parameter, value);
  else {
    const index = choices.indexOf(value);
    if (index >= 0) rows[to + index] = Math.SQRT1_2;
  }
  if (width > own) rows[to + own] = inactiveGap;
};

/** Squared distance of two rows in one parameter's columns. */
export const gapBetween = (
  a: Float64Array,
  from: number,
  b: Float64Array,
  to: number,
  width: number,
): number => {
  let sum = 0;
  for (let c = 0; c < width; c++) sum += (at(a, from + c) - at(b, to + c)) ** 2;
  return sum;
};
