// Eigenvalues and eigenvectors of symmetric matrices.
import { at } from '../numeric/at.ts';

export interface Eigen {
  /** In no order. */
  readonly values: Float64Array;
  /** Row-major; column k belongs to value k, of length one. */
  readonly vectors: Float64Array;
}

/** Sweeps before rounding is taken for what keeps a sub-diagonal from vanishing; a handful is usual. */
const mostIterations = 60;

/**
 * Householder reduction to tridiagonal form, then QL with implicit shifts (Martin, Reinsch, Wilkinson: tred2; Dubrulle,
 * Martin, Wilkinson: imtql2; Handbook for Automatic Computation II, 1971). Takes a row-major symmetric matrix.
 */
export const symmetricEigen = (matrix: Float64Array, n: number): Eigen => {
  const z = matrix.slice();
  const values = new Float64Array(n);
  const off = new Float64Array(n);
  if (n > 0) {
    tridiagonalise(z, values, off, n);
    accumulate(z, values, n);
    diagonalise(z, values, off, n);
  }
  return { values, vectors: z };
};

/** Leaves the Householder vectors in `z`, their factors in `values`, the sub-diagonal in `off[1…]`. */
const tridiagonalise = (z: Float64Array, values: Float64Array, off: Float64Array, n: number): void => {
  for (let i = n - 1; i >= 1; i--) {
    const row = i * n;
    let scale = 0;
    for (let k = 0; k < i; k++) scale += Math.abs(at(z, row + k));
    if (i === 1 || scale === 0) {
      off[i] = at(z, row + i - 1);
      values[i] = 0;
      continue;
    }
    let h = 0;
    for (let k = 0; k < i; k++) {
      const x = at(z, row + k) / scale;
      z[row + k] = x;
      h += x * x;
    }
    const f = at(z, row + i - 1);
    const g = f >= 0 ? -Math.sqrt(h) : Math.sqrt(h);
    off[i] = scale * g;
    h -= f * g;
    z[row + i - 1] = f - g;
    reduceRows(z, off, i, n, h);
    values[i] = h;
  }
};

/** A ← A - u qᵀ - q uᵀ on the leading i × i block, u being row i. */
const reduceRows = (z: Float64Array, off: Float64Array, i: number, n: number, h: number): void => {
  const row = i * n;
  let dot = 0;
  for (let j = 0; j < i; j++) {
    z[j * n + i] = at(z, row + j) / h;
    let g = 0;
    for (let k = 0; k <= j; k++) g += at(z, j * n + k) * at(z, row + k);
    for (let k = j + 1; k < i; k++) g += at(z, k * n + j) * at(z, row + k);
    off[j] = g / h;
    dot += at(off, j) * at(z, row + j);
  }
  const half = dot / (h + h);
  for (let j = 0; j < i; j++) {
    const f = at(z, row + j);
    const g = at(off, j) - half * f;
    off[j] = g;
    for (let k = 0; k <= j; k++) z[j * n + k] = at(z, j * n + k) - (f * at(off, k) + g * at(z, row + k));
  }
};

/** Multiplies the Householder reflections out into `z`; the diagonal goes to `values`. */
const accumulate = (z: Float64Array, values: Float64Array, n: number): void => {
  values[0] = 0;
  for (let i = 0; i < n; i++) {
    if (at(values, i) !== 0) {
      for (let j = 0; j < i; j++) {
        let g = 0;
        for (let k = 0; k < i; k++) g += at(z, i * n + k) * at(z, k * n + j);
        for (let k = 0; k < i; k++) z[k * n + j] = at(z, k * n + j) - g * at(z, k * n + i);
      }
    }
    values[i] = at(z, i * n + i);
    z[i * n + i] = 1;
    for (let j = 0; j < i; j++) {
      z[j * n + i] = 0;
      z[i * n + j] = 0;
    }
  }
};

const diagonalise = (z: Float64Array, values: Float64Array, off: Float64Array, n: number): void => {
  for (let i = 1; i < n; i++) off[i - 1] = at(off, i);
  off[n - 1] = 0;
  for (let low = 0; low < n; low++) {
    for (let iteration = 0; iteration < mostIterations; iteration++) {
      const split = firstNegligible(values, off, low, n);
      if (split === low) break;
      rotate(z, values, off, low, split, n);
    }
  }
};

const firstNegligible = (values: Float64Array, off: Float64Array, low: number, n: number): number => {
  for (let m = low; m < n - 1; m++) {
    const size = Math.abs(at(values, m)) + Math.abs(at(values, m + 1));
    if (Math.abs(at(off, m)) <= Number.EPSILON * size) return m;
  }
  return n - 1;
};

/** One implicit QL step with Wilkinson's shift on the block from `low` to `high`. */
const rotate = (
  z: Float64Array,
  values: Float64Array,
  off: Float64Array,
  low: number,
  high: number,
  n: number,
): void => {
  let g = (at(values, low + 1) - at(values, low)) / (2 * at(off, low));
  let r = Math.hypot(g, 1);
  g = at(values, high) - at(values, low) + at(off, low) / (g + (g >= 0 ? r : -r));
  let [s, c, p] = [1, 1, 0];
  for (let i = high - 1; i >= low; i--) {
    const f = s * at(off, i);
    const b = c * at(off, i);
    r = Math.hypot(f, g);
    off[i + 1] = r;
    if (r === 0) {
      values[i + 1] = at(values, i + 1) - p;
      off[high] = 0;
      return;
    }
    s = f / r;
    c = g / r;
    g = at(values, i + 1) - p;
    r = (at(values, i) - g) * s + 2 * c * b;
    p = s * r;
    values[i + 1] = g + p;
    g = c * r - b;
    for (let k = 0; k < n; k++) {
      const right = at(z, k * n + i + 1);
      const left = at(z, k * n + i);
      z[k * n + i + 1] = s * left + c * right;
      z[k * n + i] = c * left - s * right;
    }
  }
  values[low] = at(values, low) - p;
  off[low] = g;
  off[high] = 0;
};
