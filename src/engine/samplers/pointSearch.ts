// Looks for the point of a space that a model holds most worth trying: many draws, then climbing from the best.
import { at, itemAt } from '../numeric/at.ts';
import { minimizeBounded } from '../numeric/lbfgsb.ts';
import type { RandomStream } from '../numeric/random.ts';
import { addDerived, type Draft, isActive, isSatisfied } from '../space/assignment.ts';
import type { SearchSpace } from '../space/parameter.ts';
import { planOf } from '../space/plan.ts';
import { sampleUniform } from '../space/sample.ts';
import type { Axis, CellAxis } from './axis.ts';
import { cellAt } from './cells.ts';
import type { Features } from './features.ts';
import { positionsOf } from './history.ts';

/** What is maximised, over the features' columns. */
export interface Worthiness {
  /** Of `count` rows of columns. */
  many(columns: Float64Array, count: number, values: Float64Array): void;
  /** Of one row, with its gradient by the columns. */
  withGradient(columns: Float64Array, gradient: Float64Array): number;
}

export interface Domain {
  readonly space: SearchSpace;
  readonly axes: readonly Axis[];
  readonly features: Features;
  /** A box around which numbers are kept, in `[0, 1]` for each axis; the whole range where absent. */
  readonly box?: { readonly low: Float64Array; readonly high: Float64Array };
}

export interface SearchPlan {
  /** Uniform draws. */
  readonly draws: number;
  /** Draws around each of `centres`, with a few parameters changed. */
  readonly near: number;
  /** Positions of good trials, the best first. */
  readonly centres: readonly Float64Array[];
  /** Climbs from this many of the best draws. */
  readonly climbs: number;
}

/** Positions (`axes.length` numbers, NaN where inactive) and what they are worth. */
export interface FoundPoint {
  readonly positions: Float64Array;
  readonly value: number;
}

/** The best points found, the best first. All keep conditions and constraints. */
export const searchPoints = (
  domain: Domain,
  worth: Worthiness,
  plan: SearchPlan,
  random: RandomStream,
): readonly FoundPoint[] => {
  const pool = [...drawPool(domain, plan, random)];
  const drawn = evaluate(domain, worth, pool);
  const order = Array.from(drawn, (_, i) => i).sort((a, b) => at(drawn, b) - at(drawn, a) || a - b);
  const found = order
    .slice(0, Math.max(64, plan.climbs))
    .map((i) => ({ positions: itemAt(pool, i), value: at(drawn, i) }));
  const starts = pickStarts(domain, found, plan.climbs, random);
  const climbed = starts.map((start) => climb(domain, worth, start, random));
  return [...climbed, ...found].sort((a, b) => b.value - a.value);
};

/** The best, and others drawn by rank, so that climbs do not all begin in one basin. */
const pickStarts = (
  { features }: Domain,
  found: readonly FoundPoint[],
  wanted: number,
  random: RandomStream,
): readonly FoundPoint[] => {
  const [best] = found;
  if (best === undefined) return [];
  const starts = [best];
  const left = found.slice(1);
  const encoded = (point: FoundPoint): Float64Array => {
    const columns = new Float64Array(features.width);
    features.encode(point.positions, 0, columns, 0);
    return columns;
  };
  const taken = [encoded(best)];
  while (starts.length < wanted && left.length > 0) {
    // The better half by rank; too near to one taken already is skipped.
    const index = Math.floor(left.length * random.uniform() ** 3);
    const [point] = left.splice(index, 1);
    if (point === undefined) break;
    const columns = encoded(point);
    if (taken.some((other) => squaredDistance(columns, other) < 1e-4)) continue;
    starts.push(point);
    taken.push(columns);
  }
  return starts;
};

const squaredDistance = (a: Float64Array, b: Float64Array): number => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (at(a, i) - at(b, i)) ** 2;
  return sum;
};

/** Values of some points. */
export const evaluate = (
  { features }: Domain,
  worth: Worthiness,
  points: readonly Float64Array[],
): Float64Array => {
  const columns = new Float64Array(points.length * features.width);
  for (let i = 0; i < points.length; i++) features.encode(itemAt(points, i), 0, columns, i * features.width);
  const values = new Float64Array(points.length);
  worth.many(columns, points.length, values);
  for (let i = 0; i < values.length; i++) if (Number.isNaN(at(values, i))) values[i] = -Infinity;
  return values;
};

const isOpen = (space: SearchSpace): boolean =>
  planOf(space).isFree && space.parameters.every(({ condition }) => condition === undefined);

