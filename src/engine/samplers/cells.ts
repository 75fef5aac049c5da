import { at } from '../numeric/at.ts';

/** The cell of the unit interval a number lies in; those beyond the ends belong to the end cells. */
export const cellOf = (edges: Float64Array, x: number): number => {
  let low = 0;
  let high = edges.length - 2;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (x > at(edges, middle + 1)) low = middle + 1;
    else high = middle;
  }
  return low;
};

/** As `cellOf`, with a number on an edge in the cell above it. */
export const cellAt = (edges: Float64Array, place: number): number => {
  let low = 0;
  let high = edges.length - 2;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (place >= at(edges, middle)) low = middle;
    else high = middle - 1;
  }
  return low;
};
