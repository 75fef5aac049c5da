import type { Span } from '../tunable.ts';

/** What goes on with the entry above although it stands at the beginning of a line. */
const continuing = /^(?:[\s#\]})?:]|-(?:\s|$)|- )/u;

/**
 * Cuts a YAML text at the keys that stand at the beginning of a line, and at the marks between documents, so that one
 * entry can be parsed without the others. A document that is no mapping stays in one piece.
 */
export const yamlChunks = (text: string): Span[] => {
  const chunks: Span[] = [];
  let start = 0;
  let whole = false;
  let fresh = true;
  for (let at = 0; at < text.length; ) {
    const next = nextLine(text, at);
    const line = text.slice(at, Math.min(next, at + 4));
    const isMark = line.startsWith('---') || line.startsWith('...');
    if (isMark || (!whole && !continuing.test(line))) {
      if (at > start) chunks.push({ start, end: at });
      start = at;
    }
    if (isMark) {
      fresh = true;
      whole = false;
    } else if (fresh && /^[^\s#%]/u.test(line)) {
      fresh = false;
      whole = /^[[{"'|>]/u.test(line) && !/^(?:"[^"\n]*"|'[^'\n]*')[ \t]*:/u.test(text.slice(at, next));
    }
    at = next;
  }
  if (start < text.length) chunks.push({ start, end: text.length });
  return chunks;
};

const nextLine = (text: string, from: number): number => {
  const end = text.indexOf('\n', from);
  return end < 0 ? text.length : end + 1;
};
