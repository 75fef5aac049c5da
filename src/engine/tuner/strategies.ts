import { createPruner, prunerNames } from '../pruners/registry.ts';
import { createScheduler, schedulerNames } from '../schedulers/registry.ts';
import { failure, type Result } from '../space/result.ts';
import type { Pruner } from '../study/pruner.ts';
import { unknownStrategy } from '../study/strategyOptions.ts';
import type { Strategy } from '../study/study.ts';

/** Rules that stop trials early come from two rooms; by name they are one choice. */
export const stoppingRuleNames: readonly string[] = [...prunerNames, ...schedulerNames];

const isOneOf = (names: readonly string[], name: string): boolean => names.includes(name);

/** Fails with a sentence that lists what there is. */
export const createStoppingRule = (strategy: Strategy): Result<Pruner, string> => {
  if (isOneOf(schedulerNames, strategy.name)) return createScheduler(strategy);
  if (isOneOf(prunerNames, strategy.name)) return createPruner(strategy);
  return failure(unknownStrategy('pruner', strategy.name, stoppingRuleNames));
};
