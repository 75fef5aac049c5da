// Where output constraints are kept: one Gaussian process a constraint.
import { at, itemAt } from '../numeric/at.ts';
import { createGp, fitGp, type GaussianProcess, type Inputs, pickRows } from '../numeric/gaussianProcess.ts';
import { logNormalCdf, normalDensity } from '../numeric/normal.ts';
import type { Features } from './features.ts';
import type { History } from './history.ts';
import type { Worthiness } from './pointSearch.ts';
import { toInputs } from './surrogate.ts';

/** Kept when values of it are at most `limit`. */
interface ConstraintModel {
  readonly gp: GaussianProcess;
  readonly limit: number;
}

export interface Feasibility {
  readonly models: readonly ConstraintModel[];
  /** Σ log Φ((limit - µ) / σ): the logarithm of the probability that all constraints are kept. */
  readonly worth: Worthiness;
}

/** Rows that say how constraints are kept; of many the first, which lie all over the space, and the newest. */
const constrainedRows = (history: History): readonly number[] => {
  const rows: number[] = [];
  for (let row = 0; row < history.count; row++) {
    const { state, constraints } = itemAt(history.trials, row);
    if (state === 'complete' && constraints !== undefined && constraints.length > 0) rows.push(row);
  }
  if (rows.length <= mostConditioned) return rows;
  return [...rows.slice(0, firstKept), ...rows.slice(firstKept - mostConditioned)];
};

const mostConditioned = 200;
const firstKept = 50;

/** Undefined when no trial says anything of constraints. */
export const modelFeasibility = (history: History, features: Features): Feasibility | undefined => {
  const rows = constrainedRows(history);
  const inputs = toInputs(features, history.positions, rows, history.axes.length);
  const models: ConstraintModel[] = [];
  const given = rows.map((row) => itemAt(history.trials, row).constraints ?? []);
  const count = given.reduce((most, each) => Math.max(most, each.length), 0);
  for (let c = 0; c < count; c++) {
    const known = given.flatMap((each, k) => (c < each.length ? [k] : []));
    const values = known.map((k) => itemAt(itemAt(given, k), c));
    models.push(modelConstraint(pickRows(inputs, known), values));
  }
  return models.length === 0 ? undefined : { models, worth: feasibilityWorth(models) };
};

/** Sizes that are this quantile count as usual; a median would fall with the trials that gather at the limit. */
const usualShare = 0.9;

/**
 * Values are scaled by their usual size and their logarithms taken on both sides of 0, so that a few gross violations
 * do not drown what lies near the limit (bilog, Eriksson and Poloczek, AISTATS 2021); then standardised.
 */
const modelConstraint = (inputs: Inputs, given: readonly number[]): ConstraintModel => {
  const sizes = given.map(Math.abs).filter((size) => size > 0 && size < Infinity);
  const scale = sizes.sort((a, b) => a - b)[Math.floor(usualShare * (sizes.length - 1))] ?? 1;
  const bilog = (value: number): number =>
    Math.sign(value) * Math.log1p(Math.min(1e6, Math.abs(value / scale)));
  const values = Float64Array.from(given, (value) => bilog(Number.isNaN(value) ? Infinity : value));
  const mean = values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, values.length);
  // Values that are all alike say that much of the limit: no more than their own size.
  const deviation = variance > 1e-12 * (1 + mean * mean) ? Math.sqrt(variance) : Math.max(1, Math.abs(mean));
  const standardised = values.map((value) => (value - mean) / deviation);
  const { hyperparameters } = fitGp(inputs, standardised, {
    kernel: 'matern52',
    minNoise: 1e-6,
    maxIterations: 20,
  });
  return { gp: createGp(inputs, standardised, hyperparameters), limit: -mean / deviation };
};

const feasibilityWorth = (models: readonly ConstraintModel[]): Worthiness => {
  const pair = new Float64Array(2);
  return {
    many: (columns, count, values) => {
      values.fill(0, 0, count);
      const [mean, variance] = [new Float64Array(count), new Float64Array(count)];
      for (const { gp, limit } of models) {
        gp.predict(columns, count, mean, variance);
        for (let i = 0; i < count; i++)
          values[i] = at(values, i) + logNormalCdf((limit - at(mean, i)) / Math.sqrt(at(variance, i)));
      }
    },
    withGradient: (columns, gradient) => {
      gradient.fill(0);
      let sum = 0;
      for (const { gp, limit } of models) {
        const { width } = gp.inputs;
        const [ofMean, ofVariance] = [new Float64Array(width), new Float64Array(width)];
        gp.predictWithGradient(columns, pair, ofMean, ofVariance);
        const deviation = Math.sqrt(at(pair, 1));
        const z = (limit - at(pair, 0)) / deviation;
        const log = logNormalCdf(z);
        const slope = densityRatio(z, log);
        for (let c = 0; c < width; c++)
          gradient[c] =
            at(gradient, c) -
            slope * (at(ofMean, c) / deviation + (z * at(ofVariance, c)) / (2 * deviation * deviation));
        sum += log;
      }
      return sum;
    },
  };
};

/** φ(z) / Φ(z) */
const densityRatio = (z: number, logCdf: number): number =>
  z > -30 ? normalDensity(z) / Math.exp(logCdf) : -z - 1 / z;

/** What is worth trying for its objective (as a logarithm) and likely enough to keep the constraints. */
export const withFeasibility = (worth: Worthiness, feasibility: Feasibility | undefined): Worthiness => {
  if (feasibility === undefined) return worth;
  const kept = feasibility.worth;
  return {
    many: (columns, count, values) => {
      const chances = new Float64Array(count);
      worth.many(columns, count, values);
      kept.many(columns, count, chances);
      for (let i = 0; i < count; i++) values[i] = at(values, i) + at(chances, i);
    },
    withGradient: (columns, gradient) => {
      const own = new Float64Array(gradient.length);
      const value = worth.withGradient(columns, gradient) + kept.withGradient(columns, own);
      for (let c = 0; c < own.length; c++) gradient[c] = at(gradient, c) + at(own, c);
      return value;
    },
  };
};

/** How probably all constraints are kept at some columns. */
export const chanceFeasible = ({ worth }: Feasibility, columns: Float64Array): number => {
  const log = new Float64Array(1);
  worth.many(columns, 1, log);
  return Math.exp(at(log, 0));
};
