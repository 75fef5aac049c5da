import { cardinality } from '../space/cardinality.ts';
import { configurationKey } from '../space/configurationKey.ts';
import type { StudySpec } from '../study/study.ts';
import type { Trial } from '../study/trial.ts';

/** Why a study proposes no more trials; undefined while it should go on. `replicas`: trials that only repeat others. */
export const whyDone = (
  spec: StudySpec,
  trials: readonly Trial[],
  elapsedMs: number,
  finiteSize: number,
  replicas = 0,
): string | undefined => {
  const { budget } = spec;
  if (budget.trials !== undefined && trials.length - replicas >= budget.trials)
    return `All ${budget.trials} trials are done.`;
  if (budget.timeMs !== undefined && elapsedMs >= budget.timeMs) return 'The time budget is used up.';
  if (Number.isFinite(finiteSize) && trials.length >= finiteSize) {
    const tried = new Set(trials.map((trial) => configurationKey(spec.space, trial.params)));
    if (tried.size >= finiteSize) return `All ${finiteSize} combinations have been tried.`;
  }
  return undefined;
};

/** Number of different configurations; infinite for a continuous space. Costly for some spaces: keep it. */
export const finiteSizeOf = (spec: StudySpec): number => cardinality(spec.space);
