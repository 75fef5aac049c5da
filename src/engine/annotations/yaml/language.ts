import { type CST, Parser } from 'yaml';
import type { ConfigEntry, ConfigPart, PathStep } from '../config/entries.ts';
import { configLanguage, type LazyPart } from '../config/language.ts';
import type { Span } from '../tunable.ts';
import { yamlChunks } from './chunks.ts';
import { oddPlain, readYaml, renderYaml } from './literal.ts';

const parts = (source: string): readonly LazyPart[] =>
  yamlChunks(source).map((chunk) => ({ ...chunk, read: () => new PartReader(source, chunk).read() }));

type Item = CST.CollectionItem;

/** Reads one piece from its concrete syntax, which has a place for everything and goes on behind errors. */
class PartReader {
  private readonly entries: ConfigEntry[] = [];
  private readonly comments: Span[] = [];
  /** Tokens already looked at: the syntax holds some of them more than once. */
  private readonly seen = new Set<object>();
  private readonly source: string;
  private readonly chunk: Span;

  constructor(source: string, chunk: Span) {
    this.source = source;
    this.chunk = chunk;
  }

  read(): ConfigPart {
    for (const token of new Parser().parse(this.source.slice(this.chunk.start, this.chunk.end))) {
      this.collectComments(token);
      if (token.type === 'document' && token.value) this.enter(token.value, []);
    }
    return { comments: this.comments, entries: this.entries };
  }

  private collectComments(token: unknown): void {
    if (Array.isArray(token)) for (const each of token) this.collectComments(each);
    if (!isToken(token) || this.seen.has(token)) return;
    this.seen.add(token);
    if (token.type === 'comment' && typeof token.offset === 'number')
      this.comments.push(this.place(token.offset, String(token.source).length));
    else for (const each of Object.values(token)) if (typeof each === 'object') this.collectComments(each);
  }

  private place(offset: number, length: number): Span {
    return { start: this.chunk.start + offset, end: this.chunk.start + offset + length };
  }

  private enter(token: CST.Token, path: readonly PathStep[]): void {
    if (token.type === 'block-map') this.items(token.items, path);
    if (token.type === 'block-seq')
      token.items.forEach((item, i) => {
        if (item.value) this.listItem(item.value, [...path, i]);
      });
    if (token.type === 'flow-collection' && token.start.type === 'flow-map-start')
      this.items(token.items, path);
    if (token.type === 'flow-collection' && token.start.type === 'flow-seq-start')
      token.items.forEach((item, i) => {
        if (item.key !== undefined) this.items([item], [...path, i]);
        else if (item.value) this.listItem(item.value, [...path, i]);
      });
  }

  /** Scalars in lists belong to their list's entry. */
  private listItem(token: CST.Token, path: readonly PathStep[]): void {
    this.enter(token, path);
    if (token.type === 'flow-collection') this.entries.push({ path, ...this.flow(token), listed: true });
    if (isScalar(token))
      this.entries.push({
        path,
        span: this.place(token.offset, token.source.length),
        ...readScalar(token),
        listed: true,
      });
  }

  private items(items: readonly Item[], path: readonly PathStep[]): void {
    for (const { key, sep = [], value } of items) {
      if (!key || !('source' in key) || sep.length === 0) continue;
      const name = key.type === 'scalar' ? key.source : readYaml(key.source);
      if (typeof name !== 'string' || name === '<<') continue;
      this.entry(key, sep, value, [...path, name]);
    }
  }

