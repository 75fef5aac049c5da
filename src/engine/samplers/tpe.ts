// Tree-structured Parzen estimator (Bergstra et al., NeurIPS 2011), multivariate, with the settings that Watanabe
// found best ("Tree-Structured Parzen Estimator: Understanding Its Algorithm Components", arXiv 2304.11127, table 2).
import { at, itemAt } from '../numeric/at.ts';
import type { RandomStream } from '../numeric/random.ts';
import { configurationKey } from '../space/configurationKey.ts';
import type { Assignment, SearchSpace } from '../space/parameter.ts';
import type { Proposal, SampleContext, Sampler } from '../study/sampler.ts';
import type { OptionValues } from '../study/strategyOptions.ts';
import { type Candidates, chooseByGroup, drawCandidates, valuesAt } from './candidates.ts';
import { createFidelityReader } from './fidelity.ts';
import { drawFresh, repeatReason, untried } from './fresh.ts';
import { createHistoryReader, type History, positionsOf } from './history.ts';
import type { Split } from './split.ts';
import { createModeller, type Reading, type TpeModel } from './tpeModel.ts';

/** By name, with defaults and ranges. What they mean is said at `ModelOptions` and `SplitOptions`. */
export const tpeOptions = {
  /** Finished trials before there is a model; until then proposals are random. */
  startup: { default: 10, min: 1, whole: true },
  /**
   * Candidates a proposal is chosen from: Watanabe's and Optuna's number. With 48 or 128 proposals get greedier and,
   * over 100 trials of our six test problems, no better.
   */
  candidates: { default: 24, min: 1, max: 10_000, whole: true },
  multivariate: { default: true },
  group: { default: false },
  gamma: { default: 'linear', choices: ['linear', 'sqrt'] },
  share: { default: 0.15, min: 0.001, max: 1 },
  mostGood: { default: 25, min: 1, max: 10_000, whole: true },
  weights: { default: 'ei', choices: ['ei', 'equal', 'recency'] },
  bandwidth: { default: 'neighbour', choices: ['neighbour', 'scott'] },
  liar: { default: true },
  priorWeight: { default: 1, min: 1e-6, max: 1e6 },
  constrained: { default: true },
  /**
   * `final`: only final values are compared. `highest`: values at the highest step that enough trials reached, for
   * schedulers that end most trials early (BOHB).
   */
  fidelity: { default: 'final', choices: ['final', 'highest'] },
} as const;

export type TpeOptions = OptionValues<typeof tpeOptions>;

const defaults = Object.fromEntries(
  Object.entries(tpeOptions).map(([name, option]) => [name, option.default]),
) as unknown as TpeOptions; // the default of each option by its name

/**
 * Models where the good trials lie (l) and where the others do (g), draws candidates from l, and proposes the one
 * with the largest l/g. Unfinished trials count among the others, so that parallel proposals keep apart. With several
 * objectives good trials are those of the first fronts (MOTPE), with output constraints each has densities of its
 * own (c-TPE).
 */
export const tpeSampler = (given: Partial<TpeOptions> = {}, name = 'tpe'): Sampler => {
  const options = { ...defaults, ...given };
  const read = createHistoryReader();
  const readModel = createModeller(options);
  const atFidelity = createFidelityReader();
  return {
    name,
    sample: (context) => {
      const { space, objectives } = context;
      const { trials, step } =
        options.fidelity === 'final'
          ? { trials: context.trials, step: undefined }
          : atFidelity(context.trials, objectives.length, space.parameters.length + 2);
      const history = read(space, objectives, trials);
      const reading = readModel(space, history);
      const { finished } = reading.split;
      return finished < Math.max(1, options.startup) || history.axes.length === 0
        ? proposeAtRandom(
            context,
            history,
            `${finished} of the ${options.startup} trials that a model needs are done.`,
          )
        : proposeByModel(context, history, reading, options.candidates, step);
    },
  };
};

const proposeAtRandom = ({ space, random }: SampleContext, history: History, because: string): Proposal => {
  const { params, isFresh } = drawFresh(space, history, random);
  return { params, reason: isFresh ? `Drawn at random: ${because}` : repeatReason(history.seen, space) };
};

