import type { Engine, StudyRecord, TrialRecord } from '../engine/node.ts';
import { UsageError } from './usageError.ts';

/** The study of a name or id. Throws `UsageError` with those that there are. */
export const findStudy = (engine: Engine, wanted: string | undefined): StudyRecord => {
  const studies = engine.store.studies();
  const found = studies.find(({ name, id }) => name === wanted || id === wanted);
  if (found !== undefined) return found;
  const names = studies.map(({ name }) => name).join(', ');
  throw new UsageError(`Which study? There ${studies.length === 0 ? 'are none here.' : `are: ${names}.`}`);
};

/** A trial by its number as written on the command line. Throws `UsageError`. */
export const findTrial = (engine: Engine, study: StudyRecord, wanted: string | undefined): TrialRecord => {
  const trials = engine.store.trials(study.id);
  const found = trials.find(({ number }) => String(number) === wanted);
  if (found !== undefined) return found;
  throw new UsageError(
    trials.length === 0
      ? `${study.name} has no trials.`
      : `Which trial of ${study.name}? They are 0 to ${trials.length - 1}.`,
  );
};
