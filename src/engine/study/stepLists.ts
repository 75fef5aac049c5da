// What trials had reached by a step, in order of merit.
import { compareNumbers } from '../numeric/nonDominated.ts';
import { SortedList } from '../numeric/sortedList.ts';
import type { Direction } from './objective.ts';
import type { Trial } from './trial.ts';
import { createTrialChanges } from './trialChanges.ts';

/** Steps whose lists are kept; a study that reports at more of them makes some of the lists again. */
const mostSteps = 512;

/** A trial's value by a step as a loss (negated where larger is better); undefined where it has no say. */
export type LossBy = (trial: Trial, step: number, direction: Direction) => number | undefined;

/**
 * The losses at a step of all trials that have one, the best first. The lists follow the changes since the call before
 * instead of being made again, and depend on nothing but the trials.
 */
export const createStepLists = (
  lossBy: LossBy,
): ((trials: readonly Trial[], step: number, direction: Direction) => SortedList<number>) => {
  let takeChanges = createTrialChanges();
  let readIn: Direction = 'minimize';
  const lists = new Map<number, SortedList<number>>();

  const change = (before: Trial | undefined, after: Trial | undefined): void => {
    for (const [step, list] of lists) {
      const old = before && lossBy(before, step, readIn);
      const now = after && lossBy(after, step, readIn);
      if (Object.is(old, now)) continue;
      if (old !== undefined) list.delete(old);
      if (now !== undefined) list.add(now);
    }
  };

  return (trials, step, direction) => {
    if (direction !== readIn) {
      readIn = direction;
      takeChanges = createTrialChanges();
      lists.clear();
    }
    takeChanges(trials, (_, before, after) => change(before, after));
    const known = lists.get(step);
    if (known !== undefined) return known;
    const losses = trials.flatMap((trial) => lossBy(trial, step, direction) ?? []);
    const made = new SortedList(compareNumbers, losses);
    if (lists.size >= mostSteps) lists.clear();
    lists.set(step, made);
    return made;
  };
};

/**
 * The running trial as it stands among the others, where it does: the trials of a study stand at the place of their
 * number.
 */
export const selfAmong = (others: readonly Trial[], number: number): Trial | undefined =>
  others[number]?.number === number ? others[number] : undefined;
