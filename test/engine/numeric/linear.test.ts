import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { compileKernels, generatedFile, toSource } from '../../../scripts/buildKernels.mjs';
import { fromBase64 } from '../../../src/engine/numeric/base64.ts';
import {
  createWorkspace,
  type KernelName,
  kernelNames,
  type Matrix,
  pairCount,
} from '../../../src/engine/numeric/linear.ts';
import { randomStream } from '../../../src/engine/numeric/random.ts';
import { instantiateKernels } from '../../../src/engine/numeric/wasm/instantiate.ts';

type Rows = readonly (readonly number[])[];

// Plain references, each straight from its definition.

const cholesky = (a: Rows): number[][] | undefined => {
  const l = a.map((row) => row.map(() => 0));
  for (let i = 0; i < a.length; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = a[i]?.[j] ?? 0;
      for (let k = 0; k < j; k++) sum -= (l[i]?.[k] ?? 0) * (l[j]?.[k] ?? 0);
      if (i === j && !(sum > 0)) return undefined;
      (l[i] ?? [])[j] = i === j ? Math.sqrt(sum) : sum / (l[j]?.[j] ?? 0);
    }
  }
  return l;
};

const kernel = (name: KernelName, r2: number): number => {
  const r = Math.sqrt(r2);
  if (name === 'rbf') return Math.exp(-r2 / 2);
  if (name === 'matern32') return (1 + Math.sqrt(3) * r) * Math.exp(-Math.sqrt(3) * r);
  return (1 + Math.sqrt(5) * r + (5 * r2) / 3) * Math.exp(-Math.sqrt(5) * r);
};

const randomRows = (seed: number, rows: number, columns: number): number[][] => {
  const random = randomStream(seed, rows, columns);
  return Array.from({ length: rows }, () => Array.from({ length: columns }, () => random.normal()));
};

/** A Aᵀ + I, well conditioned. */
const randomPositive = (seed: number, n: number): number[][] => {
  const a = randomRows(seed, n, n);
  return a.map((row, i) =>
    a.map((other, j) => row.reduce((sum, v, k) => sum + v * (other[k] ?? 0), 0) + (i === j ? n : 0)),
  );
};

const put = (target: Matrix, rows: Rows): Matrix => {
  rows.forEach((row, i) => void target.data.set(row, i * target.stride));
  return target;
};

const take = ({ data, rows, columns, stride }: Matrix): number[][] =>
  Array.from({ length: rows }, (_, i) => [...data.subarray(i * stride, i * stride + columns)]);

const expectClose = (actual: readonly number[], expected: readonly number[], tolerance = 1e-10): void => {
  const scale = Math.max(1, ...expected.map(Math.abs));
  expect(actual.length).toBe(expected.length);
  for (const [i, value] of actual.entries())
    expect(Math.abs(value - (expected[i] ?? Number.NaN)) / scale).toBeLessThan(tolerance);
};

const sizes = Array.from({ length: 70 }, (_, i) => i + 1);

