// The covariance matrix of CMA-ES with its decomposition; values, never changed.
import { at } from '../numeric/at.ts';
import { symmetricEigen } from './cmaesEigen.ts';

export interface Covariance {
  readonly dimension: number;
  /** Of the longest axis to the shortest, as variances. */
  readonly condition: number;
  /** Standard deviation along the longest axis. */
  readonly longest: number;
  readonly logDeterminant: number;
  /** The matrix, row-major; only its diagonal where only variances are learnt. */
  readonly entries: Float64Array;
  variance(index: number): number;
  /** A vector of independent standard normals made one with this covariance. */
  colour(z: Float64Array): Float64Array;
  /** C^(-1/2) y, the symmetric root. */
  whiten(y: Float64Array): Float64Array;
  /** C^(-1/2) M C^(-1/2) of a symmetric M given as `entries`. */
  whitenBoth(entries: Float64Array): Float64Array;
  withEntries(entries: Float64Array): Covariance;
  /** keep · C + Σ weightᵢ · yᵢ yᵢᵀ; decomposed anew only if asked, since that costs d³. */
  updated(keep: number, terms: readonly Outer[], decompose: boolean): Covariance;
}

/** weight · y yᵀ */
export interface Outer {
  readonly weight: number;
  readonly y: Float64Array;
}

/** Above this dimension only variances are learnt: a decomposition would take longer than most proposals may. */
export const mostFull = 100;

export const identityCovariance = (dimension: number): Covariance =>
  dimension > mostFull
    ? diagonalCovariance(new Float64Array(dimension).fill(1))
    : fullCovariance(identity(dimension), dimension);

const identity = (dimension: number): Float64Array => {
  const matrix = new Float64Array(dimension * dimension);
  for (let i = 0; i < dimension; i++) matrix[i * (dimension + 1)] = 1;
  return matrix;
};

/** Smaller eigenvalues come of rounding. */
const smallestVariance = 1e-30;

interface Roots {
  /** Row-major, a column for each axis. */
  readonly vectors: Float64Array;
  /** Standard deviation along each axis. */
  readonly lengths: Float64Array;
  readonly extent: Extent;
}

type Extent = Pick<Covariance, 'condition' | 'longest' | 'logDeterminant'>;

const decomposed = (matrix: Float64Array, n: number): Roots => {
  const { values, vectors } = symmetricEigen(matrix, n);
  const lengths = values.map((value) => Math.sqrt(Math.max(value, smallestVariance)));
  return { vectors, lengths, extent: extentOf(lengths) };
};

const extentOf = (lengths: Float64Array): Extent => {
  let [shortest, longest, logDeterminant] = [Infinity, 0, 0];
  for (const length of lengths) {
    shortest = Math.min(shortest, length);
    longest = Math.max(longest, length);
    logDeterminant += 2 * Math.log(length);
  }
  return { longest, logDeterminant, condition: lengths.length === 0 ? 1 : (longest / shortest) ** 2 };
};

const fullCovariance = (matrix: Float64Array, n: number, roots = decomposed(matrix, n)): Covariance => {
  const { vectors, lengths, extent } = roots;
  const whiten = (y: Float64Array): Float64Array => {
    const axes = new Float64Array(n);
    for (let i = 0; i < n; i++) {
      const yi = at(y, i);
      for (let k = 0; k < n; k++) axes[k] = at(axes, k) + at(vectors, i * n + k) * yi;
    }
    for (let k = 0; k < n; k++) axes[k] = at(axes, k) / at(lengths, k);
    const z = new Float64Array(n);
    for (let i = 0; i < n; i++) {
      let sum = 0;
      for (let k = 0; k < n; k++) sum += at(vectors, i * n + k) * at(axes, k);
      z[i] = sum;
    }
    return z;
  };
  return {
    dimension: n,
    entries: matrix,
    ...extent,
    variance: (index) => at(matrix, index * (n + 1)),
    colour: (z) => {
      const y = new Float64Array(n);
      for (let i = 0; i < n; i++) {
        let sum = 0;
        for (let k = 0; k < n; k++) sum += at(vectors, i * n + k) * at(lengths, k) * at(z, k);
        y[i] = sum;
      }
      return y;
    },
    whiten,
    whitenBoth: (entries) => {
      const half = rowsWhitened(entries, n, whiten);
      return rowsWhitened(transposed(half, n), n, whiten);
    },
    withEntries: (entries) => fullCovariance(entries, n),
    updated: (keep, terms, decompose) => {
      const next = matrix.map((value) => keep * value);
      for (const { weight, y } of terms) addOuter(next, n, weight, y);
      return decompose ? fullCovariance(next, n) : fullCovariance(next, n, roots);
    },
  };
};

const rowsWhitened = (
  matrix: Float64Array,
  n: number,
  whiten: (y: Float64Array) => Float64Array,
): Float64Array => {
  const result = new Float64Array(n * n);
  for (let i = 0; i < n; i++) result.set(whiten(matrix.subarray(i * n, (i + 1) * n)), i * n);
  return result;
};

const transposed = (matrix: Float64Array, n: number): Float64Array =>
  matrix.map((_, index) => at(matrix, (index % n) * n + Math.floor(index / n)));

const addOuter = (matrix: Float64Array, n: number, weight: number, y: Float64Array): void => {
  for (let i = 0; i < n; i++) {
    const scaled = weight * at(y, i);
    if (scaled === 0) continue;
    for (let k = 0; k < n; k++) matrix[i * n + k] = at(matrix, i * n + k) + scaled * at(y, k);
  }
};

const diagonalCovariance = (variances: Float64Array): Covariance => {
  const lengths = variances.map((value) => Math.sqrt(Math.max(value, smallestVariance)));
  return {
    dimension: variances.length,
    entries: variances,
    ...extentOf(lengths),
    variance: (index) => at(variances, index),
    colour: (z) => z.map((value, i) => value * at(lengths, i)),
    whiten: (y) => y.map((value, i) => value / at(lengths, i)),
    whitenBoth: (entries) => entries.map((value, i) => value / at(lengths, i) ** 2),
    withEntries: diagonalCovariance,
    updated: (keep, terms) => {
      const next = variances.map((value) => keep * value);
      for (const { weight, y } of terms) {
        for (let i = 0; i < next.length; i++) next[i] = at(next, i) + weight * at(y, i) ** 2;
      }
      return diagonalCovariance(next);
    },
  };
};
