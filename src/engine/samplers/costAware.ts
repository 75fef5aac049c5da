// What a trial is expected to cost, and expected improvement per unit of it.
import { at, itemAt } from '../numeric/at.ts';
import type { GaussianProcess } from '../numeric/gaussianProcess.ts';
import type { SampleContext } from '../study/sampler.ts';
import type { Trial } from '../study/trial.ts';
import type { Features } from './features.ts';
import { createFitKeeper } from './fitKeeper.ts';
import type { History } from './history.ts';
import type { Worthiness } from './pointSearch.ts';
import { conditionSurrogate, toInputs } from './surrogate.ts';

export const costNames = ['none', 'seconds', 'joules'] as const;
export type CostName = (typeof costNames)[number];

/** The logarithm of what a trial costs, by its columns: `centre + scale · mean` of a Gaussian process. */
export interface CostModel {
  readonly unit: 's' | 'J';
  readonly gp: GaussianProcess;
  readonly centre: number;
  readonly scale: number;
}

/** Trials whose cost is known before anything is made of it. */
const fewestPriced = 4;
/** Costs are smooth enough for the newest to tell. */
const mostPriced = 128;

/**
 * A model of the cost of complete trials; trials ended early or without a known cost are left out. Undefined while
 * too few are known or all cost the same. Needs `dueFit`: the count at which a fit was last due.
 */
export const createCostModels = (): ((
  context: SampleContext,
  history: History,
  features: Features,
  cost: CostName,
  dueFit: (count: number) => number,
) => CostModel | undefined) => {
  const keep = createFitKeeper();
  return ({ space }, { trials, axes, count, positions }, features, cost, dueFit) => {
    if (cost === 'none') return undefined;
    const priced: number[] = [];
    for (let row = 0; row < count; row++) if (priceOf(itemAt(trials, row), cost) > 0) priced.push(row);
    if (priced.length < fewestPriced) return undefined;
    // Whole blocks are dropped, so that the rows a fit was made of stay the first.
    const dropped = Math.max(0, Math.ceil((priced.length - mostPriced) / dropAtOnce) * dropAtOnce);
    const rows = priced.slice(dropped);
    const logs = Float64Array.from(rows, (row) => Math.log(priceOf(itemAt(trials, row), cost)));
    const { centre, scale } = spreadOf(logs);
    if (!(scale > leastSpread)) return undefined;
    const inputs = toInputs(features, positions, rows, axes.length);
    const evidence = { inputs, losses: logs };
    const fitted = keep(
      space,
      rows.map((row) => itemAt(trials, row)),
      evidence,
      dueFit(rows.length),
      { kernel: 'matern52', shape: 'plain', minNoise: 1e-4 },
    );
    const { gp } = conditionSurrogate(evidence, fitted);
    return { unit: cost === 'seconds' ? 's' : 'J', gp, centre, scale };
  };
};

const dropAtOnce = 32;
/** Spread of log costs below which all cost the same. */
const leastSpread = 1e-9;

/** NaN where it does not count. */
const priceOf = ({ state, cost }: Trial, name: Exclude<CostName, 'none'>): number => {
  const price = cost?.[name] ?? Number.NaN;
  return state === 'complete' && Number.isFinite(price) ? price : Number.NaN;
};

/** Mean and standard deviation, by which the process' values are standardised. */
const spreadOf = (values: Float64Array): { readonly centre: number; readonly scale: number } => {
  const centre = values.reduce((sum, value) => sum + value, 0) / values.length;
  const square = values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / values.length;
  return { centre, scale: Math.sqrt(square) };
};

/** Expected cost at some columns. */
export const costAt = ({ gp, centre, scale }: CostModel, columns: Float64Array): number => {
  const [mean, variance] = [new Float64Array(1), new Float64Array(1)];
  gp.predict(columns, 1, mean, variance);
  return Math.exp(centre + scale * at(mean, 0));
};

/**
 * How much cost counts, α: 1 while the whole budget after the first `startup` trials is left, towards 0 as it is used
 * up, so that the last trials go where the optimum is, dear or not (Lee, Perrone, Archambeau, Seeger, "Cost-aware
 * Bayesian Optimization", 2020, equation 3). 1 where no budget is known.
 */
export const costShare = (remaining: number | undefined, done: number, startup: number): number => {
  if (remaining === undefined) return 1;
  const whole = remaining + Math.max(0, done - startup);
  return whole > 0 ? Math.max(0, Math.min(1, remaining / whole)) : 1;
};

/** worth - α log cost, for a worth that is a logarithm: that of worth / costᵅ. */
export const perCost = (worth: Worthiness, { gp, scale }: CostModel, share: number): Worthiness => {
  const { width } = gp.inputs;
  const factor = share * scale;
  const pair = new Float64Array(2);
  const [ofMean, unused] = [new Float64Array(width), new Float64Array(width)];
  return {
    many: (columns, count, values) => {
      worth.many(columns, count, values);
      const [mean, variance] = [new Float64Array(count), new Float64Array(count)];
      gp.predict(columns, count, mean, variance);
      for (let i = 0; i < count; i++) values[i] = at(values, i) - factor * at(mean, i);
    },
    withGradient: (columns, gradient) => {
      const value = worth.withGradient(columns, gradient);
      gp.predictWithGradient(columns, pair, ofMean, unused);
      for (let c = 0; c < width; c++) gradient[c] = at(gradient, c) - factor * at(ofMean, c);
      return value - factor * at(pair, 0);
    },
  };
};
