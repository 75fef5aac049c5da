import { createScheduler, schedulerNames, schedulerOptions } from '../schedulers/registry.ts';
import { failure, type Result, success } from '../space/result.ts';
import type { Scheduler } from '../study/scheduler.ts';
import type { Strategy } from '../study/study.ts';
import type { PlannedTunable } from './plan.ts';
import { schedulerOf } from './strategies.ts';

/**
 * The scheduler that a study's pruner names, which gives each trial its value of the budget annotation; undefined when
 * the name is that of a stopping rule. Says what is missing for a scheduler.
 */
export const budgetScheduler = (
  strategy: Strategy,
  tunables: readonly PlannedTunable[],
): Result<Scheduler | undefined, string> => {
  const found = schedulerOf(strategy);
  if (found === undefined) return success(undefined);
  const known = schedulerNames.find((name) => name === found.name);
  if (known === undefined || !Object.hasOwn(schedulerOptions(known), 'minFidelity'))
    return failure(`${strategy.name} goes on from checkpoints, which trials of scripts do not make.`);
  const budgets = tunables.filter(({ role }) => role === 'budget');
  const [budget] = budgets;
  if (budget?.budget === undefined || budgets.length > 1)
    return failure(
      `${strategy.name} sets how long a trial runs: write “# tune: budget 1..30” behind ${budgets.length > 1 ? 'only one number' : 'the number of epochs'}.`,
    );
  const options = { minFidelity: budget.least ?? 1, maxFidelity: budget.budget, ...found.options };
  return createScheduler({ name: known, options });
};
