import type { PruneContext, PruneDecision, Pruner } from '../study/pruner.ts';
import { goOn, newestReport, show, stop } from './decision.ts';

/** Stands for "no bound"; only infinities lie outside. */
export const noBound = 1e308;

export interface ThresholdOptions {
  /** Values below this stop a trial. Default -1e308, which only -∞ is below. */
  readonly lower?: number;
  /** Values above this stop a trial. Default 1e308, which only ∞ is above. */
  readonly upper?: number;
  /** Reports at steps below this are not judged. Default 0. */
  readonly warmup?: number;
}

/** Stops a trial whose newest value is NaN or lies outside the bounds; knows nothing of other trials. */
export const thresholdPruner = ({
  lower = -noBound,
  upper = noBound,
  warmup = 0,
}: ThresholdOptions = {}): Pruner => ({
  name: 'threshold',
  decide: (context) => decide(context, lower, upper, warmup),
});

const decide = ({ trial }: PruneContext, lower: number, upper: number, warmup: number): PruneDecision => {
  const newest = newestReport(trial, warmup);
  if ('prune' in newest) return newest;
  const { step, value } = newest;
  if (Number.isNaN(value)) return stop(`The value at step ${step} is not a number.`);
  if (value < lower) return stop(`${show(value)} at step ${step} is below the bound ${show(lower)}.`);
  if (value > upper) return stop(`${show(value)} at step ${step} is above the bound ${show(upper)}.`);
  return goOn(`${show(value)} at step ${step} lies within the bounds.`);
};
