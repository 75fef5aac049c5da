// Dense linear algebra and kernel functions on doubles, in AssemblyScript: compiled to WebAssembly SIMD by
// `npm run build:kernels`. Matrices are row-major; `stride` counts doubles from one row to the next; every pointer is
// a byte offset into the memory, whose layout is the caller's. Only plain SIMD is used, no relaxed SIMD and no fused
// multiply-add, and the order of every sum is fixed: the same bits come out on every machine.

const two: usize = 16; // bytes of two doubles

// @ts-ignore: decorator
@inline
function total(v: v128): f64 {
  return f64x2.extract_lane(v, 0) + f64x2.extract_lane(v, 1);
}

/** The sums of the lanes of `a` and of `b`, as two lanes. */
// @ts-ignore: decorator
@inline
function totals(a: v128, b: v128): v128 {
  return f64x2.add(v128.shuffle<f64>(a, b, 0, 2), v128.shuffle<f64>(a, b, 1, 3));
}

export function dot(a: usize, b: usize, length: i32): f64 {
  let s0 = f64x2.splat(0);
  let s1 = f64x2.splat(0);
  let i = 0;
  for (; i + 4 <= length; i += 4) {
    s0 = f64x2.add(s0, f64x2.mul(v128.load(a), v128.load(b)));
    s1 = f64x2.add(s1, f64x2.mul(v128.load(a, 16), v128.load(b, 16)));
    a += 32;
    b += 32;
  }
  let sum = total(f64x2.add(s0, s1));
  for (; i < length; i++) {
    sum += load<f64>(a) * load<f64>(b);
    a += 8;
    b += 8;
  }
  return sum;
}

/**
 * Forward substitution for four right-hand sides at once, each a row of `x`, over columns `from` to `to`:
 * x[r][k] ← (x[r][k] - Σ_{from ≤ l < k} x[r][l] L[k][l]) / L[k][k]. Tiles of 4 × 2 dot products keep eight
 * accumulators in registers; six loads feed sixteen operations.
 */
function solveRows4(x: usize, xBytes: usize, l: usize, lBytes: usize, from: i32, to: i32): void {
  const x0 = x;
  const x1 = x + xBytes;
  const x2 = x1 + xBytes;
  const x3 = x2 + xBytes;
  const first: usize = (<usize>from) << 3;
  let k = from;
  for (; k + 2 <= to; k += 2) {
    const la = l + <usize>k * lBytes;
    const lb = la + lBytes;
    const end: usize = (<usize>k) << 3;
    let a0 = f64x2.splat(0);
    let a1 = f64x2.splat(0);
    let a2 = f64x2.splat(0);
    let a3 = f64x2.splat(0);
    let b0 = f64x2.splat(0);
    let b1 = f64x2.splat(0);
    let b2 = f64x2.splat(0);
    let b3 = f64x2.splat(0);
    for (let p = first; p < end; p += two) {
      const va = v128.load(la + p);
      const vb = v128.load(lb + p);
      let vx = v128.load(x0 + p);
      a0 = f64x2.add(a0, f64x2.mul(vx, va));
      b0 = f64x2.add(b0, f64x2.mul(vx, vb));
      vx = v128.load(x1 + p);
      a1 = f64x2.add(a1, f64x2.mul(vx, va));
      b1 = f64x2.add(b1, f64x2.mul(vx, vb));
      vx = v128.load(x2 + p);
      a2 = f64x2.add(a2, f64x2.mul(vx, va));
      b2 = f64x2.add(b2, f64x2.mul(vx, vb));
      vx = v128.load(x3 + p);
      a3 = f64x2.add(a3, f64x2.mul(vx, va));
      b3 = f64x2.add(b3, f64x2.mul(vx, vb));
    }
    const diagonalA = load<f64>(la + end);
    const below = load<f64>(lb + end);
    const diagonalB = load<f64>(lb + end, 8);
    finishPair(x0 + end, totals(a0, b0), diagonalA, below, diagonalB);
    finishPair(x1 + end, totals(a1, b1), diagonalA, below, diagonalB);
    finishPair(x2 + end, totals(a2, b2), diagonalA, below, diagonalB);
    finishPair(x3 + end, totals(a3, b3), diagonalA, below, diagonalB);
  }
  if (k < to) {
    const row = l + <usize>k * lBytes;
    const end: usize = (<usize>k) << 3;
    const diagonal = load<f64>(row + end);
    for (let r = 0; r < 4; r++) {
      const b = x + <usize>r * xBytes;
      store<f64>(b + end, (load<f64>(b + end) - dot(b + first, row + first, k - from)) / diagonal);
    }
  }
}

