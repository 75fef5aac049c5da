// A Gaussian process of a study's losses: which trials it learns from, the shape given to their values, and how often
// its hyperparameters are fitted anew.
import { at, itemAt } from '../numeric/at.ts';
import {
  createGp,
  fitGp,
  type GaussianProcess,
  type Hyperparameters,
  type Inputs,
  pickRows,
} from '../numeric/gaussianProcess.ts';
import type { KernelName } from '../numeric/linear.ts';
import type { Features } from './features.ts';
import { type Transformed, type TransformName, transform, transformNames } from './outputTransform.ts';

export interface Evidence {
  readonly inputs: Inputs;
  /** To be minimised; finite. */
  readonly losses: Float64Array;
}

export interface SurrogateOptions {
  readonly kernel: KernelName;
  /** `auto` takes the shape under which left-out values of the better half are predicted best. */
  readonly shape: TransformName | 'auto';
  /** Trials that hyperparameters are fitted to at most. */
  readonly mostFitted?: number;
  /** Those that `auto` chooses from; all when absent. */
  readonly shapes?: readonly TransformName[];
  readonly minNoise: number;
  readonly maxNoise?: number;
}

/** Settings of a surrogate that are fitted: kept while they hold, since fitting is what takes time. */
export interface FittedShape {
  readonly shape: TransformName;
  readonly hyperparameters: Hyperparameters;
  /** Mean log density of left-out values; how well the model predicts. */
  readonly score: number;
}

export interface Surrogate {
  readonly gp: GaussianProcess;
  readonly fitted: FittedShape;
  /** The losses it was conditioned on, and as the process sees them. */
  readonly losses: Float64Array;
  readonly values: Float64Array;
  /** The lowest mean at a trial, to be improved on. */
  readonly best: number;
  /** Row of the inputs where the mean is lowest. */
  readonly bestRow: number;
}

/** Columns of some rows of positions. */
export const toInputs = (
  features: Features,
  positions: Float64Array,
  rows: readonly number[],
  axesCount: number,
): Inputs => {
  const { width, groups, groupCount } = features;
  const x = new Float64Array(rows.length * width);
  rows.forEach((row, k) => {
    features.encode(positions, row * axesCount, x, k * width);
  });
  return { x, count: rows.length, width, groups, groupCount };
};

/** Trials that hyperparameters are fitted to at most; the rest only shape the posterior. */
const mostFitted = 128;
/** Steps of the optimiser before shapes are compared, and for the one chosen. */
const stepsToCompare = 25;
const stepsToFit = 30;

/** Fits shape and hyperparameters. */
export const fitSurrogate = (evidence: Evidence, options: SurrogateOptions): FittedShape => {
  const subset = thin(evidence, options.mostFitted ?? mostFitted);
  const names = options.shape === 'auto' ? (options.shapes ?? transformNames) : [options.shape];
  const fitFrom = (
    values: Float64Array,
    maxIterations: number,
    starts: readonly Hyperparameters[] = [],
  ): Hyperparameters => fitGp(subset.inputs, values, { ...options, maxIterations }, starts).hyperparameters;
  let best: (FittedShape & { readonly values: Float64Array }) | undefined;
  for (const name of names) {
    const transformed = transform(name, subset.losses);
    if (transformed === undefined) continue;
    const { values } = transformed;
    const hyperparameters = fitFrom(values, names.length === 1 ? stepsToFit : stepsToCompare);
    const score = scoreOf(subset, transformed, hyperparameters);
    if (best === undefined || score > best.score) best = { shape: name, hyperparameters, score, values };
  }
  if (best === undefined) {
    const flat = new Float64Array(subset.losses.length);
    return { shape: 'plain', hyperparameters: fitFrom(flat, stepsToCompare), score: 0 };
  }
  const { shape, score, values } = best;
  const hyperparameters =
    names.length === 1 ? best.hyperparameters : fitFrom(values, stepsToFit, [best.hyperparameters]);
  return { shape, hyperparameters, score };
};

/** Half of `most` are the best trials; of the rest an even share by rank. */
export const thin = ({ inputs, losses }: Evidence, most: number): Evidence => {
  if (losses.length <= most) return { inputs, losses };
  const order = Array.from(losses, (_, i) => i).sort((a, b) => at(losses, a) - at(losses, b) || a - b);
  const good = Math.floor(most / 2);
  const rest = order.slice(good);
  const spread = Array.from({ length: most - good }, (_, k) =>
    itemAt(rest, Math.floor((k * rest.length) / (most - good))),
  );
  const rows = [...order.slice(0, good), ...spread].sort((a, b) => a - b);
  return { inputs: pickRows(inputs, rows), losses: Float64Array.from(rows, (row) => at(losses, row)) };
};

/**
 * Mean log density of each value of the better half when it is left out, in units of the losses themselves, so that
 * shapes can be compared.
 */
