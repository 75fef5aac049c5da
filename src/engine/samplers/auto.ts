// The default: looks at the space, the trials and what they cost, and takes the sampler that pays.
import { at, itemAt } from '../numeric/at.ts';
import type { GaussianProcess } from '../numeric/gaussianProcess.ts';
import { selectRank } from '../numeric/select.ts';
import { checkAssignment } from '../space/assignment.ts';
import { configurationKey } from '../space/configurationKey.ts';
import type { Assignment, SearchSpace } from '../space/parameter.ts';
import { reconcile } from '../space/reconcile.ts';
import { searchedOnly } from '../space/searched.ts';
import { isFeasible } from '../study/feasibility.ts';
import type { PastStudy, Proposal, SampleContext, Sampler } from '../study/sampler.ts';
import type { Trial } from '../study/trial.ts';
import { valuesAt } from './candidates.ts';
import { cmaesSampler } from './cmaes.ts';
import { exhaustiveSampler } from './exhaustive.ts';
import { createFeatures } from './features.ts';
import { createModelKeeper, firstFresh, proposeByGp, rowsOf } from './gp.ts';
import { createHistoryReader, type History } from './history.ts';
import { searchNearby, valleys } from './nearby.ts';
import { multiObjectiveSampler } from './multiObjective.ts';
import { createProjector } from './projection.ts';
import { randomSampler } from './random.ts';
import { type Surrogate, toInputs } from './surrogate.ts';
import { tpeSampler } from './tpe.ts';

/** Spaces up to this size are tried throughout. */
const mostTriedThroughout = 64;

/** Trials shorter than this many seconds are cheaper than a Gaussian process is to ask. */
const cheapSeconds = 0.02;

/** Finished trials after which the Gaussian processes share with what grows better with many trials. */
const manyTrials = 300;

export interface AutoOptions {
  /** Finished trials before there is a model; 0 (default): as many as the space asks for. */
  readonly startup?: number;
}

/** As `AutoOptions`, for a strategy's text. */
export const autoOptions = { startup: { default: 0, min: 0, whole: true } } as const;

export const autoSampler = ({ startup = 0 }: AutoOptions = {}): Sampler => {
  const read = createHistoryReader();
  const model = createModelKeeper();
  const random = randomSampler();
  const tpe = tpeSampler({ startup: startup || 10 });
  const several = multiObjectiveSampler({ startup });
  const project = createProjector();
  const cmaes = cmaesSampler({ warmStartAfter: manyTrials });

  const choose = (asked: SampleContext): Proposal => {
    const context = { ...asked, trials: project(asked.trials, asked.objectives) };
    if (context.objectives.length === 0) return random.sample(context);
    if (context.objectives.length > 1) return several.sample(context);
    const seconds = typicalSeconds(context);
    if (seconds !== undefined && seconds < cheapSeconds) {
      const { params, reason } = tpe.sample(context);
      return {
        params,
        reason: `Trials take ${seconds.toPrecision(2)} s, less than a finer model would: ${reason}`,
      };
    }
    const history = read(context.space, context.objectives, context.trials);
    const ranked = rowsOf(history, 'ranked').length;
    const needed = startup || startupFor(history.axes.length, context.remaining, context.trials.length);
    if (ranked < needed) return random.sample(context);
    if (ranked >= manyTrials && context.trials.length % 2 === 1)
      return (hasNumbers(history) ? cmaes : tpe).sample(context);
    const surrogate = model(context, history, {});
    const repeat = again(context, history, surrogate, ranked);
    if (repeat !== undefined) return repeat;
    const predicted = predictability(surrogate);
    if (context.random.uniform() < ruggedShare(predicted)) return doubting(predicted, tpe.sample(context));
    return (
      near(context, history, needed) ?? proposeByGp(context, history, surrogate, {}) ?? tpe.sample(context)
    );
  };

  /** Near the end of a noisy study the leaders are looked at once more: the luckiest is not always the best. */
  const again = (
    context: SampleContext,
    history: History,
    { gp }: Surrogate,
    ranked: number,
  ): Proposal | undefined => {
    const { remaining } = context;
    if (remaining === undefined || ranked < fewestToRepeat) return undefined;
    if (remaining > repeatedShare * (context.trials.length + remaining)) return undefined;
    const { noise } = gp.hyperparameters;
    if (noise < noisyFrom || neighbourNoise(context.space, history) < noisyFrom) return undefined;
    const leader = chooseLeader(context, history, gp);
    if (leader === undefined) return undefined;
    const trial = itemAt(history.trials, leader.row);
    const share = Number((100 * noise).toPrecision(2));
    return {
      params: searchedOnly(context.space, trial.params),
      replicates: trial.number,
      reason: `Trial ${trial.number} once more: noise makes up ${share} % of the differences, and it leads after ${leader.times} ${leader.times === 1 ? 'run' : 'runs'}.`,
    };
  };

  const near = (context: SampleContext, history: History, needed: number): Proposal | undefined => {
    const centre = chooseCentre(context, history, needed);
    const search = centre === undefined ? undefined : searchNearby(context, history, { centre });
    const point = search && firstFresh(context.space, history, search.found);
    if (search === undefined || point === undefined) return undefined;
    const params = valuesAt(history.axes, point.positions, 0);
    return { params, reason: search.explain(point) };
  };

  const own = exhaustiveSampler('auto', mostTriedThroughout, { name: 'auto', sample: choose });
  return { name: 'auto', sample: (context) => nextQueued(context) ?? own.sample(context) };
};

