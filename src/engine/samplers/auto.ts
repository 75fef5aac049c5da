// The default: looks at the space, the trials and what they cost, and takes the sampler that pays.
import { at, itemAt } from '../numeric/at.ts';
import { selectRank } from '../numeric/select.ts';
import type { SearchSpace } from '../space/parameter.ts';
import type { Proposal, SampleContext, Sampler } from '../study/sampler.ts';
import { valuesAt } from './candidates.ts';
import { cmaesSampler } from './cmaes.ts';
import { exhaustiveSampler } from './exhaustive.ts';
import { countKnown, createModelKeeper, firstFresh, proposeByGp, rowsOf } from './gp.ts';
import { createHistoryReader, type History } from './history.ts';
import { multiObjectiveSampler } from './multiObjective.ts';
import { searchNearby, valleys } from './nearby.ts';
import { createProjector } from './projection.ts';
import { randomSampler } from './random.ts';
import { proposeRepeat } from './repeats.ts';
import type { Surrogate } from './surrogate.ts';
import { tpeSampler } from './tpe.ts';
import { nextWish } from './wishes.ts';

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
    const known = countKnown(history);
    const needed = startup || startupFor(history.axes.length, context.remaining, context.trials.length);
    if (known < needed) return random.sample(context);
    if (known >= manyTrials && context.trials.length % 2 === 1)
      return (hasNumbers(history) ? cmaes : tpe).sample(context);
    const surrogate = model(context, history, {});
    const repeat = proposeRepeat(context, history, surrogate, known);
    if (repeat !== undefined) return repeat;
    const predicted = predictability(surrogate);
    if (context.random.uniform() < ruggedShare(predicted)) return doubting(predicted, tpe.sample(context));
    return (
      near(context, history, needed) ?? proposeByGp(context, history, surrogate, {}) ?? tpe.sample(context)
    );
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
  return { name: 'auto', sample: (context) => nextWish(context) ?? own.sample(context) };
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