/** Two unknowns of one right-hand side, once the sums over the earlier ones are known. */
// @ts-ignore: decorator
@inline
function finishPair(target: usize, sums: v128, diagonalA: f64, below: f64, diagonalB: f64): void {
  const rest = f64x2.sub(v128.load(target), sums);
  const xa = f64x2.extract_lane(rest, 0) / diagonalA;
  store<f64>(target, xa);
  store<f64>(target, (f64x2.extract_lane(rest, 1) - xa * below) / diagonalB, 8);
}

/** As `solveRows4`, for one right-hand side. */
function solveRow(x: usize, l: usize, lBytes: usize, from: i32, to: i32): void {
  const first: usize = (<usize>from) << 3;
  let k = from;
  for (; k + 4 <= to; k += 4) {
    const l0 = l + <usize>k * lBytes;
    const l1 = l0 + lBytes;
    const l2 = l1 + lBytes;
    const l3 = l2 + lBytes;
    const end: usize = (<usize>k) << 3;
    let s0 = f64x2.splat(0);
    let s1 = f64x2.splat(0);
    let s2 = f64x2.splat(0);
    let s3 = f64x2.splat(0);
    for (let p = first; p < end; p += two) {
      const vx = v128.load(x + p);
      s0 = f64x2.add(s0, f64x2.mul(vx, v128.load(l0 + p)));
      s1 = f64x2.add(s1, f64x2.mul(vx, v128.load(l1 + p)));
      s2 = f64x2.add(s2, f64x2.mul(vx, v128.load(l2 + p)));
      s3 = f64x2.add(s3, f64x2.mul(vx, v128.load(l3 + p)));
    }
    const at = x + end;
    const y0 = (load<f64>(at) - total(s0)) / load<f64>(l0 + end);
    const y1 = (load<f64>(at, 8) - total(s1) - y0 * load<f64>(l1 + end)) / load<f64>(l1 + end, 8);
    const y2 =
      (load<f64>(at, 16) - total(s2) - y0 * load<f64>(l2 + end) - y1 * load<f64>(l2 + end, 8)) /
      load<f64>(l2 + end, 16);
    const y3 =
      (load<f64>(at, 24) -
        total(s3) -
        y0 * load<f64>(l3 + end) -
        y1 * load<f64>(l3 + end, 8) -
        y2 * load<f64>(l3 + end, 16)) /
      load<f64>(l3 + end, 24);
    store<f64>(at, y0);
    store<f64>(at, y1, 8);
    store<f64>(at, y2, 16);
    store<f64>(at, y3, 24);
  }
  for (; k < to; k++) {
    const row = l + <usize>k * lBytes;
    const end: usize = (<usize>k) << 3;
    store<f64>(x + end, (load<f64>(x + end) - dot(x + first, row + first, k - from)) / load<f64>(row + end));
  }
}

/** L x = b for `count` right-hand sides, the rows of `b`, in place. */
export function solveLower(l: usize, n: i32, lStride: i32, b: usize, count: i32, bStride: i32): void {
  const lBytes: usize = (<usize>lStride) << 3;
  const bBytes: usize = (<usize>bStride) << 3;
  let i = 0;
  for (; i + 4 <= count; i += 4) solveRows4(b + <usize>i * bBytes, bBytes, l, lBytes, 0, n);
  for (; i < count; i++) solveRow(b + <usize>i * bBytes, l, lBytes, 0, n);
}

/**
 * Cholesky factor of the symmetric matrix whose lower triangle stands in `a`, in place, four rows at a time
 * (bordering: the rows above are finished, so a block is a forward substitution and a 4 × 4 factorisation).
 * Nothing above the diagonal is read or written. Answers 0 at a pivot that is not positive.
 */
export function cholesky(a: usize, n: i32, stride: i32): i32 {
  const bytes: usize = (<usize>stride) << 3;
  let i = 0;
  for (; i + 4 <= n; i += 4) {
    const rows = a + <usize>i * bytes;
    solveRows4(rows, bytes, a, bytes, 0, i);
    for (let r = 0; r < 4; r++) if (!finishRow(a, bytes, i + r, i)) return 0;
  }
  for (; i < n; i++) {
    solveRow(a + <usize>i * bytes, a, bytes, 0, i);
    if (!finishRow(a, bytes, i, i)) return 0;
  }
  return 1;
}

/** The part of row `i` from column `from` on, columns before it being final. */
function finishRow(a: usize, bytes: usize, i: i32, from: i32): bool {
  const row = a + <usize>i * bytes;
  for (let k = from; k < i; k++) {
    const other = a + <usize>k * bytes;
    const at: usize = (<usize>k) << 3;
    store<f64>(row + at, (load<f64>(row + at) - dot(row, other, k)) / load<f64>(other + at));
  }
  const at: usize = (<usize>i) << 3;
  const pivot = load<f64>(row + at) - dot(row, row, i);
  // Also false for NaN; an infinite pivot would make NaN of all that follows.
  if (!(pivot > 0 && pivot < Infinity)) return false;
  store<f64>(row + at, Math.sqrt(pivot));
  return true;
}

