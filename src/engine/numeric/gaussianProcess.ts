// Gaussian-process regression (Rasmussen and Williams, 2006, chapters 2 and 5) with a stationary kernel of a weighted
// Euclidean distance: columns that belong to one parameter share a weight, so that categories (one column each) and
// parameters that may be inactive (a column more) are compared by one length scale.
import { at, intAt, itemAt } from './at.ts';
import { minimizeBounded } from './lbfgsb.ts';
import { createWorkspace, type KernelName, type Matrix, pairCount, type Workspace } from './linear.ts';

/** `count` rows of `width` numbers; column `c` belongs to group `groups[c]`. */
export interface Inputs {
  readonly x: Float64Array;
  readonly count: number;
  readonly width: number;
  readonly groups: Int32Array;
  readonly groupCount: number;
}

/** What is fitted. Weights are inverse squared length scales, one a group. */
export interface Hyperparameters {
  readonly kernel: KernelName;
  readonly weights: Float64Array;
  /** Prior variance of the function. */
  readonly signal: number;
  /** Variance of the noise on each value. */
  readonly noise: number;
}

export interface FitOptions {
  readonly kernel: KernelName;
  /** Smallest noise variance; the values are standardised, so 1e-6 is a thousandth of their spread. */
  readonly minNoise?: number;
  readonly maxNoise?: number;
  readonly maxIterations?: number;
  /** Median of the prior of the length scale; default: grows with the dimension (Hvarfner et al., ICML 2024). */
  readonly lengthMedian?: number;
  /** Spread of the logarithm of the length scale. */
  readonly lengthSpread?: number;
}

export interface Fit {
  readonly hyperparameters: Hyperparameters;
  /** Logarithm of marginal likelihood plus prior. */
  readonly score: number;
}

const minLength = 0.005;
const maxLength = 1e3;
const maxSignal = 1e2;
const minSignal = 1e-2;

/**
 * The hyperparameters most probable after seeing standardised values `y`: marginal likelihood times prior, by L-BFGS
 * from each of `starts` (default: the prior's middle). Priors: length scales log-normal around 0.7 √d (growing with the
 * dimension as in Hvarfner, Hellsten and Nardi, "Vanilla Bayesian Optimization Performs Great in High Dimensions", 2024,
 * with a narrower spread), signal log-normal around 1, noise Gamma(1.1, 30) as in Optuna.
 */
export const fitGp = (
  inputs: Inputs,
  y: Float64Array,
  options: FitOptions,
  starts: readonly Hyperparameters[] = [],
): Fit => {
  const { groupCount, count } = inputs;
  const { kernel, minNoise = 1e-6, maxNoise = 1, maxIterations = 40 } = options;
  const size = groupCount + 2;
  const logMedian = Math.log(options.lengthMedian ?? defaultLength(groupCount));
  const spread = options.lengthSpread ?? 1.2;
  const objective = fitObjective(inputs, y, kernel, logMedian, spread);
  const low = new Float64Array(size).fill(-2 * Math.log(maxLength));
  const high = new Float64Array(size).fill(-2 * Math.log(minLength));
  low[groupCount] = Math.log(minSignal);
  high[groupCount] = Math.log(maxSignal);
  low[groupCount + 1] = Math.log(minNoise);
  high[groupCount + 1] = Math.log(maxNoise);
  const first = new Float64Array(size).fill(-2 * logMedian);
  first[groupCount] = 0;
  first[groupCount + 1] = Math.log(Math.max(minNoise, Math.min(1e-3, maxNoise)));
  let best: { x: Float64Array; value: number } = { x: first, value: Infinity };
  const all = starts.length === 0 ? [first] : starts.map((start) => toVector(start, groupCount));
  for (const start of count === 0 ? [] : all) {
    for (let i = 0; i < size; i++) start[i] = Math.min(at(high, i), Math.max(at(low, i), at(start, i)));
    const found = minimizeBounded({
      start,
      low,
      high,
      evaluate: objective,
      maxIterations,
      gradientTolerance: 1e-2,
    });
    if (found.value < best.value) best = found;
  }
  return { hyperparameters: fromVector(best.x, groupCount, kernel), score: -best.value };
};

