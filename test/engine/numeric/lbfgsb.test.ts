import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type BoundedMinimum, minimizeBounded } from '../../../src/engine/numeric/lbfgsb.ts';
import { randomStream } from '../../../src/engine/numeric/random.ts';

type Evaluate = (x: Float64Array, gradient: Float64Array) => number;

const rosenbrock: Evaluate = (x, gradient) => {
  let sum = 0;
  gradient.fill(0);
  for (let i = 0; i + 1 < x.length; i++) {
    const [a, b] = [x[i] ?? 0, x[i + 1] ?? 0];
    const valley = b - a * a;
    sum += 100 * valley ** 2 + (1 - a) ** 2;
    gradient[i] = (gradient[i] ?? 0) - 400 * a * valley - 2 * (1 - a);
    gradient[i + 1] = 200 * valley;
  }
  return sum;
};

const box = (size: number, low: number, high: number): { low: Float64Array; high: Float64Array } => ({
  low: new Float64Array(size).fill(low),
  high: new Float64Array(size).fill(high),
});

const far = (size: number): Float64Array => Float64Array.from({ length: size }, (_, i) => (i % 2 ? 1 : -1.2));

const strict = { maxIterations: 500, gradientTolerance: 1e-8, valueTolerance: 0 };

describe('Rosenbrock’s valley', () => {
  test.each([2, 10, 20])('in %i dimensions ends at its minimum, bounds being far or absent', (size) => {
    for (const bounds of [box(size, -5, 10), box(size, -Infinity, Infinity)]) {
      const found = minimizeBounded({ start: far(size), ...bounds, evaluate: rosenbrock, ...strict });
      expect(found.converged).toBe(true);
      for (const value of found.x) expect(value).toBeCloseTo(1, 7);
      expect(found.evaluations).toBeLessThan(12 * size + 60);
    }
  });

  // Minima as found by SciPy's L-BFGS-B (Fortran's algorithm 778), agreed to all digits printed.
  test.each([
    [2, -2, 0.5, 0.25],
    [10, -2, 0.5, 7.59481294894687],
    [20, -2, 0.5, 17.4937816898974],
    [20, -2, 0.9, 12.372178313347],
    [10, 1.5, 3, 421.149116641128],
  ])('in %i dimensions between %f and %f, where bounds hold it, reaches %f', (size, low, high, minimum) => {
    const found = minimizeBounded({
      start: far(size),
      ...box(size, low, high),
      evaluate: rosenbrock,
      ...strict,
    });
    expect(Math.abs(found.value / minimum - 1)).toBeLessThan(1e-12);
  });
});

/** ½ xᵀAx - bᵀx with A = RᵀR + I/4. */
const quadratic = (seed: number, size: number): { a: number[][]; b: number[]; evaluate: Evaluate } => {
  const random = randomStream(seed, size);
  const r = Array.from({ length: size }, () => Array.from({ length: size }, () => random.normal()));
  const a = r.map((_, i) =>
    r.map((_, j) => r.reduce((sum, row) => sum + (row[i] ?? 0) * (row[j] ?? 0), i === j ? 0.25 : 0)),
  );
  const b = Array.from({ length: size }, () => 3 * random.normal());
  const evaluate: Evaluate = (x, gradient) => {
    let sum = 0;
    a.forEach((row, i) => {
      const product = row.reduce((total, value, j) => total + value * (x[j] ?? 0), 0);
      gradient[i] = product - (b[i] ?? 0);
      sum += (x[i] ?? 0) * (0.5 * product - (b[i] ?? 0));
    });
    return sum;
  };
  return { a, b, evaluate };
};