describe('the compiled kernels', () => {
  test('are what the compiler makes of the source', async () => {
    expect(toSource(await compileKernels())).toBe(readFileSync(generatedFile, 'utf8'));
  }, 60_000);

  test('export what the interface says, and use neither relaxed SIMD nor threads', () => {
    const names = Object.keys(instantiateKernels()).sort();
    const source = readFileSync(
      new URL('../../../src/engine/numeric/wasm/instantiate.ts', import.meta.url),
      'utf8',
    );
    const declared = source.slice(
      source.indexOf('interface Kernels'),
      source.indexOf('interface KernelMemory'),
    );
    expect(names).toEqual(
      [...declared.matchAll(/^ {2}(?:readonly )?(\w+)[(:]/gm)].map(([, name]) => name).sort(),
    );
    // Relaxed SIMD has opcodes from 0x100 on, which no engine without it would compile; the source is checked instead.
    const kernels = readFileSync(generatedFile.replace(/\.ts$/, '.as'), 'utf8');
    expect(kernels).not.toMatch(/relaxed_|atomic/);
  });

  test('base64 is decoded as Node does', () => {
    for (let length = 0; length < 9; length++) {
      const bytes = Uint8Array.from({ length }, (_, i) => (i * 151 + length * 77) % 256);
      expect([...fromBase64(Buffer.from(bytes).toString('base64'))]).toEqual([...bytes]);
    }
  });
});

describe('Cholesky', () => {
  test.each(sizes)('of size %i equals the textbook factor, and leaves the upper triangle alone', (n) => {
    const w = createWorkspace();
    const a = randomPositive(1, n);
    const marked = a.map((row, i) => row.map((value, j) => (j > i ? 777 : value)));
    const l = put(w.matrix(n, n), marked);
    expect(w.cholesky(l)).toBe(true);
    const expected = cholesky(a) ?? [];
    take(l).forEach((row, i) => {
      expectClose(row.slice(0, i + 1), (expected[i] ?? []).slice(0, i + 1));
      expect(row.slice(i + 1).every((value) => value === 777)).toBe(true);
    });
    const log = expected.reduce((sum, row, i) => sum + 2 * Math.log(row[i] ?? 0), 0);
    expect(w.logDeterminant(l)).toBeCloseTo(log, 9);
  });

  test.each(sizes)('of size %i fails at any pivot that is not positive', (n) => {
    const w = createWorkspace();
    for (const spoilt of [0, Math.floor(n / 2), n - 1]) {
      for (const pivot of [-1, 0, Number.NaN, Infinity]) {
        const a = Array.from({ length: n }, (_, i) =>
          Array.from({ length: n }, (_, j) => (i !== j ? 0 : i === spoilt ? pivot : 1)),
        );
        expect(w.cholesky(put(w.matrix(n, n), a))).toBe(false);
      }
    }
  });

  test.each(sizes.slice(1))('with row %i appended is the factor of the whole', (n) => {
    const w = createWorkspace();
    const a = randomPositive(2, n);
    const whole = put(w.matrix(n, n), a);
    w.cholesky(whole);
    const grown = put(w.matrix(n, n), a);
    expect(w.cholesky(grown, n - 1)).toBe(true);
    expect(w.appendRow(grown, n - 1)).toBe(true);
    take(grown).forEach(
      (row, i) => void expectClose(row.slice(0, i + 1), (take(whole)[i] ?? []).slice(0, i + 1)),
    );
  });

  test('a row that makes the matrix singular is refused', () => {
    const w = createWorkspace();
    const l = put(w.matrix(2, 2), [
      [1, 0],
      [1, 1],
    ]);
    w.cholesky(l, 1);
    expect(w.appendRow(l, 1)).toBe(false);
  });
});

describe('solving and inverting', () => {
  test.each(sizes)('size %i, one to nine right-hand sides, from below and above', (n) => {
    const w = createWorkspace();
    const a = randomPositive(3, n);
    const l = put(w.matrix(n, n), a);
    w.cholesky(l);
    const factor = cholesky(a) ?? [];
    const right = randomRows(4, 1 + (n % 9), n);
    const b = put(w.matrix(right.length, n), right);
    w.solveLower(l, b);
    take(b).forEach((x, r) => {
      const product = factor.map((row) => row.reduce((sum, value, k) => sum + value * (x[k] ?? 0), 0));
      expectClose(product, right[r] ?? []);
    });
    put(b, right);
    w.solveUpper(l, b);
    take(b).forEach((x, r) => {
      const product = factor.map((_, k) =>
        factor.reduce((sum, row, i) => sum + (row[k] ?? 0) * (x[i] ?? 0), 0),
      );
      expectClose(product, right[r] ?? []);
    });
  });

  test.each(sizes)('the inverse of size %i, times the matrix, is the identity', (n) => {
    const w = createWorkspace();
    const a = randomPositive(5, n);
    const l = put(w.matrix(n, n), a);
    w.cholesky(l);
    const inverse = w.matrix(n, n);
    w.inverse(l, inverse);
    const rows = take(inverse);
    rows.forEach((row, i) => {
      expectClose(
        a.map((other) => other.reduce((sum, value, k) => sum + value * (row[k] ?? 0), 0)),
        a.map((_, j) => (i === j ? 1 : 0)),
      );
      expect(row).toEqual(rows.map((other) => other[i]));
    });
  });

  test.each([1, 2, 3, 4, 5, 31, 64])('products with %i columns', (n) => {
    const w = createWorkspace();
    const a = randomRows(6, 7, n);
    const x = randomRows(7, 1, n)[0] ?? [];
    const m = put(w.matrix(7, n), a);
    const v = w.vectorOf(x);
    const out = w.vector(7);
    w.multiply(m, v, out);
    expectClose(
      [...out.data],
      a.map((row) => row.reduce((sum, value, k) => sum + value * (x[k] ?? 0), 0)),
    );
    w.rowSquares(m, out);
    expectClose(
      [...out.data],
      a.map((row) => row.reduce((sum, value) => sum + value * value, 0)),
    );
    expect(w.dot(v, v)).toBeCloseTo(
      x.reduce((sum, value) => sum + value * value, 0),
      10,
    );
    const transposed = w.matrix(n, 7);
    w.transpose(m, transposed);
    expect(take(transposed)).toEqual(Array.from({ length: n }, (_, k) => a.map((row) => row[k])));
  });
});

describe('kernel functions', () => {
  test('exp is accurate to two units in the last place, from the smallest to the largest', () => {
    const w = createWorkspace();
    const random = randomStream(8);
    const xs = [0, -0, 1, -1, 709, -707.9, 1e-300, -1e-17, 0.34657359, ...Array.from({ length: 5000 })].map(
      (x) => (typeof x === 'number' ? x : random.uniform() * 1416 - 708),
    );
    const out = w.vector(xs.length);
    w.exponentials(w.vectorOf(xs), out);
    for (const [i, x] of xs.entries())
      expect(Math.abs((out.data[i] ?? 0) / Math.exp(x) - 1)).toBeLessThan(5e-16);
  });

  test('exp below the range is 0, of NaN is NaN', () => {
    const w = createWorkspace();
    const out = w.vector(4);
    w.exponentials(w.vectorOf([-709, -Infinity, Number.NaN, -1e9]), out);
    expect([...out.data]).toEqual([0, 0, Number.NaN, 0]);
  });

  test.each(kernelNames)('%s vanishes at infinite distances and is NaN at none', (name) => {
    const w = createWorkspace();
    const [r2, out] = [w.vectorOf([Infinity, 1e300, Number.NaN, 0]), w.vector(4)];
    w.kernelValues(name, r2, 2, out);
    expect([...out.data]).toEqual([0, 0, Number.NaN, 2]);
    w.kernelSlopes(name, r2, 2, out);
    expect([...out.data].map(Math.abs).slice(0, 3)).toEqual([0, 0, Number.NaN]);
  });

  test.each(kernelNames)('%s and its slope equal their formulas', (name) => {
    const w = createWorkspace();
    const random = randomStream(9);
    const r2s = [0, 1e-300, 1e-12, ...Array.from({ length: 98 }, () => Math.exp(12 * random.uniform() - 8))];
    const r2 = w.vectorOf(r2s);
    const [values, slopes] = [w.vector(r2s.length), w.vector(r2s.length)];
    w.kernelValues(name, r2, 3, values);
    w.kernelSlopes(name, r2, 3, slopes);
    for (const [i, x] of r2s.entries()) {
      const expected = 3 * kernel(name, x);
      expect(Math.abs((values.data[i] ?? 0) - expected)).toBeLessThanOrEqual(4e-15 * expected);
      if (x < 1e-3) continue;
      const h = 1e-5 * x;
      const slope = (3 * (kernel(name, x + h) - kernel(name, x - h))) / (2 * h);
      expect(Math.abs((slopes.data[i] ?? 0) - slope)).toBeLessThanOrEqual(1e-6 * Math.abs(slope) + 1e-12);
    }
  });

  test.each([2, 3, 4, 9, 20, 33, 50])('the kernel matrix of %i points equals the one by definition', (n) => {
    const w = createWorkspace();
    const points = randomRows(10, n, 3);
    const weights = [0.5, 2, 0];
    const x = put(w.matrix(n, 3), points);
    const parts = w.matrix(3, pairCount(n));
    // In two portions, as when points are added later.
    w.squaredPairs(x, parts, n - 1);
    w.squaredPairs(x, parts, n, n - 1);
    const pairs = w.vector(pairCount(n));
    w.weightedSum(parts, w.vectorOf(weights), pairs);
    w.kernelValues('matern52', pairs, 2, pairs);
    const out = w.matrix(n, n);
    w.spreadPairs(pairs, n, 2.5, out);
    const distance = (a: readonly number[], b: readonly number[]): number =>
      a.reduce((sum, value, d) => sum + (weights[d] ?? 0) * (value - (b[d] ?? 0)) ** 2, 0);
    take(out).forEach((row, i) => {
      const expected = points.slice(0, i).map((p) => 2 * kernel('matern52', distance(p, points[i] ?? [])));
      expectClose(row.slice(0, i + 1), [...expected, 2.5], 1e-14);
    });
    const others = randomRows(11, 5, 3);
    const xT = w.matrix(3, n);
    w.transpose(x, xT);
    const cross = w.matrix(5, n);
    const candidates = put(w.matrix(5, 3), others);
    w.squaredDistances(xT, candidates, w.vectorOf(weights), cross);
    take(cross).forEach(
      (row, c) =>
        void expectClose(
          row,
          points.map((p) => distance(p, others[c] ?? [])),
          1e-14,
        ),
    );
    w.addSquaredDistances(xT, candidates, w.vectorOf(weights), cross);
    w.kernelRows('matern32', cross, 2);
    take(cross).forEach((row, c) => {
      expectClose(
        row,
        points.map((p) => 2 * kernel('matern32', 2 * distance(p, others[c] ?? []))),
        1e-14,
      );
    });
  });

  test.each([2, 3, 8, 47, 60])('gradients of the marginal likelihood of %i points equal differences', (n) => {
    const w = createWorkspace();
    const points = randomRows(12, n, 4);
    const y = randomRows(13, 1, n)[0] ?? [];
    const parts = w.matrix(4, pairCount(n));
    w.squaredPairs(put(w.matrix(n, 4), points), parts);
    const k = w.matrix(n, n);
    const pairs = w.vector(pairCount(n));
    const likelihood = (weights: readonly number[]): { value: number; alpha: Matrix } => {
      w.weightedSum(parts, w.vectorOf(weights), pairs);
      w.kernelValues('matern52', pairs, 1.5, pairs);
      w.spreadPairs(pairs, n, 1.6, k);
      expect(w.cholesky(k)).toBe(true);
      const alpha = w.vectorOf(y);
      w.solveLower(k, alpha);
      const value = -0.5 * (w.dot(alpha, alpha) + w.logDeterminant(k));
      w.solveUpper(k, alpha);
      return { value, alpha };
    };
    const weights = [0.3, 1, 0.05, 2];
    const { alpha } = likelihood(weights);
    const inverse = w.matrix(n, n);
    w.inverse(k, inverse);
    w.weightedSum(parts, w.vectorOf(weights), pairs);
    w.kernelSlopes('matern52', pairs, 1.5, pairs);
    const gradient = w.vector(4);
    w.likelihoodGradient(inverse, alpha, pairs, parts, gradient);
    weights.forEach((weight, d) => {
      const shifted = (by: number): number => likelihood(weights.with(d, weight + by)).value;
      const h = 1e-5;
      expect((gradient.data[d] ?? 0) / 2).toBeCloseTo((shifted(h) - shifted(-h)) / (2 * h), 5);
    });
  });

  test.each([1, 3, 4, 18])('the gradient by a point, with %i others', (n) => {
    const w = createWorkspace();
    const others = randomRows(14, n, 3);
    const xT = w.matrix(3, n);
    w.transpose(put(w.matrix(n, 3), others), xT);
    const weights = w.vectorOf([1, 0.2, 3]);
    const [r2, slopes, gradient] = [w.vector(n), w.vector(n), w.vector(3)];
    const sum = (point: readonly number[]): number => {
      w.squaredDistances(xT, w.vectorOf(point), weights, r2);
      w.kernelValues('rbf', r2, 1, slopes);
      return slopes.data.reduce((total, value) => total + value, 0);
    };
    const point = [0.3, -0.1, 0.2];
    sum(point);
    w.kernelSlopes('rbf', r2, 1, slopes);
    w.pointGradient(xT, w.vectorOf(point), weights, slopes, gradient);
    const found = [...gradient.data];
    point.forEach((value, d) => {
      const h = 1e-5;
      const difference = (sum(point.with(d, value + h)) - sum(point.with(d, value - h))) / (2 * h);
      expect(found[d]).toBeCloseTo(difference, 7);
    });
  });
});

describe('a workspace', () => {
  test('keeps its matrices when its memory grows', () => {
    const w = createWorkspace();
    const small = w.vectorOf([1, 2, 3]);
    const before = small.data;
    w.matrix(1000, 1000).data.fill(7);
    expect([...small.data]).toEqual([1, 2, 3]);
    expect(before.length).toBe(0);
  });

  test('gives memory back to a mark', () => {
    const w = createWorkspace();
    const kept = w.vectorOf([1]);
    const mark = w.mark();
    const first = w.matrix(30, 30);
    w.release(mark);
    expect(w.matrix(30, 30).address).toBe(first.address);
    expect([...kept.data]).toEqual([1]);
    w.release(0);
    expect(w.vector(1).address).toBe(kept.address);
  });

  test('shares nothing with another', () => {
    const [a, b] = [createWorkspace(), createWorkspace()];
    const first = a.vectorOf([1]);
    b.vectorOf([2]);
    expect([...first.data]).toEqual([1]);
  });
});
