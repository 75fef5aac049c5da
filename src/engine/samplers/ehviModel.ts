// One Gaussian process for each of several objectives, and for each output constraint.
import { at, itemAt } from '../numeric/at.ts';
import type { KernelName } from '../numeric/linear.ts';
import { crowdingDistances, nonDominatedFronts, type Point } from '../numeric/nonDominated.ts';
import type { SearchSpace } from '../space/parameter.ts';
import type { Objective } from '../study/objective.ts';
import type { SampleContext } from '../study/sampler.ts';
import type { Trial } from '../study/trial.ts';
import { type Feasibility, modelFeasibility } from './feasible.ts';
import { createFeatures, type Features } from './features.ts';
import { lastFit, rowsOf, sameItems } from './gp.ts';
import { type History, standingCode } from './history.ts';
import type { TransformName } from './outputTransform.ts';
import {
  conditionSurrogate,
  type Evidence,
  type FittedShape,
  fitSurrogate,
  type Surrogate,
  toInputs,
} from './surrogate.ts';

export interface MultiModel {
  /** One an objective, all over the same rows. */
  readonly surrogates: readonly Surrogate[];
  readonly rows: readonly number[];
  readonly feasibility?: Feasibility;
}

export interface MultiModelOptions {
  readonly kernel?: KernelName;
  readonly deterministic?: boolean;
}

/** Trials that the processes are conditioned on at most. */
const mostConditioned = 200;

/**
 * Without the logarithm: the front reaches far beyond an objective's best values, and a model that takes pains to tell
 * those apart looks for them alone.
 */
const shapes: readonly TransformName[] = ['plain', 'power', 'half-rank'];

interface Kept {
  readonly space: SearchSpace;
  readonly directions: string;
  readonly trials: readonly Trial[];
  readonly fitted: readonly FittedShape[];
}

/** Keeps the last fits for as long as the trials they were made of are the same objects. */
export const createMultiModelKeeper = (): ((
  context: Pick<SampleContext, 'space' | 'objectives'>,
  history: History,
  options: MultiModelOptions,
) => MultiModel) => {
  let kept: Kept | undefined;
  return ({ space, objectives }, history, options) => {
    const features = createFeatures(space, history.axes);
    const known = rowsOf(history, 'ranked', 'worse', 'infeasible');
    const first = known.slice(0, lastFit(known.length));
    const trials = first.map((row) => itemAt(history.trials, row));
    const directions = directionsOf(objectives);
    if (kept?.space !== space || kept.directions !== directions || !sameItems(kept.trials, trials)) {
      const fitted = objectives.map((_, m) =>
        fitSurrogate(evidenceOf(history, features, first, m), surrogateOptions(options)),
      );
      kept = { space, directions, trials, fitted };
    }
    const rows = thinByFront(history, known, mostConditioned);
    const surrogates = kept.fitted.map((fitted, m) =>
      conditionSurrogate(evidenceOf(history, features, rows, m), fitted),
    );
    const feasibility = history.constrained > 0 ? modelFeasibility(history, features) : undefined;
    return { surrogates, rows, ...(feasibility ? { feasibility } : {}) };
  };
};

const directionsOf = (objectives: readonly Objective[]): string =>
  objectives.map(({ direction }) => direction).join();

const surrogateOptions = ({ kernel = 'matern52', deterministic }: MultiModelOptions) => ({
  kernel,
  shape: 'auto' as const,
  shapes,
  minNoise: 1e-6,
  ...(deterministic ? { maxNoise: 1e-6 } : {}),
});

/** Rows and their losses in one objective; where a trial has none, the worst of the others' stands for it. */
export const evidenceOf = (
  history: History,
  features: Features,
  rows: readonly number[],
  objective: number,
): Evidence => {
  const known = rows.map((row) => at(history.losses, row * history.objectives + objective));
  const usable = known.map(
    (loss, k) => Number.isFinite(loss) && history.trials[itemAt(rows, k)]?.state === 'complete',
  );
  const worst = known.reduce((most, loss, k) => (usable[k] ? Math.max(most, loss) : most), -Infinity);
  const losses = Float64Array.from(known, (loss, k) =>
    usable[k] ? loss : Number.isFinite(worst) ? worst : 0,
  );
  return { inputs: toInputs(features, history.positions, rows, history.axes.length), losses };
};

/** The first fronts, up to half of `most`; of the rest an even share in their order. */
export const thinByFront = (history: History, rows: readonly number[], most: number): readonly number[] => {
  if (rows.length <= most) return rows;
  const isRanked = (row: number): boolean => history.standing[row] === standingCode.ranked;
  const ranked = rows.filter(isRanked);
  const fronts = nonDominatedFronts(ranked.map((row) => lossesAt(history, row)));
  const ordered = fronts.flat().map((i) => itemAt(ranked, i));
  const rest = [...ordered.slice(most >> 1), ...rows.filter((row) => !isRanked(row))];
  const good = ordered.slice(0, most >> 1);
  const wanted = most - good.length;
  const spread = Array.from({ length: wanted }, (_, k) =>
    itemAt(rest, Math.floor((k * rest.length) / wanted)),
  );
  return [...new Set([...good, ...spread])].sort((a, b) => a - b);
};

export const lossesAt = ({ losses, objectives }: History, row: number): Point =>
  Array.from(losses.subarray(row * objectives, (row + 1) * objectives));

/** Means of all objectives at some rows of columns. */
export const meansAt = ({ surrogates }: MultiModel, x: Float64Array, count: number): readonly Point[] => {
  const means = surrogates.map(({ gp }) => {
    const mean = new Float64Array(count);
    gp.predict(x, count, mean, new Float64Array(count));
    return mean;
  });
  return Array.from({ length: count }, (_, i) => means.map((mean) => at(mean, i)));
};

/** Positions of trials of the front, the least crowded first; filled up from later fronts. */
export const spreadFront = (
  history: History,
  rows: readonly number[],
  most: number,
): readonly Float64Array[] => {
  const points = rows.map((row) => lossesAt(history, row));
  const chosen: number[] = [];
  for (const front of nonDominatedFronts(points, most)) {
    const crowding = crowdingDistances(front.map((i) => itemAt(points, i)));
    const order = front.map((_, k) => k).sort((a, b) => itemAt(crowding, b) - itemAt(crowding, a) || a - b);
    for (const k of order) chosen.push(itemAt(rows, itemAt(front, k)));
  }
  const width = history.axes.length;
  return chosen.slice(0, most).map((row) => history.positions.slice(row * width, (row + 1) * width));
};