/** The first wish not yet tried, as near to it as the space allows. */
const nextQueued = ({ space, queue = [], past = [], trials }: SampleContext): Proposal | undefined => {
  if (queue.length === 0 && past.length === 0) return undefined;
  const tried = new Set(trials.slice(0, mostQueued * 4).map(({ params }) => configurationKey(space, params)));
  for (const { wish, reason } of wishes(queue, past)) {
    const params = searchedOnly(space, reconcile(space, wish));
    if (!tried.has(configurationKey(space, params))) return { params, reason };
  }
  return undefined;
};

/** Best trials taken over from each earlier study, and studies looked at. */
const takenOver = 2;
const mostPast = 3;
const mostQueued = 64;

function* wishes(
  queue: readonly Assignment[],
  past: readonly PastStudy[],
): Generator<{ readonly wish: Assignment; readonly reason: string }> {
  for (const [i, wish] of queue.slice(0, mostQueued).entries())
    yield { wish, reason: `Asked for: ${i + 1} of ${queue.length} to be tried first.` };
  for (const study of past.slice(0, mostPast))
    for (const [i, trial] of bestOf(study).entries())
      yield {
        wish: trial.params,
        reason: `Number ${i + 1} of an earlier study, with ${formatValue(trial)}.`,
      };
}

const formatValue = (trial: Trial): string => String(Number((trial.values?.[0] ?? 0).toPrecision(4)));

const bestOf = ({ objectives, trials }: PastStudy): readonly Trial[] => {
  const sign = objectives[0]?.direction === 'maximize' ? -1 : 1;
  const loss = (trial: Trial): number => sign * (trial.values?.[0] ?? Number.NaN);
  return trials
    .filter((trial) => trial.state === 'complete' && Number.isFinite(loss(trial)) && isFeasible(trial))
    .sort((a, b) => loss(a) - loss(b))
    .slice(0, takenOver);
};

const fewestTimed = 5;
const mostTimed = 20;

/** Median wall time of the last trials that were timed; undefined when too few were. */
const typicalSeconds = ({ trials }: SampleContext): number | undefined => {
  const seconds: number[] = [];
  for (let i = trials.length - 1; i >= 0 && seconds.length < mostTimed; i--) {
    const trial = itemAt(trials, i);
    if (trial.state === 'complete' && trial.cost?.seconds !== undefined) seconds.push(trial.cost.seconds);
    if (trials.length - i > 4 * mostTimed) break;
  }
  return seconds.length < fewestTimed ? undefined : seconds.sort((a, b) => a - b)[seconds.length >> 1];
};

