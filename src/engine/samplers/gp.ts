// Bayesian optimisation with a Gaussian process, on any mix of numbers, choices and conditional parameters.
import { at, itemAt } from '../numeric/at.ts';
import type { GaussianProcess } from '../numeric/gaussianProcess.ts';
import { type KernelName, kernelNames } from '../numeric/linear.ts';
import { normalCdf } from '../numeric/normal.ts';
import { configurationKey } from '../space/configurationKey.ts';
import type { SearchSpace } from '../space/parameter.ts';
import type { Objective } from '../study/objective.ts';
import type { Proposal, SampleContext, Sampler } from '../study/sampler.ts';
import type { Trial } from '../study/trial.ts';
import {
  type Acquisition,
  type AcquisitionName,
  acquisitionNames,
  createAcquisition,
  type Worth,
} from './acquisition.ts';
import { valuesAt } from './candidates.ts';
import { createFeatures, type Features } from './features.ts';
import { drawFresh, repeatReason } from './fresh.ts';
import { createHistoryReader, type History, type Standing, standings } from './history.ts';
import { type TransformName, transformNames } from './outputTransform.ts';
import { type Domain, type FoundPoint, searchPoints, type Worthiness } from './pointSearch.ts';
import {
  conditionSurrogate,
  type Evidence,
  type FittedShape,
  fitSurrogate,
  lossAt,
  type Surrogate,
  type SurrogateOptions,
  toInputs,
  withPending,
} from './surrogate.ts';

export interface GpOptions {
  /** Finished trials before there is a model; 0 (default): as many as the space has parameters, from 4 to 10. */
  readonly startup?: number;
  readonly kernel?: KernelName;
  readonly acquisition?: AcquisitionName;
  /** For `ucb`: standard deviations added to what is unknown. Default 1.8 (Song et al., "The Vizier Gaussian Process Bandit Algorithm", 2024). */
  readonly beta?: number;
  readonly shape?: TransformName | 'auto';
  /** Take the same values to give the same result. */
  readonly deterministic?: boolean;
}

/** As `GpOptions`, for a strategy's text. */
export const gpOptions = {
  startup: { default: 0, min: 0, whole: true },
  kernel: { default: 'matern52', choices: kernelNames },
  acquisition: { default: 'logei', choices: acquisitionNames },
  beta: { default: 1.8, min: 0 },
  shape: { default: 'auto', choices: ['auto', ...transformNames] },
  deterministic: { default: false },
} as const;

export const gpSampler = (options: GpOptions = {}): Sampler => {
  const read = createHistoryReader();
  const model = createModelKeeper();
  return {
    name: 'gp',
    sample: (context) => {
      const history = read(context.space, context.objectives, context.trials);
      const startup = options.startup || defaultStartup(history.axes.length);
      const evidence = rowsOf(history, 'ranked');
      if (evidence.length < startup || history.axes.length === 0)
        return proposeFresh(
          context,
          history,
          `${evidence.length} of the ${startup} trials that a model needs are done`,
        );
      const surrogate = model(context, history, options);
      return (
        proposeByGp(context, history, surrogate, options) ??
        proposeFresh(context, history, 'every candidate of the model has been tried')
      );
    },
  };
};

export const defaultStartup = (dimensions: number): number => Math.max(4, Math.min(10, dimensions + 1));

export const rowsOf = (history: History, ...wanted: readonly Standing[]): readonly number[] => {
  const codes = wanted.map((standing) => standings.indexOf(standing));
  const rows: number[] = [];
  for (let row = 0; row < history.count; row++)
    if (codes.includes(history.standing[row] ?? -1)) rows.push(row);
  return rows;
};

/** A random configuration that no trial has tried. */
export const proposeFresh = (context: SampleContext, history: History, because: string): Proposal => {
  const { space, random } = context;
  const { params, isFresh } = drawFresh(space, history, random);
  return { params, reason: isFresh ? `Drawn at random: ${because}.` : repeatReason(history.seen, space) };
};

/** Rows of finished trials and the loss each stands for; trials without one are as bad as the worst known. */
export const collectEvidence = (history: History, features: Features): Evidence => {
  const rows = rowsOf(history, 'ranked', 'worse', 'infeasible');
  let worst = -Infinity;
  const ranked = standings.indexOf('ranked');
  for (const row of rows)
    if (history.standing[row] === ranked) worst = Math.max(worst, at(history.score, row));
  const losses = Float64Array.from(rows, (row) =>
    history.standing[row] === ranked ? at(history.score, row) : worst,
  );
  return { inputs: toInputs(features, history.positions, rows, history.axes.length), losses };
};

/** Hyperparameters are fitted anew when this share more trials are known. */
const refitShare = 0.05;

/** The largest count at which a fit is due, at most `count`. */
export const lastFit = (count: number): number => {
  let due = 4;
  for (;;) {
    const next = due + Math.max(1, Math.floor(due * refitShare));
    if (next > count) return Math.min(due, count);
    due = next;
  }
};

interface Kept {
  readonly space: SearchSpace;
  readonly trials: readonly Trial[];
  readonly fitted: FittedShape;
}

/** Keeps the last fit for as long as the trials it was made of are the same objects. */
export const createModelKeeper = (): ((
  context: SampleContext,
  history: History,
  options: GpOptions,
) => Surrogate) => {
  let kept: Kept | undefined;
  return (context, history, options) => {
    const features = createFeatures(context.space, history.axes);
    const evidence = collectEvidence(history, features);
    const rows = rowsOf(history, 'ranked', 'worse', 'infeasible');
    const count = lastFit(rows.length);
    const trials = rows.slice(0, count).map((row) => itemAt(history.trials, row));
    if (kept?.space !== context.space || !sameItems(kept.trials, trials)) {
      const part: Evidence = {
        inputs: { ...evidence.inputs, x: evidence.inputs.x.subarray(0, count * features.width), count },
        losses: evidence.losses.subarray(0, count),
      };
      kept = { space: context.space, trials, fitted: fitSurrogate(part, surrogateOptions(options)) };
    }
    return conditionSurrogate(evidence, kept.fitted);
  };
};

