import { expect, test } from 'vitest';
import { createWorkspace, kernelNames } from '../../../src/engine/numeric/linear.ts';
import { randomStream } from '../../../src/engine/numeric/random.ts';
import { toAxis } from '../../../src/engine/samplers/axis.ts';
import { createFeatures } from '../../../src/engine/samplers/features.ts';
import { positionsOf } from '../../../src/engine/samplers/history.ts';
import type { Assignment } from '../../../src/engine/space/parameter.ts';
import { sampleUniform } from '../../../src/engine/space/sample.ts';
import { category, flag, float, ordered, spaceOf, whole } from '../../builders/spaces.ts';

const space = spaceOf([
  float('x', -1, 1),
  category('c', ['a', 'b', 'd']),
  ordered('o', ['s', 'm', 'l']),
  flag('f'),
  float('y', 1e-3, 1, { log: true, condition: 'c == "a"' }),
  category('k', ['p', 'q'], 'f'),
  whole('n', 1, 8, { condition: 'c == "a" and y > 0.01' }),
]);
const axes = space.parameters.map(toAxis);
const features = createFeatures(space, axes);

const columnsOf = (params: Assignment): Float64Array => {
  const [positions, columns] = [new Float64Array(axes.length), new Float64Array(features.width)];
  positionsOf(axes, params, positions, 0);
  features.encode(positions, 0, columns, 0);
  return columns;
};

const squaredGap = (a: Assignment, b: Assignment): number => {
  const other = columnsOf(b);
  return columnsOf(a).reduce((sum, value, c) => sum + (value - (other[c] ?? NaN)) ** 2, 0);
};

const base = { x: 0, c: 'b', o: 's', f: false };

test('two different choices are one apart, as are the ends of a range', () => {
  expect(squaredGap(base, { ...base, c: 'd' })).toBeCloseTo(1, 14);
  expect(squaredGap({ ...base, x: -1 }, { ...base, x: 1 })).toBeCloseTo(1, 14);
});

test('an active parameter is half its range apart from an inactive one at the middle', () => {
  const active = { ...base, c: 'a', y: Math.sqrt(1e-3) };
  expect(squaredGap(active, { ...base, c: 'a' })).toBeCloseTo(0.25, 12);
  expect(squaredGap({ ...active, y: 1 }, { ...base, c: 'a' })).toBeCloseTo(0.5, 12);
});

test('every column belongs to its parameter', () => {
  expect([...features.groups]).toEqual([0, 1, 1, 1, 2, 3, 3, 4, 4, 5, 5, 5, 6, 6]);
  expect(features.width).toBe(14);
});

test('a kernel of random rows can be factored, whatever the weights', () => {
  const random = randomStream(1, 'rows');
  for (let round = 0; round < 20; round++) {
    const w = createWorkspace();
    const count = 60;
    const rows = w.matrix(count, features.width);
    const rowsT = w.matrix(features.width, count);
    const weights = w.vector(features.width);
    const kernel = w.matrix(count, count);
    const lengths = axes.map(() => Math.exp(6 * random.uniform() - 3));
    features.groups.forEach((group, c) => {
      weights.data[c] = lengths[group] ?? NaN;
    });
    for (let i = 0; i < count; i++) rows.data.set(columnsOf(sampleUniform(space, random)), i * rows.stride);
    w.transpose(rows, rowsT);
    w.squaredDistances(rowsT, rows, weights, kernel);
    for (let i = 0; i < count; i++) expect(kernel.data[i * kernel.stride + i]).toBe(0);
    w.kernelRows(kernelNames[round % 3] ?? 'rbf', kernel, 1);
    // Rows may repeat where all that is continuous is inactive; the least that rounding needs then.
    for (let i = 0; i < count; i++) kernel.data[i * kernel.stride + i] = 1 + 1e-9;
    expect(w.cholesky(kernel)).toBe(true);
  }
});
