import { expect, test } from 'vitest';
import { randomStream } from '../../../src/engine/numeric/random.ts';
import { toAxis } from '../../../src/engine/samplers/axis.ts';
import { createMixture, type Mixture } from '../../../src/engine/samplers/mixture.ts';
import { category, float, ordered, spaceOf, whole } from '../../builders/spaces.ts';

const space = spaceOf([
  float('x', -1, 1),
  whole('n', 1, 40, { log: true }),
  category('c', ['a', 'b', 'c']),
  ordered('o', [1, 2, 4, 8]),
]);
const axes = space.parameters.map(toAxis);
const inactive = Number.NaN;
const positions = Float64Array.of(
  ...[0.02, 0, 0, 3],
  ...[0.4, 7, 1, 3],
  ...[inactive, 39, inactive, inactive],
);
const mixture = (): Mixture =>
  createMixture({
    axes,
    positions,
    rows: Int32Array.of(0, 1, 2),
    weights: Float64Array.of(3, 1, 2),
    priorWeight: 2,
  });

const densityAlong = (axis: number, position: number): number => {
  const candidate = new Float64Array(axes.length).fill(Number.NaN);
  candidate[axis] = position;
  return Math.exp(mixture().logDensity(candidate, 0));
};

test('a density along a continuous axis integrates to one', () => {
  let sum = 0;
  for (let i = 0; i < 2000; i++) sum += densityAlong(0, (i + 0.5) / 2000) / 2000;
  expect(sum).toBeCloseTo(1, 5);
});

test('masses along a grid and over categories add up to one', () => {
  for (const [axis, count] of [
    [1, 40],
    [2, 3],
    [3, 4],
  ] as const) {
    let sum = 0;
    for (let i = 0; i < count; i++) sum += densityAlong(axis, i);
    expect(sum).toBeCloseTo(1, 9);
  }
});

test('a candidate with nothing active has density one', () => {
  expect(mixture().logDensity(new Float64Array(4).fill(Number.NaN), 0)).toBeCloseTo(0, 12);
});

test('draws follow the density', () => {
  const made = mixture();
  const random = randomStream(7);
  const draws = 40_000;
  const counts = [new Float64Array(10), new Float64Array(40), new Float64Array(3), new Float64Array(4)];
  for (let i = 0; i < draws; i++) {
    const kernel = made.drawKernel(random);
    for (const [axis, count] of counts.entries()) {
      const position = made.drawPosition(kernel, axis, random);
      const bin = axis === 0 ? Math.min(9, Math.floor(position * 10)) : position;
      count[bin] = (count[bin] ?? 0) + 1 / draws;
    }
  }
  for (const axis of [1, 2, 3]) {
    for (const [bin, share] of (counts[axis] ?? []).entries()) {
      expect(Math.abs(share - densityAlong(axis, bin))).toBeLessThan(0.012);
    }
  }
  for (const [bin, share] of (counts[0] ?? []).entries()) {
    let mass = 0;
    for (let i = 0; i < 100; i++) mass += densityAlong(0, (bin + (i + 0.5) / 100) / 10) / 1000;
    expect(Math.abs(share - mass)).toBeLessThan(0.012);
  }
});

test('kernels of one trial hold together across axes', () => {
  const pairs = Array.from({ length: 20 }, (_, i) =>
    i % 2 ? [0.1, 5, inactive, inactive] : [0.9, 30, inactive, inactive],
  );
  const rows = Int32Array.from(pairs, (_, i) => i);
  const weights = new Float64Array(20).fill(1);
  const made = createMixture({
    axes,
    positions: Float64Array.from(pairs.flat()),
    rows,
    weights,
    priorWeight: 1,
  });
  const at = (x: number, n: number): number => made.logDensity(Float64Array.of(x, n, inactive, inactive), 0);
  expect(at(0.1, 5)).toBeGreaterThan(at(0.1, 30) + 1);
  expect(at(0.9, 30)).toBeGreaterThan(at(0.9, 5) + 1);
});

test('each form of density integrates to one', () => {
  for (const bandwidth of ['neighbour', 'scott'] as const) {
    for (const columns of [[0], [1], [2], [3], [0, 2], [1, 3, 0]]) {
      const made = createMixture({
        axes,
        columns,
        positions,
        rows: Int32Array.of(0, 1, 2),
        weights: Float64Array.of(3, 1, 2),
        priorWeight: 2,
        bandwidth,
      });
      const steps = columns.map((column) => ({ column, count: [400, 40, 3, 4][column] ?? 0 }));
      let sum = 0;
      const candidate = new Float64Array(axes.length).fill(Number.NaN);
      const visit = (depth: number, share: number): void => {
        const step = steps[depth];
        if (step === undefined) {
          sum += share * Math.exp(made.logDensity(candidate, 0));
          return;
        }
        for (let i = 0; i < step.count; i++) {
          const isSmooth = step.column === 0;
          candidate[step.column] = isSmooth ? (i + 0.5) / step.count : i;
          visit(depth + 1, isSmooth ? share / step.count : share);
        }
      };
      visit(0, 1);
      expect(sum, `${bandwidth} ${columns.join()}`).toBeCloseTo(1, 4);
    }
  }
});

test('an axis outside the mixture’s columns says nothing', () => {
  const choice = {
    axes,
    positions,
    rows: Int32Array.of(0, 1),
    weights: Float64Array.of(1, 1),
    priorWeight: 1,
  };
  const made = createMixture({ ...choice, columns: [1] });
  const at = (x: number): number => made.logDensity(Float64Array.of(x, 7, 1, 2), 0);
  expect(at(0.1)).toBe(at(0.9));
  expect(at(Number.NaN)).toBe(at(0.9));
});