  private entry(
    key: CST.Token & { readonly source: string },
    sep: readonly CST.SourceToken[],
    value: CST.Token | undefined,
    path: readonly PathStep[],
  ): void {
    const keyPlace = this.place(key.offset, key.source.length);
    const keyEnd = keyPlace.end;
    if (!value) {
      this.entries.push({ path, span: keyPlace, keyEnd, what: 'empty' });
      return;
    }
    const tagged = sep.some(({ type }) => type === 'tag');
    switch (value.type) {
      case 'scalar':
      case 'single-quoted-scalar':
      case 'double-quoted-scalar':
      case 'alias': {
        const span = this.place(value.offset, value.source.length);
        this.entries.push({ path, span, ...(tagged ? { what: 'a value with a tag' } : readScalar(value)) });
        return;
      }
      case 'block-scalar':
        this.entries.push({ path, span: keyPlace, keyEnd, what: 'text over several lines' });
        return;
      case 'block-map':
        this.entries.push({ path, span: keyPlace, keyEnd, what: 'a mapping' });
        break;
      case 'block-seq':
        this.entries.push({
          path,
          keyEnd,
          ...(tagged ? { span: keyPlace, what: 'a list with a tag' } : this.block(value, sep, keyPlace)),
        });
        break;
      case 'flow-collection':
        this.entries.push({
          path,
          ...(tagged ? { span: keyPlace, keyEnd, what: 'a list with a tag' } : this.flow(value)),
        });
        break;
      default:
        return;
    }
    this.enter(value, path);
  }

  private flow(token: CST.FlowCollection): Omit<ConfigEntry, 'path'> {
    const close = token.end.find(({ type }) => type === 'flow-seq-end' || type === 'flow-map-end');
    const end = close ? close.offset + close.source.length : token.offset + 1;
    const span = this.place(token.offset, end - token.offset);
    if (token.start.type === 'flow-map-start') return { span, what: 'a mapping' };
    const items = token.items.flatMap((item) => (item.key === undefined ? this.itemOf(item) : []));
    const whole = close !== undefined && items.length === token.items.filter(({ value }) => value).length;
    const commented = this.comments.some(({ start }) => start > span.start && start < span.end);
    return { span, what: 'a list', ...(whole && { items, commented }) };
  }

  /** From the line break behind the key, so that a list can be written anew with all its lines. */
  private block(
    token: CST.BlockSequence,
    sep: readonly CST.SourceToken[],
    keyPlace: Span,
  ): Omit<ConfigEntry, 'path'> {
    const items = token.items.flatMap((item) => this.itemOf(item));
    const lineBreak = sep.find(({ type }) => type === 'newline');
    const last = items.at(-1);
    if (!lineBreak || !last || items.length !== token.items.length) return { span: keyPlace, what: 'a list' };
    const span = { start: this.chunk.start + lineBreak.offset, end: last.span.end };
    const text = this.source.slice(span.start, span.end);
    const plain = /^(?:\s*\n[ \t]*-[ \t]+[^\n]*)+$/u.test(text) && !text.includes('\r\r');
    const commented = !plain || this.comments.some(({ start }) => start >= span.start && start < span.end);
    return { span, what: 'a list', items, commented };
  }

  private itemOf({ start, value }: Item): NonNullable<ConfigEntry['items']> {
    if (!value || !('source' in value) || start.some(({ type }) => type === 'tag' || type === 'anchor'))
      return [];
    if (!isScalar(value)) return [];
    const read = readScalar(value).value;
    if (read === undefined) return [];
    return [{ text: value.source, value: read, span: this.place(value.offset, value.source.length) }];
  }
}

/** A token, or any other part of the syntax. */
interface AnyToken {
  readonly type?: unknown;
  readonly offset?: unknown;
  readonly source?: unknown;
}

const isToken = (value: unknown): value is AnyToken => typeof value === 'object' && value !== null;

const isScalar = (token: CST.Token): token is CST.FlowScalar =>
  token.type === 'scalar' || token.type === 'single-quoted-scalar' || token.type === 'double-quoted-scalar';

const readScalar = ({ type, source }: CST.FlowScalar): Pick<ConfigEntry, 'value' | 'what'> => {
  if (type === 'alias') return { what: 'an alias' };
  const value = readYaml(source);
  if (value !== undefined) return { value };
  return { what: (type === 'scalar' ? oddPlain(source) : undefined) ?? 'text over several lines' };
};

export const yaml = configLanguage({
  id: 'yaml',
  editorIds: ['yaml'],
  extensions: ['.yaml', '.yml'],
  commentSign: '#',
  literalsInWords: 'a number, text, true, false or null',
  parts,
  render: renderYaml,
});
