import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { firstPrimes, haltonSequence } from '../../../src/engine/numeric/halton.ts';
import { latinHypercube } from '../../../src/engine/numeric/latinHypercube.ts';
import type { PointSequence } from '../../../src/engine/numeric/pointSequence.ts';
import { randomStream } from '../../../src/engine/numeric/random.ts';
import { mostSobolDimensions, sobolSequence } from '../../../src/engine/numeric/sobol.ts';

// Made by test/fixtures/sequences.py with SciPy, whose Sobol points come in the order of the Gray code.
const reference: {
  readonly axes: readonly number[];
  readonly sobol: readonly (readonly number[])[];
  readonly sobolFar: readonly { readonly grayIndex: number; readonly times2to20: readonly number[] }[];
  readonly halton: readonly (readonly number[])[];
  readonly haltonFar: { readonly index: number; readonly point: readonly number[] };
} = JSON.parse(readFileSync(new URL('../../fixtures/sequences.json', import.meta.url), 'utf8'));

const fromGray = (index: number): number => index ^ (index >>> 1);

const scrambledSobol = (dimensions: number, seed = 1): PointSequence =>
  sobolSequence(dimensions, randomStream(seed, 'scramble'));

const scrambledHalton = (dimensions: number, seed = 1): PointSequence =>
  haltonSequence(dimensions, randomStream(seed, 'scramble'));

const pointsOf = (sequence: PointSequence, from: number, count: number): Float64Array[] =>
  Array.from({ length: count }, (_, i) => sequence.point(from + i));

/** How many points lie in each of `cells` equal intervals of an axis. */
const strata = (points: readonly Float64Array[], axis: number, cells: number): number[] => {
  const counts = new Array<number>(cells).fill(0);
  for (const point of points) {
    const cell = Math.floor((point[axis] ?? 0) * cells);
    counts[cell] = (counts[cell] ?? 0) + 1;
  }
  return counts;
};

describe('Sobol', () => {
  test('the plain sequence is SciPy’s, in 1,111 dimensions', () => {
    const sequence = sobolSequence(1111);
    expect(mostSobolDimensions).toBe(1111);
    reference.sobol.forEach((row, i) => {
      const point = sequence.point(fromGray(i));
      expect(reference.axes.map((axis) => point[axis])).toEqual(row);
    });
    for (const { grayIndex, times2to20 } of reference.sobolFar)
      expect([...sequence.point(fromGray(grayIndex))].map((x) => x * 2 ** 20)).toEqual(times2to20);
  });

  test.each([0, 64, 4096])('each of 64 intervals of every axis holds one of 64 points from %i on', (from) => {
    for (const sequence of [sobolSequence(1111), scrambledSobol(1111)]) {
      const points = pointsOf(sequence, from, 64);
      for (let axis = 0; axis < 1111; axis++) expect(Math.max(...strata(points, axis, 64))).toBe(1);
    }
  });

  test('scrambling keeps the net: every box of volume 1/64 in the plane holds one of 64 points', () => {
    // The first two axes are a (0, m, 2)-net in base 2: every dyadic box of the points' volume holds exactly one.
    for (let seed = 0; seed < 10; seed++) {
      for (const from of [0, 64, 640]) {
        const points = pointsOf(scrambledSobol(2, seed), from, 64);
        for (let split = 0; split <= 6; split++) {
          const [wide, high] = [2 ** split, 2 ** (6 - split)];
          const boxes = points.map(([x = 0, y = 0]) => Math.floor(x * wide) * high + Math.floor(y * high));
          expect(new Set(boxes).size).toBe(64);
        }
      }
    }
  });

  test('scrambling keeps the counts in every dyadic box of five dimensions', () => {
    // Owen's scrambling maps dyadic intervals onto dyadic intervals: the counts are only dealt out anew.
    const shapes = [
      [1, 1, 1, 1, 1],
      [2, 0, 1, 1, 0],
      [0, 3, 0, 0, 2],
      [1, 0, 2, 2, 0],
    ];
    const counts = (sequence: PointSequence, shape: readonly number[]): number[] => {
      const cells = new Map<string, number>();
      for (const point of pointsOf(sequence, 0, 64)) {
        const key = shape.map((digits, axis) => Math.floor((point[axis] ?? 0) * 2 ** digits)).join();
        cells.set(key, (cells.get(key) ?? 0) + 1);
      }
      return [...cells.values()].sort((a, b) => a - b);
    };
    for (const shape of shapes)
      expect(counts(scrambledSobol(5), shape)).toEqual(counts(sobolSequence(5), shape));
  });

  test('too many dimensions and points that are not there are refused', () => {
    expect(() => sobolSequence(1112)).toThrow(/1111/);
    expect(() => sobolSequence(1).point(-1)).toThrow(/-1/);
    expect(() => sobolSequence(1).point(2 ** 32)).toThrow(RangeError);
    expect(sobolSequence(1).point(2 ** 32 - 1)[0]).toBe(1 - 2 ** -32);
  });
});

