// What a point is expected to add to the volume dominated by a front, when each objective is an independent normal.
import { at, intAt, itemAt } from '../numeric/at.ts';
import { type Box, nonDominatedBoxes } from '../numeric/boxDecomposition.ts';
import type { Point } from '../numeric/nonDominated.ts';
import { logNormalCdf, normalCdf, normalDensity, normalMass } from '../numeric/normal.ts';
import { logImprovement } from './acquisition.ts';

/**
 * Thresholds of one objective, ascending: the front's coordinates and last the reference. A step of the model's value
 * between threshold k - 1 and k counts `slopes[k]` times, below the first `slopes[0]` times: so volume can be measured
 * in the objectives' own units while the model sees them in a shape of its own.
 */
export interface Scale {
  readonly thresholds: Float64Array;
  readonly slopes: Float64Array;
}

/** Over means and standard deviations, one an objective. */
export interface Gain {
  readonly boxes: number;
  /** Logarithm of the expected gain. */
  log(mean: Float64Array, deviation: Float64Array): number;
  /** The same, with the derivatives by means and deviations. */
  withGradient(
    mean: Float64Array,
    deviation: Float64Array,
    byMean: Float64Array,
    byDeviation: Float64Array,
  ): number;
  /** How probably the outcome is dominated by nothing and lies below the reference. */
  chance(mean: Float64Array, deviation: Float64Array): number;
}

/** The coordinates of a front and the reference that lies above them all, with slopes that `slopeOf` gives. */
export const createScale = (
  coordinates: readonly number[],
  reference: number,
  slopeOf: (low: number, high: number) => number,
): Scale => {
  const below = [...new Set(coordinates.filter((x) => x < reference))].sort((a, b) => a - b);
  const thresholds = Float64Array.from([...below, reference]);
  return { thresholds, slopes: thresholds.map((high, k) => slopeOf(thresholds[k - 1] ?? -Infinity, high)) };
};

/** Below this the plain sum may have lost parts to underflow, and logarithms take over. */
const leastPlain = 1e-250;

/**
 * The gain of a point y is the sum over the boxes that the front leaves undominated of ∏ (what lies between y and the
 * box' upper side, within the box); with independent objectives its expectation is a sum of products of differences of
 * expected improvements (Emmerich, Deutz, Klinkenberg, IEEE CEC 2011; Yang et al., J. Global Optim. 75, 2019). Its
 * logarithm is summed as logarithms where the gain itself would vanish (as Ament et al., NeurIPS 2023).
 */
export const createGain = (front: readonly Point[], scales: readonly Scale[]): Gain => {
  const width = scales.length;
  const reference = scales.map(({ thresholds }) => at(thresholds, thresholds.length - 1));
  const boxes = nonDominatedBoxes(front, reference);
  const [low, high] = indicesOf(boxes, scales);
  const terms = scales.map(({ thresholds }) => createTerms(thresholds.length));

  const plain = (mean: Float64Array, deviation: Float64Array): number => {
    for (let m = 0; m < width; m++)
      plainTerms(itemAt(scales, m), at(mean, m), at(deviation, m), itemAt(terms, m));
    let sum = 0;
    for (let b = 0; b < boxes.length; b++) {
      let product = 1;
      for (let m = 0; m < width; m++) {
        const { sums } = itemAt(terms, m);
        const from = intAt(low, b * width + m);
        product *= at(sums, intAt(high, b * width + m)) - (from < 0 ? 0 : at(sums, from));
      }
      sum += product;
    }
    return sum;
  };

  const logs = new Float64Array(boxes.length);
  const logarithmic = (mean: Float64Array, deviation: Float64Array): number => {
    for (let m = 0; m < width; m++)
      logTerms(itemAt(scales, m), at(mean, m), at(deviation, m), itemAt(terms, m));
    let largest = -Infinity;
    for (let b = 0; b < boxes.length; b++) {
      let log = 0;
      for (let m = 0; m < width; m++)
        log += logRange(itemAt(terms, m), intAt(low, b * width + m), intAt(high, b * width + m));
      logs[b] = log;
      largest = Math.max(largest, log);
    }
    if (largest === -Infinity) return -Infinity;
    let sum = 0;
    for (let b = 0; b < boxes.length; b++) sum += Math.exp(at(logs, b) - largest);
    return largest + Math.log(sum);
  };

  return {
    boxes: boxes.length,
    log: (mean, deviation) => {
      const gain = plain(mean, deviation);
      return gain > leastPlain && gain < Infinity ? Math.log(gain) : logarithmic(mean, deviation);
    },
    withGradient: (mean, deviation, byMean, byDeviation) => {
      const value = logarithmic(mean, deviation);
      byMean.fill(0);
      byDeviation.fill(0);
      if (value === -Infinity) return value;
      for (let b = 0; b < boxes.length; b++) {
        const share = Math.exp(at(logs, b) - value);
        if (share < 1e-12) continue;
        for (let m = 0; m < width; m++) {
          const [from, to] = [intAt(low, b * width + m), intAt(high, b * width + m)];
          const each = itemAt(terms, m);
          byMean[m] = at(byMean, m) + share * slopeOfRange(each, each.byMean, from, to);
          byDeviation[m] = at(byDeviation, m) + share * slopeOfRange(each, each.byDeviation, from, to);
        }
      }
      return value;
    },
    chance: (mean, deviation) => {
      let sum = 0;
      for (const box of boxes) {
        let product = 1;
        for (let m = 0; m < width; m++) {
          const place = (x: number): number => (x - at(mean, m)) / at(deviation, m);
          product *= normalMass(place(itemAt(box.low, m)), place(itemAt(box.high, m)));
        }
        sum += product;
      }
      return Math.min(1, sum);
    },
  };
};

