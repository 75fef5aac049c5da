// The search distribution of CMA-ES and its change by one generation (Hansen's tutorial, arXiv 1604.00772, appendix A).
import { at, itemAt } from '../numeric/at.ts';
import {
  type Categories,
  categoriesOf,
  uniformCategories,
  updatedCategories,
  withMargins,
} from './cmaesCategories.ts';
import type { CmaConstants } from './cmaesConstants.ts';
import type { Coordinates } from './cmaesCoordinates.ts';
import { type Covariance, identityCovariance, type Outer } from './cmaesCovariance.ts';
import { withMargin } from './cmaesMargin.ts';
import type { RankWeights } from './cmaesRanks.ts';
import { fullRates, type Rates, withRates } from './cmaesRates.ts';

export interface Distribution {
  readonly mean: Float64Array;
  readonly sigma: number;
  readonly covariance: Covariance;
  /** p_σ and p_c: the evolution paths. */
  readonly pathSigma: Float64Array;
  readonly pathC: Float64Array;
  /** A: factors on the standard deviations of discrete coordinates when values are drawn; 1 for the others. */
  readonly scale: Float64Array;
  readonly categories: Categories;
  /** Generations it has learnt from. */
  readonly generation: number;
  /** How much of each change is made; all of it when absent. */
  readonly rates?: Rates;
}

/** A finished trial as the distribution sees it. */
export interface Point {
  /** The number at each coordinate, before it was rounded to a cell. */
  readonly numbers: Float64Array;
  /** 1 where the coordinate was active; the others have numbers that teach nothing. */
  readonly active: Uint8Array;
  /** The value of each category; NaN where inactive. */
  readonly values: Float64Array;
}

export interface Beginning {
  readonly mean: Float64Array;
  readonly sigma: number;
  readonly covariance?: Covariance;
  /** The probability of each value of each category; all alike when absent. */
  readonly chances?: readonly Float64Array[];
}

export const distributionFrom = (
  coordinates: Coordinates,
  { mean, sigma, covariance = identityCovariance(mean.length), chances }: Beginning,
  adaptsRates = false,
): Distribution => ({
  mean,
  sigma,
  covariance,
  pathSigma: new Float64Array(mean.length),
  pathC: new Float64Array(mean.length),
  scale: new Float64Array(mean.length).fill(1),
  categories:
    chances === undefined
      ? uniformCategories(coordinates.categories.map(({ count }) => count))
      : categoriesOf(withMargins(chances)),
  generation: 0,
  ...(adaptsRates && mean.length > 0 ? { rates: fullRates(covariance) } : {}),
});

/** Standard deviation at which values of a coordinate are drawn. */
export const deviationAt = ({ sigma, covariance, scale }: Distribution, index: number): number =>
  sigma * at(scale, index) * Math.sqrt(Math.max(0, covariance.variance(index)));

/** The box has sides of one: along a wider axis there would be nothing to learn, and sigma would run away. */
const widest = 1;

/**
 * The distribution after a generation of points, each with the weight its rank earned. Points that did not come from
 * this distribution are pulled in to a length that one of its own might have had, and one generation multiplies sigma
 * by e at most (Hansen: Injecting External Solutions Into CMA-ES, arXiv 1110.4181).
 */
export const learnt = (
  before: Distribution,
  coordinates: Coordinates,
  constants: CmaConstants,
  points: readonly Point[],
  weights: RankWeights,
): Distribution => {
  const categories =
    coordinates.categories.length === 0
      ? before.categories
      : updatedCategories(
          before.categories,
          points.map(({ values }, i) => ({ weight: at(weights.mean, i), values })),
        );
  const generation = before.generation + 1;
  const gaussian = learntGaussian(before, constants, points, weights);
  const next = { ...before, ...gaussian, categories, generation };
  return withinReach(
    before.rates === undefined ? next : { ...next, ...withRates(before, gaussian, before.rates) },
    coordinates,
    constants.population,
  );
};

type Gaussian = Pick<Distribution, 'mean' | 'sigma' | 'covariance' | 'pathSigma' | 'pathC'>;

const learntGaussian = (
  before: Distribution,
  constants: CmaConstants,
  points: readonly Point[],
  weights: RankWeights,
): Gaussian => {
  if (before.mean.length === 0) return before;
  const steps = points.map((point) => stepTo(before, point));
  const moves = recombined(steps, points, weights.mean);
  const paths = movedPaths(before, constants, moves.step, weights.mean);
  const covariance = learntCovariance(before, constants, steps, weights.covariance, paths);
  const { cSigma, dSigma, expectedLength } = constants;
  const growth = Math.exp(Math.min(1, (cSigma / dSigma) * (paths.length / expectedLength - 1)));
  return {
    mean: before.mean.map((m, j) => m + before.sigma * at(moves.meanStep, j)),
    sigma: Math.min(before.sigma * growth, widest / covariance.longest),
    covariance,
    pathSigma: paths.pathSigma,
    pathC: paths.pathC,
  };
};

interface Moves {
  /** Σ wᵢ yᵢ */
  readonly step: Float64Array;
  /** The same over active coordinates: the mean does not follow numbers that no trial had. */
  readonly meanStep: Float64Array;
}

