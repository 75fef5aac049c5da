import { haltonSequence } from '../numeric/halton.ts';
import { randomStream } from '../numeric/random.ts';
import type { Sampler } from '../study/sampler.ts';
import { pointWalkSampler } from './pointWalk.ts';

/** Points of a permuted Halton sequence: evener than random ones, after any number of trials. */
export const haltonSampler = ({ seed }: { readonly seed: number }): Sampler =>
  pointWalkSampler('halton', (dimensions) => {
    const { point } = haltonSequence(dimensions, randomStream(seed, 'halton'));
    return { point, describe: (index) => `Point ${index + 1} of a permuted Halton sequence` };
  });
