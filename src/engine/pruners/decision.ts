import type { PruneDecision } from '../study/pruner.ts';
import type { IntermediateValue, Trial } from '../study/trial.ts';

export const goOn = (reason: string): PruneDecision => ({ prune: false, reason });

export const stop = (reason: string): PruneDecision => ({ prune: true, reason });

/** The newest report, or the decision to go on where there is none or it lies within the warm-up. */
export const newestReport = (trial: Trial, warmup: number): IntermediateValue | PruneDecision => {
  const newest = trial.intermediate.at(-1);
  if (newest === undefined) return goOn('Nothing has been reported yet.');
  return newest.step < warmup
    ? goOn(`Step ${newest.step} lies within the warm-up of ${warmup} steps.`)
    : newest;
};

/** Four digits are enough for a person. */
export const show = (value: number): string => String(Number(value.toPrecision(4)));
