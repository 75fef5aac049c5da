// The volume that points dominate, up to a reference point; every coordinate is to be minimised. Points that are not
// below the reference in every coordinate, NaN among them, dominate nothing. Coordinates must be above -∞.
import { itemAt } from './at.ts';
import type { Point } from './nonDominated.ts';

/**
 * The volume of all that lies between some point and the reference. Two and three dimensions by sweeping; more by
 * taking exclusive volumes apart (the WFG algorithm of While, Bradstreet, Barone, IEEE TEVC 16, 2012, sliced by the
 * last coordinate).
 */
export const hypervolume = (points: readonly Point[], reference: Point): number =>
  volume(
    points.filter((point) => isBelow(point, reference)),
    reference,
    reference.length,
  );

/** What would be lost of the volume without each point: 0 for dominated points and for those that occur twice. */
export const hypervolumeContributions = (points: readonly Point[], reference: Point): readonly number[] => {
  const contributions = points.map(() => 0);
  for (const { index, rivals } of rivalsOnFront(points, reference)) {
    const others = rivals.map((rival) => itemAt(points, rival));
    contributions[index] = Math.max(0, addedVolume(itemAt(points, index), others, reference));
  }
  return contributions;
};

interface Rivals {
  readonly index: number;
  /** Points that share what this one dominates, as far as no third does. */
  readonly rivals: readonly number[];
}

/**
 * Of each point on the front, the others that bound its own part of the volume: those on the front, in two dimensions
 * only its neighbours there, and those behind it that no one else on the front dominates.
 */
const rivalsOnFront = (points: readonly Point[], reference: Point): readonly Rivals[] => {
  const dimensions = reference.length;
  const below = points.flatMap((point, i) => (isBelow(point, reference) ? [i] : []));
  const isOnFront = new Set<Point>(
    nonDominated(
      below.map((i) => itemAt(points, i)),
      dimensions,
    ),
  );
  const front: number[] = [];
  const behind: number[] = [];
  for (const i of below) (isOnFront.delete(itemAt(points, i)) ? front : behind).push(i);
  const followers = new Map<number, number[]>();
  for (const i of behind) {
    const ahead = front.filter((j) => isAsGood(itemAt(points, j), itemAt(points, i), dimensions));
    const [only] = ahead;
    if (only !== undefined && ahead.length === 1) followers.set(only, [...(followers.get(only) ?? []), i]);
  }
  if (dimensions === 2) front.sort((a, b) => itemAt(itemAt(points, a), 0) - itemAt(itemAt(points, b), 0));
  return front.map((index, place) => {
    const others = dimensions === 2 ? [front[place - 1], front[place + 1]] : front;
    const rivals = others.flatMap((other) => (other === undefined || other === index ? [] : [other]));
    return { index, rivals: [...rivals, ...(followers.get(index) ?? [])] };
  });
};

/** What `point` adds to the volume of `others`. */
export const hypervolumeImprovement = (point: Point, others: readonly Point[], reference: Point): number =>
  isBelow(point, reference)
    ? addedVolume(
        point,
        others.filter((other) => isBelow(other, reference)),
        reference,
      )
    : 0;

/**
 * Indices of `count` points that together dominate nearly as much as any so many do: at least 63 % of the best subset's
 * volume, by always taking the point that adds most (Guerreiro, Fonseca, Paquete, Evol. Comput. 24, 2016). In the
 * order taken; among equals the first. A gain only ever shrinks, so that only those that could be the largest are worked
 * out again.
 */
export const selectByHypervolume = (
  points: readonly Point[],
  count: number,
  reference: Point,
): readonly number[] => {
  const chosen: number[] = [];
  const left = points.map((point, index) => ({
    index,
    gain: isBelow(point, reference) ? boxVolume(point, reference, reference.length) : 0,
    /** How many points were chosen when the gain was worked out. */
    known: 0,
  }));
  while (chosen.length < count && left.length > 0) {
    let best = 0;
    for (;;) {
      for (let i = 0; i < left.length; i++) if (itemAt(left, i).gain > itemAt(left, best).gain) best = i;
      const candidate = itemAt(left, best);
      if (candidate.known === chosen.length || candidate.gain === 0) break;
      const others = chosen.map((index) => itemAt(points, index));
      candidate.gain = Math.max(
        0,
        hypervolumeImprovement(itemAt(points, candidate.index), others, reference),
      );
      candidate.known = chosen.length;
      best = 0;
    }
    chosen.push(itemAt(left, best).index);
    left.splice(best, 1);
  }
  return chosen;
};

const isBelow = (point: Point, reference: Point): boolean => {
  for (let i = 0; i < reference.length; i++) if (!(itemAt(point, i) < itemAt(reference, i))) return false;
  return true;
};

/** The volume between a point and the reference in the first `dimensions` coordinates. */
const boxVolume = (point: Point, reference: Point, dimensions: number): number => {
  let product = 1;
  for (let i = 0; i < dimensions; i++) product *= itemAt(reference, i) - itemAt(point, i);
  return product;
};