const scoreOf = (
  { inputs, losses }: Evidence,
  { values, logSlopes }: Transformed,
  hyperparameters: Hyperparameters,
): number => {
  const gp = createGp(inputs, values, hyperparameters);
  const [mean, variance] = [new Float64Array(losses.length), new Float64Array(losses.length)];
  gp.leaveOneOut(mean, variance);
  const median = losses.slice().sort()[(losses.length - 1) >> 1] ?? 0;
  let [sum, count] = [0, 0];
  for (let i = 0; i < losses.length; i++) {
    if (at(losses, i) > median) continue;
    const gap = at(values, i) - at(mean, i);
    sum += -0.5 * Math.log(at(variance, i)) - (0.5 * gap * gap) / at(variance, i) + at(logSlopes, i);
    count++;
  }
  return sum / count;
};

/** Trials a process is conditioned on at most: its time must not grow with the study. */
const mostConditioned = 256;

/** The process conditioned on all evidence, with what was fitted earlier. */
export const conditionSurrogate = (evidence: Evidence, fitted: FittedShape): Surrogate => {
  const { inputs, losses } = thin(evidence, mostConditioned);
  const values =
    transform(fitted.shape, losses)?.values ?? transform('plain', losses)?.values ?? losses.slice();
  const gp = createGp(inputs, values, fitted.hyperparameters);
  const [mean, variance] = [new Float64Array(inputs.count), new Float64Array(inputs.count)];
  gp.predict(inputs.x, inputs.count, mean, variance);
  let bestRow = 0;
  for (let i = 1; i < inputs.count; i++) if (at(mean, i) < at(mean, bestRow)) bestRow = i;
  return { gp, fitted, losses, values, best: inputs.count === 0 ? 0 : at(mean, bestRow), bestRow };
};

/** The lowest mean at some points; undefined when there are none. */
export const lowestMean = ({ gp }: Surrogate, { x, count }: Inputs): number | undefined => {
  const [mean, variance] = [new Float64Array(count), new Float64Array(count)];
  gp.predict(x, count, mean, variance);
  return count === 0 ? undefined : mean.reduce((lowest, value) => Math.min(lowest, value));
};

/** The loss that a process' value stands for: along the trials' own, straight on beyond them. */
export const lossAt = ({ losses, values }: Surrogate, value: number): number => {
  const order = Array.from(values, (_, i) => i).sort((a, b) => at(values, a) - at(values, b));
  const [first, last] = [order[0], order.at(-1)];
  if (first === undefined || last === undefined || at(values, first) === at(values, last))
    return at(losses, 0);
  let k = order.findIndex((i) => at(values, i) >= value);
  if (k <= 0) k = k === 0 ? 1 : order.length - 1;
  while (k < order.length - 1 && at(values, itemAt(order, k)) === at(values, itemAt(order, k - 1))) k++;
  const [below, above] = [itemAt(order, k - 1), itemAt(order, k)];
  const gap = at(values, above) - at(values, below);
  if (gap === 0) return at(losses, below);
  const share = (value - at(values, below)) / gap;
  return at(losses, below) + share * (at(losses, above) - at(losses, below));
};

/** What pending points are taken to come out as; worse than all others keeps most away from them. */
export const lieNames = ['believer', 'liar-min', 'liar-max'] as const;
export type LieName = (typeof lieNames)[number];

/**
 * The same process with points whose outcome is awaited, each taken to come out as predicted (what is known of them
 * is only that they are being looked at), or as the best or worst value known (Ginsbourger, Le Riche, Carraro,
 * "Kriging Is Well-Suited to Parallelize Optimization", 2010).
 */
export const withPending = (
  surrogate: Surrogate,
  pending: Inputs,
  lie: LieName = 'believer',
): GaussianProcess => {
  if (pending.count === 0) return surrogate.gp;
  const { inputs, hyperparameters } = surrogate.gp;
  const [mean, variance] = [new Float64Array(pending.count), new Float64Array(pending.count)];
  surrogate.gp.predict(pending.x, pending.count, mean, variance);
  if (lie !== 'believer') mean.fill(extreme(surrogate.values, lie));
  const x = new Float64Array(inputs.x.length + pending.x.length);
  x.set(inputs.x);
  x.set(pending.x, inputs.x.length);
  const values = new Float64Array(inputs.count + pending.count);
  values.set(surrogate.values);
  values.set(mean, inputs.count);
  return createGp({ ...inputs, x, count: values.length }, values, hyperparameters);
};

const extreme = (values: Float64Array, lie: Exclude<LieName, 'believer'>): number =>
  lie === 'liar-min'
    ? values.reduce((least, value) => Math.min(least, value), Infinity)
    : values.reduce((most, value) => Math.max(most, value), -Infinity);
