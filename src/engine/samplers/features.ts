// How a Gaussian process sees a configuration: columns of numbers whose weighted Euclidean distance is the kernel's.
import { at, itemAt } from '../numeric/at.ts';
import type { SearchSpace } from '../space/parameter.ts';
import type { Axis } from './axis.ts';

/** Where an axis stands among the columns. */
interface Place {
  readonly axis: Axis;
  readonly column: number;
  /** Column that says whether the parameter is active; -1 when it always is. */
  readonly activity: number;
}

/**
 * Each parameter is a group of columns with one length scale: a number is one column in `[0, 1]`; a choice has a
 * column for each value, so that two different ones are at distance 1 (Hamming); a parameter with a condition has one
 * more, so that an active and an inactive one are at squared distance 0.25 and the middle of the range (in the manner
 * of the arc kernel, Swersky et al. 2013; being an embedding it keeps the kernel positive definite).
 */
export interface Features {
  readonly width: number;
  readonly groups: Int32Array;
  readonly groupCount: number;
  readonly places: readonly Place[];
  /** Writes the columns of the positions at `from` to `target` at `to`. */
  encode(positions: Float64Array, from: number, target: Float64Array, to: number): void;
}

const inactiveGap = 0.5;

export const createFeatures = (space: SearchSpace, axes: readonly Axis[]): Features => {
  const places: Place[] = [];
  const groups: number[] = [];
  axes.forEach((axis, i) => {
    const columns = axis.kind === 'choices' ? axis.values.length : 1;
    const column = groups.length;
    for (let c = 0; c < columns; c++) groups.push(i);
    const isConditional = space.parameters[i]?.condition !== undefined;
    if (isConditional) groups.push(i);
    places.push({ axis, column, activity: isConditional ? column + columns : -1 });
  });
  const width = groups.length;
  return {
    width,
    groups: Int32Array.from(groups),
    groupCount: axes.length,
    places,
    encode: (positions, from, target, to) => {
      target.fill(0, to, to + width);
      for (let i = 0; i < places.length; i++) {
        const { axis, column, activity } = itemAt(places, i);
        const position = at(positions, from + i);
        const isActive = position >= 0;
        if (axis.kind === 'choices') {
          if (isActive) target[to + column + position] = Math.SQRT1_2;
        } else if (!isActive) target[to + column] = 0.5;
        else target[to + column] = axis.kind === 'smooth' ? position : at(axis.centres, position);
        if (activity >= 0 && isActive) target[to + activity] = inactiveGap;
      }
    },
  };
};
