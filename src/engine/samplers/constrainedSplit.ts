// Splits for output constraints: c-TPE (Watanabe, Hutter, "c-TPE: Tree-structured Parzen Estimator with Inequality
// Constraints for Expensive Hyperparameter Optimization", IJCAI 2023, section 4). The objective and each constraint
// have good and other trials of their own, and a candidate is worth the product of its relative density ratios
// 1 / (γ + (1 - γ) g/l), where γ is the share of good trials: a constraint that nearly always holds counts for little.
import { at } from '../numeric/at.ts';
import { type History, standingCode } from './history.ts';
import { goodCount, type Split, type SplitOptions, type WeightedRows } from './split.ts';

export interface SharedSplit {
  readonly good: WeightedRows;
  readonly others: WeightedRows;
  /** γ, between 0 and 1. */
  readonly share: number;
}

/** Most rows on each side of a constraint's split; of more, some taken evenly. */
const mostRows = 200;

/**
 * The objective's split and that of each constraint that some trials keep and others break, over the trials in which
 * an axis is active. Empty where one trial alone says whether it keeps constraints, or none of them breaks any.
 */
export const constrainedSplits = (
  history: History,
  axis: number | undefined,
  split: Split,
  options: SplitOptions,
): readonly SharedSplit[] => {
  const rows = constrainedRows(history, axis);
  const constraints: SharedSplit[] = [];
  const count = Math.max(0, ...rows.map((row) => constraintsOf(history, row).length));
  const pending = pendingOf(history, split);
  for (let i = 0; i < count; i++) {
    const made = constraintSplit(history, rows, i, pending);
    if (made !== undefined) constraints.push(made);
  }
  if (constraints.length === 0) return [];
  const objective = objectiveSplit(history, rows, split, options);
  return objective === undefined ? constraints : [objective, ...constraints];
};

const constrainedRows = (history: History, axis: number | undefined): readonly number[] => {
  const rows: number[] = [];
  for (let row = 0; row < history.count; row++) {
    if (constraintsOf(history, row).length === 0) continue;
    if (axis === undefined || at(history.positions, row * history.axes.length + axis) >= 0) rows.push(row);
  }
  return rows;
};

const constraintsOf = ({ trials }: History, row: number): readonly number[] => {
  const trial = trials[row];
  return trial?.state === 'complete' ? (trial.constraints ?? []) : [];
};

const pendingOf = (history: History, { others }: Split): readonly number[] =>
  Array.from(others.rows).filter((row) => history.standing[row] === standingCode.pending);

/** Good are those that keep it; while none does, those that break it least. */
const constraintSplit = (
  history: History,
  rows: readonly number[],
  index: number,
  pending: readonly number[],
): SharedSplit | undefined => {
  const valueAt = (row: number): number => constraintsOf(history, row)[index] ?? Number.NaN;
  const least = rows.reduce((min, row) => (valueAt(row) < min ? valueAt(row) : min), Infinity);
  const threshold = Math.max(0, least);
  const good = rows.filter((row) => valueAt(row) <= threshold);
  const others = rows.filter((row) => !(valueAt(row) <= threshold));
  if (good.length === 0 || others.length === 0) return undefined;
  return {
    good: evenly(good),
    others: withPending(evenly(others), pending),
    share: good.length / rows.length,
  };
};

/**
 * Good are all that are no worse than the last of the good feasible ones, feasible or not (section 4.2); undefined
 * while nothing is feasible, or with several objectives, whose good trials are the feasible ones of the first fronts.
 */
const objectiveSplit = (
  history: History,
  rows: readonly number[],
  split: Split,
  options: SplitOptions,
): SharedSplit | undefined => {
  const feasible = rows.filter((row) => history.standing[row] === standingCode.ranked);
  if (feasible.length === 0) return undefined;
  if (history.objectives > 1)
    return {
      good: split.good,
      others: split.others,
      share: split.good.rows.length / Math.max(1, split.finished),
    };
  const losses = feasible.map((row) => at(history.losses, row)).sort((a, b) => a - b);
  const threshold = losses[Math.max(1, goodCount(options, losses.length)) - 1] ?? Infinity;
  const isGood = (row: number): boolean => at(history.losses, row) <= threshold;
  const good = rows.filter(isGood);
  const others = Array.from({ length: history.count }, (_, row) => row).filter(
    (row) => isOther(history, row) && !isGood(row),
  );
  const pending = pendingOf(history, split);
  return {
    good: evenly(good),
    others: withPending(evenly(others), pending),
    share: good.length / Math.max(1, good.length + others.length),
  };
};

const isOther = ({ standing }: History, row: number): boolean =>
  (standing[row] ?? 0) <= standingCode.infeasible;

/** At most `mostRows`, each standing for several where there are more. */
const evenly = (rows: readonly number[]): WeightedRows => {
  const count = Math.min(rows.length, mostRows);
  const taken = Int32Array.from(
    { length: count },
    (_, i) => rows[Math.floor(((i + 0.5) * rows.length) / count)] ?? 0,
  );
  return { rows: taken, weights: new Float64Array(count).fill(rows.length / Math.max(1, count)) };
};

const withPending = ({ rows, weights }: WeightedRows, pending: readonly number[]): WeightedRows => {
  const all = new Int32Array(rows.length + pending.length);
  all.set(rows);
  all.set(pending, rows.length);
  const counts = new Float64Array(all.length).fill(1);
  counts.set(weights);
  return { rows: all, weights: counts };
};
