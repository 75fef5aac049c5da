import type { RandomStream } from '../numeric/random.ts';
import type { Assignment, SearchSpace } from '../space/parameter.ts';
import type { Objective } from './objective.ts';
import type { Trial } from './trial.ts';

/** All that a proposal may depend on. Same context, same proposal. */
export interface SampleContext {
  readonly space: SearchSpace;
  readonly objectives: readonly Objective[];
  /**
   * Every earlier trial in number order, unfinished ones included (their values are pending). Between calls on
   * one study the array only grows at its end or has elements replaced; a sampler may cache by trial identity
   * as long as the proposal does not depend on the cache.
   */
  readonly trials: readonly Trial[];
  /** A stream of its own for this proposal. */
  readonly random: RandomStream;
  /** Trials the study may still propose, this one included; absent when it has no such limit. */
  readonly remaining?: number;
  /**
   * Assignments to try before a sampler's own ideas, in this order: a person's, the best of earlier studies. They
   * may lie outside the space. Only `auto` looks at them; the same list is given at every call.
   */
  readonly queue?: readonly Assignment[];
  /** Earlier studies with something to say on this one, the most alike first. */
  readonly past?: readonly PastStudy[];
}

/** What is left of an earlier study: its trials, in the parameters it had then. */
export interface PastStudy {
  readonly space: SearchSpace;
  readonly objectives: readonly Objective[];
  readonly trials: readonly Trial[];
}

export interface Proposal {
  /** Active searched parameters; within the space and its constraints. Derived values are added by the caller. */
  readonly params: Assignment;
  /** One sentence a person understands: why this one. */
  readonly reason: string;
  /** The trial whose values this proposal means to evaluate once more, to tell luck from merit. */
  readonly replicates?: number;
}

/** Proposes assignments. Never mutates the context, reads no clock, keeps no state a proposal depends on. */
export interface Sampler {
  readonly name: string;
  /** Throws only for a bug; any space made by `createSpace` and any history is answered. */
  sample(context: SampleContext): Proposal;
}