/** The boxes' sides as places among the thresholds; -1 for -∞. */
const indicesOf = (
  boxes: readonly Box[],
  scales: readonly Scale[],
): readonly [low: Int32Array, high: Int32Array] => {
  const width = scales.length;
  const places = scales.map(
    ({ thresholds }) => new Map(Array.from(thresholds, (threshold, k) => [threshold, k])),
  );
  const placesOf = (side: 'low' | 'high'): Int32Array =>
    Int32Array.from({ length: boxes.length * width }, (_, i) => {
      const m = i % width;
      const box = itemAt(boxes, (i - m) / width);
      return itemAt(places, m).get(itemAt(box[side], m)) ?? -1;
    });
  return [placesOf('low'), placesOf('high')];
};

/**
 * Of one objective: `sums[k]` is the expected length between the outcome and threshold k, and `byMean`, `byDeviation`
 * its derivatives divided by it. With `logSums` its logarithm.
 */
interface Terms {
  readonly sums: Float64Array;
  readonly logSums: Float64Array;
  readonly byMean: Float64Array;
  readonly byDeviation: Float64Array;
}

const createTerms = (count: number): Terms => ({
  sums: new Float64Array(count),
  logSums: new Float64Array(count),
  byMean: new Float64Array(count),
  byDeviation: new Float64Array(count),
});

const plainTerms = (
  { thresholds, slopes }: Scale,
  mean: number,
  deviation: number,
  { sums }: Terms,
): void => {
  let [before, sum] = [0, 0];
  for (let k = 0; k < thresholds.length; k++) {
    const z = (at(thresholds, k) - mean) / deviation;
    const improvement =
      deviation * (z > -5 ? normalDensity(z) + z * normalCdf(z) : Math.exp(logImprovement(z)));
    sum += at(slopes, k) * Math.max(0, improvement - before);
    sums[k] = sum;
    before = improvement;
  }
};

/** E[(t - y)⁺] = σ (φ(z) + z Φ(z)), its logarithm, and that logarithm's derivatives. */
const logTerms = ({ thresholds, slopes }: Scale, mean: number, deviation: number, terms: Terms): void => {
  const { logSums, byMean, byDeviation } = terms;
  const logDeviation = Math.log(deviation);
  let [logBefore, meanBefore, deviationBefore] = [-Infinity, 0, 0];
  for (let k = 0; k < thresholds.length; k++) {
    const z = (at(thresholds, k) - mean) / deviation;
    const log = logImprovement(z);
    const slope = Math.exp(logNormalCdf(z) - log);
    const ofMean = -slope / deviation;
    const ofDeviation = (1 - z * slope) / deviation;
    const logNow = logDeviation + log;
    // The part between the last threshold and this one, and then all below.
    const ratio = Math.exp(logBefore - logNow);
    const rest = Math.max(1e-16, 1 - ratio);
    const logPart = logNow + Math.log(rest) + Math.log(at(slopes, k));
    const partByMean = (ofMean - ratio * meanBefore) / rest;
    const partByDeviation = (ofDeviation - ratio * deviationBefore) / rest;
    const below = k === 0 ? -Infinity : at(logSums, k - 1);
    const largest = Math.max(below, logPart);
    const sum = largest + Math.log(Math.exp(below - largest) + Math.exp(logPart - largest));
    const [weightBelow, weightPart] = [Math.exp(below - sum), Math.exp(logPart - sum)];
    logSums[k] = sum;
    byMean[k] = weightPart * partByMean + (k === 0 ? 0 : weightBelow * at(byMean, k - 1));
    byDeviation[k] = weightPart * partByDeviation + (k === 0 ? 0 : weightBelow * at(byDeviation, k - 1));
    [logBefore, meanBefore, deviationBefore] = [logNow, ofMean, ofDeviation];
  }
};

const logRange = ({ logSums }: Terms, from: number, to: number): number => {
  const log = at(logSums, to);
  return from < 0 ? log : log + Math.log(Math.max(1e-16, -Math.expm1(at(logSums, from) - log)));
};

const slopeOfRange = ({ logSums }: Terms, slopes: Float64Array, from: number, to: number): number => {
  if (from < 0) return at(slopes, to);
  const gap = at(logSums, from) - at(logSums, to);
  return (at(slopes, to) - Math.exp(gap) * at(slopes, from)) / Math.max(1e-16, -Math.expm1(gap));
};
