// Bayesian optimisation with a Gaussian process, on any mix of numbers, choices and conditional parameters.
import { at, itemAt } from '../numeric/at.ts';
import { type GaussianProcess, type Inputs, pickRows } from '../numeric/gaussianProcess.ts';
import { type KernelName, kernelNames } from '../numeric/linear.ts';
import { normalCdf } from '../numeric/normal.ts';
import type { RandomStream } from '../numeric/random.ts';
import { selectRank } from '../numeric/select.ts';
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
  type JointAcquisitionName,
  jointAcquisitionNames,
  type Worth,
} from './acquisition.ts';
import { valuesAt } from './candidates.ts';
import {
  type CostModel,
  type CostName,
  costAt,
  costNames,
  costShare,
  createCostModels,
  perCost,
} from './costAware.ts';
import { chanceFeasible, type Feasibility, modelFeasibility, withFeasibility } from './feasible.ts';
import { createFeatures, type Features } from './features.ts';
import { drawFresh, repeatReason } from './fresh.ts';
import { createHistoryReader, type History, type Standing, standingCode, standings } from './history.ts';
import { jointImprovementWorth } from './jointImprovement.ts';
import { knowledgeGradientWorth } from './knowledgeGradient.ts';
import { type TransformName, transformNames } from './outputTransform.ts';
import { type Domain, type FoundPoint, searchPoints, type Worthiness } from './pointSearch.ts';
import {
  conditionSurrogate,
  type Evidence,
  type FittedShape,
  fitSurrogate,
  type LieName,
  lieNames,
  lossAt,
  lowestMean,
  type Surrogate,
  type SurrogateOptions,
  toInputs,
  withPending,
} from './surrogate.ts';
import { thompsonWorth } from './thompson.ts';

export interface GpOptions {
  /** Finished trials before there is a model; 0 (default): as many as the space has parameters, from 4 to 10. */
  readonly startup?: number;
  readonly kernel?: KernelName;
  /** `thompson` minimises a draw of the function; `kg` is the knowledge gradient. Default logei. */
  readonly acquisition?: AcquisitionName | JointAcquisitionName;
  /** For `ucb`: standard deviations added to what is unknown. Default 1.8 (Song et al., "The Vizier Gaussian Process Bandit Algorithm", 2024). */
  readonly beta?: number;
  readonly shape?: TransformName | 'auto';
  /** Take the same values to give the same result. */
  readonly deterministic?: boolean;
  /** What trials not finished are taken to come out as; `qei`, with logei alone, averages over what they may. */
  readonly pending?: LieName | 'qei';
  /** Improvement is weighed against what a trial is expected to cost; not with ucb and thompson. Default none. */
  readonly cost?: CostName;
}

/** As `GpOptions`, for a strategy's text. */
export const gpOptions = {
  startup: { default: 0, min: 0, whole: true },
  kernel: { default: 'matern52', choices: kernelNames },
  acquisition: { default: 'logei', choices: [...acquisitionNames, ...jointAcquisitionNames] },
  beta: { default: 1.8, min: 0 },
  shape: { default: 'auto', choices: ['auto', ...transformNames] },
  deterministic: { default: false },
  pending: { default: 'believer', choices: [...lieNames, 'qei'] },
  cost: { default: 'none', choices: costNames },
} as const;

/** A sentence on options that do not go together; undefined when they do. */
export const gpOptionsConflict = ({ acquisition, pending, cost }: GpOptions): string | undefined => {
  if (pending === 'qei' && acquisition !== 'logei')
    return `gp: pending qei goes with acquisition logei, not ${acquisition}.`;
  if (cost !== 'none' && (acquisition === 'ucb' || acquisition === 'thompson'))
    return `gp: cost ${cost} goes with acquisition logei, ei, pi or kg, not ${acquisition}.`;
  return undefined;
};

