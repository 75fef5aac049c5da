import type { Assignment } from '../space/parameter.ts';

/** Values that hold from a step on. */
export interface ScheduleSegment {
  readonly step: number;
  readonly params: Assignment;
}

/** Values over the course of one training, as population-based training finds them; steps ascend from 0. */
export type Schedule = readonly ScheduleSegment[];
