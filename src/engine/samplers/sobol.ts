import { randomStream } from '../numeric/random.ts';
import { mostSobolDimensions, sobolSequence } from '../numeric/sobol.ts';
import type { Sampler } from '../study/sampler.ts';
import { type Points, pointWalkSampler } from './pointWalk.ts';

/** Points of a scrambled Sobol sequence: evener than random ones, at their best after 2ᵐ trials. */
export const sobolSampler = ({ seed }: { readonly seed: number }): Sampler =>
  pointWalkSampler('sobol', (dimensions) => sobolPoints(dimensions, seed));

const sobolPoints = (dimensions: number, seed: number): Points => {
  const even = Math.min(dimensions, mostSobolDimensions);
  const sequence = sobolSequence(even, randomStream(seed, 'sobol'));
  return {
    point: (index) => {
      const target = new Float64Array(dimensions);
      sequence.point(index, target);
      // Axes for which no direction numbers are known.
      const random = randomStream(seed, 'beyond Sobol', index);
      for (let d = even; d < dimensions; d++) target[d] = random.uniform();
      return target;
    },
    describe: (index) => `Point ${index + 1} of a scrambled Sobol sequence`,
  };
};
