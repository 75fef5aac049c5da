// The order of trials from the best to the worst.
import { at, itemAt } from '../numeric/at.ts';
import { compareNumbers, crowdingDistances, nonDominatedFronts } from '../numeric/nonDominated.ts';
import { type History, standingCode } from './history.ts';

export const isRanked = ({ standing }: History, row: number): boolean =>
  standing[row] === standingCode.ranked;

export interface Placed {
  readonly row: number;
  /** The same for rows that nothing tells apart. */
  readonly place: number;
}

/**
 * Rows from the best to the worst: ranked ones by loss (several: by front, then the less crowded), then those that
 * are only known to be worse, then infeasible ones by violation.
 */
export const orderRows = (history: History, rows: readonly number[]): readonly Placed[] => {
  const compare = rowComparison(history, rows);
  const placed: Placed[] = [];
  for (const row of rows.toSorted((a, b) => compare(a, b) || a - b)) {
    const before = placed.at(-1);
    const isTied = before !== undefined && compare(before.row, row) === 0;
    placed.push({ row, place: isTied ? before.place : placed.length });
  }
  return placed;
};

/** The order of `orderRows` between two of the rows: negative when the first is better, 0 when nothing tells them apart. */
export const rowComparison = (
  history: History,
  rows: readonly number[],
): ((a: number, b: number) => number) => {
  const { standing, score } = history;
  const keys = history.objectives > 1 ? paretoKeys(history, rows) : undefined;
  const keyOf = (row: number): number => keys?.get(row) ?? at(score, row);
  return (a, b) => (standing[a] ?? 0) - (standing[b] ?? 0) || compareNumbers(keyOf(a), keyOf(b));
};

/** The place of each ranked row. */
const paretoKeys = (history: History, rows: readonly number[]): ReadonlyMap<number, number> => {
  const keys = new Map<number, number>();
  const ranked = rows.filter((row) => isRanked(history, row)).toSorted((a, b) => a - b);
  const points = ranked.map((row) => lossesAt(history, row));
  for (const front of nonDominatedFronts(points)) {
    const crowding = crowdingDistances(front.map((i) => itemAt(points, i)));
    const order = front
      .map((_, i) => i)
      .sort((a, b) => compareNumbers(itemAt(crowding, b), itemAt(crowding, a)) || a - b);
    for (const i of order) keys.set(itemAt(ranked, itemAt(front, i)), keys.size);
  }
  return keys;
};

export const lossesAt = ({ losses, objectives }: History, row: number): readonly number[] =>
  Array.from(losses.subarray(row * objectives, (row + 1) * objectives));