describe('Halton', () => {
  test('the plain sequence is SciPy’s', () => {
    const sequence = haltonSequence(20);
    const expectPoint = (index: number, expected: readonly number[]): void => {
      const point = sequence.point(index);
      for (const [axis, value] of expected.entries())
        expect(Math.abs((point[axis] ?? 0) - value)).toBeLessThan(1e-14);
    };
    reference.halton.forEach((row, i) => void expectPoint(i, row));
    expectPoint(reference.haltonFar.index, reference.haltonFar.point);
  });

  test('bᵐ consecutive points visit each of bᵐ intervals once, permuted or not', () => {
    for (const sequence of [haltonSequence(10), scrambledHalton(10)]) {
      for (const [axis, base] of firstPrimes(10).entries()) {
        const points = pointsOf(sequence, 3 * base ** 2, base ** 2);
        expect(Math.max(...strata(points, axis, base ** 2))).toBe(1);
      }
    }
  });

  test('primes are primes, as many as asked for', () => {
    expect(firstPrimes(0)).toEqual([]);
    for (const count of [1, 2, 5, 6, 7, 25, 1000, 1229]) {
      const primes = firstPrimes(count);
      expect(primes.length).toBe(count);
      expect(primes.every((p) => primes.every((q) => q >= p || q * q > p || p % q > 0))).toBe(true);
    }
    expect(firstPrimes(1000).at(-1)).toBe(7919);
  });

  test('permuting parts the axes of large primes, which otherwise run in step', () => {
    const correlation = (sequence: PointSequence): number => {
      const points = pointsOf(sequence, 0, 200).map((point) => [
        (point[48] ?? 0) - 0.5,
        (point[49] ?? 0) - 0.5,
      ]);
      const sum = (f: (x: number, y: number) => number): number =>
        points.reduce((total, [x = 0, y = 0]) => total + f(x, y), 0);
      return sum((x, y) => x * y) / Math.sqrt(sum((x) => x * x) * sum((_, y) => y * y));
    };
    expect(correlation(haltonSequence(50))).toBeGreaterThan(0.8);
    for (let seed = 0; seed < 5; seed++)
      expect(Math.abs(correlation(scrambledHalton(50, seed)))).toBeLessThan(0.3);
  });
});

describe('Latin hypercube', () => {
  test.each([1, 2, 7, 32, 100])('each of %i intervals of every axis holds one point', (size) => {
    const flat = latinHypercube(size, 12, randomStream(3, size));
    const points = Array.from({ length: size }, (_, i) => flat.subarray(12 * i, 12 * (i + 1)));
    for (let axis = 0; axis < 12; axis++) expect(Math.max(...strata(points, axis, size))).toBe(1);
  });

  test('every order of the cells is as likely', () => {
    const counts = new Map<string, number>();
    const random = randomStream(4);
    for (let i = 0; i < 6000; i++) {
      const order = [...latinHypercube(3, 1, random)].map((x) => Math.floor(3 * x)).join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(120);
  });
});

describe('all of them', () => {
  const scrambled = { Sobol: scrambledSobol, Halton: scrambledHalton };

  test.each(Object.entries(scrambled))(
    '%s: the same seed gives the same points, another seed others',
    (_, make) => {
      expect(make(5, 1).point(77)).toEqual(make(5, 1).point(77));
      expect(make(5, 1).point(77)).not.toEqual(make(5, 2).point(77));
      const target = new Float64Array(5);
      expect(make(5).point(9, target)).toBe(target);
      expect(target).toEqual(make(5).point(9));
    },
  );

  test.each(Object.entries(scrambled))('%s: a scrambled point is uniform over seeds', (_, make) => {
    const firsts = Array.from({ length: 2000 }, (_, seed) => make(2, seed).point(5)[1] ?? 0);
    expect(firsts.every((x) => x > 0 && x < 1)).toBe(true);
    for (const count of strata(
      firsts.map((x) => Float64Array.of(x)),
      0,
      10,
    ))
      expect(Math.abs(count - 200)).toBeLessThan(60);
  });

  test('integrate a smooth function far better than random points', () => {
    // ∏ (1 + (x - ½)/(d + 1)) has the integral 1.
    const f = (x: Float64Array): number =>
      x.reduce((product, u, d) => product * (1 + (2 * (u - 0.5)) / (d + 1)), 1);
    const error = (pointsFor: (seed: number) => readonly Float64Array[]): number => {
      const squares = Array.from({ length: 20 }, (_, seed) => {
        const points = pointsFor(seed);
        return (points.reduce((sum, x) => sum + f(x), 0) / points.length - 1) ** 2;
      });
      return Math.sqrt(squares.reduce((a, b) => a + b, 0) / squares.length);
    };
    const random = error((seed) => {
      const stream = randomStream(seed, 'plain');
      return Array.from({ length: 256 }, () => Float64Array.from({ length: 6 }, () => stream.uniform()));
    });
    const latin = error((seed) => {
      const flat = latinHypercube(256, 6, randomStream(seed, 'latin'));
      return Array.from({ length: 256 }, (_, i) => flat.subarray(6 * i, 6 * i + 6));
    });
    expect(error((seed) => pointsOf(scrambledSobol(6, seed), 0, 256))).toBeLessThan(random / 15);
    expect(error((seed) => pointsOf(scrambledHalton(6, seed), 0, 256))).toBeLessThan(random / 5);
    expect(latin).toBeLessThan(random / 2);
  });
});
