import { expect, test } from 'vitest';
import { normalCdf, normalMass } from '../../../src/engine/numeric/normal.ts';
import { randomStream } from '../../../src/engine/numeric/random.ts';
import { logMassInside, logMassOf, truncatedNormal } from '../../../src/engine/samplers/truncatedNormal.ts';

test('masses are those of the normal distribution', () => {
  const random = randomStream(11);
  for (let i = 0; i < 2000; i++) {
    const [mu, sigma] = [random.uniform(), 0.016 + random.uniform() ** 3];
    const inside = normalCdf(mu / sigma) + normalCdf((1 - mu) / sigma) - 1;
    expect(Math.abs(logMassInside(mu, sigma) - Math.log(inside))).toBeLessThan(2e-8);
    const [a, b] = [random.uniform(), random.uniform()];
    const [low, high] = [Math.min(a, b), Math.max(a, b)];
    const share = normalMass((low - mu) / sigma, (high - mu) / sigma) / inside;
    expect(Math.abs(Math.exp(logMassOf(low, high, mu, sigma, Math.log(inside))) - share)).toBeLessThan(3e-8);
  }
});

test('draws stay inside and have the truncated mean', () => {
  const random = randomStream(12);
  let sum = 0;
  for (let i = 0; i < 20_000; i++) {
    const draw = truncatedNormal(0.1, 0.2, random.uniform());
    expect(draw >= 0 && draw <= 1).toBe(true);
    sum += draw / 20_000;
  }
  // μ + σ (φ(-0.5) - φ(4.5)) / (Φ(4.5) - Φ(-0.5)) = 0.2018
  expect(sum).toBeCloseTo(0.2018, 2);
});