/** Row `n` of `l` holds a matrix' row n up to its diagonal; rows above are its factor. Makes it the factor's row. */
export function appendRow(l: usize, n: i32, stride: i32): i32 {
  const bytes: usize = (<usize>stride) << 3;
  solveRow(l + <usize>n * bytes, l, bytes, 0, n);
  return finishRow(l, bytes, n, n) ? 1 : 0;
}

/** Lᵀ x = b for `count` right-hand sides, the rows of `b`, in place: from the last unknown backwards. */
export function solveUpper(l: usize, n: i32, lStride: i32, b: usize, count: i32, bStride: i32): void {
  const lBytes: usize = (<usize>lStride) << 3;
  const bBytes: usize = (<usize>bStride) << 3;
  let i = 0;
  for (; i + 4 <= count; i += 4) solveUpperRows4(b + <usize>i * bBytes, bBytes, l, lBytes, n);
  for (; i < count; i++) solveUpperRow(b + <usize>i * bBytes, l, lBytes, n);
}

function solveUpperRows4(x: usize, xBytes: usize, l: usize, lBytes: usize, n: i32): void {
  const x0 = x;
  const x1 = x + xBytes;
  const x2 = x1 + xBytes;
  const x3 = x2 + xBytes;
  let k = n;
  for (; k >= 2; k -= 2) {
    const la = l + <usize>(k - 2) * lBytes;
    const lb = la + lBytes;
    const end: usize = (<usize>(k - 2)) << 3;
    const diagonalA = load<f64>(la + end);
    const below = load<f64>(lb + end);
    const diagonalB = load<f64>(lb + end, 8);
    startPair(x0 + end, diagonalA, below, diagonalB);
    startPair(x1 + end, diagonalA, below, diagonalB);
    startPair(x2 + end, diagonalA, below, diagonalB);
    startPair(x3 + end, diagonalA, below, diagonalB);
    const a0 = v128.load64_splat(x0 + end);
    const b0 = v128.load64_splat(x0 + end, 8);
    const a1 = v128.load64_splat(x1 + end);
    const b1 = v128.load64_splat(x1 + end, 8);
    const a2 = v128.load64_splat(x2 + end);
    const b2 = v128.load64_splat(x2 + end, 8);
    const a3 = v128.load64_splat(x3 + end);
    const b3 = v128.load64_splat(x3 + end, 8);
    let p: usize = 0;
    for (; p + two <= end; p += two) {
      const va = v128.load(la + p);
      const vb = v128.load(lb + p);
      v128.store(x0 + p, f64x2.sub(f64x2.sub(v128.load(x0 + p), f64x2.mul(va, a0)), f64x2.mul(vb, b0)));
      v128.store(x1 + p, f64x2.sub(f64x2.sub(v128.load(x1 + p), f64x2.mul(va, a1)), f64x2.mul(vb, b1)));
      v128.store(x2 + p, f64x2.sub(f64x2.sub(v128.load(x2 + p), f64x2.mul(va, a2)), f64x2.mul(vb, b2)));
      v128.store(x3 + p, f64x2.sub(f64x2.sub(v128.load(x3 + p), f64x2.mul(va, a3)), f64x2.mul(vb, b3)));
    }
    if (p < end) {
      const va = load<f64>(la + p);
      const vb = load<f64>(lb + p);
      for (let r = 0; r < 4; r++) {
        const row = x + <usize>r * xBytes;
        store<f64>(row + p, load<f64>(row + p) - va * load<f64>(row + end) - vb * load<f64>(row + end, 8));
      }
    }
  }
  if (k === 1) {
    for (let r = 0; r < 4; r++) {
      const row = x + <usize>r * xBytes;
      store<f64>(row, load<f64>(row) / load<f64>(l));
    }
  }
}

// @ts-ignore: decorator
@inline
function startPair(target: usize, diagonalA: f64, below: f64, diagonalB: f64): void {
  const xb = load<f64>(target, 8) / diagonalB;
  store<f64>(target, xb, 8);
  store<f64>(target, (load<f64>(target) - xb * below) / diagonalA);
}

