import { expect, test } from 'vitest';
import { randomStream } from '../../../src/engine/numeric/random.ts';
import { fitTimeVarying, type TimedValue } from '../../../src/engine/numeric/timeVarying.ts';

const point = (time: number, ...features: readonly number[]) => ({
  time,
  features: Float64Array.from(features),
});
const values = (count: number, truth: (x: number, time: number) => number): readonly TimedValue[] => {
  const random = randomStream(3, 'values');
  return Array.from({ length: count }, (_, i) => {
    const x = random.uniform();
    const time = Math.floor(i / 8);
    return { ...point(time, x), value: truth(x, time) };
  });
};

test('a still function is learned from all times alike', () => {
  const model = fitTimeVarying(values(48, (x) => Math.sin(6 * x)));
  for (const x of [0.1, 0.35, 0.6, 0.9])
    expect(model.predict(point(5, x)).mean).toBeCloseTo(Math.sin(6 * x), 0);
});

test('of a function that changes, what is newest is believed', () => {
  const model = fitTimeVarying(values(64, (x, time) => (time < 4 ? x : 1 - x)));
  expect(model.predict(point(8, 0.1)).mean).toBeGreaterThan(model.predict(point(8, 0.9)).mean);
});

test('far from everything seen the deviation is that of the values, and a pending point lowers it', () => {
  const seen = [0.1, 0.15, 0.2, 0.25].map((x, i) => ({ ...point(0, x), value: i % 2 }));
  const far = point(0, 5);
  expect(fitTimeVarying(seen).predict(far).deviation).toBeCloseTo(0.5, 1);
  expect(fitTimeVarying(seen, [far]).predict(far).deviation).toBeLessThan(0.25);
  expect(fitTimeVarying(seen).upperBound(far)).toBeGreaterThan(fitTimeVarying(seen, [far]).upperBound(far));
});

test('equal values are no difficulty', () => {
  const model = fitTimeVarying([0.1, 0.1, 0.9].map((x) => ({ ...point(0, x), value: 2 })));
  expect(model.predict(point(0, 0.5)).mean).toBeCloseTo(2, 12);
});
