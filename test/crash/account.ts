import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Store, TrialRecord } from '../../src/engine/node.ts';

/** What the scripts themselves wrote down: numbers, one line each. */
export interface Account {
  /** Trial, attempt, process. */
  readonly starts: readonly (readonly number[])[];
  /** Trial, attempt, process: where an earlier attempt of the trial still ran. */
  readonly overlaps: readonly (readonly number[])[];
  /** Trial, attempt, process of a child. */
  readonly children: readonly (readonly number[])[];
  /** Trial, attempt, step. */
  readonly acknowledged: readonly (readonly number[])[];
  /** Trial, attempt. */
  readonly ends: readonly (readonly number[])[];
}

const readNumbers = (file: string): readonly (readonly number[])[] => {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return []; // nobody had anything to write yet
  }
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => line.split(' ').map(Number));
};

export const readAccount = (folder: string): Account => {
  const read = (name: string): readonly (readonly number[])[] => readNumbers(path.join(folder, name));
  return {
    starts: read('starts'),
    overlaps: read('overlaps'),
    children: read('children'),
    acknowledged: read('acknowledged'),
    ends: read('ends'),
  };
};

/** Steps of the script, the last of which gives the trial's value. */
const steps = 10;

const scoreOf = (trial: TrialRecord, step: number): number => Number(trial.params.x) * 100 + step;

/** Everything that is not as it has to be, in words; nothing when all is well. */
export const audit = (account: Account, store: Store, study: string): readonly string[] => {
  const { spec, state } = store.study(study);
  const trials = store.trials(study);
  const most = spec.budget.trials ?? Number.POSITIVE_INFINITY;
  return [
    ...(trials.length > most ? [`${trials.length} trials with a budget of ${most}`] : []),
    ...(state === 'complete' && trials.length < most && spec.pruner.name !== 'hyperband'
      ? [`complete with ${trials.length} of ${most} trials`]
      : []),
    ...trials.flatMap(({ number }, place) => (number === place ? [] : [`trial ${number} at place ${place}`])),
    ...account.overlaps.map(([trial, attempt]) => `trial ${trial} ran twice at once (attempt ${attempt})`),
    ...repeated(account.starts).map((run) => `attempt ${run} was started more than once`),
    ...trials.flatMap((trial) => auditTrial(account, store, trial)),
  ];
};

const repeated = (starts: Account['starts']): readonly string[] => {
  const runs = starts.map(([trial, attempt]) => `${trial}/${attempt}`);
  return runs.filter((run, place) => runs.indexOf(run) !== place);
};

const auditTrial = (account: Account, store: Store, trial: TrialRecord): readonly string[] => {
  const { number, state, attempt, values } = trial;
  const reports = store.reports(trial.study, number);
  const [scores, made] = [reports.score ?? [], reports.made ?? []];
  const said = (text: string): string => `trial ${number} (${state}, attempt ${attempt}): ${text}`;
  const ofTrial = ([first]: readonly number[]): boolean => first === number;
  const acknowledged = account.acknowledged.filter(ofTrial);
  const steppedTwice = scores.length !== new Set(scores.map(({ step }) => step)).size;
  const last = scoreOf(trial, steps - 1);
  return [
    ...(['waiting', 'running', 'paused'].includes(state) ? [said('not at its end')] : []),
    ...(steppedTwice ? [said('a step is stored twice')] : []),
    ...(account.starts.filter(ofTrial).some(([, run = 0]) => run > attempt)
      ? [said('a later attempt started')]
      : []),
    ...scores.flatMap(({ step, value }) =>
      value === scoreOf(trial, step) ? [] : [said(`step ${step} is stored as ${value}`)],
    ),
    ...acknowledged.flatMap(([, run = 0, step]) => {
      const by = made.find((entry) => entry.step === step)?.value;
      if (by === undefined)
        return [said(`step ${step} of attempt ${run} was acknowledged and is not stored`)];
      return by >= run
        ? []
        : [said(`step ${step} was acknowledged to attempt ${run}; attempt ${by}’s is stored`)];
    }),
    ...(state === 'complete' && (values?.[0] !== last || scores.length !== steps)
      ? [said(`complete with ${values?.[0]} after ${scores.length} steps, not ${last}`)]
      : []),
    ...(state === 'complete' && !account.ends.some(([of, run]) => of === number && run === attempt)
      ? [said('complete, but its script never got to its end')]
      : []),
    ...(state === 'failed' && (trial.message ?? '') === '' ? [said('failed without a word')] : []),
  ];
};
