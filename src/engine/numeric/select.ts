import { at } from './at.ts';

/**
 * The `rank`-th smallest value (from 0) among the first `length` of `values`, which are reordered. Hoare's quickselect
 * with the median of three, so that sorted input is no worst case. NaN must not occur.
 */
export const selectRank = (values: Float64Array, length: number, rank: number): number => {
  let low = 0;
  let high = length - 1;
  while (low < high) {
    const pivot = middleOf(at(values, low), at(values, (low + high) >> 1), at(values, high));
    let i = low;
    let j = high;
    while (i <= j) {
      while (at(values, i) < pivot) i++;
      while (at(values, j) > pivot) j--;
      if (i > j) break;
      const moved = at(values, i);
      values[i++] = at(values, j);
      values[j--] = moved;
    }
    if (rank <= j) high = j;
    else if (rank >= i) low = i;
    else break;
  }
  return at(values, rank);
};

const middleOf = (a: number, b: number, c: number): number =>
  Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
