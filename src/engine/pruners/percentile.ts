// The percentile stopping rule; at 50 it is the median rule of Golovin et al., "Google Vizier", KDD 2017, section 3.2.2.
import { isBetter } from '../study/objective.ts';
import type { PruneContext, PruneDecision, Pruner } from '../study/pruner.ts';
import { createStepLists } from '../study/stepLists.ts';
import { bestUpTo } from './bestUpTo.ts';
import { goOn, newestReport, show, stop } from './decision.ts';
import { bestOfComplete } from './lossBy.ts';

export interface PercentileOptions {
  /** Share of the complete trials, in per cent, that a trial must stand among to go on. Default 25. */
  readonly percentile?: number;
  /** Complete trials to compare with before any is stopped. Default 5. */
  readonly startup?: number;
  /** Reports at steps below this are not judged. Default 0. */
  readonly warmup?: number;
}

/**
 * Stops a trial whose best value so far is worse than what the best `percentile` per cent of the complete trials had
 * reached by the same step. A trial that has reported nothing but NaN is worse than every number.
 */
export const percentilePruner = ({ percentile = 25, ...more }: PercentileOptions = {}): Pruner => ({
  name: 'percentile',
  decide: percentileRule(percentile, `the best ${show(percentile)} % line`, more),
});

/** Also the median's. `name` is what the reasons call the bar. */
export const percentileRule = (
  percentile: number,
  name: string,
  { startup = 5, warmup = 0 }: Omit<PercentileOptions, 'percentile'>,
): ((context: PruneContext) => PruneDecision) => {
  const read = createStepLists(bestOfComplete);
  const needed = Math.max(1, startup);
  return ({ trial, others, direction }) => {
    const newest = newestReport(trial, warmup);
    if ('prune' in newest) return newest;
    const { step } = newest;
    // A running trial is never complete, so it is not among its own peers.
    const peers = read(others, step, direction);
    if (peers.size < needed)
      return goOn(`${peers.size} complete trials reached step ${step}; judging starts at ${needed}.`);
    const loss =
      peers.at(Math.min(peers.size - 1, Math.floor((peers.size * percentile) / 100))) ?? Number.NaN;
    const bar = direction === 'minimize' ? loss : -loss;
    const own = bestUpTo(trial.intermediate, step, direction) ?? newest.value;
    const peersText = `${name} ${show(bar)} of ${peers.size} complete trials`;
    if (Number.isNaN(own) && !Number.isNaN(bar))
      return stop(`Diverged: only NaN by step ${step}, against ${peersText}.`);
    return isBetter(direction, bar, own)
      ? stop(`Best value ${show(own)} by step ${step} is worse than ${peersText}.`)
      : goOn(`Best value ${show(own)} by step ${step} is no worse than ${peersText}.`);
  };
};
