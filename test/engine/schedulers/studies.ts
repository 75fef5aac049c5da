import { randomStream } from '../../../src/engine/numeric/random.ts';
import { completeAssignment } from '../../../src/engine/space/assignment.ts';
import type { Assignment, SearchSpace } from '../../../src/engine/space/parameter.ts';
import { sampleUniform } from '../../../src/engine/space/sample.ts';
import type { Objective } from '../../../src/engine/study/objective.ts';
import type { Job, Scheduler } from '../../../src/engine/study/scheduler.ts';
import type { Trial } from '../../../src/engine/study/trial.ts';

export const loss: readonly Objective[] = [{ metric: 'loss', direction: 'minimize' }];

export interface Run {
  readonly trials: readonly Trial[];
  readonly jobs: readonly Job[];
}

/**
 * A study on one slot: each job runs at once to its fidelity, reporting every step. `curve` gives the loss at a step of
 * a trial; stops after `jobs` jobs or when the schedule is done.
 */
export const runOnOneSlot = (
  scheduler: Scheduler,
  space: SearchSpace,
  curve: (params: Assignment, step: number, trial: Trial, before: number) => number,
  mostJobs: number,
  seed = 1,
): Run => {
  const trials: Trial[] = [];
  const jobs: Job[] = [];
  while (jobs.length < mostJobs) {
    const random = randomStream(seed, 'schedule', trials.length);
    const job = scheduler.next({ space, objectives: loss, trials, random });
    jobs.push(job);
    for (const ended of job.ends ?? []) change(trials, ended, { state: 'pruned' });
    if (job.kind === 'wait' || job.kind === 'done') break;
    const number = job.kind === 'resume' ? job.trial : trials.length;
    if (job.kind === 'resume') change(trials, number, { state: 'running', fidelity: job.fidelity });
    else {
      const params = job.kind === 'propose' ? job.params : sampleUniform(space, randomStream(seed, number));
      trials.push({
        number,
        state: 'running',
        params: completeAssignment(space, params),
        intermediate: [],
        fidelity: job.fidelity,
        ...(job.kind === 'propose' && job.parent !== undefined
          ? { parent: job.parent, parentStep: job.parentStep ?? 0 }
          : {}),
      });
    }
    train(scheduler, trials, number, curve);
  }
  return { trials, jobs };
};

const change = (trials: Trial[], number: number, more: Partial<Trial>): Trial => {
  const trial = trials[number];
  if (trial === undefined) throw new Error(`no trial ${number}`);
  trials[number] = { ...trial, ...more };
  return { ...trial, ...more };
};

const train = (
  scheduler: Scheduler,
  trials: Trial[],
  number: number,
  curve: (params: Assignment, step: number, trial: Trial, before: number) => number,
): void => {
  for (;;) {
    const trial = change(trials, number, {});
    const newest = trial.intermediate.at(-1);
    const parent = trial.parent === undefined ? undefined : trials[trial.parent];
    const inherited = parent?.intermediate.find(({ step }) => step === trial.parentStep)?.value;
    const step = (newest?.step ?? trial.parentStep ?? 0) + 1;
    const value = curve(trial.params, step, trial, newest?.value ?? inherited ?? Number.NaN);
    const reported = change(trials, number, { intermediate: [...trial.intermediate, { step, value }] });
    const { action } = scheduler.decide({ trial: reported, others: trials, direction: 'minimize' });
    if (action === 'pause') change(trials, number, { state: 'paused' });
    else if (action === 'stop') change(trials, number, { state: 'pruned' });
    else if (step >= (trial.fidelity ?? 0)) change(trials, number, { state: 'complete', values: [value] });
    else continue;
    return;
  }
};

/** How many jobs led to each fidelity, in ascending order. */
export const countByFidelity = (jobs: readonly Job[]): Readonly<Record<string, number>> => {
  const counts: Record<string, number> = {};
  for (const job of jobs) {
    if (job.kind === 'wait' || job.kind === 'done') continue;
    counts[job.fidelity] = (counts[job.fidelity] ?? 0) + 1;
  }
  return counts;
};