function solveUpperRow(x: usize, l: usize, lBytes: usize, n: i32): void {
  let k = n;
  for (; k >= 2; k -= 2) {
    const la = l + <usize>(k - 2) * lBytes;
    const lb = la + lBytes;
    const end: usize = (<usize>(k - 2)) << 3;
    startPair(x + end, load<f64>(la + end), load<f64>(lb + end), load<f64>(lb + end, 8));
    const a = v128.load64_splat(x + end);
    const b = v128.load64_splat(x + end, 8);
    let p: usize = 0;
    for (; p + two <= end; p += two) {
      const rest = f64x2.sub(v128.load(x + p), f64x2.mul(v128.load(la + p), a));
      v128.store(x + p, f64x2.sub(rest, f64x2.mul(v128.load(lb + p), b)));
    }
    if (p < end) {
      const rest = load<f64>(x + p) - load<f64>(la + p) * load<f64>(x + end);
      store<f64>(x + p, rest - load<f64>(lb + p) * load<f64>(x + end, 8));
    }
  }
  if (k === 1) store<f64>(x, load<f64>(x) / load<f64>(l));
}

/**
 * (L Lᵀ)⁻¹, both triangles, into `out`; `scratch` holds n rows of `stride` doubles. Row i of the scratch becomes
 * column i of L⁻¹ (zero before i), so that both steps are products of rows.
 */
export function inverse(l: usize, n: i32, lStride: i32, out: usize, stride: i32, scratch: usize): void {
  const lBytes: usize = (<usize>lStride) << 3;
  const bytes: usize = (<usize>stride) << 3;
  memory.fill(scratch, 0, <usize>n * bytes);
  for (let i = 0; i < n; i++) store<f64>(scratch + <usize>i * bytes + ((<usize>i) << 3), 1);
  let i = 0;
  for (; i + 4 <= n; i += 4) solveRows4(scratch + <usize>i * bytes, bytes, l, lBytes, i, n);
  for (; i < n; i++) solveRow(scratch + <usize>i * bytes, l, lBytes, i, n);
  for (i = 0; i + 4 <= n; i += 4) {
    let j = 0;
    for (; j + 2 <= i + 4; j += 2) productTile(scratch, out, bytes, i, j, n);
  }
  for (; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      const at: usize = (<usize>i) << 3;
      const value = dot(scratch + <usize>i * bytes + at, scratch + <usize>j * bytes + at, n - i);
      store<f64>(out + <usize>i * bytes + ((<usize>j) << 3), value);
      store<f64>(out + <usize>j * bytes + at, value);
    }
  }
}

/** out[i..i+4][j..j+2] and its mirror image: products of rows i.. and j.. of `t` from column i on (zeros before). */
function productTile(t: usize, out: usize, bytes: usize, i: i32, j: i32, n: i32): void {
  const at: usize = (<usize>i) << 3;
  const x0 = t + <usize>i * bytes;
  const x1 = x0 + bytes;
  const x2 = x1 + bytes;
  const x3 = x2 + bytes;
  const ya = t + <usize>j * bytes;
  const yb = ya + bytes;
  const end: usize = (<usize>n) << 3;
  let a0 = f64x2.splat(0);
  let a1 = f64x2.splat(0);
  let a2 = f64x2.splat(0);
  let a3 = f64x2.splat(0);
  let b0 = f64x2.splat(0);
  let b1 = f64x2.splat(0);
  let b2 = f64x2.splat(0);
  let b3 = f64x2.splat(0);
  let p = at;
  for (; p + two <= end; p += two) {
    const va = v128.load(ya + p);
    const vb = v128.load(yb + p);
    let vx = v128.load(x0 + p);
    a0 = f64x2.add(a0, f64x2.mul(vx, va));
    b0 = f64x2.add(b0, f64x2.mul(vx, vb));
    vx = v128.load(x1 + p);
    a1 = f64x2.add(a1, f64x2.mul(vx, va));
    b1 = f64x2.add(b1, f64x2.mul(vx, vb));
    vx = v128.load(x2 + p);
    a2 = f64x2.add(a2, f64x2.mul(vx, va));
    b2 = f64x2.add(b2, f64x2.mul(vx, vb));
    vx = v128.load(x3 + p);
    a3 = f64x2.add(a3, f64x2.mul(vx, va));
    b3 = f64x2.add(b3, f64x2.mul(vx, vb));
  }
  let s0 = totals(a0, b0);
  let s1 = totals(a1, b1);
  let s2 = totals(a2, b2);
  let s3 = totals(a3, b3);
  if (p < end) {
    const last = f64x2.replace_lane(v128.load64_splat(ya + p), 1, load<f64>(yb + p));
    s0 = f64x2.add(s0, f64x2.mul(last, v128.load64_splat(x0 + p)));
    s1 = f64x2.add(s1, f64x2.mul(last, v128.load64_splat(x1 + p)));
    s2 = f64x2.add(s2, f64x2.mul(last, v128.load64_splat(x2 + p)));
    s3 = f64x2.add(s3, f64x2.mul(last, v128.load64_splat(x3 + p)));
  }
  const target = out + <usize>i * bytes + ((<usize>j) << 3);
  v128.store(target, s0);
  v128.store(target + bytes, s1);
  v128.store(target + 2 * bytes, s2);
  v128.store(target + 3 * bytes, s3);
  const mirror = out + <usize>j * bytes + at;
  v128.store(mirror, v128.shuffle<f64>(s0, s1, 0, 2));
  v128.store(mirror, v128.shuffle<f64>(s2, s3, 0, 2), 16);
  v128.store(mirror + bytes, v128.shuffle<f64>(s0, s1, 1, 3));
  v128.store(mirror + bytes, v128.shuffle<f64>(s2, s3, 1, 3), 16);
}

