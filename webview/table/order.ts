import type { TrialView } from '../../src/protocol/index.ts';
import type { Sort } from '../store.ts';
import type { CellContext, Column, SortKey } from './columns.ts';

const collator = new Intl.Collator(undefined, { numeric: true });

/** Trials in the order chosen; what has no key comes last either way, and equals stand by number. */
export const orderTrials = (
  trials: readonly TrialView[],
  columns: readonly Column[],
  sort: Sort,
  context: CellContext,
): readonly TrialView[] => {
  if (sort.column === 'number') return sort.descending ? trials.toReversed() : trials;
  const column = columns.find(({ id }) => id === sort.column);
  if (column === undefined) return trials;
  const keyed = trials.map((trial) => ({ trial, key: column.key(trial, context) }));
  const sign = sort.descending ? -1 : 1;
  return keyed
    .sort((a, b) => compareMissingLast(a.key, b.key, sign) || a.trial.number - b.trial.number)
    .map(({ trial }) => trial);
};

const compareMissingLast = (a: SortKey, b: SortKey, sign: number): number => {
  if (a === undefined || b === undefined) return Number(a === undefined) - Number(b === undefined);
  return sign * compareKeys(a, b);
};

const compareKeys = (a: number | string, b: number | string): number => {
  if (typeof a === 'number' && typeof b === 'number') return a < b ? -1 : a > b ? 1 : 0;
  if (typeof a === 'string' && typeof b === 'string') return collator.compare(a, b);
  return typeof a === 'number' ? -1 : 1;
};

/** What a click on a column's head makes of the present order. */
export const toggleSort = (sort: Sort, column: Column): Sort =>
  sort.column === column.id
    ? { column: column.id, descending: !sort.descending }
    : { column: column.id, descending: column.descendingFirst };
