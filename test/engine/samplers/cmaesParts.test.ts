import fc from 'fast-check';
import { expect, test } from 'vitest';
import { normalCdf } from '../../../src/engine/numeric/normal.ts';
import { randomStream } from '../../../src/engine/numeric/random.ts';
import {
  uniformCategories,
  updatedCategories,
  withLeast,
} from '../../../src/engine/samplers/cmaesCategories.ts';
import { cmaConstants, defaultPopulation } from '../../../src/engine/samplers/cmaesConstants.ts';
import { type Covariance, identityCovariance } from '../../../src/engine/samplers/cmaesCovariance.ts';
import { symmetricEigen } from '../../../src/engine/samplers/cmaesEigen.ts';
import { numberInCell, withMargin } from '../../../src/engine/samplers/cmaesMargin.ts';
import { fullRates, withRates } from '../../../src/engine/samplers/cmaesRates.ts';
import { firstRun, nextRun, type Run } from '../../../src/engine/samplers/cmaesRun.ts';

test('the default population follows 4 + ⌊3 ln d⌋', () => {
  expect([1, 2, 3, 5, 10, 20, 40, 100].map(defaultPopulation)).toEqual([4, 6, 7, 8, 10, 12, 15, 17]);
});

test('weights and constants in ten dimensions are those of the tutorial', () => {
  const constants = cmaConstants(10, 10);
  const weights = [
    0.45627264690340597, 0.2707530970017852, 0.1622311171586698, 0.08523354710016448, 0.025509591835974777,
    -0.08532086250759853, -0.236476601148097, -0.36741365771166457, -0.4829083267842344, -0.5862218287788353,
  ];
  for (const [i, weight] of weights.entries()) expect(constants.weights[i]).toBeCloseTo(weight, 12);
  expect(constants.effective).toBeCloseTo(3.1672992814107026, 12);
  expect(constants.cSigma).toBeCloseTo(0.2844285879463675, 12);
  expect(constants.dSigma).toBeCloseTo(1.2844285879463675, 12);
  expect(constants.cPath).toBeCloseTo(0.29499038303562225, 12);
  expect(constants.cOne).toBeCloseTo(0.015283824524751714, 12);
  expect(constants.cMu).toBeCloseTo(0.02015428276120838, 12);
  expect(constants.expectedLength).toBeCloseTo(3.0847265651690123, 12);
});

test('positive weights sum to one and the covariance stays positive whatever the dimension and population', () => {
  for (const d of [1, 2, 3, 10, 100, 1000]) {
    for (const population of [4, 7, 20, 500]) {
      const { weights, cOne, cMu } = cmaConstants(d, population);
      const up = weights.reduce((sum, w) => sum + Math.max(0, w), 0);
      const down = weights.reduce((sum, w) => sum - Math.min(0, w), 0);
      expect(up).toBeCloseTo(1, 12);
      // Equation 52: bad points, of length √d each, cannot make an eigenvalue negative.
      expect(1 - cOne - cMu - d * cMu * down).toBeGreaterThan(-1e-12);
    }
  }
});

/** A random matrix made symmetric. */
const symmetric = (n: number, seed: number): Float64Array => {
  const random = randomStream(seed, n);
  const matrix = new Float64Array(n * n);
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) {
      matrix[i * n + j] = random.normal();
      matrix[j * n + i] = matrix[i * n + j] ?? 0;
    }
  return matrix;
};

test('a symmetric matrix is what its eigenvalues and orthogonal eigenvectors make of it', () => {
  for (const n of [1, 2, 3, 5, 20, 60]) {
    const matrix = symmetric(n, 1);
    const { values, vectors } = symmetricEigen(matrix, n);
    const of = (array: Float64Array, i: number, j: number): number => array[i * n + j] ?? Number.NaN;
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        let [rebuilt, product] = [0, 0];
        for (let k = 0; k < n; k++) {
          rebuilt += of(vectors, i, k) * (values[k] ?? Number.NaN) * of(vectors, j, k);
          product += of(vectors, k, i) * of(vectors, k, j);
        }
        expect(rebuilt).toBeCloseTo(of(matrix, i, j), 10);
        expect(product).toBeCloseTo(i === j ? 1 : 0, 10);
      }
    }
  }
});