export const gpSampler = (options: GpOptions = {}): Sampler => {
  const read = createHistoryReader();
  const model = createModelKeeper();
  const costs = createCostModels();
  return {
    name: 'gp',
    sample: (context) => {
      const history = read(context.space, context.objectives, context.trials);
      const startup = options.startup || defaultStartup(history.axes.length);
      const known = countKnown(history);
      if (known < startup || history.axes.length === 0)
        return proposeFresh(
          context,
          history,
          `${known} of the ${startup} trials that a model needs are done`,
        );
      const surrogate = model(context, history, options);
      const features = createFeatures(context.space, history.axes);
      const cost = costs(context, history, features, options.cost ?? 'none', lastFit);
      const share = costShare(context.remaining, history.count, startup);
      const priced = cost && { cost, share };
      return (
        proposeByGp(context, history, surrogate, { ...options, ...(priced ? { priced } : {}) }) ??
        proposeFresh(context, history, 'every candidate of the model has been tried')
      );
    },
  };
};

export const defaultStartup = (dimensions: number): number => Math.max(4, Math.min(10, dimensions + 1));

/** Trials that tell a model of objective or constraints; those that break constraints do as well as others. */
export const countKnown = (history: History): number =>
  rowsOf(history, 'ranked', 'infeasible').filter(
    (row) => history.objectives > 0 && Number.isFinite(at(history.losses, row * history.objectives)),
  ).length;

export const rowsOf = (history: History, ...wanted: readonly Standing[]): readonly number[] => {
  const codes = wanted.map((standing) => standings.indexOf(standing));
  const rows: number[] = [];
  for (let row = 0; row < history.count; row++)
    if (codes.includes(history.standing[row] ?? -1)) rows.push(row);
  return rows;
};

/** Columns of trials not finished, the newest `most` of them. */
export const pendingInputs = (history: History, features: Features, most: number): Inputs =>
  toInputs(features, history.positions, rowsOf(history, 'pending').slice(-most), history.axes.length);

/** A random configuration that no trial has tried. */
export const proposeFresh = (context: SampleContext, history: History, because: string): Proposal => {
  const { space, random } = context;
  const { params, isFresh } = drawFresh(space, history, random);
  return { params, reason: isFresh ? `Drawn at random: ${because}.` : repeatReason(history.seen, space) };
};

/**
 * Some finished trials and the loss each stands for; those without one are as bad as the worst of them. A trial that
 * breaks output constraints has a loss like any other: where they are kept is modelled apart.
 */
export const collectEvidence = (history: History, features: Features, rows: readonly number[]): Evidence => {
  const known = rows.map((row) => knownLoss(history, row));
  const worst = known.reduce((most, loss) => (Number.isNaN(loss) ? most : Math.max(most, loss)), -Infinity);
  const losses = Float64Array.from(known, (loss) => (Number.isNaN(loss) ? worst : loss));
  return { inputs: toInputs(features, history.positions, rows, history.axes.length), losses };
};

const knownLoss = (history: History, row: number): number => {
  const { ranked, infeasible } = standingCode;
  if (history.standing[row] === ranked) return at(history.score, row);
  const loss = history.losses[row * history.objectives] ?? Number.NaN;
  return history.standing[row] === infeasible && Number.isFinite(loss) ? loss : Number.NaN;
};

/** Trials that a model looks at: where there are more, the best, the newest and an even share stand for all. */
const mostLookedAt = 600;

