import { expect, test } from 'vitest';
import { createGp } from '../../../src/engine/numeric/gaussianProcess.ts';
import { kernelNames } from '../../../src/engine/numeric/linear.ts';
import { randomStream } from '../../../src/engine/numeric/random.ts';
import { thompsonWorth } from '../../../src/engine/samplers/thompson.ts';
import {
  denseProcess,
  slopesOf,
  someHyperparameters,
  someInputs,
  someNumbers,
} from '../../builders/processes.ts';

const inputs = someInputs(1, 8, 3, [0, 0, 1]);
const y = someNumbers(2, 8).map((u) => 2 * u - 1);

test.each(kernelNames)('draws with the kernel %s have the posterior’s means and covariances', (kernel) => {
  const by = someHyperparameters(kernel, [4, 2]);
  const gp = createGp(inputs, y, by);
  const dense = denseProcess(inputs, y, by);
  const points = someNumbers(3, 3 * 3);
  const pointAt = (i: number): Float64Array => points.subarray(3 * i, 3 * i + 3);
  const draws = 1200;
  const random = randomStream(4);
  // Means and products over draws whose waves are drawn anew, so that they need not be many.
  const [sums, products, values] = [new Float64Array(3), new Float64Array(9), new Float64Array(3)];
  for (let k = 0; k < draws; k++) {
    thompsonWorth(gp, random, 24).many(points, 3, values);
    for (let i = 0; i < 3; i++) {
      const gap = -(values[i] ?? NaN) - dense.mean(pointAt(i));
      sums[i] = (sums[i] ?? 0) + gap / draws;
      for (let j = 0; j < 3; j++)
        products[3 * i + j] =
          (products[3 * i + j] ?? 0) + (gap * (-(values[j] ?? NaN) - dense.mean(pointAt(j)))) / draws;
    }
  }
  for (let i = 0; i < 3; i++) {
    const variance = dense.covariance(pointAt(i), pointAt(i));
    expect(Math.abs(sums[i] ?? NaN)).toBeLessThan(4 * Math.sqrt(variance / draws));
    for (let j = 0; j <= i; j++) {
      const scale = Math.sqrt(variance * dense.covariance(pointAt(j), pointAt(j)));
      const error = (products[3 * i + j] ?? NaN) - dense.covariance(pointAt(i), pointAt(j));
      expect(Math.abs(error)).toBeLessThan(0.2 * scale);
    }
  }
});

test('a draw goes through values without noise', () => {
  const gp = createGp(inputs, y, someHyperparameters('matern52', [4, 2], { noise: 1e-9 }));
  const values = new Float64Array(8);
  thompsonWorth(gp, randomStream(5)).many(inputs.x, 8, values);
  values.forEach((value, i) => {
    expect(-value).toBeCloseTo(y[i] ?? NaN, 3);
  });
});

test('a draw’s gradient is right, and its value the same as among many', () => {
  const gp = createGp(inputs, y, someHyperparameters('matern52', [4, 2]));
  const worth = thompsonWorth(gp, randomStream(6));
  const point = Float64Array.of(0.2, 0.6, 0.9);
  const [gradient, value] = [new Float64Array(3), new Float64Array(1)];
  const alone = worth.withGradient(point, gradient);
  worth.many(point, 1, value);
  expect(value[0]).toBeCloseTo(alone, 12);
  const slopes = slopesOf((x) => worth.withGradient(x, new Float64Array(3)), point);
  gradient.forEach((slope, c) => {
    expect(slope).toBeCloseTo(slopes[c] ?? NaN, 6);
  });
});