/** out = A x for the `rows` rows of `a`. */
export function multiply(a: usize, rows: i32, columns: i32, stride: i32, x: usize, out: usize): void {
  const bytes: usize = (<usize>stride) << 3;
  for (let i = 0; i < rows; i++) store<f64>(out + ((<usize>i) << 3), dot(a + <usize>i * bytes, x, columns));
}

/** out = the sum of squares of each row of `a`. */
export function rowSquares(a: usize, rows: i32, columns: i32, stride: i32, out: usize): void {
  const bytes: usize = (<usize>stride) << 3;
  for (let i = 0; i < rows; i++) {
    const row = a + <usize>i * bytes;
    store<f64>(out + ((<usize>i) << 3), dot(row, row, columns));
  }
}

// --- exp ---

const log2e: f64 = 1.4426950408889634;
/** ln 2 in two parts, the first with trailing zeros so that its product with a small whole number is exact. */
const ln2High: f64 = 6.93147180369123816490e-1;
const ln2Low: f64 = 1.90821492927058770002e-10;
/** 1.5 · 2⁵²: added to a number it leaves the nearest whole number in the lowest bits. */
const rounder: f64 = 6755399441055744;
/** Beyond these the result, or its exponent before scaling, would leave the normal numbers. */
const lowestExponent: f64 = -708;
const highestExponent: f64 = 709;

/**
 * exp of both lanes, to about 1 unit in the last place: x = k ln 2 + r with |r| ≤ ln 2 / 2, exp r by its Taylor
 * polynomial of degree 13 (remainder below 5e-18), times 2ᵏ by adding k to the exponent bits. 0 below -708.
 */
// @ts-ignore: decorator
@inline
function exp2lanes(x: v128): v128 {
  const clamped = f64x2.pmin(f64x2.splat(highestExponent), f64x2.pmax(f64x2.splat(lowestExponent), x));
  const shifted = f64x2.add(f64x2.mul(clamped, f64x2.splat(log2e)), f64x2.splat(rounder));
  const k = f64x2.sub(shifted, f64x2.splat(rounder));
  const r = f64x2.sub(
    f64x2.sub(clamped, f64x2.mul(k, f64x2.splat(ln2High))),
    f64x2.mul(k, f64x2.splat(ln2Low)),
  );
  // Estrin's scheme: pairs of terms side by side, so that no long chain has to be waited for.
  const r2 = f64x2.mul(r, r);
  const r4 = f64x2.mul(r2, r2);
  const q0 = f64x2.add(f64x2.splat(0.5), f64x2.mul(r, f64x2.splat(1.0 / 6)));
  const q1 = f64x2.add(f64x2.splat(1.0 / 24), f64x2.mul(r, f64x2.splat(1.0 / 120)));
  const q2 = f64x2.add(f64x2.splat(1.0 / 720), f64x2.mul(r, f64x2.splat(1.0 / 5040)));
  const q3 = f64x2.add(f64x2.splat(1.0 / 40320), f64x2.mul(r, f64x2.splat(1.0 / 362880)));
  const q4 = f64x2.add(f64x2.splat(1.0 / 3628800), f64x2.mul(r, f64x2.splat(1.0 / 39916800)));
  const q5 = f64x2.add(f64x2.splat(1.0 / 479001600), f64x2.mul(r, f64x2.splat(1.0 / 6227020800)));
  const low = f64x2.add(q0, f64x2.mul(r2, q1));
  const middle = f64x2.add(q2, f64x2.mul(r2, q3));
  const high = f64x2.add(q4, f64x2.mul(r2, q5));
  const q = f64x2.add(low, f64x2.mul(r4, f64x2.add(middle, f64x2.mul(r4, high))));
  const e = f64x2.add(f64x2.splat(1), f64x2.add(r, f64x2.mul(r2, q)));
  const scaled = i64x2.add(e, i64x2.shl(shifted, 52));
  // A NaN is kept; what lies below the range becomes 0.
  const kept = v128.not(f64x2.lt(x, f64x2.splat(lowestExponent)));
  return v128.bitselect(v128.and(scaled, kept), x, f64x2.eq(x, x));
}

