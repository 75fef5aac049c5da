import { shownAssignment } from '../space/composite.ts';
import { spaceToJson } from '../space/wire.ts';
import type { StudyRecord, TrialRecord } from '../study/store.ts';

/** JSON has no NaN or infinities; they travel as strings, as in the spool. */
const safe = (_key: string, value: unknown): unknown =>
  typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;

/** A study as one JSON document: what was asked, and every trial with its curve. */
export const toJson = (study: StudyRecord, trials: readonly TrialRecord[]): string => {
  const { spec } = study;
  const document = {
    format: 'tunelens-study',
    version: 1,
    study: {
      name: study.name,
      script: study.script,
      state: study.state,
      message: study.message ?? null,
      created: new Date(study.createdAtMs).toISOString(),
      elapsedMs: study.elapsedMs,
      space: spaceToJson(spec.space),
      objectives: spec.objectives,
      sampler: spec.sampler,
      pruner: spec.pruner,
      budget: spec.budget,
      parallel: spec.parallel,
      seed: spec.seed,
    },
    trials: trials.map((trial) => ({
      number: trial.number,
      state: trial.state,
      params: shownAssignment(spec.space, trial.params),
      values: trial.values ?? null,
      intermediate: trial.intermediate.map(({ step, value }) => [step, value]),
      metrics: trial.metrics,
      seed: trial.seed,
      reason: trial.reason,
      message: trial.message ?? null,
      startedAtMs: trial.startedAtMs ?? null,
      endedAtMs: trial.endedAtMs ?? null,
    })),
  };
  return `${JSON.stringify(document, safe, 2)}\n`;
};
