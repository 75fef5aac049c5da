import { type AST, parseTOML } from 'toml-eslint-parser';
import type { ConfigEntry, ConfigPart, PathStep } from '../config/entries.ts';
import { configLanguage, type LazyPart } from '../config/language.ts';
import type { Span } from '../tunable.ts';
import { type TomlChunk, tomlChunks } from './chunks.ts';
import { readToml, renderToml } from './literal.ts';

const parts = (source: string): readonly LazyPart[] => {
  const headers = new Headers(source);
  let header: TomlChunk | undefined;
  return tomlChunks(source).map((chunk) => {
    if (chunk.kind === 'header') header = chunk;
    const own = header;
    return { ...chunk, read: () => read(source, chunk, () => (own ? headers.pathOf(own) : [])) };
  });
};

const nothing: ConfigPart = { comments: [], entries: [] };

const parse = (text: string): AST.TOMLProgram | undefined => {
  try {
    return parseTOML(text);
  } catch {
    return undefined; // half-typed text: the piece holds nothing that can be read with certainty
  }
};

const read = (source: string, chunk: TomlChunk, table: () => readonly PathStep[]): ConfigPart => {
  const program = parse(source.slice(chunk.start, chunk.end));
  if (!program) return { ...nothing, comments: commentsOfBroken(source, chunk) };
  const place = ([start, end]: readonly [number, number]): Span => ({
    start: chunk.start + start,
    end: chunk.start + end,
  });
  const comments = program.comments.map(({ range }) => place(range));
  const [top] = program.body;
  const pairs = top?.body.filter((node) => node.type === 'TOMLKeyValue') ?? [];
  const reader: Reader = { source, place, comments };
  return { comments, entries: pairs.flatMap((pair) => entriesOf(reader, pair, table())) };
};

/** Comments of a piece that cannot be parsed, so that its annotation is told to stand behind nothing. */
const commentsOfBroken = (source: string, { start, end }: TomlChunk): readonly Span[] => {
  const found = /#[ \t]*tune\b.*/iu.exec(source.slice(start, end));
  return found ? [{ start: start + found.index, end: start + found.index + found[0].trimEnd().length }] : [];
};

interface Reader {
  readonly source: string;
  readonly place: (range: readonly [number, number]) => Span;
  readonly comments: readonly Span[];
}

const keysOf = ({ keys }: AST.TOMLKey): readonly string[] =>
  keys.map((key) => (key.type === 'TOMLBare' ? key.name : key.value));

const entriesOf = (
  reader: Reader,
  { key, value }: AST.TOMLKeyValue,
  above: readonly PathStep[],
): ConfigEntry[] => entriesIn(reader, value, [...above, ...keysOf(key)]);

const entriesIn = (reader: Reader, node: AST.TOMLContentNode, path: readonly PathStep[]): ConfigEntry[] => {
  const span = reader.place(node.range);
  if (node.type === 'TOMLInlineTable')
    return [{ path, span, what: 'a table' }, ...node.body.flatMap((pair) => entriesOf(reader, pair, path))];
  if (node.type === 'TOMLArray') {
    const items = node.elements.flatMap((element) => {
      const place = reader.place(element.range);
      const text = reader.source.slice(place.start, place.end);
      const value = element.type === 'TOMLValue' ? readToml(text) : undefined;
      return value === undefined ? [] : [{ text, value, span: place }];
    });
    const whole = items.length === node.elements.length;
    const commented = reader.comments.some(({ start }) => start > span.start && start < span.end);
    const nested = node.elements.flatMap((element, i) =>
      entriesIn(reader, element, [...path, i]).map((entry) =>
        element.type === 'TOMLInlineTable' ? entry : { ...entry, listed: true },
      ),
    );
    return [{ path, span, what: 'a list', ...(whole && { items, commented }) }, ...nested];
  }
  const value = readToml(reader.source.slice(span.start, span.end));
  return [{ path, span, ...(value === undefined ? { what: whatOf(node) } : { value }) }];
};

const whatOf = (node: AST.TOMLValue): string => {
  if (node.kind === 'string') return 'text over several lines';
  return node.kind === 'integer' || node.kind === 'float'
    ? 'a number that is not finite or too large'
    : 'a date';
};

/** The keys that headers stand for, `[[runs]]` counted. */
class Headers {
  private readonly source: string;
  private readonly paths = new Map<number, readonly PathStep[]>();
  private readonly byText = new Map<
    string,
    { readonly keys: readonly string[]; readonly isArray: boolean }
  >();

  constructor(source: string) {
    this.source = source;
  }

  pathOf(header: TomlChunk): readonly PathStep[] {
    const known = this.paths.get(header.start);
    if (known) return known;
    const counts = this.countsBefore(header);
    const { keys } = this.parsed(header);
    const path: PathStep[] = [];
    keys.forEach((key, i) => {
      path.push(key);
      const count = counts.get(keys.slice(0, i + 1).join('\u0000'));
      if (count !== undefined) path.push(count - 1);
    });
    this.paths.set(header.start, path);
    return path;
  }

  /** How many tables each list of tables has, this header included. */
  private countsBefore(header: TomlChunk): ReadonlyMap<string, number> {
    const counts = new Map<string, number>();
    for (const chunk of tomlChunks(this.source.slice(0, header.end))) {
      if (chunk.kind !== 'header' || !this.source.slice(chunk.start, chunk.end).trimStart().startsWith('[['))
        continue;
      const { keys, isArray } = this.parsed(chunk);
      const name = keys.join('\u0000');
      if (isArray) counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    return counts;
  }

  private parsed({ start, end }: Span): { readonly keys: readonly string[]; readonly isArray: boolean } {
    const text = this.source.slice(start, end);
    const known = this.byText.get(text);
    if (known) return known;
    const table = parse(text)?.body[0]?.body.find((node) => node.type === 'TOMLTable');
    const made = { keys: table ? keysOf(table.key) : [], isArray: table?.kind === 'array' };
    this.byText.set(text, made);
    return made;
  }
}

export const toml = configLanguage({
  id: 'toml',
  editorIds: ['toml'],
  extensions: ['.toml'],
  commentSign: '#',
  literalsInWords: 'a number, a string, true or false',
  lacksNull: 'TOML',
  parts,
  render: renderToml,
});
