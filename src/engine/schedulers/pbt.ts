// Population-based training (Jaderberg et al., 2017) with truncation selection.
import type { Scheduler } from '../study/scheduler.ts';
import { explore, type ExploreOptions } from './explore.ts';
import { type PopulationOptions, populationScheduler } from './population.ts';

export type PbtOptions = PopulationOptions & ExploreOptions;

export const pbtScheduler = ({ resample = 0.25, ...population }: PbtOptions = {}): Scheduler =>
  populationScheduler(
    'pbt',
    ({ space, random }, parent) => explore(space, parent.params, random, { resample }),
    population,
  );
