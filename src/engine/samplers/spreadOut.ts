// Draws that keep apart from earlier trials, for the time before there is a model.
import { at } from '../numeric/at.ts';
import type { Assignment } from '../space/parameter.ts';
import type { Proposal, SampleContext } from '../study/sampler.ts';
import { createFeatures } from './features.ts';
import { drawFresh } from './fresh.ts';
import { proposeFresh } from './gp.ts';
import { type History, positionsOf } from './history.ts';

/** Few, since the farthest of many lies at the edge. */
const draws = 8;
/** Trials looked at, the newest. */
const mostCompared = 64;

/** The farthest from all trials of a few draws. @param needed trials before there is a model, of which `done` are */
export const proposeSpread = (
  context: SampleContext,
  history: History,
  done: number,
  needed: number,
): Proposal => {
  const because = `${done} of the ${needed} trials that a model needs are done`;
  const params = drawSpread(context, history);
  return params === undefined
    ? proposeFresh(context, history, because)
    : { params, reason: `Drawn far from other trials: ${because}.` };
};

/**
 * Of some random draws the one farthest from all trials (Mitchell, "Spectrally Optimal Sampling for Distribution Ray
 * Tracing", 1991); undefined where nothing new is found. Unlike a sequence it needs no seed of its own, and keeps
 * conditions and constraints.
 */
const drawSpread = ({ space, random }: SampleContext, history: History): Assignment | undefined => {
  const { axes, count } = history;
  const features = createFeatures(space, axes);
  const { width } = features;
  const first = Math.max(0, count - mostCompared);
  const others = new Float64Array((count - first) * width);
  for (let row = first; row < count; row++)
    features.encode(history.positions, row * axes.length, others, (row - first) * width);
  const positions = new Float64Array(axes.length);
  const own = new Float64Array(width);
  let best: Assignment | undefined;
  let bestDistance = -1;
  for (let k = 0; k < draws; k++) {
    const { params, isFresh } = drawFresh(space, history, random);
    if (!isFresh) break;
    positionsOf(axes, params, positions, 0);
    features.encode(positions, 0, own, 0);
    const distance = nearest(own, others, width);
    if (distance > bestDistance) [best, bestDistance] = [params, distance];
    if (count === 0) break;
  }
  return best;
};

/** Smallest squared distance to a row. */
const nearest = (own: Float64Array, others: Float64Array, width: number): number => {
  let least = Infinity;
  for (let from = 0; from < others.length; from += width) {
    let sum = 0;
    for (let c = 0; c < width; c++) sum += (at(own, c) - at(others, from + c)) ** 2;
    least = Math.min(least, sum);
  }
  return least;
};