const addedVolume = (point: Point, others: readonly Point[], reference: Point): number => {
  const dimensions = reference.length;
  return (
    boxVolume(point, reference, dimensions) -
    volume(limitedTo(point, others, 0, dimensions), reference, dimensions)
  );
};

/** The part of each point's box, from `from` on, that lies within the box of `point`. */
const limitedTo = (point: Point, others: readonly Point[], from: number, dimensions: number): Point[] => {
  const limited: Point[] = [];
  for (let k = from; k < others.length; k++) {
    const other = itemAt(others, k);
    const corner: number[] = [];
    for (let i = 0; i < dimensions; i++) corner.push(Math.max(itemAt(point, i), itemAt(other, i)));
    limited.push(corner);
  }
  return limited;
};

/** Only the first `dimensions` coordinates count; all points lie below the reference in them. */
const volume = (points: readonly Point[], reference: Point, dimensions: number): number => {
  if (points.length === 0) return 0;
  if (points.length === 1) return boxVolume(itemAt(points, 0), reference, dimensions);
  if (dimensions === 0) return 1;
  if (dimensions === 1) return Math.max(...points.map((point) => itemAt(reference, 0) - itemAt(point, 0)));
  if (dimensions === 2) return area(points, reference);
  if (dimensions === 3) return sweptVolume(points, reference);
  return slicedVolume(points, reference, dimensions);
};

/** From left to right, each point that lies lower than all before adds a rectangle. */
const area = (points: readonly Point[], reference: Point): number => {
  const sorted = points.toSorted((a, b) => itemAt(a, 0) - itemAt(b, 0) || itemAt(a, 1) - itemAt(b, 1));
  let lowest = itemAt(reference, 1);
  let sum = 0;
  for (const point of sorted) {
    const y = itemAt(point, 1);
    if (y >= lowest) continue;
    sum += (itemAt(reference, 0) - itemAt(point, 0)) * (lowest - y);
    lowest = y;
  }
  return sum;
};

/**
 * From the smallest third coordinate on: the area dominated so far, times the way to the next point (Fonseca, Paquete,
 * López-Ibáñez, CEC 2006). The staircase lies in an array, in which places are found by halving.
 */
const sweptVolume = (points: readonly Point[], reference: Point): number => {
  const sorted = points.toSorted((a, b) => itemAt(a, 2) - itemAt(b, 2));
  const [right, top, back] = [itemAt(reference, 0), itemAt(reference, 1), itemAt(reference, 2)];
  /** x ascending, y descending. */
  const xs: number[] = [];
  const ys: number[] = [];
  let covered = 0;
  let sum = 0;
  for (const [k, point] of sorted.entries()) {
    const [x, y, z] = [itemAt(point, 0), itemAt(point, 1), itemAt(point, 2)];
    const at = firstNotBelow(xs, x);
    // The step to the left is as low, or one at the same x is.
    const dominated = (at > 0 && itemAt(ys, at - 1) <= y) || (xs[at] === x && itemAt(ys, at) <= y);
    if (!dominated) {
      let end = at;
      let from = x;
      let ceiling = at > 0 ? itemAt(ys, at - 1) : top;
      while (end < xs.length && itemAt(ys, end) >= y) {
        covered += (itemAt(xs, end) - from) * (ceiling - y);
        from = itemAt(xs, end);
        ceiling = itemAt(ys, end);
        end++;
      }
      covered += ((xs[end] ?? right) - from) * (ceiling - y);
      xs.splice(at, end - at, x);
      ys.splice(at, end - at, y);
    }
    const next = sorted[k + 1];
    sum += covered * ((next === undefined ? back : itemAt(next, 2)) - z);
  }
  return sum;
};

const firstNotBelow = (ascending: readonly number[], value: number): number => {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (itemAt(ascending, middle) < value) low = middle + 1;
    else high = middle;
  }
  return low;
};

/**
 * With the last coordinate descending, what each point adds to those after it is as deep as its own box; the rest is a
 * volume of one dimension less.
 */
const slicedVolume = (points: readonly Point[], reference: Point, dimensions: number): number => {
  const last = dimensions - 1;
  const sorted = nonDominated(points, dimensions).sort((a, b) => itemAt(b, last) - itemAt(a, last));
  let sum = 0;
  for (const [k, point] of sorted.entries()) {
    const rest = nonDominated(limitedTo(point, sorted, k + 1, last), last);
    const added = boxVolume(point, reference, last) - volume(rest, reference, last);
    sum += added * (itemAt(reference, last) - itemAt(point, last));
  }
  return sum;
};

/** Those that no other is at least as good as, by the first `dimensions` coordinates; of equal ones the first. */
const nonDominated = (points: readonly Point[], dimensions: number): Point[] => {
  const front: Point[] = [];
  for (const point of points) {
    if (front.some((other) => isAsGood(other, point, dimensions))) continue;
    let kept = 0;
    for (const other of front) if (!isAsGood(point, other, dimensions)) front[kept++] = other;
    front.length = kept;
    front.push(point);
  }
  return front;
};

const isAsGood = (a: Point, b: Point, dimensions: number): boolean => {
  for (let i = 0; i < dimensions; i++) if (itemAt(a, i) > itemAt(b, i)) return false;
  return true;
};
