// Stops trials by a paired test over folds or instances, as in racing (after Maron, Moore, "Hoeffding Races", 1994;
// the signed-rank test as Optuna's pruner of this name applies it).
import { signedRankPValue } from '../numeric/signedRank.ts';
import type { PruneContext, PruneDecision, Pruner } from '../study/pruner.ts';
import type { Trial } from '../study/trial.ts';
import { goOn, show, stop } from './decision.ts';
import { createFinishedReader } from './finished.ts';

export interface WilcoxonOptions {
  /** Largest probability of such a deficit between equals at which a trial stops. Default 0.1. */
  readonly p?: number;
  /** Pairs needed before anything is decided; with fewer than 2 nothing ever is. Default 2. */
  readonly startup?: number;
}

/**
 * Here a step is a fold, a seed or an instance and its value that of the trial on it. A trial stops when it does worse,
 * on the steps that it shares with the best complete trial, than chance explains, and never while its mean over
 * them is better.
 */
export const wilcoxonPruner = ({ p = 0.1, startup = 2 }: WilcoxonOptions = {}): Pruner => {
  const read = createFinishedReader();
  return {
    name: 'wilcoxon',
    // A running trial is not complete, so it is never the best one itself.
    decide: (context) =>
      decide(context, read(context.others, context.direction).at(0)?.trial, p, Math.max(2, startup)),
  };
};

const decide = (
  { trial, direction }: PruneContext,
  best: Trial | undefined,
  p: number,
  startup: number,
): PruneDecision => {
  if (best === undefined) return goOn('No complete trial with values by step to compare with yet.');
  const sign = direction === 'minimize' ? 1 : -1;
  const bestAt = new Map(best.intermediate.map(({ step, value }) => [step, value]));
  const differences: number[] = [];
  for (const { step, value } of trial.intermediate) {
    const difference = sign * (value - (bestAt.get(step) ?? Number.NaN));
    // Equal infinities differ by nothing; NaN cannot be ranked.
    if (value === bestAt.get(step)) differences.push(0);
    else if (!Number.isNaN(difference)) differences.push(difference);
  }
  const pairs = differences.length;
  if (pairs < startup)
    return goOn(
      `${pairs} steps in common with the best trial, ${best.number}; judging starts at ${startup}.`,
    );
  const mean = differences.reduce((sum, difference) => sum + difference, 0) / pairs;
  if (!(mean >= 0))
    return goOn(`Over ${pairs} common steps its mean is better than that of trial ${best.number}.`);
  const chance = signedRankPValue(differences);
  const text = `Over ${pairs} steps it stands behind the best trial, ${best.number}, by ${show(mean)} in the mean`;
  return chance < p
    ? stop(`${text}; between equals so clear a deficit has a chance of ${show(chance)}.`)
    : goOn(`${text}; that may be chance (${show(chance)}).`);
};
