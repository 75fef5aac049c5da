import { at, intAt } from '../numeric/at.ts';

/**
 * Smallest bandwidth relative to the range ("magic clip"): 1 / kernels², but never below 0.03
 * (Watanabe, "Tree-Structured Parzen Estimator", arXiv 2304.11127, section 3.3.3: exponent 2, factor 0.03).
 */
export const smallestBandwidth = (kernels: number): number => Math.max(0.03, 1 / (kernels + 1) ** 2);

/**
 * Buckets of the unit interval, narrower than the smallest bandwidth there is (1/64 < 0.03): a kernel with another
 * one to each side in its own bucket has the smallest bandwidth, so that only the first and the last kernel of a
 * bucket need their neighbours looked up and nothing has to be sorted.
 */
const buckets = 64;
const middleBucket = buckets / 2;

/**
 * Bandwidths of Gaussian kernels centred on `positions`, in `[0, 1]`: the wider of the gaps to the neighbours, with
 * the prior's centre 0.5 among them; the outermost take their inner gap (Bergstra et al., NeurIPS 2011, as in
 * Hyperopt). Of equal positions the first is next to the lower neighbour, the last to the upper one. Clipped to
 * `[smallest, 1]`, where `smallest` is at least 1/64. NaN positions are passed over. Written to `target`.
 */
export const neighbourBandwidths = (
  positions: Float64Array,
  smallest: number,
  target: Float64Array = new Float64Array(positions.length),
): Float64Array => {
  const prior = positions.length;
  // Of each bucket the lowest and the highest kernel, and where they are; -1 while it is empty.
  const [first, last] = [new Int32Array(buckets).fill(-1), new Int32Array(buckets).fill(-1)];
  const [low, high] = [new Float64Array(buckets).fill(2), new Float64Array(buckets).fill(-1)];
  for (let kernel = 0; kernel < prior; kernel++) {
    const position = at(positions, kernel);
    if (!(position >= 0)) continue;
    const bucket = Math.min(buckets - 1, Math.floor(position * buckets));
    if (position < at(low, bucket)) {
      low[bucket] = position;
      first[bucket] = kernel;
    }
    if (position >= at(high, bucket)) {
      high[bucket] = position;
      last[bucket] = kernel;
    }
  }
  // Of equal positions the prior's comes last; its bucket begins at it.
  if (intAt(first, middleBucket) < 0 || at(low, middleBucket) > 0.5) {
    low[middleBucket] = 0.5;
    first[middleBucket] = prior;
  }
  if (at(high, middleBucket) <= 0.5) {
    high[middleBucket] = 0.5;
    last[middleBucket] = prior;
  }
  target.fill(smallest);
  const widen = (kernel: number, gap: number): void => {
    if (kernel < prior && gap > at(target, kernel)) target[kernel] = Math.min(1, gap);
  };
  let before = -1;
  for (let bucket = 0; bucket < buckets; bucket++) {
    const lowest = intAt(first, bucket);
    if (lowest < 0) continue;
    if (before >= 0) {
      const gap = at(low, bucket) - at(high, before);
      widen(lowest, gap);
      widen(intAt(last, before), gap);
    }
    before = bucket;
  }
  return target;
};

/**
 * Scott's rule, the same bandwidth for every kernel: `(4 / 3n)^(1/5) · min(s, IQR / 1.34)` of the positions that are
 * numbers (D. W. Scott, Multivariate Density Estimation, 1992; Watanabe, arXiv 2304.11127, section 3.3.3), clipped to
 * `[smallest, 1]`.
 */
export const scottBandwidths = (
  positions: Float64Array,
  smallest: number,
  target: Float64Array = new Float64Array(positions.length),
): Float64Array => {
  const sorted = positions.filter((position) => position >= 0).sort();
  const count = sorted.length;
  if (count < 2) return target.fill(count === 0 ? smallest : 1);
  let mean = 0;
  for (let i = 0; i < count; i++) mean += at(sorted, i) / count;
  let variance = 0;
  for (let i = 0; i < count; i++) variance += (at(sorted, i) - mean) ** 2 / (count - 1);
  const quartile = (share: number): number => at(sorted, Math.round(share * (count - 1)));
  const spread = Math.min(Math.sqrt(variance), (quartile(0.75) - quartile(0.25)) / 1.34);
  const bandwidth = Math.min(1, Math.max(smallest, (4 / (3 * count)) ** 0.2 * spread));
  return target.fill(bandwidth);
};

export type BandwidthRule = 'neighbour' | 'scott';

export const bandwidthsBy: Readonly<
  Record<BandwidthRule, (positions: Float64Array, smallest: number, target?: Float64Array) => Float64Array>
> = { neighbour: neighbourBandwidths, scott: scottBandwidths };
