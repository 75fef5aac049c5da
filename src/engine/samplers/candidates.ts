import { at, itemAt } from '../numeric/at.ts';
import type { RandomStream } from '../numeric/random.ts';
import { addDerived, type Draft, isActive, isSatisfied } from '../space/assignment.ts';
import type { Assignment, SearchSpace } from '../space/parameter.ts';
import { planOf } from '../space/plan.ts';
import type { Axis } from './axis.ts';
import type { Mixture } from './mixture.ts';

/** Candidates as rows of `axes.length` positions, NaN where inactive. All keep the constraints. */
export interface Candidates {
  readonly count: number;
  readonly positions: Float64Array;
}

/** Draws that break a constraint are made up for by others, up to this many times the number wanted. */
const mostDrawsPerCandidate = 8;

/** Up to `wanted` draws from the mixture: one kernel a candidate, parameter by parameter down the declared tree. */
export const drawCandidates = (
  space: SearchSpace,
  axes: readonly Axis[],
  mixture: Mixture,
  wanted: number,
  random: RandomStream,
): Candidates => {
  const width = axes.length;
  const positions = new Float64Array(wanted * width);
  const draw = isUnconditional(space) ? drawFlat : drawTree;
  let count = 0;
  for (let draws = 0; count < wanted && draws < wanted * mostDrawsPerCandidate; draws++) {
    if (draw(space, axes, mixture, random, positions, count * width)) count++;
  }
  return { count, positions };
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

type Draw = (
  space: SearchSpace,
  axes: readonly Axis[],
  mixture: Mixture,
  random: RandomStream,
  positions: Float64Array,
  offset: number,
) => boolean;

/** No condition, derived value or constraint: the values themselves need not be known. */
const isUnconditional = (space: SearchSpace): boolean =>
  planOf(space).isFree && space.parameters.every(({ condition }) => condition === undefined);

const drawFlat: Draw = (_space, axes, mixture, random, positions, offset) => {
  const kernel = mixture.drawKernel(random);
  for (let i = 0; i < axes.length; i++) positions[offset + i] = mixture.drawPosition(kernel, i, random);
  return true;
};

/** False when the draw breaks a constraint. */
const drawTree: Draw = (space, axes, mixture, random, positions, offset) => {
  const kernel = mixture.drawKernel(random);
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
      const position = mixture.drawPosition(kernel, index, random);
      positions[offset + index] = position;
      values[parameter.name] = itemAt(axes, index).value(position);
    }
    index++;
  }
  return isSatisfied(space, values);
};
