import type { Span } from '../tunable.ts';

/** A header or a key with its value, with what stands behind it up to the next. */
export interface TomlChunk extends Span {
  readonly kind: 'header' | 'key';
}

/** A key with its value at the beginning of a line: nothing that a list could hold, so a bracket above was left open. */
const certain = /[ \t]*[\w-]+(?:[ \t]*\.[ \t]*[\w-]+)*[ \t]*=(?!=)/uy;

/**
 * Cuts a TOML text at its headers and keys. One pass over brackets and quotes, so that a mistake spoils only the piece
 * that it is in.
 */
export const tomlChunks = (text: string): TomlChunk[] => {
  const chunks: TomlChunk[] = [];
  let start = 0;
  let kind: TomlChunk['kind'] = 'key';
  let at = 0;
  let depth = 0;
  while (at < text.length) {
    certain.lastIndex = at;
    if (depth > 0 && certain.test(text)) depth = 0;
    if (depth === 0 && /[^\s#]/u.test(firstOf(text, at))) {
      if (at > start) chunks.push({ start, end: at, kind });
      start = at;
      kind = firstOf(text, at) === '[' ? 'header' : 'key';
    }
    ({ at, depth } = endOfLine(text, at, depth));
  }
  if (start < text.length) chunks.push({ start, end: text.length, kind });
  return chunks;
};

/** The first character of a line that is not space, or the one that ends it. */
const firstOf = (text: string, from: number): string => {
  let at = from;
  while (text[at] === ' ' || text[at] === '\t') at++;
  return text[at] ?? '\n';
};

const quoted = /"""(?:[^\\]|\\.)*?"{3,5}|'''.*?'{3,5}|"(?:[^"\\\r\n]|\\.)*"?|'[^'\r\n]*'?/suy;

const endOfLine = (text: string, from: number, depthBefore: number): { at: number; depth: number } => {
  let depth = depthBefore;
  for (let at = from; at < text.length; at++) {
    const character = text[at];
    if (character === '\n') return { at: at + 1, depth };
    if (character === '#') {
      const end = text.indexOf('\n', at);
      return { at: end < 0 ? text.length : end + 1, depth };
    }
    if (character === '"' || character === "'") {
      quoted.lastIndex = at;
      at += Math.max(1, quoted.exec(text)?.[0].length ?? 1) - 1;
    } else if (character === '[' || character === '{') depth++;
    else if ((character === ']' || character === '}') && depth > 0) depth--;
  }
  return { at: text.length, depth };
};
