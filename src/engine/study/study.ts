import type { SearchSpace } from '../space/parameter.ts';
import type { MetricLimit, Objective } from './objective.ts';

/** `needs-objective`: the baseline ran, and a person has to say which of its metrics counts. */
export const studyStates = ['running', 'needs-objective', 'paused', 'complete', 'stopped', 'failed'] as const;
export type StudyState = (typeof studyStates)[number];

/** A strategy by name with its options, e.g. `{ name: 'tpe', options: { startup: 20 } }`. */
export interface Strategy {
  readonly name: string;
  readonly options: Readonly<Record<string, number | string | boolean>>;
}

export interface Budget {
  /** Most trials, the baseline included. */
  readonly trials?: number;
  /** Most wall time while running, milliseconds. */
  readonly timeMs?: number;
}

/** What a study was asked to do; fixed when it is created, but for an objective chosen after the baseline. */
export interface StudySpec {
  readonly space: SearchSpace;
  /** Empty until known; metrics seen in the baseline are then offered. */
  readonly objectives: readonly Objective[];
  /** Trials' constraints, in this order. */
  readonly limits?: readonly MetricLimit[];
  readonly sampler: Strategy;
  readonly pruner: Strategy;
  readonly budget: Budget;
  /** Trials at a time. */
  readonly parallel: number;
  readonly seed: number;
}
