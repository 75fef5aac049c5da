import type { Span } from '../tunable.ts';

export type TokenKind = 'number' | 'name' | 'string' | 'dots' | 'symbol';

/** A word of an annotation. Offsets are those of the file. `open` marks a string without its closing quote. */
export interface Token extends Span {
  readonly kind: TokenKind;
  readonly text: string;
  readonly open?: true;
}

// A number stops before `..`, so that `0..0.6` is a range and not `0.` followed by `.0.6`.
const token =
  /(?<space>\s+)|(?<number>(?:0[xX][\da-fA-F_]+|(?:\d[\d_]*(?:\.(?!\.)[\d_]*)?|\.\d[\d_]*)(?:[eE][+-]?\d[\d_]*)?))|(?<name>[\p{L}_][\p{L}\p{N}_]*)|(?<string>"(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?)|(?<dots>\.{2,}|…)|(?<symbol>\*\*|\/\/|[<>=!]=|.)/suy;

const kinds: readonly TokenKind[] = ['number', 'name', 'string', 'dots', 'symbol'];

const isOpen = (text: string): boolean => !/^(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')$/su.test(text);

/** Splits annotation text into words; every character that is not space lands in exactly one. */
export const tokenize = (text: string, base: number): Token[] => {
  const tokens: Token[] = [];
  token.lastIndex = 0;
  for (let match = token.exec(text); match !== null; match = token.exec(text)) {
    const kind = kinds.find((k) => match?.groups?.[k] !== undefined);
    if (kind === undefined) continue;
    const word = match[0];
    const start = base + match.index;
    tokens.push({
      kind,
      text: word,
      start,
      end: start + word.length,
      ...(kind === 'string' && isOpen(word) && { open: true as const }),
    });
  }
  return tokens;
};

const opening = new Set(['(', '[', '{']);
const closing = new Set([')', ']', '}']);

/** Splits at the separators that stand outside brackets. Empty parts are kept, for they may mean "infer". */
export const splitTokens = (
  tokens: readonly Token[],
  separators: ReadonlySet<string>,
): { readonly tokens: readonly Token[]; readonly separator?: Token }[] => {
  const parts: { tokens: readonly Token[]; separator?: Token }[] = [];
  let depth = 0;
  let from = 0;
  tokens.forEach((each, i) => {
    if (each.kind !== 'symbol') return;
    if (opening.has(each.text)) depth++;
    else if (closing.has(each.text)) depth = Math.max(0, depth - 1);
    else if (depth === 0 && separators.has(each.text)) {
      parts.push({ tokens: tokens.slice(from, i), separator: each });
      from = i + 1;
    }
  });
  parts.push({ tokens: tokens.slice(from) });
  return parts;
};

export const isSymbol = (each: Token | undefined, text: string): boolean =>
  each?.kind === 'symbol' && each.text === text;

export const isWord = (each: Token | undefined, text: string): boolean =>
  each?.kind === 'name' && each.text === text;

export const spanOf = (tokens: readonly Token[], otherwise: Span): Span => {
  const first = tokens[0];
  const last = tokens.at(-1);
  return first && last ? { start: first.start, end: last.end } : otherwise;
};
