// Stops trainings that have come apart.
import { itemAt } from '../numeric/at.ts';
import { selectRank } from '../numeric/select.ts';
import { lossesAt } from '../study/curve.ts';
import type { PruneContext, PruneDecision, Pruner } from '../study/pruner.ts';
import { goOn, show, stop } from './decision.ts';

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
}: DivergedOptions = {}): Pruner => ({
  name: 'diverged',
  decide: (context) =>
    judgeFinite(context, reports) ??
    judgeOwnCurve(context, factor) ??
    judgeAmongPeers(context, deviations, startup) ??
    goOn('Its values are finite and not far out.'),
});

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
  deviations: number,
  startup: number,
): PruneDecision | undefined => {
  const newest = trial.intermediate.at(-1);
  if (newest === undefined) return undefined;
  const peers: number[] = [];
  for (const other of others) {
    const loss =
      other.number === trial.number ? undefined : lossesAt(other, newest.step, [{ direction }])?.[0];
    if (loss !== undefined && Number.isFinite(loss)) peers.push(loss);
  }
  if (peers.length < startup) return undefined;
  const sign = direction === 'minimize' ? 1 : -1;
  const middle = medianOf(peers);
  // 1.4826 makes the median of absolute deviations a standard deviation where the peers are normal.
  const spread = 1.4826 * medianOf(peers.map((loss) => Math.abs(loss - middle)));
  const behind = (sign * newest.value - middle) / spread;
  if (spread === 0 || behind <= deviations) return undefined;
  return stop(
    `Diverged: ${show(newest.value)} at step ${newest.step} is ${show(behind)} deviations behind the median ${show(sign * middle)} of ${peers.length} trials.`,
  );
};

/** The lower of the two in the middle where the number is even. */
const medianOf = (values: readonly number[]): number =>
  selectRank(Float64Array.from(values), values.length, (values.length - 1) >> 1);
