import type { Span } from '../tunable.ts';

const codes = {
  newline: 10,
  carriageReturn: 13,
  hash: 35,
  singleQuote: 39,
  doubleQuote: 34,
  backslash: 92,
} as const;

/** Words that go on with the statement above, and so do not begin a chunk. */
const continuing = /(?:else|elif|except|finally)\b/uy;
/** A line that cannot stand inside brackets: a bracket above was left open. */
const certain = /(?:def|class|import|async\s+def|from\s+[\w.]+\s+import|@\w)\b/uy;

const matches = (pattern: RegExp, text: string, at: number): boolean => {
  pattern.lastIndex = at;
  return pattern.test(text);
};

/** A text that was cut before. */
export interface Cut {
  readonly text: string;
  readonly chunks: readonly Span[];
}

/**
 * Cuts Python source into its top-level statements, each with the comments and blank lines behind it. One pass without a syntax tree,
 * so that a large file costs little and a half-typed statement cannot spoil the ones after it. With the version before,
 * only what is around the edit is looked at.
 */
export const topLevelChunks = (text: string, before?: Cut): Span[] => {
  const chunks: Span[] = [];
  const old = before && sameParts(before.text, text);
  const oldChunks = before?.chunks ?? [];
  // A statement's end depends on the beginning of the next, and that on words that may stand on two lines.
  for (let i = 0; old && (oldChunks[i + 2]?.end ?? Infinity) <= old.prefix; i++)
    chunks.push(oldChunks[i] ?? { start: 0, end: 0 });
  const from = chunks.at(-1)?.end ?? 0;
  const shift = text.length - (before?.text.length ?? 0);
  cut(text, from, (place) => {
    chunks.push(place);
    // Where a statement began in the unchanged rest, everything behind it is as it was.
    if (!old || place.end < text.length - old.suffix) return true;
    const next = startingAt(oldChunks, place.end - shift);
    if (next < 0) return true;
    for (const { start, end } of oldChunks.slice(next))
      chunks.push({ start: start + shift, end: end + shift });
    return false;
  });
  return chunks;
};

/** Characters. */
const block = 1024;

/** How much two texts share at their beginnings and at their ends, never overlapping. */
const sameParts = (a: string, b: string): { readonly prefix: number; readonly suffix: number } => {
  const most = Math.min(a.length, b.length);
  let prefix = 0;
  // Whole blocks first: slices are compared many characters at a time.
  while (prefix + block <= most && a.slice(prefix, prefix + block) === b.slice(prefix, prefix + block))
    prefix += block;
  while (prefix < most && a.charCodeAt(prefix) === b.charCodeAt(prefix)) prefix++;
  let suffix = 0;
  const fromEnd = (text: string, length: number): string =>
    text.slice(text.length - length - block, text.length - length);
  while (suffix + block <= most - prefix && fromEnd(a, suffix) === fromEnd(b, suffix)) suffix += block;
  while (
    suffix < most - prefix &&
    a.charCodeAt(a.length - 1 - suffix) === b.charCodeAt(b.length - 1 - suffix)
  )
    suffix++;
  return { prefix, suffix };
};

const startingAt = (chunks: readonly Span[], offset: number): number => {
  let [low, high] = [0, chunks.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((chunks[middle]?.start ?? 0) < offset) low = middle + 1;
    else high = middle;
  }
  return chunks[low]?.start === offset ? low : -1;
};

/** Cuts from where a statement begins, until `take` has had enough. */
const cut = (text: string, from: number, take: (place: Span) => boolean): void => {
  let start = from;
  let depth = 0;
  let at = from;
  let decorated = false;
  let continued = false;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    const fresh = !continued && code > 32 && code !== codes.hash && !isCloser(code);
    if (fresh && (depth === 0 || matches(certain, text, at)) && !matches(continuing, text, at)) {
      if (!decorated && at > start) {
        if (!take({ start, end: at })) return;
        start = at;
      }
      depth = 0;
      decorated = text[at] === '@';
    }
    const line = endOfLine(text, at, depth);
    depth = line.depth;
    continued = line.continued;
    at = line.next;
  }
  if (start < text.length) take({ start, end: text.length });
};

/**
 * The 0-based lines that begin outside brackets, strings and continued lines. Those for which `isForeign` (given their
 * offsets) is true are no Python and are not read for what they open.
 */
export const lineStartsOutside = (
  text: string,
  isForeign: (start: number, end: number) => boolean,
): number[] => {
  const lines: number[] = [];
  let at = 0;
  let number = 0;
  let before: Omit<LineEnd, 'next'> = { depth: 0, continued: false };
  while (at < text.length) {
    const newline = text.indexOf('\n', at);
    const end = newline < 0 ? text.length : newline;
    const isOutside = before.depth === 0 && !before.continued;
    if (isOutside) lines.push(number);
    const line: LineEnd =
      isOutside && isForeign(at, end)
        ? { next: end + 1, depth: 0, continued: false }
        : endOfLine(text, at, before.depth);
    for (
      let from = text.indexOf('\n', at);
      from >= 0 && from < line.next;
      from = text.indexOf('\n', from + 1)
    )
      number++;
    before = line;
    at = line.next;
  }
  return lines;
};

const isCloser = (code: number): boolean => code === 41 || code === 93 || code === 125;
const isOpener = (code: number): boolean => code === 40 || code === 91 || code === 123;

interface LineEnd {
  readonly next: number;
  readonly depth: number;
  /** The line ends with a backslash. */
  readonly continued: boolean;
}

/** Runs to the end of a line, over strings and comments; a triple-quoted string carries it over several. */
const endOfLine = (text: string, from: number, depthBefore: number): LineEnd => {
  let at = from;
  let depth = depthBefore;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === codes.newline || code === codes.carriageReturn)
      return { next: afterNewline(text, at), depth, continued: false };
    if (code === codes.hash) at = endOfComment(text, at);
    else if (code === codes.singleQuote || code === codes.doubleQuote) at = endOfString(text, at, code);
    else if (code === codes.backslash && isNewline(text.charCodeAt(at + 1)))
      return { next: afterNewline(text, at + 1), depth, continued: true };
    else {
      if (isOpener(code)) depth++;
      else if (isCloser(code) && depth > 0) depth--;
      at++;
    }
  }
  return { next: at, depth, continued: false };
};

const isNewline = (code: number): boolean => code === codes.newline || code === codes.carriageReturn;

const afterNewline = (text: string, at: number): number =>
  text.charCodeAt(at) === codes.carriageReturn && text.charCodeAt(at + 1) === codes.newline ? at + 2 : at + 1;

const endOfComment = (text: string, from: number): number => {
  let at = from;
  while (at < text.length && !isNewline(text.charCodeAt(at))) at++;
  return at;
};

/** Behind the closing quote; before the line break when a plain string is left open, as Python ends it there. */
const endOfString = (text: string, from: number, quote: number): number => {
  const triple = text.charCodeAt(from + 1) === quote && text.charCodeAt(from + 2) === quote;
  for (let at = from + (triple ? 3 : 1); at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === codes.backslash) at++;
    else if (triple ? isTriple(text, at, quote) : code === quote) return at + (triple ? 3 : 1);
    else if (!triple && isNewline(code)) return at;
  }
  return text.length;
};

const isTriple = (text: string, at: number, quote: number): boolean =>
  text.charCodeAt(at) === quote && text.charCodeAt(at + 1) === quote && text.charCodeAt(at + 2) === quote;
