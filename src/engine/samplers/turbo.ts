// Bayesian optimisation in a trust region (Eriksson et al., "Scalable Global Optimization via Local Bayesian
// Optimization", NeurIPS 2019: TuRBO-1): a box around the best trial that grows with success, shrinks with failure and
// begins anew elsewhere once it is tiny.
import { at, itemAt } from '../numeric/at.ts';
import type { GaussianProcess } from '../numeric/gaussianProcess.ts';
import { drawJointly } from '../numeric/jointPosterior.ts';
import type { RandomStream } from '../numeric/random.ts';
import { mostSobolDimensions, sobolSequence } from '../numeric/sobol.ts';
import type { Sampler } from '../study/sampler.ts';
import type { OptionValues } from '../study/strategyOptions.ts';
import { valuesAt } from './candidates.ts';
import { createFeatures, type Features } from './features.ts';
import { createFitKeeper } from './fitKeeper.ts';
import { explainPrediction, firstFresh, lastFit, pendingInputs, proposeFresh } from './gp.ts';
import { createHistoryReader, type History, standingCode } from './history.ts';
import { createHistoryFold, type Fold } from './historyFold.ts';
import { type Domain, nearestCell, settle } from './pointSearch.ts';
import { proposeSpread } from './spreadOut.ts';
import {
  conditionSurrogate,
  type Evidence,
  type SurrogateOptions,
  toInputs,
  withPending,
} from './surrogate.ts';
import { firstTrials, regionLengths, type TrustRegion, turboFold } from './turboFold.ts';

export const turboOptions = {
  /** Trials of the whole space that each region begins with; 0 (default): twice as many as parameters. */
  startup: { default: 0, min: 0, whole: true },
  /** Candidates of a proposal at most, among which a draw of the function decides; 100 a parameter up to this. */
  candidates: { default: 500, min: 1, max: 2000, whole: true },
} as const;

export type TurboOptions = OptionValues<typeof turboOptions>;

/** Values as they are but for their scale; noise within the paper's bounds. */
const modelled: SurrogateOptions = { kernel: 'matern52', shape: 'plain', minNoise: 5e-4, maxNoise: 0.2 };

const mostPending = 64;

export const turboSampler = ({
  startup = 0,
  candidates = turboOptions.candidates.default,
}: Partial<TurboOptions> = {}): Sampler => {
  const read = createHistoryReader();
  const foldHistory = createHistoryFold<TrustRegion>();
  const foldOf = createFolds(startup);
  const keepFit = createFitKeeper();
  return {
    name: 'turbo',
    sample: (context) => {
      const history = read(context.space, context.objectives, context.trials);
      const { axes } = history;
      const first = startup || firstTrials(axes.length);
      const folded = foldHistory(history, foldOf(axes.length));
      const region = folded?.state;
      const rows = folded?.telling.slice(region?.start ?? 0) ?? [];
      if (region === undefined || rows.length < first || region.bestRow < 0 || axes.length === 0)
        return proposeSpread(context, history, Math.min(rows.length, first), first);
      const features = createFeatures(context.space, axes);
      const evidence = evidenceOf(history, features, rows);
      const trials = rows.map((row) => itemAt(history.trials, row));
      const fitted = keepFit(context.space, trials, evidence, lastFit(rows.length), modelled);
      const surrogate = conditionSurrogate(evidence, fitted);
      const gp = withPending(surrogate, pendingInputs(history, features, mostPending));
      const domain: Domain = { space: context.space, axes, features };
      const wanted = Math.min(candidates, 100 * axes.length);
      const pool = drawCandidates(domain, history, region, gp, wanted, context.random);
      const drawn = drawBest(domain, gp, pool, context.random);
      const chosen = firstFresh(context.space, history, drawn);
      if (chosen === undefined)
        return proposeFresh(context, history, 'every candidate in the trust region has been tried');
      const columns = new Float64Array(features.width);
      features.encode(chosen.positions, 0, columns, 0);
      const name = `Within ${percent(region.length)} of the range around trial ${itemAt(history.trials, region.bestRow).number}${again(region)} a Gaussian process`;
      return {
        params: valuesAt(axes, chosen.positions, 0),
        reason: explainPrediction(context, surrogate, columns, name),
      };
    },
  };
};

/** The same fold for the same number of parameters, so that it is not begun anew. */
const createFolds = (startup: number): ((dimensions: number) => Fold<TrustRegion>) => {
  let known: { readonly dimensions: number; readonly fold: Fold<TrustRegion> } | undefined;
  return (dimensions) => {
    if (known?.dimensions !== dimensions)
      known = { dimensions, fold: turboFold(dimensions, startup || firstTrials(dimensions)) };
    return known.fold;
  };
};

const percent = (share: number): string => `${Number((100 * Math.min(1, share)).toPrecision(2))} %`;

const again = ({ restarts }: TrustRegion): string =>
  restarts === 0 ? '' : ` (region ${restarts + 1}, the one before having come to nothing more)`;