/** Solves A x = b by elimination with pivoting. */
const eliminate = (a: readonly (readonly number[])[], b: readonly number[]): number[] => {
  const rows = a.map((row, i) => [...row, b[i] ?? 0]);
  rows.forEach((_, k) => {
    const best = rows
      .slice(k)
      .reduce((at, row, i) => (Math.abs(row[k] ?? 0) > Math.abs(rows[at]?.[k] ?? 0) ? k + i : at), k);
    [rows[k], rows[best]] = [rows[best] ?? [], rows[k] ?? []];
    const pivot = rows[k] ?? [];
    rows.forEach((row, i) => {
      if (i === k) return;
      const factor = (row[k] ?? 0) / (pivot[k] ?? 1);
      for (let j = k; j < row.length; j++) row[j] = (row[j] ?? 0) - factor * (pivot[j] ?? 0);
    });
  });
  return rows.map((row, i) => (row.at(-1) ?? 0) / (row[i] ?? 1));
};

/** The least value over [-1, 1]ⁿ: every choice of coordinates at a bound is tried, and the rest solved for. */
const bruteForce = (a: number[][], b: number[], evaluate: Evaluate): number => {
  const size = b.length;
  let best = Infinity;
  for (let code = 0; code < 3 ** size; code++) {
    const fixed = b.map((_, i) => [-1, 1, undefined][Math.floor(code / 3 ** i) % 3]);
    const open = b.flatMap((_, i) => (fixed[i] === undefined ? [i] : []));
    const solved = eliminate(
      open.map((i) => open.map((j) => a[i]?.[j] ?? 0)),
      open.map((i) => fixed.reduce<number>((rest, v, j) => rest - (a[i]?.[j] ?? 0) * (v ?? 0), b[i] ?? 0)),
    );
    if (solved.some((value) => Math.abs(value) > 1)) continue;
    const x = Float64Array.from(fixed, (value, i) => value ?? solved[open.indexOf(i)] ?? 0);
    best = Math.min(best, evaluate(x, new Float64Array(size)));
  }
  return best;
};

describe('quadratics in a box', () => {
  test.each([1, 2, 3, 4, 5, 6])(
    'of %i dimensions: the optimum is the one found by trying every face',
    (size) => {
      for (let seed = 0; seed < 20; seed++) {
        const { a, b, evaluate } = quadratic(seed, size);
        const found = minimizeBounded({
          start: new Float64Array(size),
          ...box(size, -1, 1),
          evaluate,
          ...strict,
        });
        const best = bruteForce(a, b, evaluate);
        expect(Math.abs(found.value - best)).toBeLessThan(1e-10 * Math.max(1, Math.abs(best)));
      }
    },
  );

  test.each([30, 60])('of %i dimensions: nothing is left to gain in any direction that is open', (size) => {
    const { evaluate } = quadratic(1, size);
    const found = minimizeBounded({
      start: new Float64Array(size),
      ...box(size, -1, 1),
      evaluate,
      ...strict,
    });
    const gradient = new Float64Array(size);
    evaluate(found.x, gradient);
    found.x.forEach((value, i) => {
      const g = gradient[i] ?? 0;
      if (value > -1 && value < 1) expect(Math.abs(g)).toBeLessThan(1e-5);
      else expect(g * value).toBeLessThanOrEqual(1e-5);
    });
  });
});

test('never leaves the bounds, nor meets anything outside, and gives the same answer twice', () => {
  const bounds = fc.array(
    fc.tuple(fc.double({ min: -3, max: 3, noNaN: true }), fc.double({ min: 0, max: 4, noNaN: true })),
    {
      minLength: 1,
      maxLength: 8,
    },
  );
  fc.assert(
    fc.property(bounds, fc.nat(1000), (pairs, seed) => {
      const low = Float64Array.from(pairs, ([bottom]) => bottom);
      const high = Float64Array.from(pairs, ([bottom, width]) => bottom + width);
      const random = randomStream(seed);
      const start = Float64Array.from(pairs, () => 5 * random.normal());
      const run = (): BoundedMinimum =>
        minimizeBounded({
          start,
          low,
          high,
          evaluate: (x, gradient) => {
            x.forEach((value, i) => {
              expect(value >= (low[i] ?? 0) && value <= (high[i] ?? 0)).toBe(true);
            });
            return rosenbrock(x, gradient);
          },
        });
      const found = run();
      expect(found).toEqual(run());
      const nothing = new Float64Array(start.length);
      const clamped = start.map((value, i) => Math.min(Math.max(value, low[i] ?? 0), high[i] ?? 0));
      expect(found.value).toBeLessThanOrEqual(rosenbrock(clamped, nothing));
      expect(found.value).toBe(rosenbrock(found.x, nothing));
    }),
    { seed: 3, numRuns: 200 },
  );
});

