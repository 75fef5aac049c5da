// The region that points leave undominated, in boxes; every coordinate is to be minimised.
import { itemAt } from './at.ts';
import type { Point } from './nonDominated.ts';

/** A box without overlap with others; `low` may be -∞. */
export interface Box {
  readonly low: Point;
  readonly high: Point;
}

/**
 * Boxes that together are all that lies below `reference` and is not dominated by a point. What a new point y adds to
 * the dominated volume is the sum over boxes of ∏ max(0, high - max(low, y)), and its expectation is a sum of products.
 *
 * The undominated region lies below one or another local upper bound of the points; turned upside down it is what these
 * bounds dominate, and falls into boxes by the same method (Lacour, Klamroth, Fonseca, Comput. Oper. Res. 79, 2017; used
 * twice by Daulton, Balandat, Bakshy, NeurIPS 2021, appendix). Meant for up to four coordinates: a front has about as many
 * boxes as points in two, three times as many in three, and some twenty times as many in four.
 */
export const nonDominatedBoxes = (points: readonly Point[], reference: Point): readonly Box[] => {
  const below = points.filter((point) => reference.every((limit, i) => itemAt(point, i) < limit));
  const bounds = upperBounds(below, reference).map(({ corner }) => corner.map((x) => -x));
  const nowhere = reference.map(() => Infinity);
  return dominatedBoxes(bounds, nowhere).map(({ low, high }) => ({
    low: high.map((x) => -x),
    high: low.map((x) => -x),
  }));
};

/** Boxes that together are all that some point dominates, up to `reference`. */
export const dominatedBoxes = (points: readonly Point[], reference: Point): readonly Box[] =>
  upperBounds(points, reference).flatMap((bound) => {
    const box = boxOf(bound, reference);
    return box.low.every((x, i) => x < itemAt(box.high, i)) ? [box] : [];
  });

/**
 * A corner below which nothing is dominated, and the points that hold it there: the j-th one touches it in coordinate j
 * and lies below it in the others.
 */
interface UpperBound {
  readonly corner: Point;
  readonly holders: readonly Point[];
}

/**
 * All local upper bounds: starting from the reference, each point in turn replaces the bounds it lies below by up to one
 * a coordinate (Klamroth, Lacour, Vanderpooten, EJOR 245, 2015, algorithm 3).
 */
const upperBounds = (points: readonly Point[], reference: Point): readonly UpperBound[] => {
  const outside = reference.map((limit, j) => reference.map((_, i) => (i === j ? limit : -Infinity)));
  let bounds: UpperBound[] = [{ corner: reference, holders: outside }];
  for (const point of ordered(points)) {
    const next: UpperBound[] = [];
    for (const bound of bounds) {
      if (bound.corner.every((x, i) => itemAt(point, i) < x)) splitBy(point, bound, next);
      else next.push(bound);
    }
    bounds = next;
  }
  return bounds;
};

/** Lexicographic, so that the outcome does not depend on the order given. */
const ordered = (points: readonly Point[]): readonly Point[] =>
  points.toSorted((a, b) => {
    const i = a.findIndex((x, k) => x !== b[k]);
    return i < 0 ? 0 : itemAt(a, i) - itemAt(b, i);
  });

const splitBy = (point: Point, { corner, holders }: UpperBound, target: UpperBound[]): void => {
  for (const [j, x] of point.entries()) {
    // Otherwise another bound lies above this one.
    if (holders.some((holder, k) => k !== j && itemAt(holder, j) > x)) continue;
    target.push({ corner: corner.with(j, x), holders: holders.with(j, point) });
  }
};

/** The part of the dominated region that belongs to a bound: ibid., section 3. */
const boxOf = ({ corner, holders }: UpperBound, reference: Point): Box => {
  const low = corner.map((x, j) => {
    if (j === 0) return x;
    let highest = -Infinity;
    for (let k = 0; k < j; k++) highest = Math.max(highest, itemAt(itemAt(holders, k), j));
    return highest;
  });
  return { low, high: corner.with(0, itemAt(reference, 0)) };
};
