import type { Assignment } from '../space/parameter.ts';

export const trialStates = [
  'waiting',
  'running',
  'paused',
  'complete',
  'pruned',
  'failed',
  'stopped',
] as const;
export type TrialState = (typeof trialStates)[number];

/** A metric value at a step (epoch, iteration) of a running trial. `value` may be NaN or infinite. */
export interface IntermediateValue {
  readonly step: number;
  readonly value: number;
}

/** What samplers, pruners and analysis know of a trial: pure data, no clock, no process. */
export interface Trial {
  /** 0 is the baseline: the values that stood in the source. */
  readonly number: number;
  readonly state: TrialState;
  /** Active parameters and derived values. */
  readonly params: Assignment;
  /** One per objective, in the objectives' order; present when `complete`. */
  readonly values?: readonly number[];
  /** One per declared output constraint; feasible when all are at most 0. */
  readonly constraints?: readonly number[];
  /** The first objective's metric by step, in step order. */
  readonly intermediate: readonly IntermediateValue[];
  /** All objectives' metrics by step, in the objectives' order; the first is `intermediate`. Only with several. */
  readonly curves?: readonly (readonly IntermediateValue[])[];
  /** Up to which step (epoch, share of the data …) a scheduler lets it run; absent when it runs to its end. */
  readonly fidelity?: number;
  /** The trial from whose checkpoint it began (population-based training). */
  readonly parent?: number;
  /** The step of that checkpoint. */
  readonly parentStep?: number;
  /** What it has used so far; absent when not measured. */
  readonly cost?: TrialCost;
}

export interface TrialCost {
  /** Wall time of its runs. */
  readonly seconds?: number;
  /** Energy of its runs. */
  readonly joules?: number;
}

const successors: Readonly<Record<TrialState, readonly TrialState[]>> = {
  waiting: ['running', 'stopped', 'failed'],
  running: ['paused', 'complete', 'pruned', 'failed', 'stopped', 'waiting'],
  paused: ['running', 'waiting', 'pruned', 'stopped', 'failed'],
  complete: [],
  pruned: [],
  failed: [],
  stopped: [],
};

export const isFinished = (state: TrialState): boolean => successors[state].length === 0;

/** May a trial go from one state to the other? `running → waiting` is a new attempt. */
export const canBecome = (from: TrialState, to: TrialState): boolean => successors[from].includes(to);
