// Dense linear algebra and kernel functions on matrices that live in WebAssembly memory (wasm/kernels.as).
import { at } from './at.ts';
import { instantiateKernels } from './wasm/instantiate.ts';

/**
 * A row-major matrix, or a vector (one row), in a workspace's memory. It holds whatever was there before: write
 * before reading.
 */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  /** Doubles from one row to the next; even, so that rows are aligned. */
  readonly stride: number;
  /** In bytes. */
  readonly address: number;
  /**
   * All elements, padding between the rows included: element (i, j) is `data[i * stride + j]`. A view: ask again
   * after anything was allocated, since growing the memory detaches it.
   */
  readonly data: Float64Array;
}

/** Functions of r² = Σ_d w_d (x_d - y_d)², 1 at 0. */
export const kernelNames = ['matern52', 'matern32', 'rbf'] as const;
export type KernelName = (typeof kernelNames)[number];

/**
 * Memory for matrices, and what can be done with them. Pairs (i, j) with j < i of n points lie row by row in vectors:
 * pair i(i-1)/2 + j, `pairCount(n)` of them, so that a new point's pairs come after all earlier ones.
 * Where a size `n` may be left out, it is the number of the matrix' rows.
 */
export interface Workspace {
  vector(length: number): Matrix;
  matrix(rows: number, columns: number): Matrix;
  /** A vector's copy of `values`. */
  vectorOf(values: ArrayLike<number>): Matrix;
  /** What is allocated from now on is given back by `release` of the mark; `release(0)` gives everything back. */
  mark(): number;
  release(mark: number): void;

  /**
   * The lower triangle of `a` becomes its Cholesky factor; nothing above the diagonal is read or written.
   * @returns whether `a` is positive definite in doubles; its lower triangle is spoilt otherwise.
   */
  cholesky(a: Matrix, n?: number): boolean;
  /**
   * `l` is a factor of n rows, and its row n holds the next row of the matrix up to the diagonal: makes it a factor of
   * n + 1 rows, in O(n²). @returns whether the greater matrix is positive definite.
   */
  appendRow(l: Matrix, n: number): boolean;
  /** L x = b in place, for each row of `b` as a right-hand side. */
  solveLower(l: Matrix, b: Matrix, n?: number): void;
  /** Lᵀ x = b in place, for each row of `b` as a right-hand side. */
  solveUpper(l: Matrix, b: Matrix, n?: number): void;
  /** log det (L Lᵀ). */
  logDeterminant(l: Matrix, n?: number): number;
  /** (L Lᵀ)⁻¹, both triangles, into `out`. Takes room for a moment, as if something was allocated. */
  inverse(l: Matrix, out: Matrix, n?: number): void;
  /** out = A x; `rows` of A count, as many columns as x has. */
  multiply(a: Matrix, x: Matrix, out: Matrix, rows?: number): void;
  /** out[i] = Σ_j a[i][j]². */
  rowSquares(a: Matrix, out: Matrix, rows?: number): void;
  dot(a: Matrix, b: Matrix, length?: number): number;
  transpose(a: Matrix, out: Matrix): void;

  /** parts[d][p] = (x[i][d] - x[j][d])² for the pairs of points `from` to `to`, rows of x; earlier ones stay. */
  squaredPairs(x: Matrix, parts: Matrix, to?: number, from?: number): void;
  /** out[p] = Σ_d weights[d] parts[d][p] over the first `count` elements: r² of the pairs. */
  weightedSum(parts: Matrix, weights: Matrix, out: Matrix, count?: number): void;
  /** out = variance · k(r²) over the first `count` elements of a vector; `out` may be `r2` itself. */
  kernelValues(kernel: KernelName, r2: Matrix, variance: number, out: Matrix, count?: number): void;
  /** out = variance · dk/d(r²), likewise. */
  kernelSlopes(kernel: KernelName, r2: Matrix, variance: number, out: Matrix, count?: number): void;
  /** Copies pairs below the diagonal of `out` and puts `diagonal` on it. */
  spreadPairs(pairs: Matrix, n: number, diagonal: number, out: Matrix): void;
  /**
   * With W = α αᵀ - K⁻¹ and slopes[p] = ∂K_p/∂(r²): gradient[d] = Σ_ij W_ij ∂K_ij/∂w_d, twice the log marginal
   * likelihood's derivative by the weight w_d (Rasmussen, Williams, 2006, equation 5.9). `slopes` is overwritten by
   * W_ij slopes[p]. The diagonal adds nothing, r² being 0 there.
   */
  likelihoodGradient(
    inverted: Matrix,
    alpha: Matrix,
    slopes: Matrix,
    parts: Matrix,
    gradient: Matrix,
    n?: number,
  ): void;

  /**
   * out[c][i] = Σ_d weights[d] (points[c][d] - x[i][d])² for `count` rows of `points`, where `xT` is x transposed
   * (d rows, n columns): r² for the cross kernel, a row a candidate.
   */
  squaredDistances(
    xT: Matrix,
    points: Matrix,
    weights: Matrix,
    out: Matrix,
    n?: number,
    count?: number,
  ): void;
  /** The same, added to what `out` holds. */
  addSquaredDistances(
    xT: Matrix,
    points: Matrix,
    weights: Matrix,
    out: Matrix,
    n?: number,
    count?: number,
  ): void;
  /**
   * gradient[d] = 2 weights[d] Σ_i slopes[i] (point[d] - x[i][d]): the derivative by the point of Σ_i c_i k(r²_i), when
   * slopes[i] = c_i dk/d(r²_i).
   */
  pointGradient(
    xT: Matrix,
    point: Matrix,
    weights: Matrix,
    slopes: Matrix,
    gradient: Matrix,
    n?: number,
  ): void;
  /** kernelValues over the rows of a matrix, in place. */
  kernelRows(kernel: KernelName, r2: Matrix, variance: number, rows?: number): void;
  /** exp of each of the first `count` elements. */
  exponentials(x: Matrix, out: Matrix, count?: number): void;
}