export function exponentials(x: usize, count: i32, out: usize): void {
  let i = 0;
  for (; i + 2 <= count; i += 2) {
    v128.store(out, exp2lanes(v128.load(x)));
    x += two;
    out += two;
  }
  if (i < count) store<f64>(out, f64x2.extract_lane(exp2lanes(v128.load64_splat(x)), 0));
}

// --- kernel functions of the squared scaled distance r² ---

const matern52: i32 = 0;
const matern32: i32 = 1;

// @ts-ignore: decorator
@inline
function kernelValue(kind: i32, distance: v128): v128 {
  // An infinite distance would make NaN of ∞ · 0; a NaN stays.
  const r2 = f64x2.pmin(distance, f64x2.splat(1e300));
  if (kind == matern52) {
    const s = f64x2.sqrt(f64x2.mul(r2, f64x2.splat(5)));
    const e = exp2lanes(f64x2.neg(s));
    const polynomial = f64x2.add(f64x2.add(f64x2.splat(1), s), f64x2.mul(r2, f64x2.splat(5.0 / 3)));
    return f64x2.mul(polynomial, e);
  }
  if (kind == matern32) {
    const s = f64x2.sqrt(f64x2.mul(r2, f64x2.splat(3)));
    return f64x2.mul(f64x2.add(f64x2.splat(1), s), exp2lanes(f64x2.neg(s)));
  }
  return exp2lanes(f64x2.mul(r2, f64x2.splat(-0.5)));
}

/** Derivative of the kernel by r²; finite at 0, unlike the derivative by r divided by r. */
// @ts-ignore: decorator
@inline
function kernelSlope(kind: i32, distance: v128): v128 {
  const r2 = f64x2.pmin(distance, f64x2.splat(1e300));
  if (kind == matern52) {
    const s = f64x2.sqrt(f64x2.mul(r2, f64x2.splat(5)));
    const e = exp2lanes(f64x2.neg(s));
    return f64x2.mul(f64x2.mul(f64x2.add(f64x2.splat(1), s), f64x2.splat(-5.0 / 6)), e);
  }
  if (kind == matern32) {
    const s = f64x2.sqrt(f64x2.mul(r2, f64x2.splat(3)));
    return f64x2.mul(f64x2.splat(-1.5), exp2lanes(f64x2.neg(s)));
  }
  return f64x2.mul(f64x2.splat(-0.5), exp2lanes(f64x2.mul(r2, f64x2.splat(-0.5))));
}

/** out = variance · k(r²), element by element; `out` may be `r2`. */
export function kernelValues(kind: i32, r2: usize, count: i32, variance: f64, out: usize): void {
  const scale = f64x2.splat(variance);
  let i = 0;
  for (; i + 2 <= count; i += 2) {
    v128.store(out, f64x2.mul(scale, kernelValue(kind, v128.load(r2))));
    r2 += two;
    out += two;
  }
  if (i < count)
    store<f64>(out, variance * f64x2.extract_lane(kernelValue(kind, v128.load64_splat(r2)), 0));
}

/** out = variance · dk/d(r²), element by element; `out` may be `r2`. */
export function kernelSlopes(kind: i32, r2: usize, count: i32, variance: f64, out: usize): void {
  const scale = f64x2.splat(variance);
  let i = 0;
  for (; i + 2 <= count; i += 2) {
    v128.store(out, f64x2.mul(scale, kernelSlope(kind, v128.load(r2))));
    r2 += two;
    out += two;
  }
  if (i < count)
    store<f64>(out, variance * f64x2.extract_lane(kernelSlope(kind, v128.load64_splat(r2)), 0));
}

/** Pairs (i, j), j < i, lie row by row: pair p = i(i-1)/2 + j. Writes them below the diagonal of `out`. */
export function spreadPairs(pairs: usize, n: i32, diagonal: f64, out: usize, stride: i32): void {
  const bytes: usize = (<usize>stride) << 3;
  for (let i = 0; i < n; i++) {
    const row = out + <usize>i * bytes;
    const length: usize = (<usize>i) << 3;
    memory.copy(row, pairs, length);
    store<f64>(row + length, diagonal);
    pairs += length;
  }
}