/** Uniform draws of a space with constraints cost many rejected ones. */
const mostConstrainedDraws = 96;

/** Draws of the whole domain and around the centres, as a search begins with. */
export function* drawPool(domain: Domain, plan: SearchPlan, random: RandomStream): Generator<Float64Array> {
  const { space, axes } = domain;
  const open = isOpen(space);
  const draws = open || planOf(space).isFree ? plan.draws : Math.min(plan.draws, mostConstrainedDraws);
  for (let i = 0; i < draws; i++) {
    const positions = open ? drawOpen(domain, random) : new Float64Array(axes.length);
    if (!open) positionsOf(axes, sampleUniform(space, random), positions, 0);
    yield positions;
  }
  for (const centre of plan.centres) {
    for (let i = 0; i < plan.near; i++) {
      const changed = settle(domain, perturb(domain, centre, random), random);
      if (changed !== undefined) yield changed;
    }
  }
}

const drawOpen = ({ axes, box }: Domain, random: RandomStream): Float64Array => {
  const positions = new Float64Array(axes.length);
  for (let i = 0; i < axes.length; i++) {
    const axis = itemAt(axes, i);
    if (axis.kind === 'choices') positions[i] = random.integer(axis.values.length);
    else {
      const [low, high] = boxOf(box, i);
      positions[i] = toAxis(axis, low + (high - low) * random.uniform());
    }
  }
  return positions;
};

const boxOf = (box: Domain['box'], i: number): readonly [number, number] =>
  box === undefined ? [0, 1] : [at(box.low, i), at(box.high, i)];

/** A place in the unit interval as a position on a numeric axis. */
const toAxis = (axis: Exclude<Axis, { kind: 'choices' }>, unit: number): number =>
  axis.kind === 'smooth' ? Math.min(1, Math.max(0, unit)) : nearestCell(axis, unit);

export const nearestCell = ({ edges }: CellAxis, unit: number): number => cellAt(edges, unit);

/** A few parameters moved: most by a normal step of a size drawn log-uniformly, choices to another value. */
export const perturb = ({ axes, box }: Domain, centre: Float64Array, random: RandomStream): Float64Array => {
  const positions = centre.slice();
  const chance = Math.min(1, (1 + random.integer(4)) / axes.length);
  const size = 10 ** (-0.5 - 2.5 * random.uniform());
  let moved = 0;
  while (moved === 0 && axes.length > 0) {
    const forced = random.integer(axes.length);
    for (let i = 0; i < axes.length; i++) {
      if (i !== forced && random.uniform() >= chance) continue;
      const axis = itemAt(axes, i);
      const position = at(positions, i);
      moved++;
      if (!(position >= 0)) continue;
      if (axis.kind === 'choices') {
        if (random.uniform() < 0.5 || axes.length === 1) positions[i] = random.integer(axis.values.length);
        continue;
      }
      const [low, high] = boxOf(box, i);
      const unit = axis.kind === 'smooth' ? position : at(axis.centres, position);
      const step = size * random.normal();
      const next = toAxis(axis, Math.min(high, Math.max(low, unit + step)));
      positions[i] =
        axis.kind === 'cells' && next === position
          ? Math.min(axis.values.length - 1, Math.max(0, position + (step < 0 ? -1 : 1)))
          : next;
    }
  }
  return positions;
};

/**
 * Positions made whole: those of inactive parameters dropped, those of newly active ones drawn. Undefined when a
 * constraint is broken.
 */
export const settle = (
  { space, axes }: Domain,
  positions: Float64Array,
  random: RandomStream,
): Float64Array | undefined => {
  if (isOpen(space)) {
    // A trial from outside the space has no place on some axes.
    for (let i = 0; i < axes.length; i++)
      if (!(at(positions, i) >= 0)) positions[i] = anywhere(itemAt(axes, i), random);
    return positions;
  }
  const values: Draft = {};
  let i = 0;
  for (const item of planOf(space).items) {
    if (item.kind === 'derived') {
      addDerived(item.derived, values);
      continue;
    }
    const axis = itemAt(axes, i);
    if (isActive(item.parameter, values)) {
      if (!(at(positions, i) >= 0)) positions[i] = anywhere(axis, random);
      values[axis.name] = axis.value(at(positions, i));
    } else positions[i] = Number.NaN;
    i++;
  }
  return isSatisfied(space, values) ? positions : undefined;
};

const anywhere = (axis: Axis, random: RandomStream): number =>
  axis.kind === 'smooth' ? random.uniform() : random.integer(Math.max(1, axis.values.length));

