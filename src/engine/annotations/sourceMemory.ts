import { StatementMemory } from './python/statementMemory.ts';

/**
 * What reading a text has worked out, so that its next version is read in a few milliseconds. Held by whoever reads the
 * versions of one text one after another; two texts must not share one. It changes how long reading takes, never what
 * is read.
 */
export class SourceMemory {
  readonly statements = new StatementMemory();
}
