import type { ParamValue } from '../../space/parameter.ts';
import type { ListLiteral } from '../literal/listLiteral.ts';
import type { ListItem } from '../slot.ts';

const usual: ListLiteral = { items: [], open: '[', before: '', between: [], after: '' };

/** An item in quotes, with `''` or `\"` inside, or one without. */
const item = /"(?:\\.|[^"\\])*"|'(?:''|[^'])*'|[^,[\]"'\s](?:[^,[\]]*[^,[\]\s])?/suy;
const space = /\s*/uy;
const gap = /\s*(?:,\s*)?/uy;

/**
 * Takes apart a list in brackets that a parser has found to hold nothing but literals, to write another in its style. What
 * it cannot take apart is written in the usual style instead.
 */
export const readSeparated = (text: string, read: (text: string) => ParamValue | undefined): ListLiteral => {
  if (!text.startsWith('[') || !text.endsWith(']')) return usual;
  const end = text.length - 1;
  const before = matchAt(space, text, 1);
  const items: ListItem[] = [];
  const gaps: string[] = [];
  let at = 1 + before.length;
  while (at < end) {
    const written = matchAt(item, text, at);
    const value = written === '' ? undefined : read(written);
    if (value === undefined) return usual;
    at += written.length;
    const behind = matchAt(gap, text, at);
    if (at + behind.length < end && !behind.includes(',')) return usual;
    items.push({ text: written, value });
    gaps.push(behind);
    at += behind.length;
  }
  return { items, open: '[', before, between: gaps.slice(0, -1), after: gaps.at(-1) ?? '' };
};

const matchAt = (pattern: RegExp, text: string, at: number): string => {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0] ?? '';
};
