// Trials as JSON, out and in again: what `trials` gives is what `create` and “past” take.
import {
  type IntermediateValue,
  type Objective,
  type SearchSpace,
  searchedFromShown,
  shownAssignment,
  type Trial,
  trialStates,
} from '../engine/index.ts';
import {
  invalid,
  isObject,
  type Json,
  readAssignment,
  readCost,
  toNumber,
  toNumbers,
  withoutGaps,
} from './askValues.ts';

/** A trial with what only the door knows of it. */
export interface KeptTrial {
  readonly trial: Trial;
  /** Why it was proposed. */
  readonly reason: string;
  /** Times it was started or taken up again. */
  readonly attempt: number;
}

/** Curves as lists of `[step, value]`. Composites are shown as lists; their parts stand beside, since they are exact. */
export const trialToJson = ({ trial, reason, attempt }: KeptTrial, space: SearchSpace): Json => {
  const params = shownAssignment(space, trial.params);
  return {
    ...trial,
    params,
    ...(params === trial.params ? {} : { parts: trial.params }),
    intermediate: trial.intermediate.map(toPair),
    ...(trial.curves === undefined ? {} : { curves: trial.curves.map((curve) => curve.map(toPair)) }),
    reason,
    attempt,
  };
};

export const readKeptTrials = (
  value: unknown,
  objectives: readonly Objective[],
  space: SearchSpace,
): readonly KeptTrial[] => {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw invalid('“trials” must be a list, as “trials” gives it out.');
  return value.map((entry, number) => readKeptTrial(entry, number, objectives, space));
};

export const readTrials = (
  value: unknown,
  objectives: readonly Objective[],
  space: SearchSpace,
): readonly Trial[] => readKeptTrials(value, objectives, space).map(({ trial }) => trial);

const readKeptTrial = (
  value: unknown,
  number: number,
  objectives: readonly Objective[],
  space: SearchSpace,
): KeptTrial => {
  if (!isObject(value)) throw invalid('Each of “trials” must be an object.');
  if (value.number !== undefined && value.number !== number)
    throw invalid(`“trials” must be in order without gaps: trial ${number} is missing.`);
  const state = trialStates.find((known) => known === (value.state ?? 'complete'));
  if (state === undefined)
    throw invalid(`“state” of trial ${number} must be one of ${trialStates.join(', ')}.`);
  const curves = Array.isArray(value.curves) ? value.curves.map(readCurve) : undefined;
  const intermediate = curves?.[0] ?? readCurve(value.intermediate ?? []);
  const cost = readCost(value.cost);
  const values = value.values ?? value.value;
  const trial: Trial = {
    number,
    state,
    params: withoutGaps(
      searchedFromShown(space, readAssignment(value.parts ?? value.params, `“params” of trial ${number}`)),
    ),
    intermediate,
    ...(values === undefined || values === null
      ? {}
      : { values: readValues(values, number, objectives.length) }),
    ...(Array.isArray(value.constraints)
      ? { constraints: toNumbers(value.constraints, '“constraints”') }
      : {}),
    ...(curves === undefined ? {} : { curves }),
    ...optionalNumber(value, 'fidelity'),
    ...optionalNumber(value, 'parent'),
    ...optionalNumber(value, 'parentStep'),
    ...(cost === undefined ? {} : { cost }),
  };
  if (state === 'complete' && trial.values === undefined)
    throw invalid(`Trial ${number} is complete and has no “values”.`);
  return {
    trial,
    reason: typeof value.reason === 'string' ? value.reason : '',
    attempt: typeof value.attempt === 'number' ? value.attempt : 1,
  };
};

const readValues = (values: unknown, number: number, count: number): readonly number[] => {
  const list = toNumbers(Array.isArray(values) ? values : [values], `“values” of trial ${number}`);
  if (list.length !== count) throw invalid(`Trial ${number} needs one of “values” per objective.`);
  return list;
};

const optionalNumber = (
  value: Json,
  key: 'fidelity' | 'parent' | 'parentStep',
): Partial<Pick<Trial, 'fidelity' | 'parent' | 'parentStep'>> => {
  const number = value[key];
  if (number === undefined || number === null) return {};
  return { [key]: toNumber(number, `“${key}”`) };
};

const toPair = ({ step, value }: IntermediateValue): readonly [number, number] => [step, value];

const readCurve = (value: unknown): readonly IntermediateValue[] => {
  if (!Array.isArray(value)) throw invalid('A curve is a list of [step, value].');
  const curve = value.map((entry): IntermediateValue => {
    const pair = Array.isArray(entry) ? entry : isObject(entry) ? [entry.step, entry.value] : [];
    return { step: toNumber(pair[0], 'A step'), value: toNumber(pair[1], 'A value of a curve') };
  });
  return curve.sort((a, b) => a.step - b.step);
};
