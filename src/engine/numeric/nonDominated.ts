// Pareto order of points of which every coordinate is to be minimised.
import { itemAt } from './at.ts';

export type Point = readonly number[];

/** Is `a` nowhere worse than `b` and somewhere better? NaN counts as worse than every number. */
export const dominates = (a: Point, b: Point): boolean => {
  let better = false;
  for (let i = 0; i < a.length; i++) {
    const order = compareNumbers(itemAt(a, i), itemAt(b, i));
    if (order > 0) return false;
    if (order < 0) better = true;
  }
  return better;
};

/**
 * Indices of `points` by front: those nobody dominates, then those only the first front dominates, and so on; within
 * a front in index order. Stops once the fronts hold `enough` points.
 * Efficient non-dominated sort with sequential search (Zhang, Tian, Cheng, Jin, IEEE TEVC 19, 2015): in lexicographic
 * order a point can only be dominated by one before it.
 */
export const nonDominatedFronts = (
  points: readonly Point[],
  enough = Infinity,
): readonly (readonly number[])[] => {
  const fronts: number[][] = [];
  for (const index of lexicographicOrder(points)) {
    const point = itemAt(points, index);
    let rank = 0;
    while (rank < fronts.length && isDominatedByAny(point, itemAt(fronts, rank), points)) rank++;
    const front = fronts[rank];
    if (front) front.push(index);
    else fronts.push([index]);
  }
  return firstHolding(enough, fronts).map((front) => front.toSorted((a, b) => a - b));
};

/**
 * Crowding distance of each point of a front: the sum over coordinates of the gap between its neighbours, relative to
 * the front's extent; infinite at the ends (Deb et al., NSGA-II, IEEE TEVC 6, 2002, section III-B).
 */
export const crowdingDistances = (front: readonly Point[]): readonly number[] => {
  const distances = front.map(() => 0);
  for (let axis = 0; axis < (front[0]?.length ?? 0); axis++) {
    const coordinate = (i: number): number => itemAt(itemAt(front, i), axis);
    const order = front
      .map((_, i) => i)
      .sort((a, b) => compareNumbers(coordinate(a), coordinate(b)) || a - b);
    const extent = coordinate(itemAt(order, order.length - 1)) - coordinate(itemAt(order, 0));
    for (const [place, i] of order.entries()) {
      const [before, after] = [order[place - 1], order[place + 1]];
      if (before === undefined || after === undefined) distances[i] = Infinity;
      else if (extent > 0 && extent < Infinity)
        distances[i] = itemAt(distances, i) + (coordinate(after) - coordinate(before)) / extent;
    }
  }
  return distances;
};

/** Numbers ascending, infinities at their ends, NaN after everything. */
export const compareNumbers = (a: number, b: number): number => {
  if (a < b) return -1;
  if (a > b) return 1;
  return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
};

const lexicographicOrder = (points: readonly Point[]): readonly number[] =>
  points
    .map((_, index) => index)
    .sort((a, b) => {
      const [first, second] = [itemAt(points, a), itemAt(points, b)];
      for (let i = 0; i < first.length; i++) {
        const order = compareNumbers(itemAt(first, i), itemAt(second, i));
        if (order !== 0) return order;
      }
      return a - b;
    });

/** Newest first: the likeliest to dominate stands closest in lexicographic order. */
const isDominatedByAny = (point: Point, front: readonly number[], points: readonly Point[]): boolean => {
  for (let i = front.length - 1; i >= 0; i--) {
    if (dominates(itemAt(points, itemAt(front, i)), point)) return true;
  }
  return false;
};

const firstHolding = <T>(enough: number, fronts: readonly (readonly T[])[]): readonly (readonly T[])[] => {
  let held = 0;
  const taken: (readonly T[])[] = [];
  for (const front of fronts) {
    if (held >= enough) break;
    taken.push(front);
    held += front.length;
  }
  return taken;
};