/** Trials without a loss are as bad as the region's worst. */
const evidenceOf = (history: History, features: Features, rows: readonly number[]): Evidence => {
  const isRanked = (row: number): boolean => history.standing[row] === standingCode.ranked;
  let worst = -Infinity;
  for (const row of rows) if (isRanked(row)) worst = Math.max(worst, at(history.score, row));
  const losses = Float64Array.from(rows, (row) => (isRanked(row) ? at(history.score, row) : worst));
  return { inputs: toInputs(features, history.positions, rows, history.axes.length), losses };
};

/** A candidate differs from the centre in about this many parameters when there are more. */
const usualChanges = 20;

/**
 * Scrambled Sobol points of the box, each taken over in some parameters only when there are many. Sides are
 * as long as the model's length scales say, their product being the region's length to the power of their number.
 * Choices have no length: as many of them may change as the region's length is of the largest, at least one.
 */
const drawCandidates = (
  domain: Domain,
  history: History,
  region: TrustRegion,
  gp: GaussianProcess,
  wanted: number,
  random: RandomStream,
): readonly Float64Array[] => {
  const { axes } = history;
  const count = axes.length;
  const centre = history.positions.slice(region.bestRow * count, (region.bestRow + 1) * count);
  const sides = sidesOf(domain, gp, region.length);
  const numbers = axes.flatMap(({ kind }, i) => (kind === 'choices' ? [] : [i]));
  const choices = axes.flatMap(({ kind }, i) => (kind === 'choices' ? [i] : []));
  const even = Math.min(numbers.length, mostSobolDimensions);
  const sequence = sobolSequence(even, random);
  const point = new Float64Array(numbers.length);
  const chance = Math.min(1, usualChanges / count);
  const mostChanged = Math.max(1, Math.round((choices.length * region.length) / regionLengths.most));
  const found: Float64Array[] = [];
  for (let k = 0; k < wanted; k++) {
    sequence.point(k, point);
    for (let d = even; d < point.length; d++) point[d] = random.uniform();
    const positions = centre.slice();
    const forced = numbers.length === 0 ? -1 : random.integer(numbers.length);
    for (let d = 0; d < numbers.length; d++) {
      if (chance < 1 && d !== forced && random.uniform() >= chance) continue;
      const i = itemAt(numbers, d);
      positions[i] = placeWithin(domain, i, at(centre, i), at(sides, i), at(point, d));
    }
    // Without numbers a candidate has to differ in a choice.
    const changes =
      choices.length === 0 ? 0 : random.integer(mostChanged + 1) || Number(numbers.length === 0);
    for (let c = 0; c < changes; c++) {
      const i = itemAt(choices, random.integer(choices.length));
      const axis = itemAt(axes, i);
      if (axis.kind === 'choices') positions[i] = random.integer(axis.values.length);
    }
    const settled = settle(domain, positions, random);
    if (settled !== undefined) found.push(settled);
  }
  return found;
};

/** The paper's bounds of length scales: an axis that means nothing must not make the others' sides tiny. */
const [leastScale, mostScale] = [0.005, 2];

/** Side of each axis, of `[0, 1]`: length times its length scale over their geometric mean. */
const sidesOf = ({ axes }: Domain, gp: GaussianProcess, length: number): Float64Array => {
  const logs = gp.hyperparameters.weights.map((weight) =>
    Math.log(Math.min(mostScale, Math.max(leastScale, 1 / Math.sqrt(weight)))),
  );
  const numeric = logs.filter((_, i) => axes[i]?.kind !== 'choices');
  const middle = numeric.reduce((sum, log) => sum + log, 0) / Math.max(1, numeric.length);
  return logs.map((log) => length * Math.exp(log - middle));
};

/** The position at a share of the side around the centre, within the range. An inactive centre stays so. */
const placeWithin = ({ axes }: Domain, i: number, centre: number, side: number, share: number): number => {
  const axis = itemAt(axes, i);
  if (axis.kind === 'choices' || !(centre >= 0)) return centre;
  const middle = axis.kind === 'smooth' ? centre : at(axis.centres, centre);
  const low = Math.max(0, middle - side / 2);
  const high = Math.min(1, middle + side / 2);
  const unit = low + share * (high - low);
  return axis.kind === 'smooth' ? unit : nearestCell(axis, unit);
};

/** Candidates from the lowest to the highest in one joint draw of the posterior (Thompson sampling). */
const drawBest = (
  { features }: Domain,
  gp: GaussianProcess,
  pool: readonly Float64Array[],
  random: RandomStream,
): readonly { readonly positions: Float64Array; readonly value: number }[] => {
  if (pool.length === 0) return [];
  const columns = new Float64Array(pool.length * features.width);
  pool.forEach((positions, i) => {
    features.encode(positions, 0, columns, i * features.width);
  });
  const drawn = drawJointly(gp, columns, pool.length, 1, random);
  return pool.map((positions, i) => ({ positions, value: -at(drawn, i) })).sort((a, b) => b.value - a.value);
};
