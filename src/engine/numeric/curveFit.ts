// Extrapolation of learning curves by a mixture of parametric families, after Domhan, Springenberg, Hutter, "Speeding
// Up Automatic Hyperparameter Optimization of Deep Neural Networks by Extrapolation of Learning Curves", IJCAI 2015.
// Where they sample the parameters of eleven families, here the shapes stand on a grid and the two linear parameters
// of each are solved for, with their uncertainty in closed form: no sampling, so the same points give the same answer.
import { at, itemAt } from './at.ts';
import { normalCdf } from './normal.ts';

/** A mixture of normal distributions of the value at the horizon. */
export interface CurveForecast {
  readonly means: Float64Array;
  readonly deviations: Float64Array;
  /** Sum to 1. */
  readonly weights: Float64Array;
}

/** A curve's shape: from 1 or above towards 0 as `x` grows. `horizon` is on the scale of `x`. */
type Shape = (x: number, horizon: number) => number;

const families: readonly (readonly Shape[])[] = [
  // pow3: c + a·x^-α
  [0.25, 0.5, 0.75, 1, 1.5, 2, 3].map((power) => (x) => x ** -power),
  // exp: c + a·exp(-k·x), with k in times per horizon
  [1, 1.4, 2, 2.8, 4, 4.8, 5.6, 6.7, 8, 11, 16, 22, 32].map(
    (rate) => (x, horizon) => Math.exp((-rate * x) / horizon),
  ),
  // log power: c + a/(1 + (x/b)^k), with b as a share of the horizon
  [0.03, 0.06, 0.12, 0.18, 0.25, 0.4].flatMap((middle) =>
    [1, 1.5, 2, 3].map(
      (power): Shape =>
        (x, horizon) =>
          1 / (1 + (x / (middle * horizon)) ** power),
    ),
  ),
];

/** Noise taken for granted, as a share of the values' range: no curve is followed to the last digit. */
const noiseShare = 0.01;
/** How far off, as a share of the change still to come, a family may be that fits so far. */
const reachShare = 0.25;
/** For how many points that assumption counts. */
const noisePoints = 2;
/** Neighbouring residuals are alike, so that `n` points say less than `n` independent ones would. */
const evidenceShare = 0.5;

/** A loss curve's value at `horizon`, from at least two finite points in ascending `steps`. */
export const forecastCurve = (
  steps: readonly number[],
  losses: readonly number[],
  horizon: number,
): CurveForecast => {
  const first = itemAt(steps, 0);
  // Counted from 1, in units of the first gap, so that epochs from 0 and iterations in hundreds are the same.
  const unit = (steps[1] ?? first + 1) - first || 1;
  const xs = steps.map((step) => (step - first) / unit + 1);
  const end = Math.max(itemAt(xs, xs.length - 1), (horizon - first) / unit + 1);
  const range = Math.max(...losses) - Math.min(...losses);
  const largest = Math.max(...losses.map(Math.abs));
  // The second is for curves that do not vary: what rounding leaves is no shape.
  const noise = Math.max((noiseShare * range) ** 2, (1e-9 * largest) ** 2, 1e-200);
  const fits = families.flatMap((shapes) =>
    shapes.map((shape) => ({ ...fitShape(shape, xs, losses, end, noise), prior: -Math.log(shapes.length) })),
  );
  const most = Math.max(...fits.map(({ prior, evidence }) => prior + evidence));
  const weights = Float64Array.from(fits, ({ prior, evidence }) => Math.exp(prior + evidence - most));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return {
    means: Float64Array.from(fits, ({ mean }) => mean),
    deviations: Float64Array.from(fits, ({ deviation }) => deviation),
    weights: weights.map((weight) => weight / sum),
  };
};

/** Probability that the value at the horizon is below `bar`. */
export const chanceBelow = ({ means, deviations, weights }: CurveForecast, bar: number): number => {
  let chance = 0;
  for (let i = 0; i < weights.length; i++)
    chance += at(weights, i) * normalCdf((bar - at(means, i)) / at(deviations, i));
  return chance;
};

export const forecastMean = ({ means, weights }: CurveForecast): number => {
  let mean = 0;
  for (let i = 0; i < weights.length; i++) mean += at(weights, i) * at(means, i);
  return mean;
};

interface ShapeFit {
  readonly mean: number;
  readonly deviation: number;
  /** Log likelihood, but for a constant. */
  readonly evidence: number;
}

/**
 * Weighted least squares of `c + a·shape`, newer points weighing more, since the start of a training is the least
 * like its end. A curve that rises (`a < 0`) is taken for level: what it does next is not what these families know.
 */
const fitShape = (
  shape: Shape,
  xs: readonly number[],
  losses: readonly number[],
  end: number,
  noise: number,
): ShapeFit => {
  const n = xs.length;
  const shapes = xs.map((x) => shape(x, end));
  const weights = xs.map((_, i) => (2 * (i + 1)) / (n + 1));
  const sums = { w: 0, s: 0, y: 0, ss: 0, sy: 0 };
  for (let i = 0; i < n; i++) {
    const [w, s, y] = [itemAt(weights, i), itemAt(shapes, i), itemAt(losses, i)];
    sums.w += w;
    sums.s += w * s;
    sums.y += w * y;
    sums.ss += w * s * s;
    sums.sy += w * s * y;
  }
  const centre = sums.s / sums.w;
  // A ridge of a hundredth of one point keeps shapes that hardly vary over the points from reaching anywhere.
  const spread = sums.ss - sums.s * centre + 0.01 * (itemAt(shapes, 0) - shape(end, end)) ** 2 + 1e-12;
  const slope = Math.max(0, (sums.sy - (sums.s * sums.y) / sums.w) / spread);
  const level = sums.y / sums.w - slope * centre;
  let residual = 0;
  for (let i = 0; i < n; i++)
    residual += itemAt(weights, i) * (itemAt(losses, i) - level - slope * itemAt(shapes, i)) ** 2;
  const variance = (residual + noisePoints * noise) / Math.max(1, n - 2 + noisePoints);
  const ahead = shape(end, end);
  const reach = reachShare * slope * (itemAt(shapes, n - 1) - ahead);
  const deviation = Math.sqrt(variance * (1 + 1 / sums.w + (ahead - centre) ** 2 / spread) + reach ** 2);
  return { mean: level + slope * ahead, deviation, evidence: -0.5 * evidenceShare * n * Math.log(variance) };
};
