// The trust region of TuRBO-1, as it follows from finished trials in number order.
import { at } from '../numeric/at.ts';
import { type History, standingCode } from './history.ts';
import type { Fold, Snapshot } from './historyFold.ts';

/** The paper's constants (Eriksson et al., NeurIPS 2019, and its code): side lengths as shares of each range. */
export const regionLengths = { first: 0.8, least: 2 ** -7, most: 1.6 };
/** Improvements in a row after which the region doubles. */
const successesToGrow = 3;
/** An improvement is at least this share of the best loss. */
const leastImprovement = 1e-3;

export interface TrustRegion {
  /** Of how many earlier regions nothing more was to be had. */
  readonly restarts: number;
  /** Place among the telling rows of the first trial of this region. */
  readonly start: number;
  readonly length: number;
  /** In a row. */
  readonly successes: number;
  readonly failures: number;
  /** Lowest loss of this region's trials; ∞ when there is none yet. */
  readonly best: number;
  /** Its row; -1 when there is none yet. */
  readonly bestRow: number;
}

/** A region begins with this many trials of the whole space. */
export const firstTrials = (dimensions: number): number => Math.max(2, 2 * dimensions);

/** Trials in a row without improvement after which the region is halved; one trial at a time is told. */
export const failuresToShrink = (dimensions: number): number => Math.max(4, dimensions);

/** @param first trials a region begins with, which are not counted as successes or failures */
export const turboFold = (dimensions: number, first: number): Fold<TrustRegion> => ({
  begin: () => ({ taken: 0, state: beginRegion(0, 0) }),
  next: ({ taken, state }, history, telling) => {
    const row = telling[taken];
    if (row === undefined) return undefined;
    return takeIn({ taken, state }, row, lossOf(history, row), dimensions, first);
  },
});

const beginRegion = (start: number, restarts: number): TrustRegion => ({
  restarts,
  start,
  length: regionLengths.first,
  successes: 0,
  failures: 0,
  best: Infinity,
  bestRow: -1,
});

/** ∞ for trials that are no better than any. */
const lossOf = ({ standing, score }: History, row: number): number =>
  standing[row] === standingCode.ranked ? at(score, row) : Infinity;

const takeIn = (
  { taken, state }: Snapshot<TrustRegion>,
  row: number,
  loss: number,
  dimensions: number,
  first: number,
): Snapshot<TrustRegion> => {
  const isBetter = loss < state.best;
  const known = isBetter ? { best: loss, bestRow: row } : { best: state.best, bestRow: state.bestRow };
  if (taken - state.start < first) return { taken: taken + 1, state: { ...state, ...known } };
  const isImprovement = isBetter && !(loss >= state.best - leastImprovement * Math.abs(state.best));
  const counted = isImprovement
    ? { successes: state.successes + 1, failures: 0 }
    : { successes: 0, failures: state.failures + 1 };
  const resized = resize({ ...state, ...known, ...counted }, dimensions);
  const next = resized.length < regionLengths.least ? beginRegion(taken + 1, state.restarts + 1) : resized;
  return { taken: taken + 1, state: next };
};

const resize = (state: TrustRegion, dimensions: number): TrustRegion => {
  if (state.successes >= successesToGrow)
    return { ...state, successes: 0, length: Math.min(regionLengths.most, 2 * state.length) };
  if (state.failures >= failuresToShrink(dimensions))
    return { ...state, failures: 0, length: state.length / 2 };
  return state;
};
