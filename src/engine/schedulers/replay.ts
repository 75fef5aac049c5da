// Trains once more under a schedule that population-based training found.
import { itemAt } from '../numeric/at.ts';
import { lastStep } from '../study/curve.ts';
import type { Schedule } from '../study/schedule.ts';
import type { Job, Scheduler } from '../study/scheduler.ts';
import type { Trial } from '../study/trial.ts';
import { pauseAtFidelity, show } from './rungs.ts';

export interface ReplayOptions {
  readonly schedule: Schedule;
  /** A full run. */
  readonly maxFidelity: number;
}

/**
 * Each stretch of the schedule is a trial that begins from the checkpoint of the one before, with the new values. Ends
 * with the last stretch, or with the first one that fails.
 */
export const replayScheduler = ({ schedule, maxFidelity }: ReplayOptions): Scheduler => {
  const stretches = schedule.filter(({ step }) => step < maxFidelity);
  const endOf = (stretch: number): number => stretches[stretch + 1]?.step ?? maxFidelity;

  const begin = (stretch: number, before: Trial | undefined): Job => {
    const { step, params } = itemAt(stretches, stretch);
    const reason = `Stretch ${stretch + 1} of ${stretches.length} of the schedule, from step ${show(step)}.`;
    const job = { kind: 'propose', params, fidelity: endOf(stretch), reason } as const;
    return before === undefined
      ? job
      : { ...job, parent: before.number, parentStep: step, ends: [before.number] };
  };

  return {
    name: 'replay',
    next: ({ trials }) => {
      const own = trials.filter(({ fidelity }) => fidelity !== undefined);
      const newest = own.at(-1);
      if (newest === undefined) return begin(0, undefined);
      const stretch = own.length - 1;
      if (newest.state === 'running' || newest.state === 'waiting')
        return { kind: 'wait', reason: 'The schedule is one training; the next stretch follows this one.' };
      if (newest.state !== 'paused') return done(newest);
      const end = endOf(stretch);
      if ((lastStep(newest) ?? -Infinity) < end)
        return {
          kind: 'resume',
          trial: newest.number,
          fidelity: end,
          reason: 'Its stretch is not done yet.',
        };
      return stretch + 1 < stretches.length ? begin(stretch + 1, newest) : done(newest);
    },
    decide: (context) => pauseAtFidelity(context, maxFidelity),
  };
};

const done = ({ state }: Trial): Job => ({
  kind: 'done',
  reason: state === 'complete' ? 'The schedule has been replayed.' : `The replay ended (${state}).`,
});
