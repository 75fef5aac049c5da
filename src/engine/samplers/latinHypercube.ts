import { latinHypercube } from '../numeric/latinHypercube.ts';
import { randomStream } from '../numeric/random.ts';
import type { Sampler } from '../study/sampler.ts';
import { type Points, pointWalkSampler } from './pointWalk.ts';

interface Options {
  readonly seed: number;
  /** How many trials make up one hypercube. */
  readonly points: number;
}

/** One Latin hypercube after another: within each, every parameter takes as many different parts of its range. */
export const latinHypercubeSampler = ({ seed, points }: Options): Sampler =>
  pointWalkSampler('lhs', (dimensions) => hypercubes(dimensions, seed, points));

const hypercubes = (dimensions: number, seed: number, size: number): Points => {
  let latest: { readonly block: number; readonly points: Float64Array } | undefined;
  const blockOf = (block: number): Float64Array => {
    if (latest?.block !== block)
      latest = { block, points: latinHypercube(size, dimensions, randomStream(seed, 'lhs', block)) };
    return latest.points;
  };
  return {
    point: (index) => {
      const row = index % size;
      return blockOf((index - row) / size).slice(row * dimensions, (row + 1) * dimensions);
    },
    describe: (index) =>
      `Point ${(index % size) + 1} of ${size} of Latin hypercube ${Math.floor(index / size) + 1}`,
  };
};
