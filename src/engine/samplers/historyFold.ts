// States that follow from finished trials in number order, a group at a time.
import { itemAt } from '../numeric/at.ts';
import { type History, standingCode } from './history.ts';

/** What follows from the first `taken` telling rows. */
export interface Snapshot<State> {
  readonly taken: number;
  readonly state: State;
}

/** How a state comes about; depends on nothing but what it is given. `telling` are the telling rows in order. */
export interface Fold<State> {
  /** The state before anything is taken in; undefined when there are too few trials for one. */
  begin(history: History, telling: readonly number[]): Snapshot<State> | undefined;
  /** The state after the next group; undefined when it is not complete. */
  next(before: Snapshot<State>, history: History, telling: readonly number[]): Snapshot<State> | undefined;
}

export interface Folded<State> {
  readonly state: State;
  /** The telling rows, those not taken in yet included; read-only, and only until the next call. */
  readonly telling: readonly number[];
  readonly taken: number;
}

/** Is a trial finished, and does it say something of the objective? */
export const isTelling = ({ standing }: History, row: number): boolean =>
  (standing[row] ?? Infinity) <= standingCode.infeasible;

/**
 * Folds histories one after the other. Quick when all but the newest trials were there at the last call, which changes
 * no result: the state is taken up from the last snapshot that is older than the first change. A new `fold`, compared
 * by identity, starts from the beginning.
 */
export const createHistoryFold = <State>(): ((
  history: History,
  fold: Fold<State>,
) => Folded<State> | undefined) => {
  let known: Reading<State> | undefined;
  return (history, fold) => {
    if (known?.history !== history || known.fold !== fold)
      known = { history, fold, epoch: Number.NaN, telling: [], snapshots: [] };
    const { telling } = known;
    const same = updateTelling(known);
    known.epoch = history.epoch;
    while ((known.snapshots.at(-1)?.taken ?? 0) > same) known.snapshots.pop();
    let last = known.snapshots.at(-1) ?? fold.begin(history, telling);
    if (last === undefined) return undefined;
    if (known.snapshots.length === 0) known.snapshots.push(last);
    for (;;) {
      const next = fold.next(last, history, telling);
      if (next === undefined) return { state: last.state, telling, taken: last.taken };
      last = next;
      known.snapshots = thinned([...known.snapshots, last]);
    }
  };
};

/** What was read before, as long as it is the same study. */
interface Reading<State> {
  readonly history: History;
  readonly fold: Fold<State>;
  /** The history's, when it was read. */
  epoch: number;
  readonly telling: number[];
  snapshots: Snapshot<State>[];
}

/** Reads again from the first row that changed. Returns how many telling rows are as they were. */
const updateTelling = <State>({ history, epoch, telling }: Reading<State>): number => {
  const isNext = history.epoch === epoch + 1 && history.changed !== undefined;
  const firstChanged = isNext ? (history.changed?.[0] ?? history.count) : 0;
  while (telling.length > 0 && itemAt(telling, telling.length - 1) >= Math.min(firstChanged, history.count))
    telling.pop();
  const same = telling.length;
  for (let row = firstChanged; row < history.count; row++) if (isTelling(history, row)) telling.push(row);
  return same;
};

const mostSnapshots = 24;

/** Dense at the end, where trials still change, and ever sparser towards the beginning. */
const thinned = <State>(snapshots: Snapshot<State>[]): Snapshot<State>[] =>
  snapshots.length <= mostSnapshots
    ? snapshots
    : snapshots.filter((_, i) => i % 2 === 0 || i > mostSnapshots / 2);
