import { at } from './at.ts';
import type { RandomStream } from './random.ts';

/**
 * `size` points of which each of `size` equal intervals of every axis holds one, at a random place in it (McKay,
 * Beckman, Conover, Technometrics 21, 1979). Row-major: point i begins at `i * dimensions`.
 */
export const latinHypercube = (size: number, dimensions: number, random: RandomStream): Float64Array => {
  const points = new Float64Array(size * dimensions);
  const cells = new Float64Array(size);
  for (let d = 0; d < dimensions; d++) {
    shuffleInto(cells, random);
    for (let i = 0; i < size; i++) points[i * dimensions + d] = (at(cells, i) + random.uniform()) / size;
  }
  // A cell's upper edge may be rounded to; the last one's is not within [0, 1).
  return points.map((value) => Math.min(value, 1 - Number.EPSILON / 2));
};

/** 0, 1, 2, … in random order (Durstenfeld, CACM 7, 1964, algorithm 235, inside out). */
const shuffleInto = (cells: Float64Array, random: RandomStream): void => {
  for (let i = 0; i < cells.length; i++) {
    const j = random.integer(i + 1);
    cells[i] = at(cells, j);
    cells[j] = i;
  }
};
