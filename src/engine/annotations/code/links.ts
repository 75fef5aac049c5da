import type { Span } from '../tunable.ts';

/** Another source that a source names by its path. */
export interface SourceLink {
  /** As the program sees it. */
  readonly path: string;
  /** What the path is relative to: the folder of the source, or the working folder. */
  readonly from: 'file' | 'cwd';
  /** Where it stands, quotes included. */
  readonly span: Span;
  /** Writes another path in its place; absent where the language finds a copy beside a copy by itself. */
  readonly rewrite?: 'string' | 'shell';
}
