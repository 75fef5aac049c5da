import { type JSONVisitor, visit } from 'jsonc-parser';
import type { ConfigEntry, ConfigPart, PathStep } from '../config/entries.ts';
import { configLanguage, type LazyPart } from '../config/language.ts';
import type { Span } from '../tunable.ts';
import { readJson, renderJson } from './literal.ts';

/** The whole text is one piece: the parser goes on behind errors, and reads ten thousand lines in milliseconds. */
const parts = (source: string): readonly LazyPart[] => [
  {
    start: 0,
    end: source.length,
    read: (wanted) => read(source, wanted === 'all' ? undefined : annotatedLines(source)),
  },
];

/** A mapping or list that is open while its insides are read. */
interface Open {
  readonly path: readonly PathStep[];
  readonly start: number;
  readonly isList: boolean;
  /** Of a list while it holds only scalars. */
  items: Span[] | undefined;
  commented: boolean;
  /** One of its items is wanted, and so it is. */
  wanted: boolean;
}

/** The part of each line that stands before an annotation. */
const annotatedLines = (source: string): readonly Span[] =>
  [...source.matchAll(/\/\/[ \t]*tune\b/giu)].map(({ index }) => ({
    start: Math.max(source.lastIndexOf('\n', index), source.lastIndexOf('\r', index)) + 1,
    end: index,
  }));

/** Is an offset in one of the places? Asked with offsets that only grow. */
const within = (places: readonly Span[] | undefined): ((offset: number) => boolean) => {
  if (!places) return () => true;
  let next = 0;
  return (offset) => {
    while ((places[next]?.end ?? Number.POSITIVE_INFINITY) < offset) next++;
    return (places[next]?.start ?? Number.POSITIVE_INFINITY) <= offset;
  };
};

/** With `places` only what ends there, which spares most of a large file its keys' paths. */
const read = (source: string, places: readonly Span[] | undefined): ConfigPart => {
  const comments: Span[] = [];
  const entries: ConfigEntry[] = [];
  const open: Open[] = [];
  const isWanted = within(places);
  const begin = (start: number, path: readonly PathStep[], isList: boolean): void => {
    dropItems(open.at(-1));
    open.push({ path, start, isList, items: isList ? [] : undefined, commented: false, wanted: false });
  };
  const end = (offset: number, length: number): void => {
    const own = open.pop();
    const span = { start: own?.start ?? offset, end: offset + length };
    const isHere = isWanted(span.end);
    if (!own || own.path.length === 0 || !(isHere || own.wanted)) return;
    const { path, commented } = own;
    const items = own.items?.flatMap((place) => {
      const text = source.slice(place.start, place.end);
      const value = readJson(text);
      return value === undefined ? [] : [{ text, value, span: place }];
    });
    const whole = items !== undefined && items.length === own.items?.length;
    const what = own.isList ? 'a list' : 'a mapping';
    entries.push({ path, span, what, ...(whole && { items, commented }) });
  };
  const visitor: JSONVisitor = {
    onObjectBegin: (offset, _length, _line, _column, path) => begin(offset, path(), false),
    onArrayBegin: (offset, _length, _line, _column, path) => begin(offset, path(), true),
    onObjectEnd: end,
    onArrayEnd: end,
    onComment: (offset, length) => {
      if (source.startsWith('//', offset)) comments.push({ start: offset, end: offset + length });
      const around = open.at(-1);
      if (around) around.commented = true;
    },
    onLiteralValue: (_value, offset, length, _line, _column, path) => {
      const span = { start: offset, end: offset + length };
      const list = open.at(-1);
      if (list?.isList === true) list.items?.push(span);
      if (!isWanted(span.end)) return;
      if (list?.isList === true) list.wanted = true;
      const value = readJson(source.slice(span.start, span.end));
      const listed = list?.isList === true && { listed: true };
      if (value !== undefined) entries.push({ path: path(), span, value, ...listed });
      else entries.push({ path: path(), span, what: 'a number too large to be exact', ...listed });
    },
  };
  visit(source, visitor, { allowTrailingComma: true });
  return { comments, entries };
};

const dropItems = (list: Open | undefined): void => {
  if (list) list.items = undefined;
};

/** Strict JSON, and JSON with comments and trailing commas. */
export const json = configLanguage({
  id: 'json',
  editorIds: ['jsonc', 'json'],
  extensions: ['.json', '.jsonc'],
  commentSign: '//',
  literalsInWords: 'a number, a string, true, false or null',
  parts,
  render: renderJson,
});
