import { expect, test } from 'vitest';
import { createGp } from '../../../src/engine/numeric/gaussianProcess.ts';
import { drawJointly } from '../../../src/engine/numeric/jointPosterior.ts';
import { randomStream } from '../../../src/engine/numeric/random.ts';
import { createAcquisition } from '../../../src/engine/samplers/acquisition.ts';
import { jointImprovementWorth } from '../../../src/engine/samplers/jointImprovement.ts';
import { slopesOf, someHyperparameters, someInputs, someNumbers } from '../../builders/processes.ts';

const inputs = someInputs(1, 9, 2);
const y = someNumbers(2, 9).map((u) => 2 * u - 1);
const gp = createGp(inputs, y, someHyperparameters('matern52', [6, 3]));
const pending = someNumbers(3, 3 * 2);
const best = -0.5;
const worth = jointImprovementWorth(gp, pending, 3, best);
const points = [
  Float64Array.of(0.4, 0.7),
  Float64Array.of(0.9, 0.15),
  pending.slice(0, 2).map((u) => u + 0.02),
];

test('is what a point adds to the improvement of all, over joint draws', () => {
  for (const point of points) {
    const draws = 40_000;
    const drawn = drawJointly(gp, Float64Array.of(...pending, ...point), 4, draws, randomStream(4));
    let [sum, squares] = [0, 0];
    for (let k = 0; k < draws; k++) {
      const least = Math.min(best, ...drawn.subarray(4 * k, 4 * k + 3));
      const gain = Math.max(0, least - (drawn[4 * k + 3] ?? NaN));
      sum += gain / draws;
      squares += gain ** 2 / draws;
    }
    const values = new Float64Array(1);
    worth.many(point, 1, values);
    // 64 outcomes stand for all: a few per cent.
    const error = 4 * Math.sqrt((squares - sum ** 2) / draws) + 0.08 * sum;
    expect(Math.abs(Math.exp(values[0] ?? NaN) - sum)).toBeLessThan(error);
  }
});

test('is small where a trial is running, and as without it far away', () => {
  const alone = createAcquisition('logei', best, 0);
  const out = { value: NaN, byMean: NaN, byDeviation: NaN };
  const expected = (point: Float64Array): number => {
    const [mean, variance] = [new Float64Array(1), new Float64Array(1)];
    gp.predict(point, 1, mean, variance);
    alone.worth(mean[0] ?? NaN, Math.sqrt(variance[0] ?? NaN), out);
    return out.value;
  };
  const values = new Float64Array(2);
  const [same, far] = [pending.subarray(0, 2), Float64Array.of(30, -30)];
  worth.many(Float64Array.of(...same, ...far), 2, values);
  expect(values[0]).toBeLessThan(expected(Float64Array.from(same)) - 3);
  expect(values[1]).toBeLessThan(expected(far) + 1e-9);
  expect(values[1]).toBeGreaterThan(expected(far) - 2);
});

test('its gradient is right, and its value the same as among many', () => {
  const [gradient, value] = [new Float64Array(2), new Float64Array(1)];
  for (const point of points) {
    const own = worth.withGradient(point, gradient);
    worth.many(point, 1, value);
    expect(value[0]).toBeCloseTo(own, 10);
    slopesOf((x) => worth.withGradient(x, new Float64Array(2)), point).forEach((slope, c) => {
      expect((gradient[c] ?? NaN) / Math.max(1, Math.abs(slope))).toBeCloseTo(
        slope / Math.max(1, Math.abs(slope)),
        4,
      );
    });
  }
});