export const pairCount = (n: number): number => (n * (n - 1)) / 2;

const pageBytes = 65536;
/** The compiler may keep constants below. */
const firstAddress = 1024;

export const createWorkspace = (): Workspace => {
  const kernels = instantiateKernels();
  const { memory } = kernels;
  let top = firstAddress;

  const reserve = (end: number): void => {
    const missing = end - memory.buffer.byteLength;
    // A quarter more than asked, so that growing step by step copies little.
    if (missing > 0) memory.grow(Math.ceil((missing + memory.buffer.byteLength / 4) / pageBytes));
  };

  const matrix = (rows: number, columns: number): Matrix => {
    const stride = columns + (columns & 1);
    const address = top;
    const length = rows === 1 ? columns : rows * stride;
    reserve(address + 8 * (rows * stride));
    top = address + 8 * rows * stride;
    let view: Float64Array | undefined;
    return {
      rows,
      columns,
      stride,
      address,
      get data(): Float64Array {
        if (view?.buffer !== memory.buffer) view = new Float64Array(memory.buffer, address, length);
        return view;
      },
    };
  };

  const vectorOf = (values: ArrayLike<number>): Matrix => {
    const made = matrix(1, values.length);
    made.data.set(values);
    return made;
  };

  const kind = (name: KernelName): number => kernelNames.indexOf(name);

  const squaredDistances =
    (adds: number) =>
    (xT: Matrix, points: Matrix, weights: Matrix, out: Matrix, n = xT.columns, count = points.rows): void => {
      const from = [xT.address, n, xT.stride, points.address, count, points.stride] as const;
      kernels.squaredDistances(...from, xT.rows, weights.address, out.address, out.stride, adds);
    };

  return {
    vector: (length) => matrix(1, length),
    matrix,
    vectorOf,
    mark: () => top,
    release: (mark) => {
      top = Math.max(mark, firstAddress);
    },
    cholesky: (a, n = a.rows) => kernels.cholesky(a.address, n, a.stride) === 1,
    appendRow: (l, n) => kernels.appendRow(l.address, n, l.stride) === 1,
    solveLower: (l, b, n = l.rows) => kernels.solveLower(l.address, n, l.stride, b.address, b.rows, b.stride),
    solveUpper: (l, b, n = l.rows) => kernels.solveUpper(l.address, n, l.stride, b.address, b.rows, b.stride),
    logDeterminant: (l, n = l.rows) => {
      const { data, stride } = l;
      let sum = 0;
      for (let i = 0; i < n; i++) sum += Math.log(at(data, i * stride + i));
      return 2 * sum;
    },
    inverse: (l, out, n = l.rows) => {
      reserve(top + 8 * n * out.stride);
      kernels.inverse(l.address, n, l.stride, out.address, out.stride, top);
    },
    multiply: (a, x, out, rows = a.rows) =>
      kernels.multiply(a.address, rows, x.columns, a.stride, x.address, out.address),
    rowSquares: (a, out, rows = a.rows) =>
      kernels.rowSquares(a.address, rows, a.columns, a.stride, out.address),
    dot: (a, b, length = a.columns) => kernels.dot(a.address, b.address, length),
    transpose: (a, out) => kernels.transpose(a.address, a.rows, a.columns, a.stride, out.address, out.stride),
    squaredPairs: (x, parts, to = x.rows, from = 0) =>
      kernels.squaredPairs(x.address, from, to, x.columns, x.stride, parts.address, parts.stride),
    weightedSum: (parts, weights, out, count = out.columns) =>
      kernels.weightedSum(parts.address, parts.stride, weights.address, parts.rows, count, out.address),
    kernelValues: (kernel, r2, variance, out, count = r2.columns) =>
      kernels.kernelValues(kind(kernel), r2.address, count, variance, out.address),
    kernelSlopes: (kernel, r2, variance, out, count = r2.columns) =>
      kernels.kernelSlopes(kind(kernel), r2.address, count, variance, out.address),
    spreadPairs: (pairs, n, diagonal, out) =>
      kernels.spreadPairs(pairs.address, n, diagonal, out.address, out.stride),
    likelihoodGradient: (inverted, alpha, slopes, parts, gradient, n = inverted.rows) => {
      const given = [inverted.address, inverted.stride, alpha.address, n, slopes.address] as const;
      kernels.likelihoodGradient(...given, parts.address, parts.stride, parts.rows, gradient.address);
    },
    squaredDistances: squaredDistances(0),
    addSquaredDistances: squaredDistances(1),
    pointGradient: (xT, point, weights, slopes, gradient, n = xT.columns) => {
      const given = [xT.address, n, xT.stride, point.address, xT.rows, weights.address] as const;
      kernels.pointGradient(...given, slopes.address, gradient.address);
    },
    kernelRows: (kernel, r2, variance, rows = r2.rows) => {
      for (let i = 0; i < rows; i++) {
        const row = r2.address + 8 * i * r2.stride;
        kernels.kernelValues(kind(kernel), row, r2.columns, variance, row);
      }
    },
    exponentials: (x, out, count = x.columns) => kernels.exponentials(x.address, count, out.address),
  };
};