test('diagonal and singular matrices have the eigenvalues one can see', () => {
  expect([...symmetricEigen(Float64Array.of(2, 0, 0, 0, 5, 0, 0, 0, 0), 3).values].sort()).toEqual([0, 2, 5]);
  const ones = symmetricEigen(new Float64Array(9).fill(1), 3).values.toSorted();
  expect(ones[2]).toBeCloseTo(3, 12);
  expect(Math.abs(ones[0] ?? 1)).toBeLessThan(1e-12);
});

test('whitening undoes colouring in length, and more so after an update', () => {
  const random = randomStream(4);
  const draw = (): Float64Array => Float64Array.from({ length: 6 }, () => random.normal());
  const covariance = identityCovariance(6).updated(
    0.5,
    [
      { weight: 0.7, y: draw() },
      { weight: 0.3, y: draw() },
    ],
    true,
  );
  const z = draw();
  const back = covariance.whiten(covariance.colour(z));
  expect(Math.hypot(...back)).toBeCloseTo(Math.hypot(...z), 10);
});

const edges = Float64Array.of(0, 0.2, 0.4, 0.6, 0.8, 1);

test('with a margin neighbouring values keep their least probability', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.001, max: 0.999, noNaN: true }),
      fc.double({ min: 1e-9, max: 0.5, noNaN: true }),
      fc.double({ min: 0.001, max: 0.2, noNaN: true }),
      (mean, spread, alpha) => {
        const kept = withMargin(edges, { mean, scale: 1 }, spread, alpha);
        const deviation = kept.scale * spread;
        const below = (x: number): number =>
          normalCdf(Math.max(-38, Math.min(38, (x - kept.mean) / deviation)));
        const cell = Math.min(4, Math.floor(kept.mean / 0.2 - 1e-12));
        const [low, high] = [edges[cell] ?? 0, edges[cell + 1] ?? 1];
        const slack = 1e-6 * alpha;
        if (cell === 0) expect(1 - below(high)).toBeGreaterThanOrEqual(alpha - slack);
        else if (cell === 4) expect(below(low)).toBeGreaterThanOrEqual(alpha - slack);
        else {
          expect(below(low)).toBeGreaterThanOrEqual(alpha / 2 - slack);
          expect(1 - below(high)).toBeGreaterThanOrEqual(alpha / 2 - slack);
        }
      },
    ),
    { seed: 7, numRuns: 300 },
  );
});

test('a margin leaves alone what is wide enough', () => {
  expect(withMargin(edges, { mean: 0.5, scale: 1 }, 0.2, 0.05)).toEqual({ mean: 0.5, scale: 1 });
  expect(withMargin(edges, { mean: 0.1, scale: 1 }, 0.2, 0.05)).toEqual({ mean: 0.1, scale: 1 });
});

test('a number is drawn from the part of the Gaussian in its cell', () => {
  for (const [cell, low, high] of [
    [0, -Infinity, 0.2],
    [2, 0.4, 0.6],
    [4, 0.8, Infinity],
  ] as const) {
    for (const deviation of [1e-6, 0.05, 0.3]) {
      const drawn = [1e-9, 0.1, 0.5, 0.9, 1 - 2 ** -53].map((u) =>
        numberInCell(edges, cell, 0.45, deviation, u),
      );
      for (const x of drawn) {
        expect(x).toBeGreaterThanOrEqual(low);
        expect(x).toBeLessThanOrEqual(high);
      }
      expect(drawn).toEqual(drawn.toSorted((a, b) => (0.45 < low ? b - a : a - b)));
    }
  }
});

test('probabilities below the least are raised and the sum stays one', () => {
  const raised = withLeast(Float64Array.of(0.9, 0.1, 0), 0.05);
  expect(raised.reduce((sum, chance) => sum + chance, 0)).toBeCloseTo(1, 12);
  expect(Math.min(...raised)).toBeGreaterThanOrEqual(0.05);
});

