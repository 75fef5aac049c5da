import type { Assignment } from '../space/parameter.ts';
import type { Losses, RungResult } from '../study/store.ts';
import { type StudySpec, studyStates } from '../study/study.ts';
import { trialStates } from '../study/trial.ts';
import type { AttemptCurve, PortableStudy, PortableTrial, TrialContents } from '../study/upkeep.ts';

/** What is wrong with an archive, for a person. */
export class ArchiveError extends Error {
  override readonly name = 'ArchiveError';
}

type Fields = Readonly<Record<string, unknown>>;
type Check<T> = (value: unknown) => value is T;

const isText: Check<string> = (value) => typeof value === 'string';
const isNumber: Check<number> = (value) => typeof value === 'number';
const isReal: Check<number> = (value): value is number => typeof value === 'number' && Number.isFinite(value);
const isCount: Check<number> = (value): value is number =>
  typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
const isBoolean: Check<boolean> = (value) => typeof value === 'boolean';
const isOneOf =
  <T extends string>(values: readonly T[]): Check<T> =>
  (value): value is T =>
    values.some((known) => known === value);
const isListOf =
  <T>(isItem: Check<T>): Check<readonly T[]> =>
  (value): value is readonly T[] =>
    Array.isArray(value) && value.every(isItem);
const isFields: Check<Fields> = (value): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isMapOf =
  <T>(isItem: Check<T>): Check<Readonly<Record<string, T>>> =>
  (value): value is Readonly<Record<string, T>> =>
    isFields(value) && Object.values(value).every(isItem);
const isParam: Check<string | number | boolean | null> = (value): value is string | number | boolean | null =>
  value === null || isText(value) || isReal(value) || isBoolean(value);
const isRung: Check<RungResult> = (value): value is RungResult =>
  isFields(value) && isReal(value.fidelity) && isListOf(isNumber)(value.values);
const isLosses: Check<Losses> = (value): value is Losses =>
  isFields(value) && isCount(value.count) && (value.step === undefined || isReal(value.step));

/** Looks fields up, each with what it has to be. */
const reader = (fields: Fields, of: string) => ({
  must: <T>(name: string, is: Check<T>): T => {
    const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (is(value)) return value;
    throw new ArchiveError(`The archive’s ${of} has no proper “${name}”.`);
  },
  may: <Name extends string, T>(name: Name, is: Check<T>): { readonly [N in Name]?: T } => {
    const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
    if (value === undefined) return {};
    if (is(value)) return { [name]: value } as { readonly [N in Name]?: T }; // the one name given
    throw new ArchiveError(`The archive’s ${of} has no proper “${name}”.`);
  },
});

/** Ids become names of folders. */
const idPattern = /^[0-9A-Za-z][0-9A-Za-z-]{0,63}$/;

/** A path below the workspace, with forward slashes. */
const isInside = (script: string): boolean =>
  !/^([/\\]|[A-Za-z]:)/.test(script) && !script.split(/[/\\]/).includes('..') && !script.includes('\0');

/** A study whose plan is JSON but nothing more is known of. */
export const checkStudy = (value: unknown, decodeSpec: (text: string) => StudySpec): PortableStudy => {
  if (!isFields(value)) throw new ArchiveError('The archive has no study.');
  const { must, may } = reader(value, 'study');
  const id = must('id', isText);
  const script = must('script', isText);
  if (!idPattern.test(id)) throw new ArchiveError('The archive’s study has an improper id.');
  if (!isInside(script)) throw new ArchiveError('The archive’s script lies outside its workspace.');
  return {
    id,
    name: must('name', isText),
    script,
    state: must('state', isOneOf(studyStates)),
    ...may('message', isText),
    spec: specOf(must('spec', isText), decodeSpec),
    plan: must('plan', isText),
    createdAtMs: must('createdAtMs', isReal),
    updatedAtMs: must('updatedAtMs', isReal),
    elapsedMs: must('elapsedMs', isReal),
    ...may('note', isText),
    ...may('tags', isListOf(isText)),
  };
};

const specOf = (text: string, decodeSpec: (text: string) => StudySpec): StudySpec => {
  try {
    const spec = decodeSpec(text);
    const { must } = reader(spec as unknown as Fields, 'specification'); // its space is checked by decodeSpec
    const isStrategy: Check<Fields> = (value): value is Fields =>
      isFields(value) && isText(value.name) && isFields(value.options);
    const isObjective: Check<Fields> = (value): value is Fields =>
      isFields(value) && isText(value.metric) && isOneOf(['minimize', 'maximize'])(value.direction);
    must('sampler', isStrategy);
    must('pruner', isStrategy);
    must('objectives', isListOf(isObjective));
    must('budget', isMapOf(isReal));
    must('parallel', isCount);
    must('seed', isReal);
    return spec;
  } catch (error) {
    if (error instanceof ArchiveError) throw error;
    throw new ArchiveError('The archive’s search space cannot be read.');
  }
};

/** Numbers are given out without gaps. */
export const checkTrial = (value: unknown, number: number): PortableTrial => {
  if (!isFields(value)) throw new ArchiveError('The archive has a trial without content.');
  const { must, may } = reader(value, `trial ${number}`);
  if (must('number', isCount) !== number) throw new ArchiveError(`The archive has no trial ${number}.`);
  return {
    number,
    state: must('state', isOneOf(trialStates)),
    params: must('params', isMapOf(isParam)) as Assignment,
    reason: must('reason', isText),
    seed: must('seed', isReal),
    ...may('values', isListOf(isNumber)),
    ...may('constraints', isListOf(isNumber)),
    ...may('fidelity', isReal),
    ...may('rungs', isListOf(isRung)),
    ...may('parent', isCount),
    ...may('parentStep', isReal),
    ...may('replicaOf', isCount),
    ...may('losses', isLosses),
    metrics: must('metrics', isMapOf(isNumber)),
    attempt: must('attempt', isCount),
    ...may('slot', isCount),
    createdAtMs: must('createdAtMs', isReal),
    ...may('startedAtMs', isReal),
    ...may('endedAtMs', isReal),
    ...may('message', isText),
    ...may('asked', isOneOf<'stop' | 'prune' | 'pause'>(['stop', 'prune', 'pause'])),
    star: must('star', isBoolean),
    ...may('note', isText),
    ...may('tags', isListOf(isText)),
  };
};

export const checkCurve = (fields: Fields): AttemptCurve => {
  const { must } = reader(fields, 'curve');
  const steps = must('steps', isListOf(isReal));
  const values = must('values', isListOf(isNumber));
  if (steps.length !== values.length) throw new ArchiveError('The archive has a curve with a step too many.');
  return { metric: must('metric', isText), attempt: must('attempt', isCount), steps, values };
};

export const checkCorrupt = (fields: Fields): TrialContents['corrupt'][number] => {
  const { must } = reader(fields, 'unreadable record');
  return { attempt: must('attempt', isCount), text: must('text', isText) };
};
