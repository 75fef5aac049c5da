/** Time as the I/O rooms see it; tests give their own. */
export interface Clock {
  /** Milliseconds since the epoch. */
  nowMs(): number;
}
