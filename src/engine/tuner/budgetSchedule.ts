import { createScheduler } from '../schedulers/registry.ts';
import { replayScheduler } from '../schedulers/replay.ts';
import { failure, type Result, success } from '../space/result.ts';
import type { Schedule } from '../study/schedule.ts';
import type { Scheduler } from '../study/scheduler.ts';
import type { Strategy } from '../study/study.ts';
import type { PlannedTunable } from './plan.ts';
import { schedulerOf } from './strategies.ts';

const replayName = 'replay';

/** A schedule as a strategy, whose options are plain values. */
export const replayOf = (schedule: Schedule): Strategy => ({
  name: replayName,
  options: { schedule: JSON.stringify(schedule) },
});

const scheduleIn = ({ options }: Strategy): Schedule =>
  typeof options.schedule === 'string' ? (JSON.parse(options.schedule) as Schedule) : []; // replayOf's

/** Does it begin trials from the checkpoints of others? Those are copied at the end of each stretch. */
export const goesOnFromOthers = (scheduler: string): boolean =>
  scheduler === 'pbt' || scheduler === 'pb2' || scheduler === replayName;

/** A tenth of a full run, as usual; whole where the budget counts something, and no less than its least value. */
const intervalOf = (least: number, full: number): number => {
  const tenth = Number.isInteger(full) && Number.isInteger(least) ? Math.round(full / 10) : full / 10;
  return Math.max(least, tenth);
};

/**
 * The scheduler that a study's pruner names, which gives each trial its value of the budget annotation; undefined when
 * the name is that of a stopping rule. Says what is missing for a scheduler.
 */
export const budgetScheduler = (
  strategy: Strategy,
  tunables: readonly PlannedTunable[],
): Result<Scheduler | undefined, string> => {
  const found = schedulerOf(strategy);
  if (found === undefined && strategy.name !== replayName) return success(undefined);
  const budgets = tunables.filter(({ role }) => role === 'budget');
  const [budget] = budgets;
  if (budget?.budget === undefined || budgets.length > 1)
    return failure(
      `${strategy.name} sets how long a trial runs: write “# tune: budget 1..30” behind ${budgets.length > 1 ? 'only one number' : 'the number of epochs'}.`,
    );
  if (found === undefined && scheduleIn(strategy).length === 0)
    return failure('replay follows a schedule that pbt or pb2 found: tunelens run … --replay STUDY.');
  if (found === undefined)
    return success(replayScheduler({ schedule: scheduleIn(strategy), maxFidelity: budget.budget }));
  const known = found.name;
  const ends = goesOnFromOthers(known)
    ? { interval: intervalOf(budget.least ?? 1, budget.budget), maxFidelity: budget.budget }
    : { minFidelity: budget.least ?? 1, maxFidelity: budget.budget };
  return createScheduler({ name: known, options: { ...ends, ...found.options } });
};
