// The weights that places in the order of a generation earn.
import type { Placed } from './rowOrder.ts';

export interface RankWeights {
  /** Of the mean, the paths and the categories: none negative, their sum one. */
  readonly mean: Float64Array;
  /** Of the covariance: those of bad points negative. */
  readonly covariance: Float64Array;
}

/** The weight of each placed row; tied ones share theirs, so that chance decides nothing. */
export const weightsOf = (placed: readonly Placed[], byPlace: Float64Array): RankWeights => ({
  mean: shared(
    placed,
    byPlace.map((w) => Math.max(0, w)),
  ),
  covariance: shared(placed, byPlace),
});

const shared = (placed: readonly Placed[], byPlace: Float64Array): Float64Array => {
  const weights = new Float64Array(placed.length);
  for (let start = 0; start < placed.length; ) {
    let end = start + 1;
    while (end < placed.length && placed[end]?.place === placed[start]?.place) end++;
    const sum = byPlace.subarray(start, end).reduce((total, w) => total + w, 0);
    weights.fill(sum / (end - start), start, end);
    start = end;
  }
  return weights;
};