/** √d times a constant: distances between uniform points grow with √d. */
export const defaultLength = (dimensions: number): number => 0.7 * Math.sqrt(Math.max(1, dimensions));

const toVector = ({ weights, signal, noise }: Hyperparameters, groups: number): Float64Array => {
  const vector = new Float64Array(groups + 2);
  for (let i = 0; i < groups; i++) vector[i] = Math.log(at(weights, i));
  vector[groups] = Math.log(signal);
  vector[groups + 1] = Math.log(noise);
  return vector;
};

const fromVector = (vector: Float64Array, groups: number, kernel: KernelName): Hyperparameters => ({
  kernel,
  weights: vector.slice(0, groups).map(Math.exp),
  signal: Math.exp(at(vector, groups)),
  noise: Math.exp(at(vector, groups + 1)),
});

/** Squared distance of each pair `i > j` along each group, a row a group; pairs row by row. */
const pairDistances = ({ x, count, width, groups }: Inputs, parts: Matrix): void => {
  const { data, stride } = parts;
  data.fill(0);
  for (let column = 0; column < width; column++) {
    let place = intAt(groups, column) * stride;
    for (let i = 1; i < count; i++) {
      const own = at(x, i * width + column);
      for (let j = 0; j < i; j++, place++) {
        const gap = own - at(x, j * width + column);
        data[place] = at(data, place) + gap * gap;
      }
    }
  }
};

/** Relative to the signal; rounding in the factorisation needs it. */
const leastJitter = 1e-10;

/** Negative logarithm of posterior density of the logarithms of weights, signal and noise, with gradient. */
export const fitObjective = (
  inputs: Inputs,
  y: Float64Array,
  kernel: KernelName,
  logMedian: number,
  spread: number,
): ((x: Float64Array, gradient: Float64Array) => number) => {
  const { count, groupCount } = inputs;
  const pairs = pairCount(count);
  const w = createWorkspace();
  const parts = w.matrix(groupCount, pairs);
  const r2 = w.vector(pairs);
  const slopes = w.vector(pairs);
  const factor = w.matrix(count, count);
  const inverse = w.matrix(count, count);
  const target = w.vectorOf(y);
  const alpha = w.vector(count);
  const weights = w.vector(groupCount);
  const byWeight = w.vector(groupCount);
  pairDistances(inputs, parts);
  return (vector, gradient) => {
    const signal = Math.exp(at(vector, groupCount));
    const noise = Math.exp(at(vector, groupCount + 1));
    for (let g = 0; g < groupCount; g++) weights.data[g] = Math.exp(at(vector, g));
    w.weightedSum(parts, weights, r2);
    w.kernelSlopes(kernel, r2, signal, slopes);
    w.kernelValues(kernel, r2, signal, r2);
    w.spreadPairs(r2, count, signal * (1 + leastJitter) + noise, factor);
    if (!w.cholesky(factor)) return Number.NaN;
    alpha.data.set(target.data.subarray(0, count));
    w.solveLower(factor, alpha);
    w.solveUpper(factor, alpha);
    w.inverse(factor, inverse);
    // Only now: the inverse takes room of its own, and views from before that may be detached.
    const [solution, weight] = [alpha.data, weights.data];
    const fit = w.dot(target, alpha);
    let value = 0.5 * fit + 0.5 * w.logDeterminant(factor);
    // Σ W_ii, and Σ W_ij K_ij = αᵀKα - n, from which the signal's share is what the noise leaves.
    let trace = 0;
    const { data, stride } = inverse;
    for (let i = 0; i < count; i++) trace += at(solution, i) ** 2 - at(data, i * stride + i);
    w.likelihoodGradient(inverse, alpha, slopes, parts, byWeight);
    const derivative = byWeight.data;
    for (let g = 0; g < groupCount; g++) {
      const logWeight = at(vector, g);
      const deviation = (-0.5 * logWeight - logMedian) / spread;
      value += 0.5 * deviation * deviation;
      gradient[g] = -0.5 * at(weight, g) * at(derivative, g) - (0.5 * deviation) / spread;
    }
    const logSignal = at(vector, groupCount);
    value += 0.5 * logSignal * logSignal;
    gradient[groupCount] = -0.5 * (fit - count - noise * trace) + logSignal;
    value += -0.1 * at(vector, groupCount + 1) + 30 * noise;
    gradient[groupCount + 1] = -0.5 * noise * trace - 0.1 + 30 * noise;
    return value;
  };
};

