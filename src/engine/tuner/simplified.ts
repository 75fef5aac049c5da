import { type StudyModel, studyModel } from '../analysis/insights.ts';
import { type GuardedMetric, type Simplified, simplify } from '../analysis/simplify.ts';
import { failure, type Result } from '../space/result.ts';
import type { StudyRecord, TrialRecord } from '../study/store.ts';
import type { Trial } from '../study/trial.ts';
import { toTrial } from './trialModel.ts';

/**
 * The simplest values as good as a trial's, as far as the study's objectives and limits can tell. `first` is the model
 * of the first objective. Says why where that cannot be judged.
 */
export const simplified = (
  { spec }: StudyRecord,
  trials: readonly TrialRecord[],
  number: number,
  first: Result<StudyModel, string>,
): Result<Simplified, string> => {
  const { space, objectives, limits = [] } = spec;
  const trial = trials.find((each) => each.number === number);
  if (trial === undefined) return failure(`There is no trial ${number}.`);
  if (!first.ok) return first;
  const known = trials.map((each) => toTrial(each));
  const guarded: GuardedMetric[] = [];
  for (const [index, { metric, direction }] of objectives.entries()) {
    const model =
      index === 0
        ? first
        : studyModel(
            space,
            withValue(known, ({ values }) => values?.[index]),
            { metric, direction },
          );
    if (!model.ok) return model;
    guarded.push({ metric, direction, model: model.value });
  }
  for (const [index, { metric }] of limits.entries()) {
    const limit = { metric, direction: 'minimize' } as const;
    const model = studyModel(
      space,
      withValue(known, ({ constraints }) => constraints?.[index]),
      limit,
    );
    // One that is the same in all trials does not depend on the values.
    if (model.ok) guarded.push({ ...limit, model: model.value, atMost: 0 });
  }
  return simplify(space, trial.params, guarded);
};

const withValue = (
  trials: readonly Trial[],
  resultOf: (trial: Trial) => number | undefined,
): readonly Trial[] =>
  trials.map((trial) => {
    const value = resultOf(trial);
    return { ...trial, values: value === undefined ? [] : [value] };
  });
