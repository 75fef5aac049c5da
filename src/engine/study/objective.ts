export type Direction = 'minimize' | 'maximize';

/** What a study optimises: a reported metric and which way is better. */
export interface Objective {
  readonly metric: string;
  readonly direction: Direction;
}

/** Is `a` strictly better than `b`? NaN is never better than anything. */
export const isBetter = (direction: Direction, a: number, b: number): boolean =>
  Number.isNaN(b) ? !Number.isNaN(a) : direction === 'minimize' ? a < b : a > b;
