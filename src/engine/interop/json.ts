import { shownAssignment } from '../space/composite.ts';
import { spaceToJson } from '../space/wire.ts';
import type { CorruptRecord, StudyRecord, TrialRecord } from '../study/store.ts';

/** JSON has no NaN or infinities; they travel as strings, as in the spool. */
const safe = (_key: string, value: unknown): unknown =>
  typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;

/** A study as one JSON document: what was asked, every trial with its curve, and what could not be read of its runs. */
export const toJson = (
  study: StudyRecord,
  trials: readonly TrialRecord[],
  corrupt: readonly CorruptRecord[] = [],
): string => {
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
      tags: study.tags ?? [],
      note: study.note ?? null,
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
      starred: trial.star,
      tags: trial.tags ?? [],
      note: trial.note ?? null,
      startedAtMs: trial.startedAtMs ?? null,
      endedAtMs: trial.endedAtMs ?? null,
      ...(trial.corrupt === undefined ? {} : { unreadable: unreadableOf(trial, corrupt) }),
    })),
  };
  return `${JSON.stringify(document, safe, 2)}\n`;
};

const unreadableOf = (
  { number }: TrialRecord,
  corrupt: readonly CorruptRecord[],
): readonly Pick<CorruptRecord, 'attempt' | 'text'>[] =>
  corrupt.filter(({ trial }) => trial === number).map(({ attempt, text }) => ({ attempt, text }));