/** Space-filling trials before a model: one more than parameters, from 4 to 10, at most a fifth of the budget. */
const startupFor = (dimensions: number, remaining: number | undefined, done: number): number => {
  const wanted = Math.max(4, Math.min(10, dimensions + 1));
  return remaining === undefined ? wanted : Math.max(3, Math.min(wanted, Math.floor((remaining + done) / 5)));
};

const isConditional = ({ parameters }: SearchSpace): boolean =>
  parameters.some(({ condition }) => condition !== undefined);

const hasNumbers = ({ axes }: History): boolean => axes.some(({ kind }) => kind !== 'choices');

/** Trials that the whole range gets at least before the best one's surroundings are searched as well. */
const wideFirst = 4;

/**
 * Shares of proposals for the surroundings of good trials: among numbers alone while the best one still gains; else,
 * since other choices may have better surroundings.
 */
const shares = { gaining: 0.8, usual: 0.5 } as const;
/** Less than this over the last trials, of the distance from the median to the best, is no gain. */
const leastGain = 1e-6;

/** By what share of the distance from the median to the best the last trials have improved. */
const recentGain = (history: History, rows: readonly number[]): number => {
  const { score, axes } = history;
  const scores = Float64Array.from(rows, (row) => at(score, row));
  const least = (values: Float64Array): number => values.reduce((a, b) => Math.min(a, b), Infinity);
  const [best, earlier] = [least(scores), least(scores.subarray(0, -Math.max(8, axes.length)))];
  const spread = selectRank(scores, scores.length, scores.length >> 1) - best;
  return spread > 0 && Number.isFinite(earlier) ? (earlier - best) / spread : 1;
};

/**
 * Whether the next proposal is to come from the surroundings of a good trial, and of which. While the best one's
 * valley yields, it gets most; once it does not, other valleys and the whole range do.
 */
const chooseCentre = (context: SampleContext, history: History, needed: number): number | undefined => {
  const { random } = context;
  const rows = rowsOf(history, 'ranked');
  const draw = random.uniform();
  const other = random.uniform();
  if (rows.length < needed + wideFirst || history.constrained > 0 || !hasNumbers(history)) return undefined;
  const isGaining = recentGain(history, rows) > leastGain;
  const isSmooth = history.axes.every(({ kind }) => kind === 'smooth') && !isConditional(context.space);
  if (draw >= (isGaining && isSmooth ? shares.gaining : shares.usual)) return undefined;
  const bottoms = valleys(context.space, history, isGaining ? 1 : mostValleys);
  // The better of two draws.
  const index =
    isGaining || other < 0.5 ? 0 : Math.min(random.integer(mostValleys), random.integer(mostValleys));
  return bottoms[Math.min(index, bottoms.length - 1)];
};

const mostValleys = 4;

/** Share of proposals that densities make where a model predicts everything, and more the less it predicts. */
const densityShare = { least: 0.08, more: 0.35 } as const;

const ruggedShare = (predicted: number): number =>
  densityShare.least + densityShare.more * Math.min(1, Math.max(0, 1 - predicted));

const doubting = (predicted: number, { params, reason }: Proposal): Proposal => {
  const share = Math.max(0, Math.round(100 * predicted));
  return { params, reason: `A smooth model explains ${share} % of the better half of the trials: ${reason}` };
};

/**
 * Share of the variance among the better half of the trials that a model explains when each is left out; below 0 when
 * their mean would tell more. On rugged functions, where it is small, densities of good trials serve better.
 */
const predictability = ({ gp, values, losses }: Surrogate): number => {
  const count = values.length;
  const [mean, variance] = [new Float64Array(count), new Float64Array(count)];
  gp.leaveOneOut(mean, variance);
  const median = selectRank(losses.slice(), count, (count - 1) >> 1);
  const better = Array.from(values, (_, i) => i).filter((i) => at(losses, i) <= median);
  const middle = better.reduce((sum, i) => sum + at(values, i), 0) / better.length;
  const sumOfSquares = (gap: (i: number) => number): number =>
    better.reduce((sum, i) => sum + gap(i) ** 2, 0);
  const total = sumOfSquares((i) => at(values, i) - middle);
  return total > 0 ? 1 - sumOfSquares((i) => at(values, i) - at(mean, i)) / total : 1;
};

