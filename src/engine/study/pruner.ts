import type { Direction, Objective } from './objective.ts';
import type { Trial } from './trial.ts';

export interface PruneContext {
  /** The running trial; its last intermediate value is the newest report. */
  readonly trial: Trial;
  /**
   * The trials of the study, any state, in number order. The running trial may be among them, at the place of its
   * number, and is passed over. A pruner may cache by trial identity as long as its decision does not depend on the cache.
   */
  readonly others: readonly Trial[];
  readonly direction: Direction;
  /** All objectives where there are several; `direction` is the first one's. */
  readonly objectives?: readonly Objective[];
}

export interface PruneDecision {
  readonly prune: boolean;
  /** One sentence with the numbers; shown when the trial is stopped. */
  readonly reason: string;
}

/** Decides at each report whether a trial goes on. Pure: same context, same decision. */
export interface Pruner {
  readonly name: string;
  decide(context: PruneContext): PruneDecision;
}

/** All objectives of a context, also where only a direction is given. */
export const objectivesOf = ({ direction, objectives }: PruneContext): readonly Objective[] =>
  objectives ?? [{ metric: 'value', direction }];
