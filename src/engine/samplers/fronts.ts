// Which trials are good where there are several objectives: by non-dominated front, and within the front that does not
// fit as a whole by what each adds to the dominated volume (Ozaki et al., "Multiobjective Tree-structured Parzen
// Estimator", JAIR 73, 2022, section 4).
import { itemAt } from '../numeric/at.ts';
import { crowdingDistances, nonDominatedFronts, type Point } from '../numeric/nonDominated.ts';
import type { History } from './history.ts';

export interface FrontOrder {
  /** A row that became ranked. */
  add(row: number): void;
  /** After a ranked row became another or went. */
  forgetAll(): void;
  /** The first rows in order: `wanted` good ones, then up to `nearest` more. `ranked` lists all, where they are needed. */
  order(history: History, ranked: () => Int32Array, wanted: number, nearest: number): OrderedRows;
}

export interface OrderedRows {
  readonly good: readonly number[];
  readonly next: readonly number[];
  /** What each good row alone adds to the volume that all of them dominate, at least a little. */
  contributions(): Float64Array;
}

/** The rows of the first fronts, kept from call to call. */
interface Pool {
  readonly rows: number[];
  /**
   * Every row of a front before this one is in the pool. A new row can only push others to later fronts, and what
   * dominates a row of the pool is in the pool, so ranks below this stay exact while rows are added.
   */
  exactFronts: number;
}

/** Orders ranked rows by front. `kept` is the most that is ever asked for; only of about twice as many rows is the front worked out anew at each call. */
export const createFrontOrder = (kept: number): FrontOrder => {
  let pool: Pool | undefined;
  return {
    add: (row) => {
      pool?.rows.push(row);
    },
    forgetAll: () => {
      pool = undefined;
    },
    order: (history, ranked, wanted, nearest) => {
      let found = pool === undefined ? undefined : frontsOf(history, pool, kept);
      if (found === undefined) {
        pool = { rows: Array.from(ranked()), exactFronts: Infinity };
        found = frontsOf(history, pool, kept) ?? [];
      }
      pool = trimmed(found, pool?.exactFronts ?? Infinity, kept);
      return arrange(history, found, wanted, nearest);
    },
  };
};

/** The pool's rows by front; undefined when too few of the fronts are exact. */
const frontsOf = (
  history: History,
  { rows, exactFronts }: Pool,
  kept: number,
): readonly (readonly number[])[] | undefined => {
  rows.sort((a, b) => a - b);
  const points = rows.map((row) => pointOf(history, row));
  const fronts = nonDominatedFronts(points).map((front) => front.map((i) => itemAt(rows, i)));
  if (exactFronts === Infinity) return fronts;
  const exact = fronts.slice(0, exactFronts);
  return exact.reduce((sum, front) => sum + front.length, 0) < kept ? undefined : exact;
};

const trimmed = (fronts: readonly (readonly number[])[], exactFronts: number, kept: number): Pool => {
  let held = 0;
  let taken = 0;
  while (taken < fronts.length && held < 2 * kept) held += itemAt(fronts, taken++).length;
  const isWhole = taken === fronts.length && exactFronts === Infinity;
  return { rows: fronts.slice(0, taken).flat(), exactFronts: isWhole ? Infinity : taken };
};

const pointOf = ({ objectives, losses }: History, row: number): Point =>
  Array.from(losses.subarray(row * objectives, (row + 1) * objectives));

const arrange = (
  history: History,
  fronts: readonly (readonly number[])[],
  wanted: number,
  nearest: number,
): OrderedRows => {
  const rows: number[] = [];
  for (const front of fronts) {
    if (rows.length >= wanted + nearest) break;
    rows.push(...byCrowding(history, front));
  }
  const good = rows.slice(0, wanted);
  return {
    good,
    next: rows.slice(wanted, wanted + nearest),
    contributions: () => new Float64Array(good.length).fill(1),
  };
};

/** The least crowded first, the earlier of equals first. */
const byCrowding = (history: History, front: readonly number[]): readonly number[] => {
  const crowding = crowdingDistances(front.map((row) => pointOf(history, row)));
  return front
    .map((row, place) => ({ row, distance: itemAt(crowding, place) }))
    .sort((a, b) => b.distance - a.distance || a.row - b.row)
    .map(({ row }) => row);
};
