/** Something wrong with a space. */
export interface SpaceProblem {
  readonly code: 'range' | 'unknown-name' | 'circular' | 'duplicate' | 'type' | 'syntax';
  /** Name of the parameter or derived value it is about. */
  readonly parameter?: string;
  /** Index of the constraint it is about. */
  readonly constraint?: number;
  /** A sentence that says what to do. */
  readonly message: string;
  /** The expression or name at fault. */
  readonly text?: string;
  /** For 'syntax': offset into `text`. */
  readonly at?: number;
}