test('categories turn to the values of good points, but never give the others up', () => {
  let categories = uniformCategories([3, 2]);
  const good = { weight: 0.7, values: Float64Array.of(2, Number.NaN) };
  const fair = { weight: 0.3, values: Float64Array.of(1, 0) };
  for (let generation = 0; generation < 20; generation++)
    categories = updatedCategories(categories, [good, fair]);
  const [first, second] = categories.chances;
  expect(first?.[2]).toBeGreaterThan(0.5);
  expect(first?.[0]).toBeCloseTo((1 - 0.73 ** 0.5) / 2, 12);
  expect(second?.[0]).toBeGreaterThan(0.8);
});

test('IPOP doubles the population at each restart', () => {
  let run: Run = firstRun({ population: 8, sigma: 0.2, dimension: 5 });
  const populations: number[] = [];
  for (let i = 0; i < 4; i++) {
    run = nextRun({ ...run, trials: 100 }, 'ipop', randomStream(1));
    populations.push(run.population);
  }
  expect(populations).toEqual([16, 32, 64, 128]);
});

test('BIPOP gives small runs as many trials as large ones', () => {
  let run: Run = firstRun({ population: 8, sigma: 0.2, dimension: 5 });
  const random = randomStream(3);
  let [small, large] = [0, 0];
  for (let i = 0; i < 40; i++) {
    const trials = Math.min(run.most, 50 * run.population);
    if (run.isLarge) large += trials;
    else small += trials;
    run = nextRun({ ...run, trials }, 'bipop', random);
    if (run.isLarge) expect(run.population).toBe(8 * 2 ** run.doublings);
    else {
      expect(run.population).toBeLessThanOrEqual(4 * 2 ** run.doublings);
      expect(run.population).toBeGreaterThanOrEqual(4);
      expect(run.sigma).toBeLessThanOrEqual(0.2);
    }
    expect(run.isLarge).toBe(large <= small);
  }
});

/** A change of the mean along a fixed direction, or along a random one each time. */
const rateAfter = (generations: number, direction: (k: number) => Float64Array): number => {
  let state: { mean: Float64Array; sigma: number; covariance: Covariance } = {
    mean: new Float64Array(3),
    sigma: 1,
    covariance: identityCovariance(3),
  };
  let rates = fullRates(state.covariance);
  for (let k = 0; k < generations; k++) {
    const step = direction(k);
    const after = { ...state, mean: state.mean.map((m, j) => m + (step[j] ?? 0)) };
    const { rates: next, ...moved } = withRates(state, after, rates);
    [state, rates] = [moved, next];
  }
  return rates.mean.eta;
};

test('the learning rate stays whole while changes agree and falls where they contradict each other', () => {
  expect(rateAfter(200, () => Float64Array.of(0.3, 0, 0.1))).toBe(1);
  const random = randomStream(11);
  const noise = (): Float64Array => Float64Array.from({ length: 3 }, () => random.normal());
  expect(rateAfter(200, noise)).toBeLessThan(0.2);
});

test('at the whole rate a change is made as it is', () => {
  const random = randomStream(12);
  const y = Float64Array.from({ length: 3 }, () => random.normal());
  const before = { mean: Float64Array.of(0.1, 0.2, 0.3), sigma: 0.4, covariance: identityCovariance(3) };
  const after = {
    mean: Float64Array.of(0.2, 0.1, 0.3),
    sigma: 0.5,
    covariance: before.covariance.updated(0.8, [{ weight: 0.2, y }], true),
  };
  const full = fullRates(before.covariance);
  const settled = { ...full, mean: { ...full.mean, drift: Float64Array.of(9, 9, 9), power: 243 } };
  const moved = withRates(before, after, settled);
  expect(moved.rates.mean.eta).toBe(1);
  for (const [j, m] of after.mean.entries()) expect(moved.mean[j]).toBeCloseTo(m, 12);
});
