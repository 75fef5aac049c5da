import { failure, type Result, success } from '../space/result.ts';
import type { Pruner } from '../study/pruner.ts';
import { readOptions, unknownStrategy } from '../study/strategyOptions.ts';
import type { Strategy } from '../study/study.ts';
import { successiveHalving } from './successiveHalving.ts';

export const schedulerNames = ['asha'] as const;

/** The scheduler a strategy names, as a stopping rule; a sentence listing what there is when something is unknown. */
export const createScheduler = (strategy: Strategy): Result<Pruner, string> => {
  if (strategy.name !== 'asha') return failure(unknownStrategy('scheduler', strategy.name, schedulerNames));
  const options = readOptions(strategy, {
    eta: { default: 3, min: 2 },
    minReports: { default: 1, min: 1, whole: true },
  });
  return options.ok ? success(successiveHalving(options.value)) : options;
};
