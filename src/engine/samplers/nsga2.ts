// NSGA-II (Deb, Pratap, Agarwal, Meyarivan: A Fast and Elitist Multiobjective Genetic Algorithm, IEEE TEVC 6, 2002).
import type { Sampler } from '../study/sampler.ts';
import { orderRows } from './rowOrder.ts';
import { type GeneticOptions, geneticSampler, type Survival } from './variationSampler.ts';

/**
 * Children of the trials in the first fronts, those in less crowded parts preferred; trials that break output
 * constraints come after all that keep them, by how much (constrained domination, section VI).
 */
export const nsga2Sampler = (options: GeneticOptions = {}): Sampler =>
  geneticSampler('nsga2', survivors, options);

const survivors: Survival = (history, rows, count) => orderRows(history, rows).slice(0, count);
