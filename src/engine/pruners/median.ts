// Median stopping rule (Golovin et al., "Google Vizier", KDD 2017, section 3.2.2).
import { itemAt } from '../numeric/at.ts';
import { isBetter, type Direction } from '../study/objective.ts';
import type { PruneContext, PruneDecision, Pruner } from '../study/pruner.ts';
import type { Trial } from '../study/trial.ts';
import { bestUpTo } from './bestUpTo.ts';

export interface MedianOptions {
  /** Complete trials to compare with before any is stopped. Default 5. */
  readonly startup?: number;
  /** Reports at steps below this are not judged. Default 0. */
  readonly warmup?: number;
}

/**
 * Stops a trial whose best value so far is worse than the median of what the complete trials had reached by the same
 * step. A trial that has reported nothing but NaN is worse than every number, so it stops as soon as there are peers.
 */
export const medianPruner = ({ startup = 5, warmup = 0 }: MedianOptions = {}): Pruner => ({
  name: 'median',
  decide: (context) => decide(context, startup, warmup),
});

const decide = (
  { trial, others, direction }: PruneContext,
  startup: number,
  warmup: number,
): PruneDecision => {
  const newest = trial.intermediate.at(-1);
  if (newest === undefined) return goOn('Nothing has been reported yet.');
  const { step } = newest;
  if (step < warmup) return goOn(`Step ${step} lies within the warm-up of ${warmup} steps.`);
  const peers = reachedBy(others, step, direction);
  if (peers.length < Math.max(1, startup)) {
    return goOn(
      `${peers.length} complete trials reached step ${step}; judging starts at ${Math.max(1, startup)}.`,
    );
  }
  const median = medianOf(peers, direction);
  const own = bestUpTo(trial.intermediate, step, direction) ?? newest.value;
  const peersText = `the median ${show(median)} of ${peers.length} complete trials`;
  if (Number.isNaN(own) && !Number.isNaN(median)) {
    return { prune: true, reason: `Diverged: only NaN by step ${step}, against ${peersText}.` };
  }
  return isBetter(direction, median, own)
    ? { prune: true, reason: `Best value ${show(own)} by step ${step} is worse than ${peersText}.` }
    : goOn(`Best value ${show(own)} by step ${step} is no worse than ${peersText}.`);
};

const goOn = (reason: string): PruneDecision => ({ prune: false, reason });

const reachedBy = (trials: readonly Trial[], step: number, direction: Direction): number[] => {
  const values: number[] = [];
  for (const trial of trials) {
    if (trial.state !== 'complete') continue;
    const value = bestUpTo(trial.intermediate, step, direction);
    if (value !== undefined) values.push(value);
  }
  return values;
};

/** The middle value; of an even count the worse of the two in the middle, which is a value that was really reached. */
const medianOf = (values: number[], direction: Direction): number => {
  values.sort((a, b) => (isBetter(direction, a, b) ? -1 : isBetter(direction, b, a) ? 1 : 0));
  return itemAt(values, values.length >> 1);
};

const show = (value: number): string => String(Number(value.toPrecision(4)));
