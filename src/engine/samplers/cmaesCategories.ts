// A product of categorical distributions beside the Gaussian (Hamano et al.: CatCMA, GECCO 2024), updated along the
// natural gradient with the adaptive step of ASNG (Akimoto, Shirakawa, Yoshinari, Uchida, Saito, Nishida: Adaptive
// Stochastic Natural Gradient Method for One-Shot Neural Architecture Search, ICML 2019).
import { at, itemAt } from '../numeric/at.ts';
import type { RandomStream } from '../numeric/random.ts';

export interface Categories {
  /** The probability of each value of each category. */
  readonly chances: readonly Float64Array[];
  /** Accumulated normalised gradients, and the norm that they would have if all were random. */
  readonly path: Float64Array;
  readonly gamma: number;
  /** δ: how far a step goes in the Fisher metric. */
  readonly step: number;
}

/** ASNG's α: the signal-to-noise ratio at which the step stays as it is. */
const steadyRatio = 1.5;
/** Largest δ; the initial one. */
const firstStep = 1;

export const uniformCategories = (counts: readonly number[]): Categories =>
  categoriesOf(counts.map((count) => new Float64Array(count).fill(1 / count)));

export const categoriesOf = (chances: readonly Float64Array[]): Categories => ({
  chances,
  path: new Float64Array(chances.reduce((sum, { length }) => sum + length - 1, 0)),
  gamma: 0,
  step: firstStep,
});

/** The least probability of a value, so that all categories stay at their likeliest value less than 73 % of the time. */
const leastChance = (categories: number, values: number): number =>
  (1 - 0.73 ** (1 / categories)) / (values - 1);

export const drawCategory = (chances: Float64Array, random: RandomStream): number => {
  let left = random.uniform();
  for (let k = 0; k < chances.length - 1; k++) {
    left -= at(chances, k);
    if (left < 0) return k;
  }
  return chances.length - 1;
};

export interface Chosen {
  readonly weight: number;
  /** The value of each category; NaN where it was inactive. */
  readonly values: Float64Array;
}

/** One step along Σ wᵢ (onehot(cᵢ) - q), over those that had a value. */
export const updatedCategories = (before: Categories, chosen: readonly Chosen[]): Categories => {
  const gradients = before.chances.map((chances, index) => gradientOf(chances, index, chosen));
  const direction = inFisherMetric(before.chances, gradients);
  const norm = Math.sqrt(direction.reduce((sum, x) => sum + x * x, 0));
  if (!(norm > 0)) return before;
  const { step, gamma } = before;
  const size = step / norm;
  const beta = step / Math.sqrt(direction.length);
  const path = before.path.map(
    (x, i) => (1 - beta) * x + (Math.sqrt(beta * (2 - beta)) * at(direction, i)) / norm,
  );
  const nextGamma = (1 - beta) ** 2 * gamma + beta * (2 - beta);
  const signal = path.reduce((sum, x) => sum + x * x, 0);
  return {
    chances: before.chances.map((chances, index) => {
      const gradient = itemAt(gradients, index);
      return withLeast(
        chances.map((chance, k) => chance + size * at(gradient, k)),
        leastChance(before.chances.length, chances.length),
      );
    }),
    path,
    gamma: nextGamma,
    step: Math.min(firstStep, step / Math.exp(beta * (nextGamma - signal / steadyRatio))),
  };
};

const gradientOf = (chances: Float64Array, index: number, chosen: readonly Chosen[]): Float64Array => {
  const gradient = new Float64Array(chances.length);
  for (const { weight, values } of chosen) {
    const value = at(values, index);
    if (Number.isNaN(value) || weight <= 0) continue;
    for (let k = 0; k < gradient.length; k++)
      gradient[k] = at(gradient, k) + weight * (Number(k === value) - at(chances, k));
  }
  return gradient;
};

/** The square root of the Fisher information times the gradient, the last probability following from the others. */
const inFisherMetric = (
  chances: readonly Float64Array[],
  gradients: readonly Float64Array[],
): Float64Array => {
  const parts: number[] = [];
  for (const [index, chance] of chances.entries()) {
    const gradient = itemAt(gradients, index);
    const last = chance.length - 1;
    const rest = at(chance, last) + Math.sqrt(at(chance, last));
    let sum = 0;
    for (let k = 0; k < last; k++) sum += at(gradient, k);
    for (let k = 0; k < last; k++) {
      const root = Math.sqrt(at(chance, k));
      parts.push(at(gradient, k) / root + (root * sum) / rest);
    }
  }
  return Float64Array.from(parts);
};

/** No probability below `least`, their sum one: what is too much is taken from those above it, in proportion. */
export const withLeast = (chances: Float64Array, least: number): Float64Array => {
  const raised = chances.map((chance) => Math.max(chance, least));
  let sum = 0;
  let room = 0;
  for (const chance of raised) {
    sum += chance;
    room += chance - least;
  }
  return room > 0 ? raised.map((chance) => chance + ((1 - sum) * (chance - least)) / room) : raised;
};

/** As they are, but none too rare to be tried. */
export const withMargins = (chances: readonly Float64Array[]): readonly Float64Array[] =>
  chances.map((chance) => withLeast(chance, leastChance(chances.length, chance.length)));