describe('values that are no numbers', () => {
  test.each([Number.NaN, Infinity, -Infinity])('%d beyond a wall: the search steps back from it', (wall) => {
    // log x + log y barriers, minimum at (1, 1); beyond 0 and beyond 1.5 there is nothing.
    const evaluate: Evaluate = (x, gradient) => {
      let sum = 0;
      for (const [i, value] of x.entries()) {
        if (value <= 0 || value > 1.5) return wall;
        sum += value - Math.log(value);
        gradient[i] = 1 - 1 / value;
      }
      return sum;
    };
    const found = minimizeBounded({ start: Float64Array.of(1e-4, 1.4), ...box(2, -100, 100), evaluate });
    expect(found.value).toBeCloseTo(2, 9);
  });

  test('a gradient that is none is no place to stay either', () => {
    const evaluate: Evaluate = (x, gradient) => {
      const value = x[0] ?? 0;
      gradient[0] = value > 2 ? Number.NaN : 2 * (value - 1);
      return (value - 1) ** 2 - (value > 2 ? 100 : 0);
    };
    const found = minimizeBounded({ start: Float64Array.of(-40), ...box(1, -50, 50), evaluate });
    expect(found.x[0]).toBeCloseTo(1, 6);
  });

  test('at the start are answered as they are', () => {
    const found = minimizeBounded({ start: Float64Array.of(1), ...box(1, 0, 2), evaluate: () => Number.NaN });
    expect(found).toEqual({
      x: Float64Array.of(1),
      value: Number.NaN,
      iterations: 0,
      evaluations: 1,
      converged: false,
    });
  });
});

test('a flat function, a box of one point and a corner are done at once', () => {
  const flat = minimizeBounded({ start: far(3), ...box(3, -2, 2), evaluate: () => 1 });
  expect(flat).toMatchObject({ value: 1, evaluations: 1, converged: true });
  const point = minimizeBounded({ start: far(3), ...box(3, 2, 2), evaluate: rosenbrock });
  expect(point).toMatchObject({ x: Float64Array.of(2, 2, 2), evaluations: 1, converged: true });
  const evaluate: Evaluate = (x, gradient) => {
    gradient.fill(1);
    return x.reduce((sum, value) => sum + value, 0);
  };
  const corner = minimizeBounded({ start: far(3), ...box(3, -2, 2), evaluate });
  expect(corner.x).toEqual(Float64Array.of(-2, -2, -2));
  expect(corner.converged).toBe(true);
});

test('tiny and huge scales of the value change little', () => {
  for (const scale of [1e-6, 1e6]) {
    const evaluate: Evaluate = (x, gradient) => {
      const value = scale * rosenbrock(x, gradient);
      gradient.forEach((g, i) => {
        gradient[i] = scale * g;
      });
      return value;
    };
    const tolerances = { gradientTolerance: 1e-8 * scale, valueTolerance: 0, maxIterations: 500 };
    const found = minimizeBounded({ start: far(4), ...box(4, -5, 10), evaluate, ...tolerances });
    for (const value of found.x) expect(value).toBeCloseTo(1, 5);
  }
});

test('stops after as many iterations and evaluations as allowed', () => {
  const few = minimizeBounded({ start: far(10), ...box(10, -5, 10), evaluate: rosenbrock, maxIterations: 3 });
  expect(few).toMatchObject({ iterations: 3, converged: false });
  const fewer = minimizeBounded({
    start: far(10),
    ...box(10, -5, 10),
    evaluate: rosenbrock,
    maxEvaluations: 5,
  });
  expect(fewer.evaluations).toBe(5);
});
