// The leaders of a noisy study once more.
import { at, itemAt } from '../numeric/at.ts';
import type { GaussianProcess } from '../numeric/gaussianProcess.ts';
import { checkAssignment } from '../space/assignment.ts';
import { configurationKey } from '../space/configurationKey.ts';
import type { SearchSpace } from '../space/parameter.ts';
import { searchedOnly } from '../space/searched.ts';
import type { Proposal, SampleContext } from '../study/sampler.ts';
import { createFeatures } from './features.ts';
import { rowsOf } from './gp.ts';
import type { History } from './history.ts';
import { type Surrogate, toInputs } from './surrogate.ts';

/** Near the end of a noisy study the leaders are looked at once more: the luckiest is not always the best. */
export const proposeRepeat = (
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
