// What a Gaussian process says of several points together: how their values hang together, and draws of them.
import { at } from './at.ts';
import { factorKernel, type GaussianProcess, loadInputs } from './gaussianProcess.ts';
import { createWorkspace } from './linear.ts';
import type { RandomStream } from './random.ts';

/** Posterior covariances of the function at any point with its values at fixed ones, the references. */
export interface PosteriorCovariance {
  readonly count: number;
  /** Writes the covariances with each reference. @returns the variance at the point */
  at(point: Float64Array, covariances: Float64Array): number;
  /** Gradient, by the point that `at` was last asked for, of Σ a[i] covariance[i] + b · variance. */
  gradient(a: Float64Array, b: number, out: Float64Array): void;
}

/** @param references `count` rows as wide as the inputs' */
export const createPosteriorCovariance = (
  { inputs, hyperparameters }: GaussianProcess,
  references: Float64Array,
  count: number,
): PosteriorCovariance => {
  const { kernel, signal } = hyperparameters;
  const { count: n, width } = inputs;
  const w = createWorkspace();
  const trials = loadInputs(w, inputs, hyperparameters);
  const others = loadInputs(w, { ...inputs, x: references, count }, hyperparameters);
  const { weights } = trials;
  const factor = w.matrix(n, n);
  factorKernel(w, hyperparameters, trials, factor);
  // L⁻¹ k(X, R), a row a reference.
  const whitened = w.matrix(count, n);
  const whitenedT = w.matrix(n, count);
  w.squaredDistances(trials.columnsT, others.columns, weights, whitened);
  w.kernelRows(kernel, whitened, signal);
  w.solveLower(factor, whitened);
  w.transpose(whitened, whitenedT);
  const position = w.vector(width);
  const [own, ownSlopes, combined] = [w.vector(n), w.vector(n), w.vector(n)];
  const [cross, crossSlopes, explained] = [w.vector(count), w.vector(count), w.vector(count)];
  const coefficients = w.vector(count);
  const byColumn = w.vector(width);
  const smallest = 1e-12 * signal;
  let isFloored = false;
  return {
    count,
    at: (point, covariances) => {
      position.data.set(point.subarray(0, width));
      w.squaredDistances(trials.columnsT, position, weights, own, n, 1);
      w.kernelSlopes(kernel, own, signal, ownSlopes);
      w.kernelValues(kernel, own, signal, own);
      w.solveLower(factor, own);
      w.squaredDistances(others.columnsT, position, weights, cross, count, 1);
      w.kernelSlopes(kernel, cross, signal, crossSlopes);
      w.kernelValues(kernel, cross, signal, cross);
      w.multiply(whitened, own, explained);
      const [prior, learnt] = [cross.data, explained.data];
      for (let i = 0; i < count; i++) covariances[i] = at(prior, i) - at(learnt, i);
      const variance = signal - w.dot(own, own, n);
      isFloored = variance <= smallest;
      return isFloored ? smallest : variance;
    },
    gradient: (a, b, out) => {
      const byVariance = isFloored ? 0 : b;
      coefficients.data.set(a.subarray(0, count));
      // ∂/∂x of Σ aᵢ k(Rᵢ, x) - Σ aᵢ vᵢᵀ v(x) - b v(x)ᵀ v(x), with v = L⁻¹ k(X, x): the latter two by k(X, x) are
      // -L⁻ᵀ (Σ aᵢ vᵢ + 2 b v).
      w.multiply(whitenedT, coefficients, combined);
      const [sum, whitenedOwn] = [combined.data, own.data];
      for (let j = 0; j < n; j++) sum[j] = -(at(sum, j) + 2 * byVariance * at(whitenedOwn, j));
      w.solveUpper(factor, combined);
      const slopes = ownSlopes.data;
      for (let j = 0; j < n; j++) sum[j] = at(sum, j) * at(slopes, j);
      w.pointGradient(trials.columnsT, position, weights, combined, byColumn, n);
      out.set(byColumn.data.subarray(0, width));
      const weighted = coefficients.data;
      for (let i = 0; i < count; i++) weighted[i] = at(weighted, i) * at(crossSlopes.data, i);
      w.pointGradient(others.columnsT, position, weights, coefficients, byColumn, count);
      for (let c = 0; c < width; c++) out[c] = at(out, c) + at(byColumn.data, c);
    },
  };
};

/**
 * `draws` draws of the function at `count` points jointly, `count` numbers each. With the kernel matrix of trials and
 * points in one, the lower right part of its Cholesky factor is a factor of the posterior covariance.
 */
export const drawJointly = (
  gp: GaussianProcess,
  points: Float64Array,
  count: number,
  draws: number,
  random: RandomStream,
): Float64Array => {
  const { inputs, hyperparameters } = gp;
  const { count: n, width } = inputs;
  const x = new Float64Array((n + count) * width);
  x.set(inputs.x.subarray(0, n * width));
  x.set(points.subarray(0, count * width), n * width);
  const w = createWorkspace();
  const all = loadInputs(w, { ...inputs, x, count: n + count }, hyperparameters);
  const factor = w.matrix(n + count, n + count);
  factorKernel(w, hyperparameters, all, factor, n);
  const [mean, variance] = [new Float64Array(count), new Float64Array(count)];
  gp.predict(points, count, mean, variance);
  const { data, stride } = factor;
  const out = new Float64Array(draws * count);
  const normals = new Float64Array(count);
  for (let k = 0; k < draws; k++) {
    for (let j = 0; j < count; j++) normals[j] = random.normal();
    for (let i = 0; i < count; i++) {
      const row = (n + i) * stride + n;
      let value = at(mean, i);
      for (let j = 0; j <= i; j++) value += at(data, row + j) * at(normals, j);
      out[k * count + i] = value;
    }
  }
  return out;
};
