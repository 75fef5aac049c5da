/** A reproducible stream of random numbers. Advances as it is used; never shared between purposes. */
export interface RandomStream {
  /** Uniform in `[0, 1)`, 53 bits. */
  uniform(): number;
  /** Standard normal. */
  normal(): number;
  /** Uniform whole number in `[0, below)`; `below` is at least 1. */
  integer(below: number): number;
}
