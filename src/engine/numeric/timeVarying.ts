// A small Gaussian process whose function drifts with time (Bogunovic, Scarlett, Cevher, "Time-Varying Gaussian Process
// Bandit Optimization", AISTATS 2016), as population-based bandits need it: a hundred points, a dozen dimensions.
import { at, itemAt } from './at.ts';

export interface TimedPoint {
  /** In intervals. */
  readonly time: number;
  /** Each about in [0, 1]. */
  readonly features: Float64Array;
}

export interface TimedValue extends TimedPoint {
  readonly value: number;
}

export interface TimeVaryingModel {
  /** Mean and standard deviation at a point, on the scale of the values. */
  predict(point: TimedPoint): { readonly mean: number; readonly deviation: number };
  /** Mean plus a multiple of the deviation that grows with the number of points seen (as PB2's authors set it). */
  upperBound(point: TimedPoint): number;
}

interface Kernel {
  readonly length: number;
  /** ε: how much of what was known is lost per unit of time. */
  readonly forgetting: number;
  readonly noise: number;
}

/** Few enough to try them all; the likeliest is taken. */
const kernels: readonly Kernel[] = [0.2, 0.4, 0.8, 1.6].flatMap((length) =>
  [0, 0.05, 0.2, 0.5].flatMap((forgetting) => [0.01, 0.1].map((noise) => ({ length, forgetting, noise }))),
);

/** From at least one value. `pending` points count as if the predicted mean had been seen there. */
export const fitTimeVarying = (
  values: readonly TimedValue[],
  pending: readonly TimedPoint[] = [],
): TimeVaryingModel => {
  const mean = values.reduce((sum, { value }) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, { value }) => sum + (value - mean) ** 2, 0) / values.length;
  const scale = variance > 0 ? Math.sqrt(variance) : 1;
  const targets = Float64Array.from(values, ({ value }) => (value - mean) / scale);
  let posterior = condition(values, targets, itemAt(kernels, 0));
  for (const kernel of kernels.slice(1)) {
    const other = condition(values, targets, kernel);
    if (other.evidence > posterior.evidence) posterior = other;
  }
  if (pending.length > 0) {
    const believed = Float64Array.from(pending, (point) => posterior.predict(point).mean);
    posterior = condition(
      [...values, ...pending],
      Float64Array.from([...targets, ...believed]),
      posterior.kernel,
    );
  }
  const rows = values.length + pending.length;
  const breadth = Math.sqrt(Math.max(0.2, 0.2 + Math.log(0.4 * rows)));
  const predict = (point: TimedPoint): { readonly mean: number; readonly deviation: number } => {
    const standard = posterior.predict(point);
    return { mean: mean + scale * standard.mean, deviation: scale * standard.deviation };
  };
  return {
    predict,
    upperBound: (point) => {
      const { mean: centre, deviation } = predict(point);
      return centre + breadth * deviation;
    },
  };
};

interface Posterior {
  readonly kernel: Kernel;
  /** Log marginal likelihood, but for a constant. */
  readonly evidence: number;
  predict(point: TimedPoint): { readonly mean: number; readonly deviation: number };
}

const condition = (points: readonly TimedPoint[], targets: Float64Array, kernel: Kernel): Posterior => {
  const n = points.length;
  const factor = new Float64Array(n * n);
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++)
      factor[i * n + j] =
        covariance(itemAt(points, i), itemAt(points, j), kernel) + (i === j ? kernel.noise : 0);
  factorise(factor, n);
  const half = solveLower(factor, targets, n);
  const weights = solveUpper(factor, half, n);
  let evidence = 0;
  for (let i = 0; i < n; i++) evidence -= 0.5 * at(half, i) ** 2 + Math.log(at(factor, i * n + i));
  return {
    kernel,
    evidence,
    predict: (point) => {
      const near = Float64Array.from(points, (other) => covariance(point, other, kernel));
      const spread = solveLower(factor, near, n);
      let mean = 0;
      let explained = 0;
      for (let i = 0; i < n; i++) {
        mean += at(near, i) * at(weights, i);
        explained += at(spread, i) ** 2;
      }
      return { mean, deviation: Math.sqrt(Math.max(1e-12, 1 - explained)) };
    },
  };
};

/** Squared exponential over the features times (1 - ε)^(|Δt|/2). */
const covariance = (a: TimedPoint, b: TimedPoint, { length, forgetting }: Kernel): number => {
  let squares = 0;
  for (let i = 0; i < a.features.length; i++) squares += (at(a.features, i) - at(b.features, i)) ** 2;
  return Math.exp(-0.5 * (squares / length ** 2)) * (1 - forgetting) ** (Math.abs(a.time - b.time) / 2);
};

/** Cholesky, in place in the lower triangle; the noise keeps every pivot positive. */
const factorise = (matrix: Float64Array, n: number): void => {
  for (let j = 0; j < n; j++) {
    for (let i = j; i < n; i++) {
      let sum = at(matrix, i * n + j);
      for (let k = 0; k < j; k++) sum -= at(matrix, i * n + k) * at(matrix, j * n + k);
      matrix[i * n + j] = i === j ? Math.sqrt(Math.max(1e-12, sum)) : sum / at(matrix, j * n + j);
    }
  }
};

const solveLower = (factor: Float64Array, right: Float64Array, n: number): Float64Array => {
  const solution = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    let sum = at(right, i);
    for (let k = 0; k < i; k++) sum -= at(factor, i * n + k) * at(solution, k);
    solution[i] = sum / at(factor, i * n + i);
  }
  return solution;
};

const solveUpper = (factor: Float64Array, right: Float64Array, n: number): Float64Array => {
  const solution = new Float64Array(n);
  for (let i = n - 1; i >= 0; i--) {
    let sum = at(right, i);
    for (let k = i + 1; k < n; k++) sum -= at(factor, k * n + i) * at(solution, k);
    solution[i] = sum / at(factor, i * n + i);
  }
  return solution;
};
