// Complete trials with a curve, from the best.
import { SortedList } from '../numeric/sortedList.ts';
import type { Direction } from '../study/objective.ts';
import type { Trial } from '../study/trial.ts';
import { createTrialChanges } from '../study/trialChanges.ts';

export interface Finished {
  readonly trial: Trial;
  /** Its final value, negated where larger is better; finite. */
  readonly loss: number;
  /** The last step it reported. */
  readonly last: number;
}

/** Those with a finite final value, the best first, the lower number of equals; follows the changes between calls. */
export const createFinishedReader = (): ((
  trials: readonly Trial[],
  direction: Direction,
) => SortedList<Finished>) => {
  let takeChanges = createTrialChanges();
  let readIn: Direction = 'minimize';
  let finished = new SortedList(compareFinished);
  return (trials, direction) => {
    if (direction !== readIn) {
      readIn = direction;
      takeChanges = createTrialChanges();
      finished = new SortedList(compareFinished);
    }
    takeChanges(trials, (_, before, after) => {
      const [old, now] = [toFinished(before, direction), toFinished(after, direction)];
      if (old !== undefined) finished.delete(old);
      if (now !== undefined) finished.add(now);
    });
    return finished;
  };
};

const compareFinished = (a: Finished, b: Finished): number =>
  a.loss - b.loss || a.trial.number - b.trial.number;

const toFinished = (trial: Trial | undefined, direction: Direction): Finished | undefined => {
  const last = trial?.intermediate.at(-1);
  if (trial?.state !== 'complete' || last === undefined) return undefined;
  const value = trial.values?.[0] ?? last.value;
  if (!Number.isFinite(value)) return undefined;
  return { trial, loss: direction === 'minimize' ? value : -value, last: last.step };
};
