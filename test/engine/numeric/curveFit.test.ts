import { expect, test } from 'vitest';
import { chanceBelow, forecastCurve, forecastMean } from '../../../src/engine/numeric/curveFit.ts';
import { randomStream } from '../../../src/engine/numeric/random.ts';

const steps = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => i + 1);
const curves = {
  power: (x: number) => 0.3 + 2 * x ** -0.8,
  exponential: (x: number) => 0.1 + 3 * Math.exp(-x / 12),
  'log power': (x: number) => 0.2 + 1 / (1 + (x / 15) ** 2),
};

for (const [name, curve] of Object.entries(curves)) {
  test(`half of a ${name} curve is followed to near its end`, () => {
    const seen = steps(30);
    const forecast = forecastCurve(seen, seen.map(curve), 60);
    const toGo = curve(30) - curve(60);
    expect(Math.abs(forecastMean(forecast) - curve(60))).toBeLessThan(0.5 * toGo + 0.01);
    expect(chanceBelow(forecast, curve(60) - toGo - 0.1)).toBeLessThan(0.2);
    expect(chanceBelow(forecast, curve(30))).toBeGreaterThan(0.9);
  });
}

test('counting steps from 0, from 1 or in hundreds makes no difference', () => {
  const losses = steps(10).map(curves.power);
  const one = forecastMean(forecastCurve(steps(10), losses, 40));
  const zero = forecastMean(
    forecastCurve(
      steps(10).map((step) => step - 1),
      losses,
      39,
    ),
  );
  const hundreds = forecastMean(
    forecastCurve(
      steps(10).map((step) => 100 * step),
      losses,
      4000,
    ),
  );
  expect(zero).toBeCloseTo(one, 12);
  expect(hundreds).toBeCloseTo(one, 12);
});

test('the chances it gives come true about as often as it says', () => {
  // Noisy power curves; of the forecasts that give a bar a chance of 20 to 80 %, about half should pass it.
  const random = randomStream(5, 'curves');
  let expected = 0;
  let happened = 0;
  let judged = 0;
  for (let i = 0; i < 2000; i++) {
    const [floor, size, power] = [random.uniform(), 1 + random.uniform(), 0.3 + random.uniform()];
    const value = (x: number): number => floor + size * x ** -power + 0.02 * random.normal();
    const seen = steps(12);
    const forecast = forecastCurve(seen, seen.map(value), 50);
    const bar = floor + size * 50 ** -power + 0.1 * random.normal();
    const chance = chanceBelow(forecast, bar);
    if (chance < 0.2 || chance > 0.8) continue;
    judged++;
    expected += chance;
    happened += Number(value(50) < bar);
  }
  expect(judged).toBeGreaterThan(200);
  expect(Math.abs(expected - happened) / judged).toBeLessThan(0.2);
});

test('a level curve stays level and a rising one is not followed upwards', () => {
  const level = forecastCurve(
    steps(8),
    steps(8).map(() => 3),
    50,
  );
  expect(forecastMean(level)).toBeCloseTo(3, 12);
  expect(chanceBelow(level, 2.9)).toBeLessThan(1e-6);
  const rising = forecastMean(
    forecastCurve(
      steps(8),
      steps(8).map((step) => step),
      100,
    ),
  );
  expect(rising).toBeGreaterThan(0);
  expect(rising).toBeLessThan(9);
});
