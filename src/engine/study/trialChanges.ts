import type { Trial } from './trial.ts';

/** Told for each place at which another trial stands than at the call before. */
export type OnChange = (index: number, before: Trial | undefined, after: Trial | undefined) => void;

/** Places in the order in which they were set; a new one is begun when it has grown long. */
interface Journal {
  readonly places: number[];
}

const journals = new WeakMap<readonly Trial[], Journal>();

/** A journal longer than the list by so much costs more to keep than to look through the list once. */
const spareEntries = 100_000;

/**
 * A list of trials whose changes are written down, so that `createTrialChanges` need not look for them. It is an array
 * like any other to whoever reads it; only these methods may change it.
 */
export class TrialList {
  readonly trials: readonly Trial[];
  readonly #own: Trial[] = [];
  #journal: Journal = { places: [] };

  constructor() {
    this.trials = this.#own;
    journals.set(this.#own, this.#journal);
  }

  /** Adds a trial at the end or puts another in an earlier one's place. */
  set(number: number, trial: Trial): void {
    if (number > this.#own.length) throw new RangeError(`trial ${number} after ${this.#own.length} trials`);
    this.#own[number] = trial;
    if (this.#journal.places.length > 2 * this.#own.length + spareEntries) {
      this.#journal = { places: [] };
      journals.set(this.#own, this.#journal);
    }
    this.#journal.places.push(number);
  }
}

/**
 * What changed in a list of trials since the call before, found by identity. Lets a strategy keep sums over thousands
 * of trials up to date instead of working them out again; a list of another study is nothing but many changes.
 */
export const createTrialChanges = (): ((trials: readonly Trial[], onChange: OnChange) => void) => {
  const known: (Trial | undefined)[] = [];
  let journal: Journal | undefined;
  let read = 0;

  const compare = (trials: readonly Trial[], index: number, onChange: OnChange): void => {
    const [before, after] = [known[index], trials[index]];
    if (before === after) return;
    known[index] = after;
    onChange(index, before, after);
  };

  const compareAll = (trials: readonly Trial[], onChange: OnChange): void => {
    for (let index = known.length - 1; index >= trials.length; index--) {
      onChange(index, known[index], undefined);
      known.pop();
    }
    const { length } = trials;
    for (let index = 0; index < length; index++)
      if (known[index] !== trials[index]) compare(trials, index, onChange);
  };

  return (trials, onChange) => {
    const current = journals.get(trials);
    if (current === undefined || current !== journal) compareAll(trials, onChange);
    else {
      for (; read < current.places.length; read++) {
        const index = current.places[read];
        if (index !== undefined) compare(trials, index, onChange);
      }
    }
    journal = current;
    read = current?.places.length ?? 0;
  };
};