const proposeByModel = (
  { space, random, ...context }: SampleContext,
  history: History,
  reading: Reading,
  wanted: number,
  step: number | undefined,
): Proposal => {
  const model = reading.model();
  const isTried = (params: Assignment): boolean =>
    history.seen.size > 0 && history.seen.has(configurationKey(space, params));
  if (model.groups.length > 1) {
    const chosen = chooseByGroup(space, history.axes, model.groups, wanted, random);
    if (chosen !== undefined && !isTried(chosen.values)) {
      const choice = { params: chosen.values, score: chosen.score, among: wanted };
      return { params: choice.params, reason: explain(choice, reading.split, step) };
    }
  }
  const drawn = drawCandidates(space, history.axes, model.sources, wanted, random);
  if (drawn.count === 0) {
    return proposeAtRandom(
      { space, random, ...context },
      history,
      `none of ${wanted} candidates near good trials kept the constraints.`,
    );
  }
  const best = bestFresh(space, history, model, drawn) ?? bestUntried(space, history, model, random);
  if (best) return { params: best.params, reason: explain(best, reading.split, step) };
  const params = valuesAt(history.axes, drawn.positions, 0);
  return { params, reason: repeatReason(history.seen, space) };
};

interface Choice {
  readonly params: Assignment;
  /** log l/g */
  readonly score: number;
  /** Of how many candidates it is the best. */
  readonly among: number;
}

/** The best candidate that no trial has tried; undefined when all are repeats. */
const bestFresh = (
  space: SearchSpace,
  history: History,
  model: TpeModel,
  drawn: Candidates,
): Choice | undefined => {
  const width = history.axes.length;
  const scores = new Float64Array(drawn.count);
  for (let i = 0; i < drawn.count; i++) scores[i] = model.score(drawn.positions, i * width);
  const order = Array.from(scores, (_, i) => i).sort((a, b) => at(scores, b) - at(scores, a) || a - b);
  for (const i of order) {
    const params = valuesAt(history.axes, drawn.positions, i * width);
    const isRepeat = history.seen.size > 0 && history.seen.has(configurationKey(space, params));
    if (!isRepeat) return { params, score: at(scores, i), among: drawn.count };
  }
  return undefined;
};

/** Most configurations left over that are looked at when all candidates were repeats. */
const mostLeftOver = 256;

/** The best of the configurations left over, or of fresh draws where they are too many to be listed. */
const bestUntried = (
  space: SearchSpace,
  history: History,
  model: TpeModel,
  random: RandomStream,
): Choice | undefined => {
  const listed = untried(space, history.seen);
  const left = listed ?? freshDraws(space, history, random);
  const looked =
    left.length <= mostLeftOver
      ? left
      : Array.from({ length: mostLeftOver }, () => itemAt(left, random.integer(left.length)));
  const positions = new Float64Array(looked.length * history.axes.length);
  for (const [i, params] of looked.entries())
    positionsOf(history.axes, params, positions, i * history.axes.length);
  return looked.length === 0
    ? undefined
    : bestFresh(space, history, model, { count: looked.length, positions });
};

const mostFreshDraws = 24;

const freshDraws = (space: SearchSpace, history: History, random: RandomStream): readonly Assignment[] =>
  Array.from({ length: mostFreshDraws }, () => drawFresh(space, history, random))
    .filter(({ isFresh }) => isFresh)
    .map(({ params }) => params);

const explain = (
  { score, among }: Choice,
  { good, finished, pending }: Split,
  step: number | undefined,
): string => {
  const waiting = pending === 0 ? '' : ` and ${pending} unfinished`;
  const others = `the other ${finished - good.rows.length}${waiting}`;
  const compared = step === undefined ? '' : ` by their values at step ${step}`;
  if (good.rows.length === 0) return `Furthest of ${among} candidates from ${others}; no trial is good yet.`;
  return `Best of ${among} candidates: ${ratioText(score)} as dense in good trials (the best ${good.rows.length} of ${finished}${compared}) as in ${others}.`;
};

/** exp(score) with two digits, as “3.1 times”. */
const ratioText = (score: number): string => {
  const ratio = Math.exp(score);
  if (ratio > 1e6) return 'over a million times';
  return `${Number(ratio.toPrecision(2))} times`;
};
