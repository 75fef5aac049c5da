import path from 'node:path';
import { checkpointMark } from '../launch/checkpointMark.ts';
import { stepsUntil } from '../launch/stepsUntil.ts';
import type { RunCheckpoint } from '../study/launcher.ts';
import type { Store, TrialRecord } from '../study/store.ts';
import { checkpointOf, hasCheckpoint, inheritedSteps, trialFolder } from './checkpoints.ts';

type Steps = Readonly<Record<string, number>>;

/** The last step of every metric of a trial. */
export const lastSteps = (store: Store, study: string, trial: number): Steps =>
  Object.fromEntries(
    Object.entries(store.reports(study, trial)).flatMap(([metric, values]) => {
      const last = values.at(-1);
      return last === undefined ? [] : [[metric, last.step]];
    }),
  );

/** The highest step that any metric of a trial was reported at. */
export const highestStep = (store: Store, study: string, trial: number): number | undefined => {
  const steps = Object.values(lastSteps(store, study, trial));
  return steps.length === 0 ? undefined : Math.max(...steps);
};

/**
 * Where reports without a step are counted on from. An attempt that ended by itself saved at its end. Of one that was
 * interrupted, or paused by a person, those reported before the last save count.
 */
const stepsOf = (
  store: Store,
  record: TrialRecord,
  before: number,
  folder: string,
): Pick<RunCheckpoint, 'steps' | 'reported'> => {
  const { study, number } = record;
  const own = { ...inheritedSteps(folder), ...lastSteps(store, study, number) };
  if (record.losses === undefined) return { steps: own };
  const mark = checkpointMark(checkpointOf(folder));
  const reported = stepsUntil(path.join(folder, String(before)), before, mark);
  return { steps: { ...own, ...Object.fromEntries(reported) }, reported: [...reported.keys()] };
};

/** What an attempt of a trial is told of its checkpoint. `record`: as it was before that attempt. */
export const runCheckpoint = (
  store: Store,
  runs: string,
  record: TrialRecord,
  attempt: number,
): RunCheckpoint => {
  const folder = trialFolder(runs, record.study, record.number);
  const checkpoint = { folder: checkpointOf(folder), resume: hasCheckpoint(folder) };
  return checkpoint.resume ? { ...checkpoint, ...stepsOf(store, record, attempt - 1, folder) } : checkpoint;
};