const recombined = (steps: readonly Step[], points: readonly Point[], weights: Float64Array): Moves => {
  const d = itemAt(steps, 0).y.length;
  const [step, meanStep] = [new Float64Array(d), new Float64Array(d)];
  for (const [i, { y }] of steps.entries()) {
    const weight = at(weights, i);
    const { active } = itemAt(points, i);
    for (let j = 0; j < d; j++) {
      const part = weight * at(y, j);
      step[j] = at(step, j) + part;
      if (active[j] === 1) meanStep[j] = at(meanStep, j) + part;
    }
  }
  return { step, meanStep };
};

interface Paths {
  readonly pathSigma: Float64Array;
  /** ‖p_σ‖ */
  readonly length: number;
  readonly pathC: Float64Array;
  /** What the covariance keeps of the rank-one term's share while p_σ is long: c_c (2 - c_c), else 0. */
  readonly withheld: number;
}

/** Equations 43 to 45; μ_eff is that of the weights at hand, which ties even out. */
const movedPaths = (
  { covariance, pathSigma, pathC, generation }: Distribution,
  { cSigma, cPath, expectedLength }: CmaConstants,
  step: Float64Array,
  weights: Float64Array,
): Paths => {
  const d = step.length;
  const effective = 1 / weights.reduce((sum, w) => sum + w * w, 0);
  const gain = Math.sqrt(cSigma * (2 - cSigma) * effective);
  const whitened = covariance.whiten(step);
  const nextSigma = pathSigma.map((p, j) => (1 - cSigma) * p + gain * at(whitened, j));
  const length = lengthOf(nextSigma);
  const settled = Math.sqrt(1 - (1 - cSigma) ** (2 * (generation + 2)));
  const isCalm = length / settled < (1.4 + 2 / (d + 1)) * expectedLength;
  const gainC = isCalm ? Math.sqrt(cPath * (2 - cPath) * effective) : 0;
  return {
    pathSigma: nextSigma,
    length,
    pathC: pathC.map((p, j) => (1 - cPath) * p + gainC * at(step, j)),
    withheld: isCalm ? 0 : cPath * (2 - cPath),
  };
};

/** Equations 46 and 47. */
const learntCovariance = (
  { covariance, generation }: Distribution,
  { cOne, cMu }: CmaConstants,
  steps: readonly Step[],
  weights: Float64Array,
  { pathC, withheld }: Paths,
): Covariance => {
  const d = covariance.dimension;
  const terms: Outer[] = steps.map(({ y, squared }, i) => {
    const weight = at(weights, i);
    return { y, weight: cMu * (weight >= 0 ? weight : (weight * d) / Math.max(squared, 1e-8)) };
  });
  terms.push({ y: pathC, weight: cOne });
  const sumOfWeights = weights.reduce((sum, w) => sum + w, 0);
  const keep = 1 + cOne * withheld - cOne - cMu * sumOfWeights;
  // Decomposed when a tenth of what it holds is new (tutorial, B.2).
  const interval = Math.max(1, Math.floor(1 / (10 * d * (cOne + cMu))));
  return covariance.updated(keep, terms, (generation + 1) % interval === 0);
};

interface Step {
  /** (x - m) / σ, pulled in; of a discrete coordinate without its scale A. */
  readonly y: Float64Array;
  /** ‖C^(-1/2) y‖² */
  readonly squared: number;
}

const stepTo = (distribution: Distribution, { numbers }: Point): Step => {
  const y = rawStep(distribution, numbers);
  const length = lengthOf(distribution.covariance.whiten(y));
  const longest = longestStep(y.length);
  const shorter = length > longest ? longest / length : 1;
  return { y: y.map((part) => part * shorter), squared: (length * shorter) ** 2 };
};

const rawStep = ({ mean, sigma, scale }: Distribution, numbers: Float64Array): Float64Array =>
  numbers.map((x, j) => (x - at(mean, j)) / (sigma * at(scale, j)));

/** √d + 2d / (d + 2): hardly any point of a distribution's own is farther from its mean. */
const longestStep = (dimension: number): number => Math.sqrt(dimension) + (2 * dimension) / (dimension + 2);

/** Is this too far from the mean to have been drawn from the distribution (by one point in 700 where d is 2)? */
export const isFar = (distribution: Distribution, numbers: Float64Array): boolean =>
  lengthOf(distribution.covariance.whiten(rawStep(distribution, numbers))) >
  1.5 * longestStep(numbers.length);

const lengthOf = (vector: Float64Array): number => Math.sqrt(vector.reduce((sum, x) => sum + x * x, 0));

/**
 * How many standard deviations the mean may lie beyond an end of a range. Two, where all but one draw in forty are the
 * end itself: optima at the ends, frequent in tuning, are then met exactly, and looked away from often enough.
 */
const farthestOut = 2;

/** Every discrete coordinate with its margin, α = 1 / (d λ), and continuous ones not too far out. */
const withinReach = (
  next: Distribution,
  { numeric, categories }: Coordinates,
  population: number,
): Distribution => {
  const alpha = 1 / ((numeric.length + categories.length) * population);
  const mean = next.mean.slice();
  const scale = next.scale.slice();
  for (const [j, { edges }] of numeric.entries()) {
    const spread = next.sigma * Math.sqrt(Math.max(0, next.covariance.variance(j)));
    if (edges === undefined) {
      mean[j] = Math.min(1 + farthestOut * spread, Math.max(-farthestOut * spread, at(mean, j)));
      continue;
    }
    const kept = withMargin(edges, { mean: at(mean, j), scale: at(scale, j) }, spread, alpha);
    mean[j] = kept.mean;
    scale[j] = kept.scale;
  }
  return { ...next, mean, scale };
};
