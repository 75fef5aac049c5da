import type { RandomStream } from '../numeric/random.ts';
import type { Assignment, SearchSpace } from '../space/parameter.ts';
import type { Objective } from './objective.ts';
import type { PruneContext } from './pruner.ts';
import type { Trial } from './trial.ts';

/** All that a scheduler may depend on when a slot is free. Same context, same job. */
export interface ScheduleContext {
  readonly space: SearchSpace;
  readonly objectives: readonly Objective[];
  /** Every trial in number order; `fidelity` says how far each was let run, `intermediate` how far it got. */
  readonly trials: readonly Trial[];
  /** A stream of its own for this decision. */
  readonly random: RandomStream;
}

/** What a free slot is to do. Fidelities are steps on the scale of the trials' reports. */
export type Job =
  /** A new trial, proposed by the study's sampler, up to `fidelity`. */
  | { readonly kind: 'start'; readonly fidelity: number; readonly reason: string }
  /** A new trial with values the scheduler has itself (differential evolution, a new member of a population). */
  | {
      readonly kind: 'propose';
      readonly params: Assignment;
      readonly fidelity: number;
      readonly reason: string;
      /** Trial whose checkpoint it starts from. */
      readonly parent?: number;
    }
  /** A paused trial goes on from its checkpoint, up to `fidelity`. */
  | { readonly kind: 'resume'; readonly trial: number; readonly fidelity: number; readonly reason: string }
  /** Nothing can be started before a running trial reports or ends. */
  | { readonly kind: 'wait'; readonly reason: string }
  /** The schedule is done. */
  | { readonly kind: 'done'; readonly reason: string };

export interface ReportDecision {
  /** `pause`: ends here for now, with a checkpoint, and may be resumed by a later job. */
  readonly action: 'continue' | 'pause' | 'stop';
  /** One sentence with the numbers. */
  readonly reason: string;
}

/**
 * Gives out resources across trials: which trial runs next and up to which fidelity, and what becomes of one at each
 * report. Pure, like a pruner: everything is worked out from the trials.
 */
export interface Scheduler {
  readonly name: string;
  next(context: ScheduleContext): Job;
  decide(context: PruneContext): ReportDecision;
}