/** A fitted process. Variances are those of the function, without noise. */
export interface GaussianProcess {
  readonly inputs: Inputs;
  /** What it was conditioned on, one a row of the inputs. */
  readonly values: Float64Array;
  readonly hyperparameters: Hyperparameters;
  /** Mean and variance at `count` rows of `points`. */
  predict(points: Float64Array, count: number, mean: Float64Array, variance: Float64Array): void;
  /** At one row: mean and variance in `out[0]` and `out[1]`, and their gradients by the columns. */
  predictWithGradient(
    point: Float64Array,
    out: Float64Array,
    meanGradient: Float64Array,
    varianceGradient: Float64Array,
  ): void;
  /** Leave-one-out means and variances (with noise) of the values (Rasmussen and Williams, equation 5.12). */
  leaveOneOut(mean: Float64Array, variance: Float64Array): void;
}

/** Rows predicted at a time. */
const chunk = 256;

/** Inputs as matrices of a workspace. */
export interface LoadedInputs {
  readonly columns: Matrix;
  readonly columnsT: Matrix;
  /** Of each column. */
  readonly weights: Matrix;
}

export const loadInputs = (
  w: Workspace,
  { x, count, width, groups }: Inputs,
  hyperparameters: Hyperparameters,
): LoadedInputs => {
  const columns = w.matrix(count, width);
  const columnsT = w.matrix(width, count);
  const weights = w.vector(width);
  for (let c = 0; c < width; c++) weights.data[c] = at(hyperparameters.weights, intAt(groups, c));
  for (let i = 0; i < count; i++)
    columns.data.set(x.subarray(i * width, (i + 1) * width), i * columns.stride);
  w.transpose(columns, columnsT);
  return { columns, columnsT, weights };
};

/**
 * Cholesky factor of the kernel matrix, the first `noisy` rows with noise. Adds to the diagonal what rounding needs,
 * and no more.
 */
export const factorKernel = (
  w: Workspace,
  { kernel, signal, noise }: Hyperparameters,
  { columns, columnsT, weights }: LoadedInputs,
  factor: Matrix,
  noisy = columns.rows,
): void => {
  const count = columns.rows;
  for (let jitter = leastJitter; count > 0; jitter *= 10) {
    w.squaredDistances(columnsT, columns, weights, factor);
    w.kernelRows(kernel, factor, signal);
    const { data, stride } = factor;
    for (let i = 0; i < count; i++) data[i * stride + i] = signal * (1 + jitter) + (i < noisy ? noise : 0);
    if (w.cholesky(factor)) return;
    if (jitter > 1) throw new Error('kernel matrix cannot be factored: an input is not a number');
  }
};

