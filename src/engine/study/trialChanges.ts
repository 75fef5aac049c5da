import type { Trial } from './trial.ts';

/** Told for each place at which another trial stands than at the call before. */
export type OnChange = (index: number, before: Trial | undefined, after: Trial | undefined) => void;

/**
 * What changed in a list of trials since the call before, found by identity. Lets a strategy keep sums over thousands
 * of trials up to date instead of working them out again; a list of another study is nothing but many changes.
 */
export const createTrialChanges = (): ((trials: readonly Trial[], onChange: OnChange) => void) => {
  const known: (Trial | undefined)[] = [];
  return (trials, onChange) => {
    for (let index = known.length - 1; index >= trials.length; index--) {
      onChange(index, known[index], undefined);
      known.pop();
    }
    for (let index = 0; index < trials.length; index++) {
      const [before, after] = [known[index], trials[index]];
      if (before === after) continue;
      known[index] = after;
      onChange(index, before, after);
    }
  };
};
