// Expected improvement while other trials are still running, whatever these come out as (parallel EI).
import { at, itemAt } from '../numeric/at.ts';
import type { GaussianProcess } from '../numeric/gaussianProcess.ts';
import { createPosteriorCovariance, type PosteriorCovariance } from '../numeric/jointPosterior.ts';
import { createWorkspace } from '../numeric/linear.ts';
import { normalQuantile } from '../numeric/normal.ts';
import { randomStream } from '../numeric/random.ts';
import { sobolSequence } from '../numeric/sobol.ts';
import { logSumExp } from '../numeric/special.ts';
import { createAcquisition, type Worth } from './acquisition.ts';
import type { Worthiness } from './pointSearch.ts';

interface Joint {
  readonly value: number;
  /** Σ⁻¹ c, with the point's covariances c. */
  readonly explained: Float64Array;
  /** Of the point, once the pending outcomes are known. */
  readonly deviation: number;
}

/** Outcomes of the pending trials that are looked at; quasi-random, so that few suffice. */
const outcomes = 64;

/**
 * log E (min(best, pending) - f(x))₊, over joint outcomes of the pending points: what the point adds to the expected
 * improvement of all of them together (Ginsbourger, Le Riche, Carraro, 2010; Snoek, Larochelle, Adams, NeurIPS 2012,
 * section 3.2). Given the pending outcomes the expectation is known in closed form; these are averaged over fixed
 * quasi-random normals, so that the mean is smooth and the same at every call (Balandat et al., "BoTorch", 2020).
 * @param pending `count` rows of columns, at least one
 */
export const jointImprovementWorth = (
  gp: GaussianProcess,
  pending: Float64Array,
  count: number,
  best: number,
): Worthiness => {
  const { width } = gp.inputs;
  const covariance = createPosteriorCovariance(gp, pending, count);
  const factor = factorPending(covariance, pending, width, gp.hyperparameters.signal);
  const [means, variances] = [new Float64Array(count), new Float64Array(count)];
  gp.predict(pending, count, means, variances);
  const normals = fixedNormals(count);
  // Of each outcome: Σ⁻¹ (f - mean), and the improvement still to be had.
  const shifts = new Float64Array(outcomes * count);
  const forms = Array.from({ length: outcomes }, (_, s) => {
    const own = normals.subarray(s * count, (s + 1) * count);
    shifts.set(factor.solveUpper(own), s * count);
    const least = factor.multiply(own).reduce((low, gap, p) => Math.min(low, at(means, p) + gap), best);
    return createAcquisition('logei', least, 0);
  });
  const out: Worth = { value: 0, byMean: 0, byDeviation: 0 };
  const covariances = new Float64Array(count);
  const values = new Float64Array(outcomes);
  const [byMeans, byDeviations] = [new Float64Array(outcomes), new Float64Array(outcomes)];
  const pair = new Float64Array(2);
  const [ofMean, unused] = [new Float64Array(width), new Float64Array(width)];
  const smallest = 1e-12 * gp.hyperparameters.signal;

  const worthAt = (point: Float64Array, mean: number): Joint => {
    const variance = covariance.at(point, covariances);
    const explained = factor.solve(covariances);
    let left = variance;
    for (let p = 0; p < count; p++) left -= at(explained, p) * at(covariances, p);
    const deviation = Math.sqrt(Math.max(smallest, left));
    for (let s = 0; s < outcomes; s++) {
      let shifted = mean;
      for (let p = 0; p < count; p++) shifted += at(shifts, s * count + p) * at(covariances, p);
      itemAt(forms, s).worth(shifted, deviation, out);
      values[s] = out.value;
      byMeans[s] = out.byMean;
      byDeviations[s] = out.byDeviation;
    }
    return { value: logSumExp(values) - Math.log(outcomes), explained, deviation };
  };

  return {
    many: (columns, rows, worths) => {
      const [mean, variance] = [new Float64Array(rows), new Float64Array(rows)];
      gp.predict(columns, rows, mean, variance);
      for (let i = 0; i < rows; i++)
        worths[i] = worthAt(columns.subarray(i * width, (i + 1) * width), at(mean, i)).value;
    },
    withGradient: (columns, gradient) => {
      gp.predictWithGradient(columns, pair, ofMean, unused);
      const { value, explained, deviation } = worthAt(columns, at(pair, 0));
      let [byMean, byDeviation] = [0, 0];
      const byCovariance = new Float64Array(count);
      for (let s = 0; s < outcomes; s++) {
        const share = Math.exp(at(values, s) - value) / outcomes;
        byMean += share * at(byMeans, s);
        byDeviation += share * at(byDeviations, s);
        for (let p = 0; p < count; p++)
          byCovariance[p] = at(byCovariance, p) + share * at(byMeans, s) * at(shifts, s * count + p);
      }
      const byVariance = deviation * deviation > smallest ? byDeviation / (2 * deviation) : 0;
      for (let p = 0; p < count; p++)
        byCovariance[p] = at(byCovariance, p) - 2 * byVariance * at(explained, p);
      covariance.gradient(byCovariance, byVariance, gradient);
      for (let c = 0; c < width; c++) gradient[c] = at(gradient, c) + byMean * at(ofMean, c);
      return value;
    },
  };
};

/** Standard normals of `outcomes` rows. */
const fixedNormals = (count: number): Float64Array => {
  const sequence = sobolSequence(count, randomStream(0, 'outcomes of pending trials'));
  const normals = new Float64Array(outcomes * count);
  for (let s = 0; s < outcomes; s++) normals.set(sequence.point(s).map(normalQuantile), s * count);
  return normals;
};

interface Factor {
  /** L z */
  multiply(z: Float64Array): Float64Array;
  /** L⁻ᵀ z: Σ⁻¹ of what `multiply` gives. */
  solveUpper(z: Float64Array): Float64Array;
  /** Σ⁻¹ c */
  solve(c: Float64Array): Float64Array;
}

/** The posterior covariance Σ = L Lᵀ of the pending points, with what rounding needs on its diagonal. */
const factorPending = (
  covariance: PosteriorCovariance,
  pending: Float64Array,
  width: number,
  signal: number,
): Factor => {
  const { count } = covariance;
  const w = createWorkspace();
  const lower = w.matrix(count, count);
  const [input, output] = [w.vector(count), w.vector(count)];
  const row = new Float64Array(count);
  for (let jitter = 1e-9; ; jitter *= 10) {
    for (let p = 0; p < count; p++) {
      const variance = covariance.at(pending.subarray(p * width, (p + 1) * width), row);
      row[p] = variance + jitter * signal;
      lower.data.set(row, p * lower.stride);
    }
    if (w.cholesky(lower) || jitter > 1) break;
  }
  const solveUpper = (z: Float64Array): Float64Array => {
    input.data.set(z);
    w.solveUpper(lower, input);
    return input.data.slice(0, count);
  };
  return {
    solveUpper,
    multiply: (z) => {
      const { data, stride } = lower;
      const product = output.data;
      for (let i = 0; i < count; i++) {
        let sum = 0;
        for (let j = 0; j <= i; j++) sum += at(data, i * stride + j) * at(z, j);
        product[i] = sum;
      }
      return product.slice(0, count);
    },
    solve: (c) => {
      input.data.set(c);
      w.solveLower(lower, input);
      return solveUpper(input.data.slice(0, count));
    },
  };
};
