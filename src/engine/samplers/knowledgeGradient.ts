// How much lower the lowest mean is expected to be once a point has been tried (the knowledge gradient).
import { at, intAt } from '../numeric/at.ts';
import type { GaussianProcess } from '../numeric/gaussianProcess.ts';
import { createPosteriorCovariance } from '../numeric/jointPosterior.ts';
import { normalCdf, normalDensity } from '../numeric/normal.ts';
import { logSumExp } from '../numeric/special.ts';
import { logImprovement } from './acquisition.ts';
import type { Worthiness } from './pointSearch.ts';

/** Lines a + b z, one of which is the highest at each z. */
export interface Envelope {
  /** Those that are the highest somewhere, from z = -∞ on. */
  readonly lines: Int32Array;
  /** Where each hands over to the next: one fewer than lines. */
  readonly crossings: Float64Array;
}

/** The upper envelope, by slopes (Frazier, Powell, Dayanik, INFORMS J. Computing 21, 2009, algorithm 1). */
export const upperEnvelope = (a: Float64Array, b: Float64Array): Envelope => {
  const order = Int32Array.from(a, (_, i) => i).sort(
    (i, j) => at(b, i) - at(b, j) || at(a, i) - at(a, j) || i - j,
  );
  const lines = new Int32Array(order.length);
  const crossings = new Float64Array(order.length);
  let count = 0;
  for (const line of order) {
    // The last of equally steep ones is the highest.
    while (count > 0) {
      const last = intAt(lines, count - 1);
      const steeper = at(b, line) - at(b, last);
      const crossing = steeper > 0 ? (at(a, last) - at(a, line)) / steeper : -Infinity;
      if (count > 1 ? crossing > at(crossings, count - 2) : crossing > -Infinity) {
        crossings[count - 1] = crossing;
        break;
      }
      count--;
    }
    lines[count++] = line;
  }
  return { lines: lines.slice(0, count), crossings: crossings.slice(0, Math.max(0, count - 1)) };
};

/** log (E max(aᵢ + bᵢ Z) - max aᵢ) for a standard normal Z: Σ (bₖ₊₁ - bₖ) h(-|cₖ|), h(z) = φ(z) + z Φ(z). */
export const logEnvelopeGain = (b: Float64Array, { lines, crossings }: Envelope): number =>
  logSumExp(
    crossings.map(
      (crossing, k) =>
        Math.log(at(b, intAt(lines, k + 1)) - at(b, intAt(lines, k))) + logImprovement(-Math.abs(crossing)),
    ),
  );

/**
 * The logarithm of the knowledge gradient, exact over a finite set of points (Frazier et al., 2009, equation 14) to
 * which the point itself is added (Scott, Frazier, Powell, SIAM J. Optim. 21, 2011): E min over the set of the mean
 * after one more noisy value, against the lowest mean of the set now.
 * @param references rows of columns: trials and whatever else may turn out best
 */
export const knowledgeGradientWorth = (
  gp: GaussianProcess,
  references: Float64Array,
  count: number,
): Worthiness => {
  const { width } = gp.inputs;
  const { noise, signal } = gp.hyperparameters;
  const covariance = createPosteriorCovariance(gp, references, count);
  const [means, variances] = [new Float64Array(count), new Float64Array(count)];
  gp.predict(references, count, means, variances);
  const best = means.reduce((least, mean) => Math.min(least, mean), Infinity);
  const covariances = new Float64Array(count);
  const pair = new Float64Array(2);
  const [ofMean, ofVariance] = [new Float64Array(width), new Float64Array(width)];
  // Lines of the negative means, the point's own last.
  const heights = new Float64Array(count + 1);
  for (let i = 0; i < count; i++) heights[i] = -at(means, i);
  const slopes = new Float64Array(count + 1);
  const weights = new Float64Array(count);
  const leastNoise = 1e-9 * signal;

  const worthAt = (
    point: Float64Array,
    mean: number,
  ): { value: number; envelope: Envelope; total: number } => {
    const variance = covariance.at(point, covariances);
    const deviation = Math.sqrt(variance + Math.max(noise, leastNoise));
    for (let i = 0; i < count; i++) slopes[i] = at(covariances, i) / deviation;
    slopes[count] = variance / deviation;
    heights[count] = -mean;
    const envelope = upperEnvelope(heights, slopes);
    const gain = logEnvelopeGain(slopes, envelope);
    // What the point's own mean is lower already counts as well.
    const lead = best - mean;
    const value = lead > 0 ? logSumExp([Math.log(lead), gain]) : gain;
    return { value, envelope, total: deviation };
  };

  return {
    many: (columns, rows, values) => {
      const [mean, variance] = [new Float64Array(rows), new Float64Array(rows)];
      gp.predict(columns, rows, mean, variance);
      for (let i = 0; i < rows; i++)
        values[i] = worthAt(columns.subarray(i * width, (i + 1) * width), at(mean, i)).value;
    },
    withGradient: (columns, gradient) => {
      gp.predictWithGradient(columns, pair, ofMean, ofVariance);
      const { value, envelope, total } = worthAt(columns, at(pair, 0));
      // Derivatives of E max: by a line's height the chance that it is the highest, by its slope E[Z; highest].
      let [byOwnMean, byVariance] = [0, 0];
      weights.fill(0);
      const { lines, crossings } = envelope;
      for (let k = 0; k < lines.length; k++) {
        const line = intAt(lines, k);
        const from = k === 0 ? -Infinity : at(crossings, k - 1);
        const to = k === lines.length - 1 ? Infinity : at(crossings, k);
        const bySlope = normalDensity(from) - normalDensity(to);
        // slope = covariance / √(variance + noise); the point's own covariance is its variance.
        byVariance -= (bySlope * at(slopes, line)) / (2 * total * total);
        if (line === count) {
          byOwnMean = -(normalCdf(to) - normalCdf(from));
          byVariance += bySlope / total;
        } else weights[line] = bySlope / total;
      }
      covariance.gradient(weights, byVariance, gradient);
      const scale = Math.exp(-value);
      for (let c = 0; c < width; c++) gradient[c] = scale * (at(gradient, c) + byOwnMean * at(ofMean, c));
      return value;
    },
  };
};