const mostClimbRounds = 3;

/** By gradient along the numbers, then by trying values of what is not continuous, until neither helps. */
const climb = (domain: Domain, worth: Worthiness, start: FoundPoint, random: RandomStream): FoundPoint => {
  let best = start;
  for (let round = 0; round < mostClimbRounds; round++) {
    const smooth = climbSmooth(domain, worth, best, random);
    const next = climbCells(domain, worth, smooth, random);
    if (next === smooth) return smooth;
    best = next;
  }
  return best;
};

/** Grids at least this fine are climbed as if they were continuous first. */
const fewestRelaxed = 5;

const climbSmooth = (
  domain: Domain,
  worth: Worthiness,
  start: FoundPoint,
  random: RandomStream,
): FoundPoint => {
  const { axes, features } = domain;
  const moving: number[] = [];
  for (let i = 0; i < axes.length; i++) {
    const axis = itemAt(axes, i);
    const isRelaxed =
      axis.kind === 'smooth' || (axis.kind === 'cells' && axis.values.length >= fewestRelaxed);
    if (isRelaxed && at(start.positions, i) >= 0) moving.push(i);
  }
  if (moving.length === 0) return start;
  const columns = new Float64Array(features.width);
  features.encode(start.positions, 0, columns, 0);
  const columnOf = (k: number): number => itemAt(features.places, itemAt(moving, k)).column;
  const [low, high] = [new Float64Array(moving.length), new Float64Array(moving.length)];
  for (let k = 0; k < moving.length; k++) [low[k], high[k]] = boxOf(domain.box, itemAt(moving, k));
  const from = Float64Array.from(moving, (_, k) => at(columns, columnOf(k)));
  const gradient = new Float64Array(features.width);
  const result = minimizeBounded({
    start: from.map((unit, k) => Math.min(at(high, k), Math.max(at(low, k), unit))),
    low,
    high,
    maxIterations: 30,
    gradientTolerance: 1e-4,
    evaluate: (x, out) => {
      for (let k = 0; k < x.length; k++) columns[columnOf(k)] = at(x, k);
      const value = worth.withGradient(columns, gradient);
      for (let k = 0; k < x.length; k++) out[k] = -at(gradient, columnOf(k));
      return -value;
    },
  });
  // Where the end breaks a constraint, the way there is cut in half a few times.
  for (let share = 1; share > 0.1; share /= 2) {
    const positions = start.positions.slice();
    for (let k = 0; k < moving.length; k++) {
      const i = itemAt(moving, k);
      const axis = itemAt(axes, i);
      const unit = at(from, k) + share * (at(result.x, k) - at(from, k));
      if (axis.kind !== 'choices') positions[i] = toAxis(axis, unit);
    }
    const settled = settle(domain, positions, random);
    if (settled === undefined) continue;
    const value = at(evaluate(domain, worth, [settled]), 0);
    if (value > start.value) return { positions: settled, value };
  }
  return start;
};

/** Values tried of one axis at a time. */
const mostTried = 12;

const climbCells = (
  domain: Domain,
  worth: Worthiness,
  start: FoundPoint,
  random: RandomStream,
): FoundPoint => {
  let best = start;
  for (let i = 0; i < domain.axes.length; i++) {
    const axis = itemAt(domain.axes, i);
    if (axis.kind === 'smooth' || !(at(best.positions, i) >= 0)) continue;
    const tried: Float64Array[] = [];
    for (const index of otherValues(axis, at(best.positions, i), random)) {
      const positions = best.positions.slice();
      positions[i] = index;
      const settled = settle(domain, positions, random);
      if (settled !== undefined) tried.push(settled);
    }
    const values = evaluate(domain, worth, tried);
    for (let k = 0; k < tried.length; k++)
      if (at(values, k) > best.value) best = { positions: itemAt(tried, k), value: at(values, k) };
  }
  return best;
};

const otherValues = (
  axis: Exclude<Axis, { kind: 'smooth' }>,
  now: number,
  random: RandomStream,
): readonly number[] => {
  const count = axis.values.length;
  if (count <= mostTried) return Array.from({ length: count }, (_, i) => i).filter((i) => i !== now);
  const tried =
    axis.kind === 'cells'
      ? [now - 2, now - 1, now + 1, now + 2, random.integer(count), random.integer(count)]
      : Array.from({ length: mostTried }, () => random.integer(count));
  return [...new Set(tried)].filter((i) => i >= 0 && i < count && i !== now);
};