/** out[p] = Σ_d weights[d] · parts[d][p] over `count` elements; rows of `parts` are `stride` doubles apart. */
export function weightedSum(
  parts: usize,
  stride: i32,
  weights: usize,
  dimensions: i32,
  count: i32,
  out: usize,
): void {
  const bytes: usize = (<usize>stride) << 3;
  let i = 0;
  for (; i + 8 <= count; i += 8) {
    let s0 = f64x2.splat(0);
    let s1 = f64x2.splat(0);
    let s2 = f64x2.splat(0);
    let s3 = f64x2.splat(0);
    let part = parts;
    for (let d = 0; d < dimensions; d++) {
      const weight = v128.load64_splat(weights + ((<usize>d) << 3));
      s0 = f64x2.add(s0, f64x2.mul(weight, v128.load(part)));
      s1 = f64x2.add(s1, f64x2.mul(weight, v128.load(part, 16)));
      s2 = f64x2.add(s2, f64x2.mul(weight, v128.load(part, 32)));
      s3 = f64x2.add(s3, f64x2.mul(weight, v128.load(part, 48)));
      part += bytes;
    }
    v128.store(out, s0);
    v128.store(out, s1, 16);
    v128.store(out, s2, 32);
    v128.store(out, s3, 48);
    out += 64;
    parts += 64;
  }
  for (; i < count; i++) {
    let sum: f64 = 0;
    let part = parts;
    for (let d = 0; d < dimensions; d++) {
      sum += load<f64>(weights + ((<usize>d) << 3)) * load<f64>(part);
      part += bytes;
    }
    store<f64>(out, sum);
    out += 8;
    parts += 8;
  }
}

/** parts[d][p] = (x[i][d] - x[j][d])² for the pairs of rows `from` to `to` of `x`, the others being there already. */
export function squaredPairs(
  x: usize,
  from: i32,
  to: i32,
  dimensions: i32,
  xStride: i32,
  parts: usize,
  stride: i32,
): void {
  const xBytes: usize = (<usize>xStride) << 3;
  const bytes: usize = (<usize>stride) << 3;
  for (let d = 0; d < dimensions; d++) {
    const column = x + ((<usize>d) << 3);
    let out = parts + <usize>d * bytes + ((<usize>((from * (from - 1)) / 2)) << 3);
    for (let i = from; i < to; i++) {
      const own = load<f64>(column + <usize>i * xBytes);
      let other = column;
      for (let j = 0; j < i; j++) {
        const gap = own - load<f64>(other);
        store<f64>(out, gap * gap);
        other += xBytes;
        out += 8;
      }
    }
  }
}

/**
 * With W = α αᵀ - K⁻¹: slopes[p] ← W_ij · slopes[p] for each pair, then gradient[d] = 2 Σ_p slopes[p] · parts[d][p],
 * which is Σ_ij W_ij ∂K_ij/∂w_d when slopes hold ∂K/∂(r²) and r² = Σ_d w_d parts[d].
 */
export function likelihoodGradient(
  inverted: usize,
  stride: i32,
  alpha: usize,
  n: i32,
  slopes: usize,
  parts: usize,
  partStride: i32,
  dimensions: i32,
  gradient: usize,
): void {
  const bytes: usize = (<usize>stride) << 3;
  let target = slopes;
  for (let i = 1; i < n; i++) {
    const row = inverted + <usize>i * bytes;
    const own = v128.load64_splat(alpha + ((<usize>i) << 3));
    let p: usize = 0;
    const end: usize = (<usize>i) << 3;
    for (; p + two <= end; p += two) {
      const w = f64x2.sub(f64x2.mul(own, v128.load(alpha + p)), v128.load(row + p));
      v128.store(target + p, f64x2.mul(w, v128.load(target + p)));
    }
    if (p < end) {
      const w = f64x2.extract_lane(own, 0) * load<f64>(alpha + p) - load<f64>(row + p);
      store<f64>(target + p, w * load<f64>(target + p));
    }
    target += end;
  }
  const partBytes: usize = (<usize>partStride) << 3;
  const count = (n * (n - 1)) / 2;
  for (let d = 0; d < dimensions; d++) store<f64>(gradient + ((<usize>d) << 3), 0);
  // In chunks that stay in the first cache while every dimension passes over them.
  for (let start = 0; start < count; start += chunk) {
    const length = min(chunk, count - start);
    const at: usize = (<usize>start) << 3;
    for (let d = 0; d < dimensions; d++) {
      const out = gradient + ((<usize>d) << 3);
      store<f64>(out, load<f64>(out) + 2 * dot(slopes + at, parts + <usize>d * partBytes + at, length));
    }
  }
}

const chunk: i32 = 1024;

/**
 * out[c][i] = Σ_d weights[d] (y[c][d] - x[d][i])², added to what is there when `adds`; x is given transposed, a row a
 * dimension.
 */
