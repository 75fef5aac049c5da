import { describe, expect, test } from 'vitest';
import { createGp, fitGp, fitObjective, pickRows } from '../../../src/engine/numeric/gaussianProcess.ts';
import { kernelNames } from '../../../src/engine/numeric/linear.ts';
import { randomStream } from '../../../src/engine/numeric/random.ts';
import {
  denseProcess,
  slopesOf,
  someHyperparameters,
  someInputs,
  someNumbers,
} from '../../builders/processes.ts';

// Three groups over four columns: the middle one has two.
const groups = [0, 1, 1, 2];
const inputs = someInputs(1, 23, 4, groups);
const y = someNumbers(2, 23).map((u) => 4 * u - 2);

describe.each(kernelNames)('a process with the kernel %s', (kernel) => {
  const by = someHyperparameters(kernel, [2, 0.7, 9]);
  const gp = createGp(inputs, y, by);
  const dense = denseProcess(inputs, y, by);

  test('predicts what the dense formulas say', () => {
    // More points than are predicted at a time.
    const count = 300;
    const points = someNumbers(3, count * 4).map((u) => 1.4 * u - 0.2);
    const [mean, variance] = [new Float64Array(count), new Float64Array(count)];
    gp.predict(points, count, mean, variance);
    for (let i = 0; i < count; i += 13) {
      const point = points.subarray(4 * i, 4 * i + 4);
      expect(mean[i]).toBeCloseTo(dense.mean(point), 8);
      expect(variance[i]).toBeCloseTo(dense.covariance(point, point), 8);
    }
  });

  test('gives the same at one point, with the gradients of mean and variance', () => {
    const point = Float64Array.of(0.3, 0.9, -0.1, 0.5);
    const [out, ofMean, ofVariance] = [new Float64Array(2), new Float64Array(4), new Float64Array(4)];
    gp.predictWithGradient(point, out, ofMean, ofVariance);
    expect(out[0]).toBeCloseTo(dense.mean(point), 8);
    expect(out[1]).toBeCloseTo(dense.covariance(point, point), 8);
    const means = slopesOf((x) => dense.mean(x), point);
    const variances = slopesOf((x) => dense.covariance(x, x), point);
    ofMean.forEach((slope, c) => {
      expect(slope).toBeCloseTo(means[c] ?? NaN, 6);
      expect(ofVariance[c]).toBeCloseTo(variances[c] ?? NaN, 6);
    });
  });

  test('leaves values out as if they had never been there', () => {
    const [mean, variance] = [new Float64Array(23), new Float64Array(23)];
    gp.leaveOneOut(mean, variance);
    for (const left of [0, 11, 22]) {
      const others = Array.from({ length: 23 }, (_, i) => i).filter((i) => i !== left);
      const without = denseProcess(
        pickRows(inputs, others),
        Float64Array.from(others, (i) => y[i] ?? NaN),
        by,
      );
      const point = inputs.x.subarray(4 * left, 4 * left + 4);
      expect(mean[left]).toBeCloseTo(without.mean(point), 8);
      expect(variance[left]).toBeCloseTo(without.covariance(point, point) + by.noise, 8);
    }
  });

  test('goes through values without noise', () => {
    const exact = createGp(inputs, y, { ...by, noise: 0 });
    const [mean, variance] = [new Float64Array(23), new Float64Array(23)];
    exact.predict(inputs.x, 23, mean, variance);
    y.forEach((value, i) => {
      expect(mean[i]).toBeCloseTo(value, 5);
      expect(variance[i]).toBeLessThan(1e-6);
      expect(variance[i]).toBeGreaterThan(0);
    });
  });

  test('is fitted by a function whose gradient is right', () => {
    const objective = fitObjective(inputs, y, kernel, Math.log(1.2), 0.9);
    const at = Float64Array.of(0.4, -0.8, 1.5, 0.3, -3);
    const gradient = new Float64Array(5);
    objective(at, gradient);
    const found = gradient.slice();
    slopesOf((x) => objective(x, gradient), at).forEach((slope, i) => {
      expect(found[i]).toBeCloseTo(slope, 5);
    });
  });
});

test('equal rows with different values are told apart by a little more on the diagonal', () => {
  const twice = {
    ...someInputs(4, 6, 2),
    x: Float64Array.from([0, 0, 0, 0, 1, 1, 1, 1, 0.5, 0.5, 0.5, 0.5]),
  };
  const gp = createGp(
    twice,
    Float64Array.of(0, 1, 2, 3, 4, 5),
    someHyperparameters('rbf', [1, 1], { noise: 0 }),
  );
  const [mean, variance] = [new Float64Array(1), new Float64Array(1)];
  gp.predict(Float64Array.of(0, 0), 1, mean, variance);
  expect(mean[0]).toBeCloseTo(0.5, 2);
});

test('without values there is only the prior', () => {
  const gp = createGp(someInputs(1, 0, 2), new Float64Array(0), someHyperparameters('matern52', [1, 1]));
  const [mean, variance] = [new Float64Array(2), new Float64Array(2)];
  gp.predict(Float64Array.of(0, 0, 1, 1), 2, mean, variance);
  expect([...mean, ...variance]).toEqual([0, 0, 1.3, 1.3]);
});

test('a fit finds which column matters and how noisy the values are', () => {
  const many = someInputs(5, 90, 3);
  const random = randomStream(6);
  const values = Float64Array.from(
    { length: 90 },
    (_, i) => 1.4 * Math.sin(6 * (many.x[3 * i] ?? 0)) + 0.1 * random.normal(),
  );
  const { hyperparameters } = fitGp(many, values, { kernel: 'matern52' });
  const [first, second, third] = hyperparameters.weights;
  expect(first).toBeGreaterThan(20 * (second ?? NaN));
  expect(first).toBeGreaterThan(20 * (third ?? NaN));
  expect(Math.sqrt(hyperparameters.noise)).toBeGreaterThan(0.06);
  expect(Math.sqrt(hyperparameters.noise)).toBeLessThan(0.15);
});

test('a fit keeps the noise within its bounds', () => {
  const noisy = someNumbers(7, 23).map((u) => 2 * u - 1);
  const { noise } = fitGp(inputs, noisy, { kernel: 'rbf', minNoise: 1e-6, maxNoise: 1e-6 }).hyperparameters;
  expect(noise).toBeCloseTo(1e-6, 12);
});
