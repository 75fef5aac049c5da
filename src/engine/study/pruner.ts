import type { Direction, Objective } from './objective.ts';
import type { Trial } from './trial.ts';

export interface PruneContext {
  /** The running trial; its last intermediate value is the newest report. */
  readonly trial: Trial;
  /** The others of the study, any state. */
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
