/** Points that fill the unit cube evenly, each to be had by its index. */
export interface PointSequence {
  readonly dimensions: number;
  /** Point `index` (from 0), written into `target` if given; every coordinate lies in `[0, 1)`. */
  point(index: number, target?: Float64Array): Float64Array;
}

/**
 * The finaliser of MurmurHash3 (A. Appleby, 2011): every bit of the outcome depends on every bit of the argument. For
 * scrambling, where a full generator per digit would be slow.
 */
export const mix32 = (value: number): number => {
  let h = value;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
};
