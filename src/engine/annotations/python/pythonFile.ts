import type { AnnotationComment } from '../comment.ts';
import { Lines } from '../lines.ts';
import type { Span } from '../tunable.ts';
import { topLevelChunks } from './chunks.ts';
import { annotationComments } from './comments.ts';
import { importedModules } from './imports.ts';
import { eachStatement } from './statements.ts';
import { type Chunk, parseChunk } from './syntax.ts';

const holdsComment = /#[ \t]*(?:tune|Tune|TUNE)(?![\p{L}\p{N}_])/u;
const holdsImport = /(?:^|[\n\r;:])[ \t]*(?:import|from)\b/u;

/** A file cut into top-level statements, each parsed at most once and only when asked for. */
export class PythonFile {
  readonly lines: Lines;
  readonly chunks: readonly Span[];
  private readonly source: string;
  private readonly parsed = new Map<Span, Chunk>();

  constructor(source: string) {
    this.source = source;
    this.lines = new Lines(source);
    this.chunks = topLevelChunks(source);
  }

  textOf(place: Span): string {
    return this.source.slice(place.start, place.end);
  }

  parse(place: Span): Chunk {
    const known = this.parsed.get(place);
    if (known) return known;
    const chunk = parseChunk(this.source, place);
    this.parsed.set(place, chunk);
    return chunk;
  }

  /** The statements with annotation comments, and these. */
  annotated(): { readonly chunk: Chunk; readonly comments: readonly AnnotationComment[] }[] {
    return this.chunks
      .filter((place) => holdsComment.test(this.textOf(place)))
      .map((place) => this.parse(place))
      .map((chunk) => ({ chunk, comments: annotationComments(chunk, this.source, this.lines) }));
  }

  /** The modules imported anywhere, each once. */
  imports(): string[] {
    const modules = new Set<string>();
    for (const place of this.chunks) {
      if (!holdsImport.test(this.textOf(place))) continue;
      const chunk = this.parse(place);
      eachStatement(chunk, (statement) => {
        if (statement.name === 'ImportStatement')
          for (const each of importedModules(chunk, statement)) modules.add(each);
      });
    }
    return [...modules];
  }
}
