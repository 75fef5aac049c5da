/** The engine's door to its pure rooms: types and functions that need no editor, disk, clock or hidden randomness. */
export type * from './annotations/tunable.ts';
export type * from './space/parameter.ts';
export type * from './study/clock.ts';
export { isBetter } from './study/objective.ts';
export type { Direction, Objective } from './study/objective.ts';
export type * from './study/pruner.ts';
export type * from './study/sampler.ts';
export type * from './study/study.ts';
export { canBecome, isFinished, trialStates } from './study/trial.ts';
export type { IntermediateValue, Trial, TrialState } from './study/trial.ts';