/** Finished trials before any is repeated, and the last part of the budget that repeats are taken from. */
const fewestToRepeat = 20;
const repeatedShare = 0.05;
/** Share of the variance of standardised losses from which a study counts as noisy. */
const noisyFrom = 0.02;
/**
 * Half the squared difference of a good trial from its nearest one, of the variance of all: the median. Where a search
 * has closed in on an optimum a model may take a bend for noise; neighbours that agree say it is none.
 */
const neighbourNoise = (space: SearchSpace, history: History): number => {
  const { score, axes } = history;
  const rows = rowsOf(history, 'ranked').slice(-mostNeighbours);
  const features = createFeatures(space, axes);
  const { x } = toInputs(features, history.positions, rows, axes.length);
  const { width } = features;
  const order = Array.from(rows, (_, k) => k).sort(
    (a, b) => at(score, itemAt(rows, a)) - at(score, itemAt(rows, b)) || a - b,
  );
  const halves = order.slice(0, Math.ceil(order.length / 2)).map((k) => {
    let [nearest, least] = [k, Infinity];
    for (let j = 0; j < rows.length; j++) {
      let distance = j === k ? Infinity : 0;
      for (let c = 0; c < width; c++) distance += (at(x, k * width + c) - at(x, j * width + c)) ** 2;
      if (distance < least) [nearest, least] = [j, distance];
    }
    return (at(score, itemAt(rows, k)) - at(score, itemAt(rows, nearest))) ** 2 / 2;
  });
  const scores = Float64Array.from(rows, (row) => at(score, row)).sort();
  // Of a normal distribution the quartiles lie 1.349 standard deviations apart.
  const spread = (at(scores, (3 * scores.length) >> 2) - at(scores, scores.length >> 2)) / 1.349;
  const median = halves.sort((a, b) => a - b)[halves.length >> 1] ?? 0;
  return spread > 0 ? median / spread ** 2 : 0;
};

/** Trials whose neighbours are compared, the newest. */
const mostNeighbours = 400;

/** Leaders that repeats go to. */
const mostLeaders = 3;

/** Trials with the best values that leaders are chosen from. */
const mostCandidates = 32;

/** Of the leaders by the model's mean the one run least often; undefined when all of them lie outside the space. */
const chooseLeader = (
  { space }: SampleContext,
  history: History,
  gp: GaussianProcess,
): { readonly row: number; readonly times: number } | undefined => {
  const ranked = rowsOf(history, 'ranked');
  const keyOf = (row: number): string => configurationKey(space, itemAt(history.trials, row).params);
  const isLegal = (row: number): boolean =>
    checkAssignment(space, searchedOnly(space, itemAt(history.trials, row).params)) === undefined;
  const best = [...ranked]
    .sort((a, b) => at(history.score, a) - at(history.score, b) || a - b)
    .slice(0, mostCandidates)
    .filter(isLegal);
  const rows = [...new Map(best.map((row) => [keyOf(row), row])).values()];
  const inputs = toInputs(createFeatures(space, history.axes), history.positions, rows, history.axes.length);
  const [mean, variance] = [new Float64Array(rows.length), new Float64Array(rows.length)];
  gp.predict(inputs.x, rows.length, mean, variance);
  const times = new Map<string, number>();
  for (const row of ranked) times.set(keyOf(row), (times.get(keyOf(row)) ?? 0) + 1);
  return rows
    .map((row, k) => ({ row, mean: at(mean, k), times: times.get(keyOf(row)) ?? 1 }))
    .sort((a, b) => a.mean - b.mean || a.row - b.row)
    .slice(0, mostLeaders)
    .sort((a, b) => a.times - b.times || a.mean - b.mean)[0];
};