const spreadRows = (history: History, rows: readonly number[], most: number): readonly number[] => {
  if (rows.length <= most) return rows;
  const losses = Float64Array.from(rows, (row) => {
    const loss = knownLoss(history, row);
    return Number.isNaN(loss) ? Infinity : loss;
  });
  const third = Math.floor(most / 3);
  const limit = selectRank(losses.slice(), losses.length, third - 1);
  const stride = Math.ceil((3 * rows.length) / most);
  return rows.filter((_, k) => at(losses, k) <= limit || k >= rows.length - third || k % stride === 0);
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

type ModelOptions = Pick<GpOptions, 'kernel' | 'shape' | 'deterministic'> & { readonly minNoise?: number };

export interface ConstrainedSurrogate extends Surrogate {
  /** Where output constraints are kept; with it `best` is the lowest mean at a trial that keeps them. */
  readonly feasibility?: Feasibility;
}

/** Keeps the last fit for as long as the trials it was made of are the same objects. */
export const createModelKeeper = (): ((
  context: SampleContext,
  history: History,
  options: ModelOptions,
) => ConstrainedSurrogate) => {
  let kept: Kept | undefined;
  return (context, history, options) => {
    const features = createFeatures(context.space, history.axes);
    const all = rowsOf(history, 'ranked', 'worse', 'infeasible');
    const rowsToFit = spreadRows(history, all.slice(0, lastFit(all.length)), mostLookedAt);
    const trials = rowsToFit.map((row) => itemAt(history.trials, row));
    if (kept?.space !== context.space || !sameItems(kept.trials, trials)) {
      const part = collectEvidence(history, features, rowsToFit);
      kept = { space: context.space, trials, fitted: fitSurrogate(part, surrogateOptions(options)) };
    }
    const rows = spreadRows(history, all, mostLookedAt);
    const surrogate = conditionSurrogate(collectEvidence(history, features, rows), kept.fitted);
    return history.constrained === 0 ? surrogate : constrain(surrogate, history, features);
  };
};

/** With a model of where output constraints are kept; what is to be improved on is the best that keeps them. */
const constrain = (surrogate: Surrogate, history: History, features: Features): ConstrainedSurrogate => {
  const feasibility = modelFeasibility(history, features);
  if (feasibility === undefined) return surrogate;
  const ranked = rowsOf(history, 'ranked');
  const best = lowestMean(surrogate, toInputs(features, history.positions, ranked, history.axes.length));
  return { ...surrogate, feasibility, best: best ?? surrogate.best };
};

const surrogateOptions = ({
  kernel = 'matern52',
  shape = 'auto',
  deterministic,
  minNoise = 1e-6,
}: ModelOptions): SurrogateOptions => ({
  kernel,
  shape,
  minNoise,
  ...(deterministic ? { maxNoise: 1e-6 } : {}),
});

export const sameItems = <T>(a: readonly T[], b: readonly T[]): boolean =>
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

/** What trials are expected to cost, and how much of it counts (`costShare`). */
export interface Priced {
  readonly cost: CostModel;
  readonly share: number;
}

/** The point most worth trying; undefined when every one found has been tried. */
export const proposeByGp = (
  context: SampleContext,
  history: History,
  surrogate: ConstrainedSurrogate,
  options: GpOptions & { readonly priced?: Priced },
): Proposal | undefined => {
  const { space, random } = context;
  const { axes } = history;
  const features = createFeatures(space, axes);
  const domain: Domain = { space, axes, features };
  const pending = pendingInputs(history, features, mostPending);
  const centres = bestPositions(history, mostCentres);
  const { feasibility } = surrogate;
  const isOpen = feasibility !== undefined && rowsOf(history, 'ranked').length === 0;
  const worth = isOpen
    ? feasibility.worth
    : withFeasibility(worthFor(domain, surrogate, pending, centres, options, random), feasibility);
  const isDear = options.acquisition === 'kg';
  const plan = isDear ? { draws: 192, near: 16, climbs: 3 } : { draws: 512, near: 50, climbs: 6 };
  const { priced } = options;
  const found = searchPoints(
    domain,
    priced === undefined ? worth : perCost(worth, priced.cost, priced.share),
    { ...plan, centres },
    random,
  );
  const best = firstFresh(space, history, found);
  if (best === undefined) return undefined;
  const columns = new Float64Array(features.width);
  features.encode(best.positions, 0, columns, 0);
  const params = valuesAt(axes, best.positions, 0);
  if (isOpen) return { params, reason: explainOpen(feasibility, columns) };
  return {
    params,
    reason:
      explainPrediction(context, surrogate, columns, 'Gaussian process') +
      explainFeasibility(feasibility, columns) +
      explainCost(priced, columns),
  };
};

const explainOpen = (feasibility: Feasibility, columns: Float64Array): string =>
  `No trial keeps the constraints yet; this one does with ${percent(chanceFeasible(feasibility, columns))}.`;

const explainFeasibility = (feasibility: Feasibility | undefined, columns: Float64Array): string =>
  feasibility === undefined
    ? ''
    : ` The constraints are kept with ${percent(chanceFeasible(feasibility, columns))}.`;

const explainCost = (priced: Priced | undefined, columns: Float64Array): string => {
  if (priced === undefined) return '';
  const cost = Number(finite(costAt(priced.cost, columns)).toPrecision(2));
  return ` Expected to take ${cost} ${priced.cost.unit}, which counts with ${percent(priced.share)}.`;
};

/** Pending points that outcomes are averaged over; earlier ones are taken to come out as predicted. */
const mostJoint = 16;

const worthFor = (
  domain: Domain,
  surrogate: ConstrainedSurrogate,
  pending: Inputs,
  centres: readonly Float64Array[],
  { acquisition = 'logei', beta = 1.8, pending: lie = 'believer', priced }: Parameters<typeof proposeByGp>[3],
  random: RandomStream,
): Worthiness => {
  const { best } = surrogate;
  if (lie === 'qei' && pending.count > 0) {
    const { x, width, count } = pending;
    const joint = Math.min(mostJoint, count);
    const earlier = { ...pending, x: x.subarray(0, (count - joint) * width), count: count - joint };
    const gp = withPending(surrogate, earlier);
    return jointImprovementWorth(gp, x.subarray((count - joint) * width), joint, best);
  }
  const gp = withPending(surrogate, pending, lie === 'qei' ? 'believer' : lie);
  if (acquisition === 'thompson') return thompsonWorth(gp, random);
  if (acquisition === 'kg') {
    const references = likelyBest(domain, gp, centres, random);
    return knowledgeGradientWorth(gp, references, references.length / domain.features.width);
  }
  // The best of both is at the same place; only the logarithm can be weighed against cost and constraints.
  const isWeighed = priced !== undefined || surrogate.feasibility !== undefined;
  const name = acquisition === 'ei' && isWeighed ? 'logei' : acquisition;
  return worthOf(gp, createAcquisition(name, best, beta));
};

/** Places among the candidates and among the trials that may turn out best. */
const mostReferences = { candidates: 48, trials: 48 };

/** Columns of where the mean is lowest: found by a search, and of the trials. */
const likelyBest = (
  domain: Domain,
  gp: GaussianProcess,
  centres: readonly Float64Array[],
  random: RandomStream,
): Float64Array => {
  const { features } = domain;
  const lowMean = worthOf(gp, createAcquisition('ucb', 0, 0));
  const found = searchPoints(domain, lowMean, { draws: 128, near: 16, centres, climbs: 2 }, random);
  const candidates = found.slice(0, mostReferences.candidates);
  const { inputs } = gp;
  const [mean, variance] = [new Float64Array(inputs.count), new Float64Array(inputs.count)];
  gp.predict(inputs.x, inputs.count, mean, variance);
  const rows = Array.from(mean, (_, row) => row)
    .sort((a, b) => at(mean, a) - at(mean, b) || a - b)
    .slice(0, mostReferences.trials);
  const { width } = features;
  const columns = new Float64Array((candidates.length + rows.length) * width);
  candidates.forEach(({ positions }, i) => {
    features.encode(positions, 0, columns, i * width);
  });
  columns.set(pickRows(inputs, rows).x, candidates.length * width);
  return columns;
};

/** Positions of the trials with the lowest losses; where none keeps the constraints, of those that nearly do. */
export const bestPositions = (history: History, most: number): readonly Float64Array[] => {
  const width = history.axes.length;
  const ranked = rowsOf(history, 'ranked');
  return [...(ranked.length > 0 ? ranked : rowsOf(history, 'infeasible'))]
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