export function squaredDistances(
  xT: usize,
  n: i32,
  xStride: i32,
  y: usize,
  count: i32,
  yStride: i32,
  dimensions: i32,
  weights: usize,
  out: usize,
  stride: i32,
  adds: i32,
): void {
  const xBytes: usize = (<usize>xStride) << 3;
  const yBytes: usize = (<usize>yStride) << 3;
  const bytes: usize = (<usize>stride) << 3;
  for (let c = 0; c < count; c++) {
    let target = out + <usize>c * bytes;
    const point = y + <usize>c * yBytes;
    let i = 0;
    for (; i + 8 <= n; i += 8) {
      let s0 = f64x2.splat(0);
      let s1 = f64x2.splat(0);
      let s2 = f64x2.splat(0);
      let s3 = f64x2.splat(0);
      if (adds) {
        s0 = v128.load(target);
        s1 = v128.load(target, 16);
        s2 = v128.load(target, 32);
        s3 = v128.load(target, 48);
      }
      let x = xT + ((<usize>i) << 3);
      for (let d = 0; d < dimensions; d++) {
        const at: usize = (<usize>d) << 3;
        const own = v128.load64_splat(point + at);
        const weight = v128.load64_splat(weights + at);
        let gap = f64x2.sub(own, v128.load(x));
        s0 = f64x2.add(s0, f64x2.mul(weight, f64x2.mul(gap, gap)));
        gap = f64x2.sub(own, v128.load(x, 16));
        s1 = f64x2.add(s1, f64x2.mul(weight, f64x2.mul(gap, gap)));
        gap = f64x2.sub(own, v128.load(x, 32));
        s2 = f64x2.add(s2, f64x2.mul(weight, f64x2.mul(gap, gap)));
        gap = f64x2.sub(own, v128.load(x, 48));
        s3 = f64x2.add(s3, f64x2.mul(weight, f64x2.mul(gap, gap)));
        x += xBytes;
      }
      v128.store(target, s0);
      v128.store(target, s1, 16);
      v128.store(target, s2, 32);
      v128.store(target, s3, 48);
      target += 64;
    }
    for (; i < n; i++) {
      let sum: f64 = adds ? load<f64>(target) : 0;
      let x = xT + ((<usize>i) << 3);
      for (let d = 0; d < dimensions; d++) {
        const at: usize = (<usize>d) << 3;
        const gap = load<f64>(point + at) - load<f64>(x);
        sum += load<f64>(weights + at) * (gap * gap);
        x += xBytes;
      }
      store<f64>(target, sum);
      target += 8;
    }
  }
}

/** gradient[d] = 2 weights[d] Σ_i slopes[i] (point[d] - x[d][i]): how Σ_i c_i k(r²_i) changes with the point. */
export function pointGradient(
  xT: usize,
  n: i32,
  xStride: i32,
  point: usize,
  dimensions: i32,
  weights: usize,
  slopes: usize,
  gradient: usize,
): void {
  const xBytes: usize = (<usize>xStride) << 3;
  for (let d = 0; d < dimensions; d++) {
    const at: usize = (<usize>d) << 3;
    const own = v128.load64_splat(point + at);
    const x = xT + <usize>d * xBytes;
    let s0 = f64x2.splat(0);
    let s1 = f64x2.splat(0);
    let i = 0;
    for (; i + 4 <= n; i += 4) {
      const p: usize = (<usize>i) << 3;
      s0 = f64x2.add(s0, f64x2.mul(v128.load(slopes + p), f64x2.sub(own, v128.load(x + p))));
      s1 = f64x2.add(s1, f64x2.mul(v128.load(slopes + p, 16), f64x2.sub(own, v128.load(x + p, 16))));
    }
    let sum = total(f64x2.add(s0, s1));
    for (; i < n; i++) {
      const p: usize = (<usize>i) << 3;
      sum += load<f64>(slopes + p) * (f64x2.extract_lane(own, 0) - load<f64>(x + p));
    }
    store<f64>(gradient + at, 2 * load<f64>(weights + at) * sum);
  }
}

/** out (columns × rows) = a (rows × columns) transposed. */
export function transpose(
  a: usize,
  rows: i32,
  columns: i32,
  stride: i32,
  out: usize,
  outStride: i32,
): void {
  const bytes: usize = (<usize>stride) << 3;
  const outBytes: usize = (<usize>outStride) << 3;
  for (let i = 0; i < rows; i++) {
    const row = a + <usize>i * bytes;
    const column = out + ((<usize>i) << 3);
    for (let j = 0; j < columns; j++) {
      store<f64>(column + <usize>j * outBytes, load<f64>(row + ((<usize>j) << 3)));
    }
  }
}
