import { lastStep } from '../study/curve.ts';
import type { Schedule, ScheduleSegment } from '../study/schedule.ts';
import type { Trial } from '../study/trial.ts';

/**
 * The schedule a trial trained under, read from its line of descent: its own values from the step of the checkpoint it
 * began from, before that its parent's, and so on. A parent whose step is not recorded counts with all it reported.
 */
export const scheduleOf = (trials: readonly Trial[], number: number): Schedule => {
  const segments: ScheduleSegment[] = [];
  let until = Infinity;
  let trial = trials[number];
  // A parent is older than its child; anything else is foreign data gone wrong and ends the line.
  while (trial !== undefined) {
    const { parent } = trial;
    const before = parent !== undefined && parent < trial.number ? trials[parent] : undefined;
    const step: number = before === undefined ? 0 : (trial.parentStep ?? lastStep(before) ?? 0);
    // A segment that its child left at its very start was never trained under.
    if (step < until) segments.unshift({ step, params: trial.params });
    until = Math.min(until, step);
    trial = before;
  }
  return segments;
};
