import { describe, expect, test } from 'vitest';
import { createGp } from '../../../src/engine/numeric/gaussianProcess.ts';
import { normalDensity } from '../../../src/engine/numeric/normal.ts';
import { randomStream } from '../../../src/engine/numeric/random.ts';
import {
  knowledgeGradientWorth,
  logEnvelopeGain,
  upperEnvelope,
} from '../../../src/engine/samplers/knowledgeGradient.ts';
import {
  denseProcess,
  slopesOf,
  someHyperparameters,
  someInputs,
  someNumbers,
} from '../../builders/processes.ts';

const highest = (a: Float64Array, b: Float64Array, z: number): number =>
  a.reduce((most, value, i) => Math.max(most, value + (b[i] ?? NaN) * z), -Infinity);

/** E f(Z) by the trapezium rule. */
const expectation = (f: (z: number) => number): number => {
  let sum = 0;
  for (let k = -40_000; k <= 40_000; k++) sum += f(k / 4000) * normalDensity(k / 4000);
  return sum / 4000;
};

describe('the envelope of lines', () => {
  test('has at every place the highest', () => {
    const random = randomStream(1);
    for (let round = 0; round < 200; round++) {
      const count = 1 + random.integer(8);
      // Some steepnesses and lines are equal.
      const draw = (): Float64Array =>
        Float64Array.from({ length: count }, () => Math.round(4 * random.normal()) / (1 + (round % 3)));
      const [a, b] = [draw(), draw()];
      const { lines, crossings } = upperEnvelope(a, b);
      expect(crossings.length).toBe(lines.length - 1);
      for (let z = -9.05; z < 9; z += 0.7) {
        const place = crossings.findIndex((crossing) => z < crossing);
        const line = lines[place < 0 ? lines.length - 1 : place] ?? NaN;
        expect((a[line] ?? NaN) + (b[line] ?? NaN) * z).toBeCloseTo(highest(a, b, z), 9);
      }
    }
  });

  test('gains what integration says', () => {
    const [a, b] = [someNumbers(2, 7), someNumbers(3, 7).map((u) => 2 * u - 1)];
    const integral = expectation((z) => highest(a, b, z)) - Math.max(...a);
    expect(Math.exp(logEnvelopeGain(b, upperEnvelope(a, b)))).toBeCloseTo(integral, 8);
  });

  test('gains something also where doubles see nothing', () => {
    const [a, b] = [Float64Array.of(0, -60), Float64Array.of(0, 1)];
    expect(logEnvelopeGain(b, upperEnvelope(a, b))).toBeCloseTo(-0.5 * 3600 - 0.9189 - 2 * Math.log(60), 2);
  });
});

const inputs = someInputs(4, 10, 2);
const y = someNumbers(5, 10).map((u) => 2 * u - 1);
const by = someHyperparameters('matern52', [6, 3]);
const gp = createGp(inputs, y, by);
const dense = denseProcess(inputs, y, by);
const references = someNumbers(6, 2 * 9);
const worth = knowledgeGradientWorth(gp, references, 9);
const others = Array.from({ length: 9 }, (_, i) => references.subarray(2 * i, 2 * i + 2));
// Beside the best of the references, where there is something to gain.
const lowest = Math.min(...others.map((place) => dense.mean(place)));
const point = (others.find((place) => dense.mean(place) === lowest) ?? references).map((u) => u + 0.1);
const places = [...others, point];

test('the knowledge gradient is what updating the process again and again shows', () => {
  const deviation = Math.sqrt(dense.covariance(point, point) + by.noise);
  const random = randomStream(7);
  const draws = 400;
  let [sum, squares] = [0, 0];
  for (let k = 0; k < draws; k++) {
    // Antithetic pairs: the mean falls as much as it rises.
    const z = random.normal();
    let fall = 0;
    for (const sign of [1, -1]) {
      const seen = dense.mean(point) + sign * z * deviation;
      const x = new Float64Array(22);
      x.set(inputs.x);
      x.set(point, 20);
      const values = Float64Array.of(...y, seen);
      const later = denseProcess({ ...inputs, x, count: 11 }, values, by);
      fall += (lowest - Math.min(...places.map((place) => later.mean(place)))) / 2;
    }
    sum += fall / draws;
    squares += fall ** 2 / draws;
  }
  const values = new Float64Array(1);
  worth.many(point, 1, values);
  const error = Math.sqrt((squares - sum ** 2) / draws);
  expect(error).toBeLessThan(0.05 * sum);
  expect(Math.abs(Math.exp(values[0] ?? NaN) - sum)).toBeLessThan(4 * error);
});

test('the knowledge gradient’s own gradient is right, and its value the same as among many', () => {
  const [gradient, value] = [new Float64Array(2), new Float64Array(1)];
  for (const from of [point, Float64Array.of(0.8, 0.1), Float64Array.of(0.05, 0.95)]) {
    const alone = worth.withGradient(from, gradient);
    worth.many(from, 1, value);
    expect(value[0]).toBeCloseTo(alone, 10);
    const slopes = slopesOf((x) => worth.withGradient(x, new Float64Array(2)), from);
    gradient.forEach((slope, c) => {
      expect(slope).toBeCloseTo(slopes[c] ?? NaN, 5);
    });
  }
});