const surrogateOptions = ({
  kernel = 'matern52',
  shape = 'auto',
  deterministic,
}: GpOptions): SurrogateOptions => ({
  kernel,
  shape,
  minNoise: 1e-6,
  ...(deterministic ? { maxNoise: 1e-6 } : {}),
});

const sameItems = <T>(a: readonly T[], b: readonly T[]): boolean =>
  a.length === b.length && a.every((item, i) => item === b[i]);

export const worthOf = (gp: GaussianProcess, acquisition: Acquisition): Worthiness => {
  const out: Worth = { value: 0, byMean: 0, byDeviation: 0 };
  const pair = new Float64Array(2);
  const { width } = gp.inputs;
  const [ofMean, ofVariance] = [new Float64Array(width), new Float64Array(width)];
  return {
    many: (columns, count, values) => {
      const [mean, variance] = [new Float64Array(count), new Float64Array(count)];
      gp.predict(columns, count, mean, variance);
      for (let i = 0; i < count; i++) {
        acquisition.worth(at(mean, i), Math.sqrt(at(variance, i)), out);
        values[i] = out.value;
      }
    },
    withGradient: (columns, gradient) => {
      gp.predictWithGradient(columns, pair, ofMean, ofVariance);
      const deviation = Math.sqrt(at(pair, 1));
      acquisition.worth(at(pair, 0), deviation, out);
      const byVariance = out.byDeviation / (2 * deviation);
      for (let c = 0; c < width; c++)
        gradient[c] = out.byMean * at(ofMean, c) + byVariance * at(ofVariance, c);
      return out.value;
    },
  };
};

const mostCentres = 5;
/** Unfinished trials looked at, the newest. */
const mostPending = 64;

/** The point most worth trying; undefined when every one found has been tried. */
export const proposeByGp = (
  context: SampleContext,
  history: History,
  surrogate: Surrogate,
  { acquisition = 'logei', beta = 1.8 }: GpOptions,
): Proposal | undefined => {
  const { space, random } = context;
  const { axes } = history;
  const features = createFeatures(space, axes);
  const domain: Domain = { space, axes, features };
  const pending = toInputs(
    features,
    history.positions,
    rowsOf(history, 'pending').slice(-mostPending),
    axes.length,
  );
  const gp = withPending(surrogate, pending);
  const worth = worthOf(gp, createAcquisition(acquisition, surrogate.best, beta));
  const found = searchPoints(
    domain,
    worth,
    { draws: 512, near: 50, centres: bestPositions(history, mostCentres), climbs: 6 },
    random,
  );
  const best = firstFresh(space, history, found);
  if (best === undefined) return undefined;
  const columns = new Float64Array(features.width);
  features.encode(best.positions, 0, columns, 0);
  return {
    params: valuesAt(axes, best.positions, 0),
    reason: explainPrediction(context, surrogate, columns, 'Gaussian process'),
  };
};

/** Positions of the trials with the lowest losses. */
export const bestPositions = (history: History, most: number): readonly Float64Array[] => {
  const width = history.axes.length;
  return [...rowsOf(history, 'ranked')]
    .sort((a, b) => at(history.score, a) - at(history.score, b) || a - b)
    .slice(0, most)
    .map((row) => history.positions.slice(row * width, (row + 1) * width));
};

/** The best point that no trial has tried. */
export const firstFresh = (
  space: SearchSpace,
  history: History,
  found: readonly FoundPoint[],
): FoundPoint | undefined =>
  found.find(
    ({ positions }) =>
      history.seen.size === 0 ||
      !history.seen.has(configurationKey(space, valuesAt(history.axes, positions, 0))),
  );

/** What a model expects at some columns, in the objective's own numbers. */
export const explainPrediction = (
  { objectives }: SampleContext,
  surrogate: Surrogate,
  columns: Float64Array,
  model: string,
): string => {
  const [mean, variance] = [new Float64Array(1), new Float64Array(1)];
  surrogate.gp.predict(columns, 1, mean, variance);
  const deviation = Math.sqrt(at(variance, 0));
  const lossOf = (value: number): string =>
    expectedLoss(surrogate, value, objectives[0]?.direction ?? 'minimize');
  const chance = normalCdf((surrogate.best - at(mean, 0)) / deviation);
  const [low, high] = [lossOf(at(mean, 0) - deviation), lossOf(at(mean, 0) + deviation)];
  return `${model} of ${surrogate.gp.inputs.count} trials expects ${lossOf(at(mean, 0))} (${low} to ${high}) against ${lossOf(surrogate.best)} at the best; better with ${percent(chance)}.`;
};

/** A process' value in the objective's own numbers. */
export const expectedLoss = (
  surrogate: Surrogate,
  value: number,
  direction: Objective['direction'],
): string => finite((direction === 'maximize' ? -1 : 1) * lossAt(surrogate, value)).toPrecision(4);

const finite = (value: number): number =>
  Math.min(Number.MAX_VALUE, Math.max(-Number.MAX_VALUE, Number.isNaN(value) ? 0 : value));

export const percent = (share: number): string =>
  share > 0 && share < 0.001 ? 'under 0.1 %' : `${Number((100 * share).toPrecision(2))} %`;
