// Which reference direction a point belongs to (Deb, Jain, NSGA-III part I, IEEE TEVC 18, 2014, algorithms 2 and 3).
import { at, itemAt } from '../numeric/at.ts';
import { compareNumbers, type Point } from '../numeric/nonDominated.ts';

export interface Niche {
  /** Index of the nearest direction. */
  readonly direction: number;
  /** Perpendicular to it. */
  readonly distance: number;
}

/** Points moved and scaled so that the ideal point is 0 and the hyperplane through the extreme points cuts each axis at 1. */
export const normalised = (points: readonly Point[]): readonly Point[] => {
  const ideal = itemAt(points, 0).map((_, k) => Math.min(...points.map((point) => itemAt(point, k))));
  const moved = points.map((point) => point.map((value, k) => value - itemAt(ideal, k)));
  const scale = intercepts(moved);
  return moved.map((point) => point.map((value, k) => value / itemAt(scale, k)));
};

/** Weight of the other axes in the scalarisation that finds an axis's extreme point. */
const offAxis = 1e-6;
/** Shorter intercepts come of degenerate extreme points. */
const shortest = 1e-6;

const intercepts = (points: readonly Point[]): readonly number[] => {
  const axes = itemAt(points, 0).map((_, k) => k);
  const extremes = axes.map((axis) => extremePoint(points, axis));
  const longest = axes.map((k) => Math.max(...points.map((point) => itemAt(point, k))));
  const inverse = solved(extremes.map((point) => [...point, 1]));
  const found = inverse?.map((a) => 1 / a);
  const isSound = found?.every((x, k) => x > shortest * itemAt(longest, k) && Number.isFinite(x));
  return (found !== undefined && isSound ? found : longest).map((x) => (x > 0 ? x : 1));
};

/** The point that is smallest on all other axes (achievement scalarising function). */
const extremePoint = (points: readonly Point[], axis: number): Point => {
  let best = itemAt(points, 0);
  let bestValue = Infinity;
  for (const point of points) {
    const value = Math.max(...point.map((x, k) => (k === axis ? x : x / offAxis)));
    if (value < bestValue) [best, bestValue] = [point, value];
  }
  return best;
};

/** x of A x = b by elimination with pivots; rows hold [A | b]. Undefined when A is singular. */
const solved = (rows: readonly (readonly number[])[]): readonly number[] | undefined => {
  const n = rows.length;
  const left = rows.map((row) => Float64Array.from(row));
  for (let column = 0; column < n; column++) {
    let pivot = column;
    for (let i = column + 1; i < n; i++)
      if (Math.abs(at(itemAt(left, i), column)) > Math.abs(at(itemAt(left, pivot), column))) pivot = i;
    const row = itemAt(left, pivot);
    if (!(Math.abs(at(row, column)) > 1e-12)) return undefined;
    [left[pivot], left[column]] = [itemAt(left, column), row];
    for (const [i, other] of left.entries()) {
      if (i === column) continue;
      const factor = at(other, column) / at(row, column);
      for (let k = column; k <= n; k++) other[k] = at(other, k) - factor * at(row, k);
    }
  }
  return left.map((row, i) => at(row, n) / at(row, i));
};

export const nicheOf = (point: Point, directions: readonly Point[]): Niche => {
  const length = point.reduce((sum, x) => sum + x * x, 0);
  let [nearest, least] = [0, Infinity];
  for (let direction = 0; direction < directions.length; direction++) {
    const along = itemAt(directions, direction);
    let [dot, square] = [0, 0];
    for (let k = 0; k < along.length; k++) {
      const part = itemAt(along, k);
      dot += part * itemAt(point, k);
      square += part * part;
    }
    const squared = Math.max(0, length - (dot * dot) / square);
    if (squared < least) [nearest, least] = [direction, squared];
  }
  return { direction: nearest, distance: Math.sqrt(least) };
};

/**
 * The `wanted` of the candidates that fill the emptiest niches (algorithm 4): again and again the nearest candidate of
 * a direction that has the fewest points. Where the paper decides by lot, the first is taken.
 */
export const fillNiches = (
  directions: number,
  taken: readonly Niche[],
  candidates: readonly Niche[],
  wanted: number,
): readonly number[] => {
  const members = new Float64Array(directions);
  for (const { direction } of taken) members[direction] = at(members, direction) + 1;
  const waiting = Array.from({ length: directions }, (): number[] => []);
  for (const [index, { direction }] of candidates.entries()) waiting[direction]?.push(index);
  for (const queue of waiting)
    queue.sort(
      (a, b) => compareNumbers(itemAt(candidates, b).distance, itemAt(candidates, a).distance) || b - a,
    );
  const filled: number[] = [];
  while (filled.length < wanted) {
    let emptiest: number | undefined;
    for (const [direction, queue] of waiting.entries()) {
      if (queue.length === 0) continue;
      if (emptiest === undefined || at(members, direction) < at(members, emptiest)) emptiest = direction;
    }
    const next = emptiest === undefined ? undefined : waiting[emptiest]?.pop();
    if (emptiest === undefined || next === undefined) break;
    members[emptiest] = at(members, emptiest) + 1;
    filled.push(next);
  }
  return filled;
};
