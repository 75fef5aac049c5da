import type { Span } from '../tunable.ts';
import type { Confidence, Group } from './entry.ts';

/** An annotation that could be written, and why. Nothing is changed until it is inserted. */
export interface Proposal {
  /** What the literal is called; of an objective, the metric. */
  readonly name: string;
  /** The literal; of an objective, the statement's value or name. */
  readonly span: Span;
  /** 0-based line of the literal. */
  readonly line: number;
  /** Where `insertText` goes. Any choice of a file's proposals can be inserted: they do not depend on each other. */
  readonly insertAt: number;
  /** The comment with the spaces before it: `  # tune: 1e-5..1e-1 log`. */
  readonly insertText: string;
  /** What is asked, without sign and name: `1e-5..1e-1 log`; empty for a bare `tune`. */
  readonly annotation: string;
  /** A sentence's start without its point: `learning rate of AdamW: usually searched by factors of ten`. */
  readonly reason: string;
  readonly confidence: Confidence;
  readonly group: Group;
}
