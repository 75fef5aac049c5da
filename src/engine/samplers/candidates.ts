import { at, itemAt } from '../numeric/at.ts';
import type { RandomStream } from '../numeric/random.ts';
import { addDerived, completeAssignment, type Draft, isActive, isSatisfied } from '../space/assignment.ts';
import type { Assignment, SearchSpace } from '../space/parameter.ts';
import { planOf } from '../space/plan.ts';
import type { Axis } from './axis.ts';
import type { Mixture } from './mixture.ts';

/** Candidates as rows of `axes.length` positions, NaN where inactive. All keep the constraints. */
export interface Candidates {
  readonly count: number;
  readonly positions: Float64Array;
}

/** Mixtures that share out the axes among them; a draw takes one kernel of each. */
export type Source = readonly Mixture[];

/** Draws that break a constraint are made up for by others, up to this many times the number wanted. */
const mostDrawsPerCandidate = 8;

/** Up to `wanted` draws from the sources in turn, parameter by parameter down the declared tree. */
export const drawCandidates = (
  space: SearchSpace,
  axes: readonly Axis[],
  sources: readonly Source[],
  wanted: number,
  random: RandomStream,
): Candidates => {
  const width = axes.length;
  const positions = new Float64Array(wanted * width);
  const isFlat = isUnconditional(space);
  let count = 0;
  for (let draws = 0; count < wanted && draws < wanted * mostDrawsPerCandidate; draws++) {
    const source = itemAt(sources, draws % sources.length);
    if (isFlat) drawFlat(source, random, positions, count * width);
    else if (!drawTree(space, axes, source, random, positions, count * width)) continue;
    count++;
  }
  return { count, positions };
};

/** A group of axes that are active together, which can be chosen once those before them are. */
export interface Chooser {
  readonly columns: readonly number[];
  /** Draws for the group; one is taken from each in turn. */
  readonly sources: readonly Mixture[];
  /** Of the group's part of a candidate; the largest is taken. */
  score(positions: Float64Array, offset: number): number;
}

export interface Chosen {
  readonly values: Assignment;
  /** Sum over the groups. */
  readonly score: number;
}

/**
 * Goes through the groups in order and takes for each active one the best of `wanted` draws; undefined when what
 * comes together is not within the space.
 */
export const chooseByGroup = (
  space: SearchSpace,
  axes: readonly Axis[],
  groups: readonly Chooser[],
  wanted: number,
  random: RandomStream,
): Chosen | undefined => {
  const width = axes.length;
  const chosen = new Float64Array(width).fill(Number.NaN);
  const drawn = new Float64Array(width);
  let values: Draft = {};
  let sum = 0;
  for (const group of groups) {
    const first = space.parameters[itemAt(group.columns, 0)];
    if (first === undefined || !isActive(first, values)) continue;
    let best = -Infinity;
    for (let k = 0; k < wanted; k++) {
      const source = itemAt(group.sources, k % group.sources.length);
      const kernel = source.drawKernel(random);
      for (const column of group.columns) drawn[column] = source.drawPosition(kernel, column, random);
      const score = group.score(drawn, 0);
      if (k > 0 && !(score > best)) continue;
      best = score;
      for (const column of group.columns) chosen[column] = at(drawn, column);
    }
    sum += best;
    for (const column of group.columns) {
      const axis = itemAt(axes, column);
      values[axis.name] = axis.value(at(chosen, column));
    }
    if (!isUnconditional(space)) values = { ...completeAssignment(space, values) };
  }
  return isSatisfied(space, values) ? { values: valuesAt(axes, chosen, 0), score: sum } : undefined;
};

/** The searched values at a candidate's positions. */
export const valuesAt = (axes: readonly Axis[], positions: Float64Array, offset: number): Assignment => {
  const values: Draft = {};
  for (let i = 0; i < axes.length; i++) {
    const axis = itemAt(axes, i);
    const position = at(positions, offset + i);
    if (position >= 0) values[axis.name] = axis.value(position);
  }
  return values;
};

const flat = new WeakMap<SearchSpace, boolean>();

/** No condition, derived value or constraint: the values themselves need not be known. */
const isUnconditional = (space: SearchSpace): boolean => {
  let known = flat.get(space);
  if (known === undefined) {
    known = planOf(space).isFree && space.parameters.every(({ condition }) => condition === undefined);
    flat.set(space, known);
  }
  return known;
};

const drawFlat = (source: Source, random: RandomStream, positions: Float64Array, offset: number): void => {
  for (const mixture of source) {
    const kernel = mixture.drawKernel(random);
    for (const column of mixture.columns)
      positions[offset + column] = mixture.drawPosition(kernel, column, random);
  }
};

/** False when the draw breaks a constraint. */
const drawTree = (
  space: SearchSpace,
  axes: readonly Axis[],
  source: Source,
  random: RandomStream,
  positions: Float64Array,
  offset: number,
): boolean => {
  const owners = ownersOf(source, axes.length);
  const kernels = source.map((mixture) => mixture.drawKernel(random));
  const values: Draft = {};
  let index = 0;
  for (const item of planOf(space).items) {
    if (item.kind === 'derived') {
      addDerived(item.derived, values);
      continue;
    }
    const { parameter } = item;
    positions[offset + index] = Number.NaN;
    if (isActive(parameter, values)) {
      const owner = itemAt(owners, index);
      const position = itemAt(source, owner).drawPosition(itemAt(kernels, owner), index, random);
      positions[offset + index] = position;
      values[parameter.name] = itemAt(axes, index).value(position);
    }
    index++;
  }
  return isSatisfied(space, values);
};

const owners = new WeakMap<Source, readonly number[]>();

/** Which mixture of a source each axis belongs to. */
const ownersOf = (source: Source, width: number): readonly number[] => {
  let known = owners.get(source);
  if (known === undefined) {
    const found = new Array<number>(width).fill(0);
    for (const [owner, { columns }] of source.entries()) for (const column of columns) found[column] = owner;
    known = found;
    owners.set(source, known);
  }
  return known;
};
