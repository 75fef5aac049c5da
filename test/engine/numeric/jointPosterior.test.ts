import { expect, test } from 'vitest';
import { createGp } from '../../../src/engine/numeric/gaussianProcess.ts';
import { createPosteriorCovariance, drawJointly } from '../../../src/engine/numeric/jointPosterior.ts';
import { randomStream } from '../../../src/engine/numeric/random.ts';
import {
  denseProcess,
  slopesOf,
  someHyperparameters,
  someInputs,
  someNumbers,
} from '../../builders/processes.ts';

const inputs = someInputs(1, 12, 3, [0, 0, 1]);
const y = someNumbers(2, 12);
const by = someHyperparameters('matern52', [3, 1.5]);
const gp = createGp(inputs, y, by);
const dense = denseProcess(inputs, y, by);

test('covariances with fixed points are those of the dense formulas', () => {
  const references = someNumbers(3, 15);
  const covariance = createPosteriorCovariance(gp, references, 5);
  const point = Float64Array.of(0.2, 0.8, 0.4);
  const found = new Float64Array(5);
  expect(covariance.at(point, found)).toBeCloseTo(dense.covariance(point, point), 8);
  for (let i = 0; i < 5; i++)
    expect(found[i]).toBeCloseTo(dense.covariance(point, references.subarray(3 * i, 3 * i + 3)), 8);
});

test('the gradient of a sum of covariances and the variance', () => {
  const references = someNumbers(4, 12);
  const covariance = createPosteriorCovariance(gp, references, 4);
  const a = Float64Array.of(1, -2, 0.5, 3);
  const found = new Float64Array(4);
  const sum = (x: Float64Array): number => {
    const variance = covariance.at(x, found);
    return found.reduce((total, value, i) => total + value * (a[i] ?? 0), 0.7 * variance);
  };
  const point = Float64Array.of(0.7, 0.1, 0.6);
  const slopes = slopesOf(sum, point);
  sum(point);
  const gradient = new Float64Array(3);
  covariance.gradient(a, 0.7, gradient);
  gradient.forEach((slope, c) => {
    expect(slope).toBeCloseTo(slopes[c] ?? NaN, 7);
  });
});

test('joint draws have the posterior’s means and covariances', () => {
  const points = someNumbers(5, 4 * 3);
  const draws = 20_000;
  const drawn = drawJointly(gp, points, 4, draws, randomStream(6));
  const pointAt = (i: number): Float64Array => points.subarray(3 * i, 3 * i + 3);
  const column = (i: number): readonly number[] =>
    Array.from({ length: draws }, (_, k) => drawn[4 * k + i] ?? NaN);
  const average = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0) / draws;
  for (let i = 0; i < 4; i++) {
    const own = column(i);
    const deviation = Math.sqrt(dense.covariance(pointAt(i), pointAt(i)));
    expect(Math.abs(average(own) - dense.mean(pointAt(i)))).toBeLessThan((4 * deviation) / Math.sqrt(draws));
    for (let j = 0; j <= i; j++) {
      const other = column(j);
      const [a, b] = [dense.mean(pointAt(i)), dense.mean(pointAt(j))];
      const product = average(own.map((v, k) => (v - a) * ((other[k] ?? NaN) - b)));
      expect(Math.abs(product - dense.covariance(pointAt(i), pointAt(j)))).toBeLessThan(0.01);
    }
  }
});

test('many points close together can be drawn', () => {
  const points = someNumbers(7, 300 * 3).map((u) => 0.5 + 1e-4 * u);
  const drawn = drawJointly(gp, points, 300, 1, randomStream(8));
  expect(drawn.every(Number.isFinite)).toBe(true);
  expect(Math.max(...drawn) - Math.min(...drawn)).toBeLessThan(0.1);
});
