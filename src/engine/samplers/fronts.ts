// Which trials are good where there are several objectives: by non-dominated front, and within the front that does not
// fit as a whole by what each adds to the dominated volume (Ozaki et al., "Multiobjective Tree-structured Parzen
// Estimator", JAIR 73, 2022, section 4).
import { itemAt } from '../numeric/at.ts';
import { hypervolumeContributions, selectByHypervolume } from '../numeric/hypervolume.ts';
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
    const room = wanted - rows.length;
    if (room <= -nearest) break;
    const ordered = byCrowding(history, front);
    const chosen = room > 0 && room < front.length ? selectFrom(history, ordered, room) : [];
    rows.push(...chosen, ...(chosen.length === 0 ? ordered : ordered.filter((row) => !chosen.includes(row))));
  }
  const good = rows.slice(0, wanted);
  return {
    good,
    next: rows.slice(wanted, wanted + nearest),
    contributions: () => contributionsOf(good.map((row) => pointOf(history, row))),
  };
};

/** Of a larger front the least crowded are looked at, this many times those wanted. */
const crowdedShare = 6;

const selectFrom = (history: History, ordered: readonly number[], wanted: number): readonly number[] => {
  const looked = ordered.slice(0, crowdedShare * wanted);
  const points = looked.map((row) => pointOf(history, row));
  return selectByHypervolume(points, wanted, referenceOf(points)).map((i) => itemAt(looked, i));
};

/** A tenth beyond the worst of each objective, whatever its sign (as Optuna). */
const referenceOf = (points: readonly Point[]): Point =>
  (points[0] ?? []).map((_, k) => {
    const worst = points.reduce((max, point) => Math.max(max, itemAt(point, k)), -Infinity);
    return Math.max(1.1 * worst, 0.9 * worst, worst + Number.MIN_VALUE);
  });

/** A trial that adds nothing counts for this share of the one that adds most. */
const leastContribution = 1e-3;

const contributionsOf = (points: readonly Point[]): Float64Array => {
  const added = hypervolumeContributions(points, referenceOf(points));
  const most = Math.max(0, ...added);
  if (!(most > 0 && most < Infinity)) return new Float64Array(points.length).fill(1);
  return Float64Array.from(added, (volume) => Math.max(leastContribution, volume / most));
};

/** The least crowded first, the earlier of equals first. */
const byCrowding = (history: History, front: readonly number[]): readonly number[] => {
  const crowding = crowdingDistances(front.map((row) => pointOf(history, row)));
  return front
    .map((row, place) => ({ row, distance: itemAt(crowding, place) }))
    .sort((a, b) => b.distance - a.distance || a.row - b.row)
    .map(({ row }) => row);
};
