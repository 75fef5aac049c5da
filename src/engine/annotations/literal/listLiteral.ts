import type { ParamValue } from '../../space/parameter.ts';
import type { ListItem } from '../slot.ts';
import { readLiteral, renderScalar } from './scalarLiteral.ts';

/** A list or tuple of literals as it is written. */
export interface ListLiteral {
  readonly items: readonly ListItem[];
  readonly open: '[' | '(';
  /** What stands between the opening bracket and the first item. */
  readonly before: string;
  /** What stands between items, commas included; one fewer than items. */
  readonly between: readonly string[];
  /** What stands between the last item and the closing bracket: perhaps a comma. */
  readonly after: string;
}

const closers = { '[': ']', '(': ')' } as const;
const item =
  /(?:[\p{L}]*(?<quote>"""|'''|"|')(?:\\.|(?!\k<quote>).)*\k<quote>|[^,[\](){}"'#\s](?:[^,[\](){}"'#]*[^,[\](){}"'#\s])?)/suy;
const gap = /\s*(?:,\s*)?/suy;

/** Reads a list or tuple on one line whose items are literals; undefined for anything else. */
export const readList = (text: string): ListLiteral | undefined => {
  const open = text.charAt(0);
  if ((open !== '[' && open !== '(') || !text.endsWith(closers[open]) || /[\r\n]/u.test(text))
    return undefined;
  const end = text.length - 1;
  let at = 1 + spaceAt(text, 1);
  const before = text.slice(1, at);
  const items: { text: string; value: ParamValue }[] = [];
  const gaps: string[] = [];
  while (at < end) {
    const written = matchAt(item, text, at);
    const value = written && readLiteral(written);
    if (written === undefined || value === undefined || Number.isNaN(value)) return undefined;
    const behind = matchAt(gap, text, at + written.length) ?? '';
    items.push({ text: written, value });
    gaps.push(behind);
    at += written.length + behind.length;
    if (at < end && !behind.includes(',')) return undefined;
  }
  return at > end ? undefined : { items, open, before, between: gaps.slice(0, -1), after: gaps.at(-1) ?? '' };
};

const matchAt = (pattern: RegExp, text: string, at: number): string | undefined => {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
};

const spaceAt = (text: string, at: number): number => (/^\s*/u.exec(text.slice(at, -1))?.[0] ?? '').length;

const usual: ListLiteral = { items: [], open: '[', before: '', between: [], after: '' };

/** Writes a Python list in the style of the list that stands there now. */
export const renderList = (values: readonly ParamValue[], present: string): string =>
  renderListLike(values, readList(present) ?? usual, renderScalar);

/**
 * Writes a list in the style of another. An item that is what it was keeps its text; a new one is written like the item
 * at its place, or like the last one.
 */
export const renderListLike = (
  values: readonly ParamValue[],
  { items, open, before, between, after }: ListLiteral,
  render: (value: ParamValue, like: ListItem) => string,
): string => {
  const written = values.map((value, i) => renderItem(value, items[i] ?? items.at(-1), render));
  const joined = written.map((text, i) =>
    i === 0 ? text : `${between[i - 1] ?? between[0] ?? ', '}${text}`,
  );
  return `${open}${before}${joined.join('')}${endOf(values.length, { items, open, after })}${closers[open]}`;
};

/** A tuple of one must have a comma, of none must not; otherwise a comma at the end is kept if it was a choice. */
const endOf = (
  count: number,
  { items, open, after }: Pick<ListLiteral, 'items' | 'open' | 'after'>,
): string => {
  const hasComma = after.includes(',');
  const wasChosen = hasComma && !(open === '(' && items.length === 1);
  const wantsComma = count > 0 && (wasChosen || (open === '(' && count === 1));
  if (!wantsComma) return after.replace(',', '');
  return hasComma ? after : `,${after}`;
};

const renderItem = (
  value: ParamValue,
  like: ListItem | undefined,
  render: (value: ParamValue, like: ListItem) => string,
): string =>
  like !== undefined && Object.is(value, like.value)
    ? like.text
    : render(value, like ?? { text: '', value: null });