/** Conditions a process on values. */
export const createGp = (
  inputs: Inputs,
  y: Float64Array,
  hyperparameters: Hyperparameters,
): GaussianProcess => {
  const { count, width } = inputs;
  const { kernel, signal } = hyperparameters;
  const w = createWorkspace();
  const loaded = loadInputs(w, inputs, hyperparameters);
  const { columnsT, weights } = loaded;
  const factor = w.matrix(count, count);
  const alpha = w.vectorOf(y);
  const rows = w.matrix(chunk, count);
  const points = w.matrix(chunk, width);
  const results = w.vector(chunk);
  const row = w.vector(count);
  const slopes = w.vector(count);
  const solved = w.vector(count);
  const byColumn = w.vector(width);
  factorKernel(w, hyperparameters, loaded, factor);
  w.solveLower(factor, alpha);
  w.solveUpper(factor, alpha);
  const smallest = 1e-12 * signal;
  const predictChunk = (from: Float64Array, first: number, size: number): void => {
    const { data, stride } = points;
    for (let k = 0; k < size; k++)
      data.set(from.subarray((first + k) * width, (first + k + 1) * width), k * stride);
    w.squaredDistances(columnsT, points, weights, rows, count, size);
    w.kernelRows(kernel, rows, signal, size);
  };
  const solveRows = (size: number): void => {
    // The workspace takes every row of what it is given: only as many as are asked for are handed over.
    w.solveLower(factor, { ...rows, rows: size, data: rows.data });
  };
  return {
    inputs,
    values: y,
    hyperparameters,
    predict: (from, total, mean, variance) => {
      for (let first = 0; first < total; first += chunk) {
        const size = Math.min(chunk, total - first);
        if (count === 0) {
          mean.fill(0, first, first + size);
          variance.fill(signal, first, first + size);
          continue;
        }
        predictChunk(from, first, size);
        w.multiply(rows, alpha, results, size);
        mean.set(results.data.subarray(0, size), first);
        solveRows(size);
        w.rowSquares(rows, results, size);
        const explained = results.data;
        for (let k = 0; k < size; k++) variance[first + k] = Math.max(smallest, signal - at(explained, k));
      }
    },
    predictWithGradient: (point, out, meanGradient, varianceGradient) => {
      points.data.set(point.subarray(0, width));
      w.squaredDistances(columnsT, points, weights, row, count, 1);
      w.kernelSlopes(kernel, row, signal, slopes);
      w.kernelValues(kernel, row, signal, row);
      out[0] = w.dot(row, alpha, count);
      const [slope, solution, weight] = [slopes.data, solved.data, alpha.data];
      solution.set(row.data.subarray(0, count));
      w.solveLower(factor, solved);
      w.solveUpper(factor, solved);
      const explained = w.dot(row, solved, count);
      const isFloored = signal - explained <= smallest;
      out[1] = isFloored ? smallest : signal - explained;
      // First the variance's coefficients, then the mean's, over the same slopes.
      const scaled = row.data;
      for (let i = 0; i < count; i++) scaled[i] = -2 * at(solution, i) * at(slope, i);
      w.pointGradient(columnsT, points, weights, row, byColumn, count);
      if (isFloored) varianceGradient.fill(0);
      else varianceGradient.set(byColumn.data.subarray(0, width));
      for (let i = 0; i < count; i++) slope[i] = at(weight, i) * at(slope, i);
      w.pointGradient(columnsT, points, weights, slopes, byColumn, count);
      meanGradient.set(byColumn.data.subarray(0, width));
    },
    leaveOneOut: (mean, variance) => {
      const inverse = w.matrix(count, count);
      w.inverse(factor, inverse);
      const { data, stride } = inverse;
      for (let i = 0; i < count; i++) {
        const precision = at(data, i * stride + i);
        mean[i] = at(y, i) - at(alpha.data, i) / precision;
        variance[i] = 1 / precision;
      }
    },
  };
};

/** Rows of `inputs` picked out. */
export const pickRows = (inputs: Inputs, rows: readonly number[]): Inputs => {
  const { x, width } = inputs;
  const picked = new Float64Array(rows.length * width);
  for (let k = 0; k < rows.length; k++) {
    const from = itemAt(rows, k) * width;
    picked.set(x.subarray(from, from + width), k * width);
  }
  return { ...inputs, x: picked, count: rows.length };
};
