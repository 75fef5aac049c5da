/** One number that was measured in this run, with what it is held against. */
export interface Row {
  readonly what: string;
  readonly measured: number;
  /** As printed behind the number: `ms`, `/s`, `%`. */
  readonly unit: string;
  /** From the design's budgets (section 10), in the same unit. */
  readonly budget?: Limit;
  /** The same work done by another program in the same run. */
  readonly peer?: { readonly name: string; readonly measured: number };
  /** How many measurements `measured` sums up. */
  readonly runs: number;
}

export type Limit =
  | { readonly kind: 'atMost'; readonly value: number }
  | { readonly kind: 'atLeast'; readonly value: number };

export const atMost = (value: number): Limit => ({ kind: 'atMost', value });
export const atLeast = (value: number): Limit => ({ kind: 'atLeast', value });

export const isWithin = (limit: Limit, measured: number): boolean =>
  limit.kind === 'atMost' ? measured <= limit.value : measured >= limit.value;

export interface Outcome {
  readonly rows: readonly Row[];
  /** What exactly was measured, and anything a reader of the numbers has to know. */
  readonly notes: readonly string[];
}

/** Why a figure was not measured on this machine; no failure. */
export interface Skipped {
  readonly skipped: string;
}

export interface Bench {
  /** A folder of the figure's own, removed at the end. */
  readonly folder: string;
  /** Tells what is going on, to standard error. */
  progress(text: string): void;
}

export interface Figure {
  /** `npm run bench -- NAME` runs it. */
  readonly name: string;
  measure(bench: Bench): Promise<Outcome | Skipped>;
}
