export type Direction = 'minimize' | 'maximize';

/** What a study optimises: a reported metric and which way is better. */
export interface Objective {
  readonly metric: string;
  readonly direction: Direction;
}

/** Is `a` strictly better than `b`? NaN is never better than anything. */
export const isBetter = (direction: Direction, a: number, b: number): boolean =>
  Number.isNaN(b) ? !Number.isNaN(a) : direction === 'minimize' ? a < b : a > b;

/** What a reported metric must keep at the end of a trial for its values to count. */
export interface MetricLimit {
  readonly metric: string;
  readonly sign: '<=' | '>=';
  readonly bound: number;
}

/** By how much a limit is broken: at most 0 when it is kept. */
export const excessOver = ({ sign, bound }: MetricLimit, value: number): number =>
  sign === '<=' ? value - bound : bound - value;
