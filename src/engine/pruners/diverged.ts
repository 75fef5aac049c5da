// Stops trainings that have come apart.
import { itemAt } from '../numeric/at.ts';
import type { SortedList } from '../numeric/sortedList.ts';
import { lastStep } from '../study/curve.ts';
import type { PruneContext, PruneDecision, Pruner } from '../study/pruner.ts';
import { createStepLists, selfAmong } from '../study/stepLists.ts';
import { goOn, show, stop } from './decision.ts';
import { finiteAtStep } from './lossBy.ts';

export interface DivergedOptions {
  /** Non-finite reports in a row that stop a trial. Default 2: one may be an overflow that the scaler repairs. */
  readonly reports?: number;
  /**
   * A value this many times further from the trial's best than the best was ever from its start, and than the start
   * is from 0, has exploded. Default 10.
   */
  readonly factor?: number;
  /** Robust standard deviations behind the median of its peers at the same step. Default 20. */
  readonly deviations?: number;
  /** Peers that must have reached the step before they count. Default 8. */
  readonly startup?: number;
}

/** Stops a trial that reports NaN or infinities, explodes, or falls far out of the field of all that got as far. */
export const divergedPruner = ({
  reports = 2,
  factor = 10,
  deviations = 20,
  startup = 8,
}: DivergedOptions = {}): Pruner => {
  const read = createStepLists(finiteAtStep);
  return {
    name: 'diverged',
    decide: (context) => {
      const step = lastStep(context.trial) ?? 0;
      return (
        judgeFinite(context, reports) ??
        judgeOwnCurve(context, factor) ??
        judgeAmongPeers(context, read(context.others, step, context.direction), deviations, startup) ??
        goOn('Its values are finite and not far out.')
      );
    },
  };
};

const judgeFinite = ({ trial }: PruneContext, reports: number): PruneDecision | undefined => {
  const newest = trial.intermediate.at(-1);
  if (newest === undefined) return goOn('Nothing has been reported yet.');
  let bad = 0;
  for (let i = trial.intermediate.length - 1; i >= 0; i--) {
    if (Number.isFinite(itemAt(trial.intermediate, i).value)) break;
    bad++;
  }
  if (bad === 0) return undefined;
  const text = `${bad} non-finite ${bad === 1 ? 'value' : 'values'} in a row up to step ${newest.step}`;
  return bad >= reports ? stop(`Diverged: ${text}.`) : goOn(`${text}; ${reports} stop a trial.`);
};

const judgeOwnCurve = ({ trial, direction }: PruneContext, factor: number): PruneDecision | undefined => {
  const sign = direction === 'minimize' ? 1 : -1;
  const losses = trial.intermediate.map(({ value }) => sign * value).filter(Number.isFinite);
  const first = losses[0] ?? 0;
  const newest = losses.at(-1) ?? first;
  let best = first;
  for (const loss of losses) best = Math.min(best, loss);
  const scale = Math.max(first - best, Math.abs(first));
  // A curve that starts at 0 and never fell has no scale of its own.
  if (scale === 0 || newest - best <= factor * scale) return undefined;
  return stop(
    `Diverged: ${show(sign * newest)} is ${show((newest - best) / scale)} times its scale away from its best, ${show(sign * best)}.`,
  );
};

const judgeAmongPeers = (
  { trial, others, direction }: PruneContext,
  peers: SortedList<number>,
  deviations: number,
  startup: number,
): PruneDecision | undefined => {
  const newest = trial.intermediate.at(-1);
  if (newest === undefined) return undefined;
  // It may be among the others itself, as it is now or as it was.
  const self = selfAmong(others, trial.number);
  const own = self && finiteAtStep(self, newest.step, direction);
  const count = peers.size - Number(own !== undefined);
  if (count < startup) return undefined;
  const skipped = own === undefined ? Infinity : peers.placeOf(own);
  const quantile = (share: number): number => {
    const place = Math.floor(share * (count - 1));
    return peers.at(place < skipped ? place : place + 1) ?? Number.NaN;
  };
  const sign = direction === 'minimize' ? 1 : -1;
  const middle = quantile(0.5);
  // The quartiles of a normal distribution are 1.349 standard deviations apart.
  const spread = (quantile(0.75) - quantile(0.25)) / 1.349;
  const behind = (sign * newest.value - middle) / spread;
  if (spread === 0 || behind <= deviations) return undefined;
  return stop(
    `Diverged: ${show(newest.value)} at step ${newest.step} is ${show(behind)} deviations behind the median ${show(sign * middle)} of ${count} trials.`,
  );
};
