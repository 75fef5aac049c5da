import { type JSONVisitor, visit } from 'jsonc-parser';
import type { ConfigEntry, ConfigPart, PathStep } from '../config/entries.ts';
import { configLanguage, type LazyPart } from '../config/language.ts';
import type { Span } from '../tunable.ts';
import { readJson, renderJson } from './literal.ts';

/** The whole text is one piece: the parser goes on behind errors, and reads ten thousand lines in milliseconds. */
const parts = (source: string): readonly LazyPart[] => [
  { start: 0, end: source.length, read: () => read(source) },
];

/** A mapping or list that is open while its insides are read. */
interface Open {
  readonly path: readonly PathStep[];
  readonly start: number;
  readonly isList: boolean;
  /** Of a list while all of them are literals. */
  items: NonNullable<ConfigEntry['items']>[number][] | undefined;
  commented: boolean;
}

const read = (source: string): ConfigPart => {
  const comments: Span[] = [];
  const entries: ConfigEntry[] = [];
  const open: Open[] = [];
  const begin = (offset: number, path: readonly PathStep[], isList: boolean): void => {
    dropItems(open.at(-1));
    open.push({ path, start: offset, isList, items: isList ? [] : undefined, commented: false });
  };
  const end = (offset: number, length: number): void => {
    const own = open.pop();
    if (!own || own.path.length === 0) return;
    const { path, start, items, commented } = own;
    const span = { start, end: offset + length };
    const what = own.isList ? 'a list' : 'a mapping';
    entries.push({ path, span, what, ...(items !== undefined && { items, commented }) });
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
      const text = source.slice(span.start, span.end);
      const value = readJson(text);
      const list = open.at(-1);
      const listed = list?.isList === true && { listed: true };
      if (list?.isList === true && value !== undefined) list.items?.push({ text, value, span });
      else if (list?.isList === true) dropItems(list);
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
