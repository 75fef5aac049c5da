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
  /** New trials the study may still start; absent when it has no such limit. Going on with a paused one is free. */
  readonly remaining?: number;
}

/** What a free slot is to do. Fidelities are steps on the scale of the trials' reports. */
export type Job = Work & {
  /** Paused trials that will never be taken up again: they end as pruned, before anything else of this job is done. */
  readonly ends?: readonly number[];
};

export type Work =
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
      /** Step of that checkpoint. */
      readonly parentStep?: number;
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
 * report. Pure, like a pruner: everything is worked out from the trials. A trial without `fidelity` is none of the
 * scheduler's. `next` never says `wait` while no trial is waiting or running, and `decide` says `continue` to a trial
 * that has not reached its fidelity, unless it stops it, and to one that has reached the full one, which then ends by
 * itself; between the two it pauses. A value is only ever compared with values at the same step.
 */
export interface Scheduler {
  readonly name: string;
  next(context: ScheduleContext): Job;
  decide(context: PruneContext): ReportDecision;
}
