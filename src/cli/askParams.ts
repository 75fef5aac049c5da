// What a line of JSON may say when a study is made; every mistake gets its own sentence.
import {
  type Objective,
  type PastStudy,
  type ShownAssignment,
  type Strategy,
  type SearchSpace,
  parseSpace,
} from '../engine/index.ts';
import { readTrials } from './askTrials.ts';
import { invalid, isObject, readAssignment } from './askValues.ts';

export const readSpace = (value: unknown, key: string): SearchSpace => {
  const space = parseSpace(value);
  if (!space.ok) throw invalid(space.error.map(({ message }) => message).join(' '));
  if (space.value.parameters.length === 0) throw invalid(`“${key}” declares no parameters.`);
  return space.value;
};

export const readObjectives = (value: unknown): readonly Objective[] => {
  const objectives = value ?? ['minimize'];
  if (!Array.isArray(objectives) || objectives.length === 0)
    throw invalid('“objectives” must be a list with at least one entry.');
  return objectives.map(readObjective);
};

const readObjective = (value: unknown, index: number): Objective => {
  const direction = isObject(value) ? value.direction : value;
  const metric = isObject(value) ? value.metric : undefined;
  if (direction !== 'minimize' && direction !== 'maximize')
    throw invalid(
      'Each of “objectives” is "minimize", "maximize", or {"metric": name, "direction": one of these}.',
    );
  if (metric !== undefined && typeof metric !== 'string') throw invalid('“metric” must be a string.');
  return { metric: metric ?? (index === 0 ? 'value' : `value${index + 1}`), direction };
};

/** A name alone, or a name with options; undefined when nothing was given. */
export const readStrategy = (value: unknown, key: string): Strategy | undefined => {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return { name: value, options: {} };
  if (!isObject(value) || typeof value.name !== 'string')
    throw invalid(`“${key}” is a name, or {"name": …, "options": {…}}.`);
  const options = value.options ?? {};
  if (!isObject(options)) throw invalid(`The options of “${key}” must be an object.`);
  const checked = Object.entries(options).map(([name, option]) => {
    if (typeof option !== 'number' && typeof option !== 'string' && typeof option !== 'boolean')
      throw invalid(`Option “${name}” of “${key}” must be a number, a string or true/false.`);
    return [name, option] as const;
  });
  return { name: value.name, options: Object.fromEntries(checked) };
};

export const readSeed = (value: unknown): number => {
  if (value === undefined) return 0;
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw invalid('“seed” must be a whole number of at least 0.');
};

export const readTrialBudget = (value: unknown): number | undefined => {
  const trials = isObject(value) ? value.trials : value;
  if (trials === undefined || trials === null) return undefined;
  if (typeof trials === 'number' && Number.isSafeInteger(trials) && trials > 0) return trials;
  throw invalid('“budget” is a number of trials, or {"trials": number}.');
};

export const readQueue = (value: unknown): readonly ShownAssignment[] =>
  listOf(value, 'queue').map((entry) => readAssignment(entry, 'Each of “queue”'));

/** Earlier studies: their spaces, objectives and trials, as `trials` gives them out. */
export const readPast = (value: unknown): readonly PastStudy[] =>
  listOf(value, 'past').map((study) => {
    if (!isObject(study)) throw invalid('Each of “past” is {"space": …, "objectives": …, "trials": […]}.');
    const objectives = readObjectives(study.objectives);
    const space = readSpace(study.space, 'space');
    return { space, objectives, trials: readTrials(study.trials, objectives, space) };
  });

export interface ShownSegment {
  readonly step: number;
  readonly params: ShownAssignment;
}

/** Values by the step from which on they hold, as `schedule` gives them out. */
export const readSchedule = (value: unknown): readonly ShownSegment[] => {
  const segments = listOf(value, 'schedule').map((segment) => {
    if (!isObject(segment) || typeof segment.step !== 'number' || !Number.isFinite(segment.step))
      throw invalid('Each of “schedule” is {"step": number, "params": {…}}.');
    return { step: segment.step, params: readAssignment(segment.params, '“params” in “schedule”') };
  });
  if (segments.length === 0) throw invalid('“schedule” needs at least one entry.');
  if (segments.some(({ step }, i) => i > 0 && step <= (segments[i - 1]?.step ?? 0)))
    throw invalid('The steps of “schedule” must ascend.');
  return segments;
};

const listOf = (value: unknown, key: string): readonly unknown[] => {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw invalid(`“${key}” must be a list.`);
  return value;
};

export const readOrFail = <T>(result: { ok: true; value: T } | { ok: false; error: string }): T => {
  if (result.ok) return result.value;
  throw invalid(result.error);
};
