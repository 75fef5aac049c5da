// A space as CMA-ES sees it: numbers in the unit interval, and categories.
import { at, itemAt } from '../numeric/at.ts';
import type { Parameter, ParamValue } from '../space/parameter.ts';
import type { Axis } from './axis.ts';
import { cellOf } from './cells.ts';

/** A coordinate of the Gaussian. */
export interface NumericCoordinate {
  /** Index of the axis. */
  readonly axis: number;
  /** Cell `i` of a discrete coordinate reaches from `edges[i]` to `edges[i + 1]`; absent when continuous. */
  readonly edges?: Float64Array;
}

/** A distribution over values without order. */
export interface CategoryCoordinate {
  readonly axis: number;
  readonly count: number;
}

export interface Coordinates {
  readonly axes: readonly Axis[];
  readonly numeric: readonly NumericCoordinate[];
  readonly categories: readonly CategoryCoordinate[];
}

/** Flags are numbers with two cells, so that they can be correlated with others; one-value parameters are left out. */
export const coordinatesOf = (parameters: readonly Parameter[], axes: readonly Axis[]): Coordinates => {
  const numeric: NumericCoordinate[] = [];
  const categories: CategoryCoordinate[] = [];
  for (const [index, axis] of axes.entries()) {
    if (axis.kind === 'smooth') numeric.push({ axis: index });
    else if (axis.values.length < 2) continue;
    else if (axis.kind === 'cells') numeric.push({ axis: index, edges: axis.edges });
    else if (parameters[index]?.kind === 'bool')
      numeric.push({ axis: index, edges: Float64Array.of(0, 0.5, 1) });
    else categories.push({ axis: index, count: axis.values.length });
  }
  return { axes, numeric, categories };
};

/** The parameter's value at a number of a coordinate; beyond an end of the range, that end. */
export const valueAt = ({ axes }: Coordinates, { axis, edges }: NumericCoordinate, x: number): ParamValue =>
  itemAt(axes, axis).value(edges === undefined ? Math.min(1, Math.max(0, x)) : cellOf(edges, x));

/** The middle of a trial's cell, or its place when continuous. `position` is as in a history's row. */
export const centreAt = ({ edges }: NumericCoordinate, position: number): number =>
  edges === undefined ? position : (at(edges, position) + at(edges, position + 1)) / 2;
