import { itemAt } from '../numeric/at.ts';
import type { PruneContext, PruneDecision, Pruner } from '../study/pruner.ts';
import { goOn, show, stop } from './decision.ts';

export interface PatienceOptions {
  /** Reports without improvement after which a trial stops. Default 10. */
  readonly reports?: number;
  /** Less than this is no improvement. Default 0: any is one. */
  readonly minDelta?: number;
  /** When given, a trial out of patience stops only where this pruner would stop it as well. */
  readonly inner?: Pruner;
}

/**
 * Stops a trial that has not improved on its own best for a number of reports (Prechelt, "Early Stopping – But When?",
 * 1998, its third class of criteria). NaN is no improvement.
 */
export const patiencePruner = ({ reports = 10, minDelta = 0, inner }: PatienceOptions = {}): Pruner => ({
  name: 'patience',
  decide: (context) => {
    const impatient = decide(context, reports, minDelta);
    return impatient.prune && inner !== undefined ? inner.decide(context) : impatient;
  },
});

const decide = ({ trial, direction }: PruneContext, reports: number, minDelta: number): PruneDecision => {
  const curve = trial.intermediate;
  if (curve.length <= reports)
    return goOn(`${curve.length} reports are not more than the patience of ${reports}.`);
  const sign = direction === 'minimize' ? 1 : -1;
  let best = Infinity;
  let bestAt = -1;
  for (let i = 0; i < curve.length; i++) {
    const loss = sign * itemAt(curve, i).value;
    // The first number improves on nothing, also where it is infinite.
    if ((bestAt < 0 && !Number.isNaN(loss)) || loss < best - minDelta) {
      best = loss;
      bestAt = i;
    }
  }
  const since = curve.length - 1 - bestAt;
  if (bestAt < 0) return stop(`None of ${curve.length} reports was a number.`);
  const text = `its best, ${show(sign * best)} at step ${itemAt(curve, bestAt).step}`;
  return since >= reports
    ? stop(`No improvement on ${text}, in ${since} reports.`)
    : goOn(`${since} reports since ${text}; the patience is ${reports}.`);
};
