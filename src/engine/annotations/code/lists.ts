import { isList } from '../../space/composite.ts';
import type { ParamValue, SourceValue } from '../../space/parameter.ts';
import type { ListItem } from '../slot.ts';
import { readScalar, type ScalarStyle, writeScalar } from './scalars.ts';

/** How a language writes a list of literals. */
export interface ListStyle {
  /** What a list begins with: `[`, or `c(`. */
  readonly open: readonly string[];
  /** For each of `open`, what ends it. */
  readonly close: readonly string[];
  /** Between items; space alone in a shell. */
  readonly separator: ',' | ' ';
}

interface ReadList {
  readonly items: readonly ListItem[];
  readonly open: string;
  readonly close: string;
  /** What stands before the first item, between items, and behind the last one. */
  readonly before: string;
  readonly between: readonly string[];
  readonly after: string;
}

const item = /(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^\s,"'()[\]{}#]+)/uy;
const commaGap = /\s*(?:,\s*)?/uy;

/** Reads a list on one line whose items are literals; undefined for anything else. */
export const readListOf = (text: string, list: ListStyle, scalars: ScalarStyle): ReadList | undefined => {
  const which = list.open.findIndex((open, i) => text.startsWith(open) && text.endsWith(list.close[i] ?? ''));
  const [open, close] = [list.open[which], list.close[which]];
  if (open === undefined || close === undefined || /[\r\n]/u.test(text)) return undefined;
  const end = text.length - close.length;
  const before = matchAt(/\s*/uy, text, open.length) ?? '';
  let at = open.length + before.length;
  const items: ListItem[] = [];
  const gaps: string[] = [];
  while (at < end) {
    const written = matchAt(item, text, at);
    const read = written === undefined ? undefined : readScalar(written, scalars);
    if (written === undefined || read === undefined) return undefined;
    const gap = matchAt(commaGap, text, at + written.length) ?? '';
    items.push({ text: written, ...read });
    gaps.push(gap);
    at += written.length + gap.length;
    const isParted = list.separator === ',' ? gap.includes(',') : /^\s+$/u.test(gap);
    if (at < end && !isParted) return undefined;
  }
  if (at > end) return undefined;
  return { items, open, close, before, between: gaps.slice(0, -1), after: gaps.at(-1) ?? '' };
};

const matchAt = (pattern: RegExp, text: string, at: number): string | undefined => {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
};

/**
 * Writes a list in the style of the list that stands there now. An item that is what it was keeps its text; a new one is
 * written like the item at its place, or like the last one.
 */
const writeList = (
  values: readonly ParamValue[],
  present: string,
  list: ListStyle,
  scalars: ScalarStyle,
): string => {
  const read = readListOf(present, list, scalars);
  const items = read?.items ?? [];
  const usual = list.separator === ',' ? ', ' : ' ';
  const written = values.map((value, i) => {
    const like = items[i] ?? items.at(-1) ?? { text: scalars.words.null, value: null };
    const text = Object.is(value, like.value) ? like.text : writeScalar(value, like, scalars);
    return i === 0 ? text : `${read?.between[i - 1] ?? read?.between[0] ?? usual}${text}`;
  });
  const after = values.length === 0 ? (read?.after ?? '').replace(',', '') : (read?.after ?? '');
  return `${read?.open ?? list.open[0]}${read?.before ?? ''}${written.join('')}${after}${read?.close ?? list.close[0]}`;
};

/** `Language.render` for a language with these styles. */
export const renderWith =
  (scalars: ScalarStyle, list: ListStyle) =>
  (value: SourceValue, present: { readonly text: string; readonly value: SourceValue }): string => {
    if (isList(value)) return writeList(value, present.text, list, scalars);
    const like: ParamValue = isList(present.value) ? null : present.value;
    const text = isList(present.value) ? scalars.words.null : present.text;
    return writeScalar(value, { text, value: like }, scalars);
  };
