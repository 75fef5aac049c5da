// What the complete trials had reached by a step, in order of merit.
import { itemAt } from '../numeric/at.ts';
import { compareNumbers } from '../numeric/nonDominated.ts';
import type { Direction } from '../study/objective.ts';
import type { Trial } from '../study/trial.ts';
import { createTrialChanges } from '../study/trialChanges.ts';
import { bestUpTo } from './bestUpTo.ts';

/** Steps whose lists are kept; a study that reports at more of them makes some of the lists again. */
const mostSteps = 512;

/**
 * Reads the best losses so far (negated where larger is better) of every complete trial that reached a step, sorted
 * from the best. The lists grow by what was added since the call before.
 */
export const createPeerReader = (): ((
  trials: readonly Trial[],
  step: number,
  direction: Direction,
) => readonly number[]) => {
  let takeChanges = createTrialChanges();
  let readIn: Direction = 'minimize';
  const lists = new Map<number, number[]>();
  const complete = new Set<Trial>();

  const change = (trial: Trial | undefined, isThere: boolean): void => {
    if (trial?.state !== 'complete') return;
    if (isThere) complete.add(trial);
    else complete.delete(trial);
    for (const [step, list] of lists) {
      const loss = lossBy(trial, step, readIn);
      if (loss === undefined) continue;
      const place = lowerBound(list, loss);
      if (isThere) list.splice(place, 0, loss);
      else list.splice(place, 1);
    }
  };

  return (trials, step, direction) => {
    if (direction !== readIn) {
      readIn = direction;
      takeChanges = createTrialChanges();
      lists.clear();
      complete.clear();
    }
    takeChanges(trials, (_, before, after) => {
      change(before, false);
      change(after, true);
    });
    const known = lists.get(step);
    if (known !== undefined) return known;
    const made: number[] = [];
    for (const trial of complete) {
      const loss = lossBy(trial, step, direction);
      if (loss !== undefined) made.push(loss);
    }
    made.sort(compareNumbers);
    if (lists.size >= mostSteps) lists.clear();
    lists.set(step, made);
    return made;
  };
};

/** The best loss up to a step; undefined when the trial did not get there. */
export const lossBy = (trial: Trial, step: number, direction: Direction): number | undefined => {
  const best = bestUpTo(trial.intermediate, step, direction);
  return best === undefined || direction === 'minimize' ? best : -best;
};

const lowerBound = (sorted: readonly number[], value: number): number => {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compareNumbers(itemAt(sorted, middle), value) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
};
