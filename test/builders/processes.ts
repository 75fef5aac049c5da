import type { Hyperparameters, Inputs } from '../../src/engine/numeric/gaussianProcess.ts';
import type { KernelName } from '../../src/engine/numeric/linear.ts';
import { randomStream } from '../../src/engine/numeric/random.ts';

/** Uniform numbers, the same for the same seed. */
export const someNumbers = (seed: number, count: number): Float64Array => {
  const random = randomStream(seed, 'numbers');
  return Float64Array.from({ length: count }, () => random.uniform());
};

/** Rows in the unit cube; each column its own group unless told otherwise. */
export const someInputs = (
  seed: number,
  count: number,
  width: number,
  groups: readonly number[] = Array.from({ length: width }, (_, c) => c),
): Inputs => ({
  x: someNumbers(seed, count * width),
  count,
  width,
  groups: Int32Array.from(groups),
  groupCount: Math.max(...groups) + 1,
});

export const someHyperparameters = (
  kernel: KernelName,
  weights: readonly number[],
  more: Partial<Hyperparameters> = {},
): Hyperparameters => ({ kernel, weights: Float64Array.from(weights), signal: 1.3, noise: 0.02, ...more });

const kernelOf: Readonly<Record<KernelName, (r2: number) => number>> = {
  matern52: (r2) => (1 + Math.sqrt(5 * r2) + (5 * r2) / 3) * Math.exp(-Math.sqrt(5 * r2)),
  matern32: (r2) => (1 + Math.sqrt(3 * r2)) * Math.exp(-Math.sqrt(3 * r2)),
  rbf: (r2) => Math.exp(-0.5 * r2),
};

/** The process the slow obvious way: kernel matrices as lists, solved by elimination. */
export interface DenseProcess {
  mean(point: ArrayLike<number>): number;
  covariance(a: ArrayLike<number>, b: ArrayLike<number>): number;
}

export const denseProcess = (inputs: Inputs, y: Float64Array, by: Hyperparameters): DenseProcess => {
  const { x, count, width, groups } = inputs;
  const kernel = (a: ArrayLike<number>, b: ArrayLike<number>): number => {
    let r2 = 0;
    for (let c = 0; c < width; c++)
      r2 += (by.weights[groups[c] ?? 0] ?? 0) * (Number(a[c]) - Number(b[c])) ** 2;
    return by.signal * kernelOf[by.kernel](r2);
  };
  const rows = Array.from({ length: count }, (_, i) => x.subarray(i * width, (i + 1) * width));
  const matrix = rows.map((a, i) => rows.map((b, j) => kernel(a, b) + (i === j ? by.noise : 0)));
  const alpha = solve(matrix, Array.from(y));
  const against = (point: ArrayLike<number>): readonly number[] => rows.map((row) => kernel(row, point));
  return {
    mean: (point) => dot(against(point), alpha),
    covariance: (a, b) => kernel(a, b) - dot(against(a), solve(matrix, against(b))),
  };
};

const dot = (a: readonly number[], b: readonly number[]): number =>
  a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);

/** Gaussian elimination with pivots. */
export const solve = (matrix: readonly (readonly number[])[], b: readonly number[]): readonly number[] => {
  const rows = matrix.map((row, i) => [...row, b[i] ?? 0]);
  const n = rows.length;
  for (let k = 0; k < n; k++) {
    const pivot = rows
      .slice(k)
      .reduce((best, row, i) => (Math.abs(row[k] ?? 0) > Math.abs(rows[best]?.[k] ?? 0) ? k + i : best), k);
    const [a, c] = [rows[k] ?? [], rows[pivot] ?? []];
    [rows[k], rows[pivot]] = [c, a];
    for (let i = k + 1; i < n; i++) {
      const row = rows[i] ?? [];
      const factor = (row[k] ?? 0) / (c[k] ?? 1);
      for (let j = k; j <= n; j++) row[j] = (row[j] ?? 0) - factor * (c[j] ?? 0);
    }
  }
  const x = new Array<number>(n).fill(0);
  for (let i = n - 1; i >= 0; i--) {
    const row = rows[i] ?? [];
    let sum = row[n] ?? 0;
    for (let j = i + 1; j < n; j++) sum -= (row[j] ?? 0) * (x[j] ?? 0);
    x[i] = sum / (row[i] ?? 1);
  }
  return x;
};

/** Central differences of a function of several numbers. */
export const slopesOf = (f: (x: Float64Array) => number, x: Float64Array, step = 1e-5): Float64Array =>
  x.map((value, i) => {
    const moved = (by: number): number => f(x.with(i, value + by));
    return (moved(step) - moved(-step)) / (2 * step);
  });
