import type { PastStudy } from '../study/sampler.ts';
import type { Store, StudyRecord } from '../study/store.ts';
import { toTrial } from './trialModel.ts';

/** Earlier studies looked at, the newest first. */
const mostPast = 3;

/**
 * Earlier studies of the same script by the same metrics, the newest first; none before the objective is known. Their
 * spaces may differ: who uses them takes what fits.
 */
export const pastStudies = (
  store: Store,
  { id, script, spec, createdAtMs }: StudyRecord,
): readonly PastStudy[] => {
  const wanted = JSON.stringify(spec.objectives);
  if (spec.objectives.length === 0) return [];
  return store
    .studies()
    .filter(
      (study) =>
        study.id !== id &&
        study.script === script &&
        study.createdAtMs <= createdAtMs &&
        JSON.stringify(study.spec.objectives) === wanted,
    )
    .sort((a, b) => b.createdAtMs - a.createdAtMs)
    .slice(0, mostPast)
    .map((study) => ({
      space: study.spec.space,
      objectives: study.spec.objectives,
      trials: store.trials(study.id).map((trial) => toTrial(trial)),
    }));
};
