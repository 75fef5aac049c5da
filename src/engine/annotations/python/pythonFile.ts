import type { AnnotationComment } from '../comment.ts';
import { Lines } from '../lines.ts';
import type { Span } from '../tunable.ts';
import { annotationComments } from './comments.ts';
import { importedModules } from './imports.ts';
import { StatementMemory } from './statementMemory.ts';
import { eachStatement, moduleScope, type Rebinding, rebindings } from './statements.ts';
import { type Chunk, parseChunk } from './syntax.ts';

const holdsComment = /#[ \t]*(?:tune|Tune|TUNE)(?![\p{L}\p{N}_])/gu;
/** Looks behind, so that a match begins in the statement that it belongs to. */
const holdsImport = /(?<=^|[\n\r;:][ \t]*)(?:import|from)\b/gu;

/** A file cut into top-level statements, each parsed at most once and only when asked for. */
export class PythonFile {
  readonly lines: Lines;
  readonly chunks: readonly Span[];
  private readonly source: string;
  private readonly memory: StatementMemory;
  private readonly parsed = new Map<Span, Chunk>();

  /** `memory` is of the versions of this text that were read before. */
  constructor(source: string, memory: StatementMemory = new StatementMemory()) {
    this.source = source;
    this.memory = memory;
    this.lines = new Lines(source);
    this.chunks = memory.begin(source);
  }

  textOf(place: Span): string {
    return this.source.slice(place.start, place.end);
  }

  parse(place: Span): Chunk {
    const known = this.parsed.get(place);
    if (known) return known;
    const chunk = parseChunk(this.source, place, (text) => this.memory.tree(text));
    this.parsed.set(place, chunk);
    return chunk;
  }

  /** What follows from a statement's text alone, worked out once as long as that text stays. */
  fact<T>(place: Span, name: string, find: (text: string) => T): T {
    const text = this.textOf(place);
    return this.memory.fact(text, name, () => find(text));
  }

  /** The statements that hold a match, in order; `pattern` is global. Searching the whole text at once is quick. */
  holding(pattern: RegExp): Span[] {
    const found: Span[] = [];
    let index = 0;
    for (const match of this.source.matchAll(pattern)) {
      let place = this.chunks[index];
      while (place && place.end <= match.index) place = this.chunks[++index];
      if (place && found.at(-1) !== place) found.push(place);
    }
    return found;
  }

  /** The statements with annotation comments, and these. */
  annotated(): { readonly chunk: Chunk; readonly comments: readonly AnnotationComment[] }[] {
    return this.holding(holdsComment)
      .map((place) => this.parse(place))
      .map((chunk) => ({ chunk, comments: annotationComments(chunk, this.source, this.lines) }));
  }

  /** The modules imported anywhere, each once. */
  imports(): string[] {
    const places = this.holding(holdsImport);
    return [...new Set(places.flatMap((place) => this.fact(place, 'imports', () => this.importsOf(place))))];
  }

  /** The names that a statement and those in it assign anew. */
  rebindings(place: Span): Rebinding[] {
    const moved = (offset: number): number => offset + place.start;
    return this.fact(place, 'rebindings', () => rebindings({ ...this.parse(place), start: 0 })).map(
      ({ name, scope, from, to }) => ({
        name,
        scope: scope === moduleScope ? scope : moved(scope),
        from: moved(from),
        to: moved(to),
      }),
    );
  }

  private importsOf(place: Span): readonly string[] {
    const chunk = this.parse(place);
    const modules: string[] = [];
    eachStatement(chunk, (statement) => {
      if (statement.name === 'ImportStatement') modules.push(...importedModules(chunk, statement));
    });
    return modules;
  }
}
