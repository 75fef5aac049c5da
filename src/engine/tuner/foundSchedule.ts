import { bestTrial } from '../analysis/best.ts';
import { scheduleOf } from '../analysis/schedule.ts';
import type { Schedule } from '../study/schedule.ts';
import type { Store } from '../study/store.ts';
import { toTrial } from './trialModel.ts';

export interface FoundSchedule {
  readonly trial: number;
  readonly schedule: Schedule;
}

/**
 * The values a trial was trained under over its course, its ancestors' included; of the best trial unless told
 * otherwise. Undefined when there is none.
 */
export const foundSchedule = (store: Store, study: string, number?: number): FoundSchedule | undefined => {
  const trials = store.trials(study).map((trial) => toTrial(trial));
  const trial = number ?? bestTrial(trials, store.study(study).spec.objectives);
  return trial === undefined || trials[trial] === undefined
    ? undefined
    : { trial, schedule: scheduleOf(trials, trial) };
};
