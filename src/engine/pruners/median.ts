// Median stopping rule (Golovin et al., "Google Vizier", KDD 2017, section 3.2.2).
import type { Pruner } from '../study/pruner.ts';
import { percentileRule } from './percentile.ts';

export interface MedianOptions {
  /** Complete trials to compare with before any is stopped. Default 5. */
  readonly startup?: number;
  /** Reports at steps below this are not judged. Default 0. */
  readonly warmup?: number;
}

/**
 * Stops a trial whose best value so far is worse than the median of what the complete trials had reached by the same
 * step; of an even number the worse of the two in the middle, which is a value that was really reached. A trial that
 * has reported nothing but NaN is worse than every number, so it stops as soon as there are peers.
 */
export const medianPruner = (options: MedianOptions = {}): Pruner => ({
  name: 'median',
  decide: percentileRule(50, 'the median', options),
});
