// What counts of a trial when it is compared with others at a step.
import { reportAt } from '../study/curve.ts';
import type { LossBy } from '../study/stepLists.ts';
import { bestUpTo } from './bestUpTo.ts';

/** The best of a complete trial up to a step. */
export const bestOfComplete: LossBy = (trial, step, direction) => {
  const best = trial.state === 'complete' ? bestUpTo(trial.intermediate, step, direction) : undefined;
  return best === undefined || direction === 'minimize' ? best : -best;
};

/** What any trial reported when it reached a step, if that was a finite number. */
export const finiteAtStep: LossBy = (trial, step, direction) => {
  const value = reportAt(trial.intermediate, step)?.value;
  if (value === undefined || !Number.isFinite(value)) return undefined;
  return direction === 'minimize' ? value : -value;
};
