import type { Tree } from '@lezer/common';
import { parser } from '@lezer/python';
import type { Span } from '../tunable.ts';
import { type Cut, topLevelChunks } from './chunks.ts';

/** Versions for which something is kept without being asked for. */
const keptVersions = 4;

/** What was worked out of one text. Places in it are relative to its start. */
interface Kept {
  version: number;
  tree?: Tree;
  readonly facts: Map<string, unknown>;
}

/**
 * What was worked out of the top-level statements of a text, by their own text, so that its next version costs only what
 * changed. Whoever reads a text again and again holds one; it keeps what the last few versions needed and no more.
 */
export class StatementMemory {
  private readonly known = new Map<string, Kept>();
  private version = 0;
  private cut: Cut | undefined;

  /** The top-level statements of a new version of the text, which is read from now on. */
  begin(source: string): readonly Span[] {
    const chunks = topLevelChunks(source, this.cut);
    this.cut = { text: source, chunks };
    this.forget();
    return chunks;
  }

  private forget(): void {
    this.version++;
    for (const [text, { version }] of this.known)
      if (version <= this.version - keptVersions) this.known.delete(text);
  }

  tree(text: string): Tree {
    const kept = this.kept(text);
    kept.tree ??= parser.parse(text);
    return kept.tree;
  }

  /** What follows from a statement's text alone, worked out once. Each name stands for one way to work it out. */
  fact<T>(text: string, name: string, find: () => T): T {
    const { facts } = this.kept(text);
    if (facts.has(name)) return facts.get(name) as T;
    const found = find();
    facts.set(name, found);
    return found;
  }

  private kept(text: string): Kept {
    const kept = this.known.get(text) ?? { version: 0, facts: new Map() };
    if (kept.version === 0) this.known.set(text, kept);
    kept.version = this.version;
    return kept;
  }
}
