import { describe, expect, test } from 'vitest';
import { randomStream } from '../../../src/engine/numeric/random.ts';
import { transform, transformNames } from '../../../src/engine/samplers/outputTransform.ts';

const random = randomStream(1, 'losses');
const histories: Readonly<Record<string, Float64Array>> = {
  'normal values': Float64Array.from({ length: 41 }, () => 3 + 2 * random.normal()),
  'values over ten decades': Float64Array.from({ length: 41 }, () => Math.exp(5 * random.normal())),
  'values with ties': Float64Array.from({ length: 41 }, () => Math.round(4 * random.normal())),
  'negative values with one far off': Float64Array.from({ length: 41 }, (_, i) => (i === 7 ? 1e9 : -i)),
};

describe.each(Object.entries(histories))('%s', (_, losses) => {
  test.each(transformNames)('keep their order as %s, with mean 0 and variance 1', (name) => {
    const found = transform(name, losses);
    if (found === undefined) throw new Error('no transform');
    const { values } = found;
    const order = Array.from(losses, (_, i) => i).sort((a, b) => (losses[a] ?? 0) - (losses[b] ?? 0));
    for (let k = 1; k < order.length; k++) {
      const [a, b] = [order[k - 1] ?? 0, order[k] ?? 0];
      if (losses[a] === losses[b]) expect(values[a]).toBe(values[b]);
      else expect(values[a]).toBeLessThanOrEqual(values[b] ?? NaN);
    }
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    expect(mean).toBeCloseTo(0, 9);
    expect(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length).toBeCloseTo(1, 9);
  });

  test.each(['plain', 'power', 'log'] as const)('log slopes as %s are those between neighbours', (name) => {
    // The transform is smooth in one value only with the others' help fixed, so slopes are taken along the values:
    // between two close ones the difference quotient lies between the slopes at both.
    const found = transform(name, losses);
    if (found === undefined) throw new Error('no transform');
    const { values, logSlopes } = found;
    const order = Array.from(losses, (_, i) => i).sort((a, b) => (losses[a] ?? 0) - (losses[b] ?? 0));
    for (let k = 1; k < order.length; k++) {
      const [a, b] = [order[k - 1] ?? 0, order[k] ?? 0];
      const gap = (losses[b] ?? 0) - (losses[a] ?? 0);
      if (gap === 0) continue;
      const quotient = Math.log(((values[b] ?? 0) - (values[a] ?? 0)) / gap);
      const [first, second] = [logSlopes[a] ?? NaN, logSlopes[b] ?? NaN];
      // Rounding of values close together.
      const slack = 1e-6 + 1e-13 / Math.abs((values[b] ?? 0) - (values[a] ?? 0));
      expect(quotient).toBeGreaterThanOrEqual(Math.min(first, second) - slack);
      expect(quotient).toBeLessThanOrEqual(Math.max(first, second) + slack);
    }
  });
});

test('half-rank leaves the better half as it is and says that the rest only has an order', () => {
  const losses = Float64Array.of(1, 2, 4, 100, 1e6);
  const found = transform('half-rank', losses);
  const values = found?.values ?? new Float64Array(5);
  const ratio = ((values[2] ?? 0) - (values[1] ?? 0)) / ((values[1] ?? 0) - (values[0] ?? 0));
  expect(ratio).toBeCloseTo(2, 12);
  expect(Array.from(found?.logSlopes ?? [], Number.isNaN)).toEqual([false, false, false, true, true]);
});

test('power makes log-normal values and their mirror image look normal', () => {
  const normals = Float64Array.from({ length: 201 }, (_, i) => 4 * (i / 200) - 2);
  const skewness = (values: Float64Array): number =>
    values.reduce((sum, z) => sum + z ** 3, 0) / values.length;
  for (const sign of [1, -1]) {
    const losses = normals.map((z) => sign * Math.exp(1.2 * z));
    const plain = transform('plain', losses)?.values ?? losses;
    const power = transform('power', losses)?.values ?? losses;
    expect(Math.abs(skewness(plain))).toBeGreaterThan(1.2);
    expect(Math.abs(skewness(power))).toBeLessThan(0.4);
  }
});

test('power leaves normal values nearly as they are', () => {
  const randomNormals = randomStream(2, 'normals');
  const losses = Float64Array.from({ length: 400 }, () => randomNormals.normal());
  const plain = transform('plain', losses)?.values ?? losses;
  const power = transform('power', losses)?.values ?? losses;
  plain.forEach((value, i) => {
    if (Math.abs(value) < 2) expect(Math.abs(value - (power[i] ?? NaN))).toBeLessThan(0.25);
  });
});

test('values that are all equal can only be plain', () => {
  const losses = new Float64Array(9).fill(3);
  for (const name of transformNames)
    expect(transform(name, losses)?.values ?? 'none').toEqual(
      name === 'plain' ? new Float64Array(9) : 'none',
    );
});

test('huge values stay finite', () => {
  const losses = Float64Array.of(-1e308, 1e308, 0, 5, 1e300, -3);
  for (const name of transformNames)
    expect(transform(name, losses)?.values.every(Number.isFinite) ?? true).toBe(true);
});
