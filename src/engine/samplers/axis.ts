// How a sampler sees a parameter: a position on an axis instead of a value.
import { at, itemAt } from '../numeric/at.ts';
import type { Parameter, ParamValue } from '../space/parameter.ts';
import { fromUnit, gridValues, toUnit, valueCount } from '../space/encode.ts';

/** Positions are real numbers in `[0, 1]`; also for grids too fine for their cells to matter. */
export interface SmoothAxis {
  readonly kind: 'smooth';
  readonly name: string;
  position(value: ParamValue): number;
  value(position: number): ParamValue;
}

/** Positions are indices of ordered values; each value owns a cell of the unit interval. */
export interface CellAxis {
  readonly kind: 'cells';
  readonly name: string;
  readonly values: readonly ParamValue[];
  /** Where the values lie in the unit interval. */
  readonly centres: Float64Array;
  /** Cell `i` reaches from `edges[i]` to `edges[i + 1]`; 0 and 1 at the ends. */
  readonly edges: Float64Array;
  position(value: ParamValue): number;
  value(position: number): ParamValue;
}

/** Positions are indices of values without order. */
export interface ChoiceAxis {
  readonly kind: 'choices';
  readonly name: string;
  readonly values: readonly ParamValue[];
  position(value: ParamValue): number;
  value(position: number): ParamValue;
}

export type Axis = SmoothAxis | CellAxis | ChoiceAxis;

/**
 * Above this many values a grid is smooth: evenly spaced cells are then narrower than a quarter of the smallest
 * bandwidth (0.03), so that the density at a value stands for the mass of its cell.
 */
const mostCells = 128;

/** `position` is NaN for what is not a value of the parameter; a number off the grid or range counts as its nearest. */
export const toAxis = (parameter: Parameter): Axis => {
  const { name } = parameter;
  if (parameter.kind === 'bool') return choiceAxis(name, [false, true]);
  if (parameter.kind === 'categorical') {
    const { choices, ordered } = parameter;
    if (!ordered) return choiceAxis(name, choices);
    return cellAxis(
      name,
      choices,
      choices.map((_, i) => i),
      (value) => indexOrNaN(choices, value),
    );
  }
  const values = valueCount(parameter) <= mostCells ? gridValues(parameter) : undefined;
  if (values === undefined) {
    const position = (value: ParamValue): number => (isNumber(value) ? toUnit(parameter, value) : Number.NaN);
    return { kind: 'smooth', name, position, value: (u) => fromUnit(parameter, u) };
  }
  const scale = (x: number): number => {
    // The unit scale of a prior gives likely values wide cells.
    if (parameter.prior !== undefined) return toUnit(parameter, x);
    return parameter.log || parameter.factor !== undefined ? Math.log(x) : x;
  };
  const places = values.map((value) => scale(Number(value)));
  return cellAxis(name, values, places, (value) =>
    isNumber(value) ? nearestIndex(places, scale(value)) : Number.NaN,
  );
};

const isNumber = (value: ParamValue): value is number => typeof value === 'number' && !Number.isNaN(value);

const indexOrNaN = (values: readonly ParamValue[], value: ParamValue): number => {
  const index = values.indexOf(value);
  return index < 0 ? Number.NaN : index;
};

const choiceAxis = (name: string, values: readonly ParamValue[]): ChoiceAxis => ({
  kind: 'choices',
  name,
  values,
  position: (value) => indexOrNaN(values, value),
  value: (position) => itemAt(values, position),
});

/** Cells meet half-way between the ascending `places`; those at the ends are as wide outwards as inwards. */
const cellAxis = (
  name: string,
  values: readonly ParamValue[],
  places: readonly number[],
  position: (value: ParamValue) => number,
): CellAxis => {
  const count = places.length;
  const value = (index: number): ParamValue => itemAt(values, index);
  if (count === 1) {
    return {
      kind: 'cells',
      name,
      values,
      centres: Float64Array.of(0.5),
      edges: Float64Array.of(0, 1),
      position,
      value,
    };
  }
  const edges = new Float64Array(count + 1);
  for (let i = 1; i < count; i++) edges[i] = (itemAt(places, i - 1) + itemAt(places, i)) / 2;
  edges[0] = 2 * itemAt(places, 0) - at(edges, 1);
  edges[count] = 2 * itemAt(places, count - 1) - at(edges, count - 1);
  const [low, high] = [at(edges, 0), at(edges, count)];
  const toInterval = (place: number): number => (place - low) / (high - low);
  return {
    kind: 'cells',
    name,
    values,
    centres: Float64Array.from(places, toInterval),
    edges: edges.map(toInterval),
    position,
    value,
  };
};

const nearestIndex = (places: readonly number[], place: number): number => {
  let low = 0;
  let high = places.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    // A number at or below 0 on a logarithmic axis has no place (NaN or -∞) and belongs to the low end.
    if (place > (itemAt(places, middle) + itemAt(places, middle + 1)) / 2) low = middle + 1;
    else high = middle;
  }
  return low;
};
