import { at, itemAt } from '../numeric/at.ts';
import { configurationKey } from '../space/configurationKey.ts';
import type { Assignment, SearchSpace } from '../space/parameter.ts';
import type { Proposal, Sampler } from '../study/sampler.ts';
import type { Axis } from './axis.ts';
import { allConfigurations } from './enumerate.ts';
import { createHistoryReader, type History, positionsOf } from './history.ts';

/**
 * Tries every configuration of a space of at most `most` once, each time the one farthest from those tried (the
 * first of equals), so that a study stopped early has looked everywhere. Leaves larger spaces, and those tried
 * throughout, to `otherwise`.
 */
export const exhaustiveSampler = (name: string, most: number, otherwise: Sampler): Sampler => {
  const read = createHistoryReader();
  return {
    name,
    sample: (context) => {
      const all = allConfigurations(context.space, most);
      if (all === undefined || all.length === 0) return otherwise.sample(context);
      const history = read(context.space, context.objectives, context.trials);
      return farthestUntried(context.space, history, all) ?? otherwise.sample(context);
    },
  };
};

const farthestUntried = (
  space: SearchSpace,
  history: History,
  all: readonly Assignment[],
): Proposal | undefined => {
  const left = all.filter((params) => !history.seen.has(configurationKey(space, params)));
  if (left.length === 0) return undefined;
  const width = history.axes.length;
  const own = new Float64Array(width);
  let best = itemAt(left, 0);
  let bestDistance = -1;
  for (const params of left) {
    positionsOf(history.axes, params, own, 0);
    let nearest = Infinity;
    for (let row = 0; row < history.count; row++) {
      nearest = Math.min(nearest, distance(history.axes, own, history.positions, row * width));
    }
    // The very first is the one nearest to the middle of the space.
    if (history.count === 0) nearest = width - distanceToMiddle(history.axes, own);
    if (nearest > bestDistance) [best, bestDistance] = [params, nearest];
  }
  const tried = all.length - left.length;
  return {
    params: best,
    reason: `One of ${all.length} configurations, all to be tried; ${tried} have been.`,
  };
};

/** Sum over the axes of how far apart two configurations are, each from 0 to 1. */
const distance = (axes: readonly Axis[], a: Float64Array, b: Float64Array, offset: number): number => {
  let sum = 0;
  for (let i = 0; i < axes.length; i++) sum += gap(itemAt(axes, i), at(a, i), at(b, offset + i));
  return sum;
};

const gap = (axis: Axis, a: number, b: number): number => {
  const [isActive, isOtherActive] = [a >= 0, b >= 0];
  if (!isActive || !isOtherActive) return isActive === isOtherActive ? 0 : 0.5;
  if (axis.kind === 'smooth') return Math.abs(a - b);
  if (axis.kind === 'choices') return a === b ? 0 : 1;
  return axis.values.length === 1 ? 0 : Math.abs(a - b) / (axis.values.length - 1);
};

const distanceToMiddle = (axes: readonly Axis[], positions: Float64Array): number =>
  axes.reduce((sum, axis, i) => {
    if (axis.kind === 'choices' || !(at(positions, i) >= 0)) return sum;
    return (
      sum +
      Math.abs(at(positions, i) / (axis.kind === 'cells' ? Math.max(1, axis.values.length - 1) : 1) - 0.5)
    );
  }, 0);
