import type { Span } from '../tunable.ts';
import type { Lines } from './lines.ts';
import type { Chunk } from './syntax.ts';

const marker = /#[ \t]*tune\b/u;

/** May the text hold an annotation? Cheap; false means certainly none. */
export const hasAnnotation = (text: string): boolean => marker.test(text);

/** A comment that asks something of TuneLens. */
export interface AnnotationComment {
  /** From `tune` to the end, without remarks. */
  readonly span: Span;
  /** What stands behind `tune` or `tune:`. */
  readonly body: Span;
  readonly line: number;
  /** Nothing but space stands before it on its line. */
  readonly standalone: boolean;
  /**
   * `colon`: certainly meant. `bare`: `tune` alone. `named`: `tune lr: …`, meant if the line has an `lr`.
   * `slip`: other case or no colon, meant only if the rest reads as a search space.
   */
  readonly style: 'colon' | 'bare' | 'named' | 'slip';
  /** Where the colon is missing. */
  readonly wordEnd: number;
}

/** The annotation comments of a chunk, in order. Text inside strings is none. */
export const annotationComments = (chunk: Chunk, lines: Lines): AnnotationComment[] => {
  const found: AnnotationComment[] = [];
  const pattern = /#[ \t]*(?:tune|Tune|TUNE)(?![\p{L}\p{N}_])/gu;
  for (let match = pattern.exec(chunk.text); match; match = pattern.exec(chunk.text)) {
    const node = chunk.tree.resolveInner(match.index, 1);
    if (node.name !== 'Comment') continue;
    const line = lines.lineOf(chunk.start + match.index);
    const before = chunk.text.slice(Math.max(0, lines.startOf(line) - chunk.start), node.from);
    const start = match.index + match[0].length - 'tune'.length;
    found.push(commentAt(chunk, start, node.to, { line, standalone: before.trim() === '' }));
    pattern.lastIndex = node.to;
  }
  return found;
};

const commentAt = (
  chunk: Chunk,
  start: number,
  commentEnd: number,
  place: Pick<AnnotationComment, 'line' | 'standalone'>,
): AnnotationComment => {
  const wordEnd = start + 'tune'.length;
  const rest = withoutRemark(chunk.text.slice(wordEnd, commentEnd));
  const colon = /^[ \t]*:/u.exec(rest);
  const lowerCase = chunk.text.startsWith('tune', start);
  const style = !lowerCase
    ? 'slip'
    : colon
      ? 'colon'
      : rest === ''
        ? 'bare'
        : /^[ \t]+[\p{L}_][\p{L}\p{N}_]*[ \t]*:/u.test(rest)
          ? 'named'
          : 'slip';
  const span = { start: chunk.start + start, end: chunk.start + wordEnd + rest.length };
  const body = { start: chunk.start + wordEnd + (colon?.[0].length ?? 0), end: span.end };
  return { span, body, style, wordEnd: chunk.start + wordEnd, ...place };
};

/** Ends an annotation at a further `#`, or at a remark in brackets set off by two spaces: `1..8  (doubles)`. */
const withoutRemark = (text: string): string => {
  const strings = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|#/gu;
  let end = text.length;
  for (let match = strings.exec(text); match; match = strings.exec(text)) {
    if (match[0] !== '#') continue;
    end = match.index;
    break;
  }
  return text
    .slice(0, end)
    .replace(/(?<![-+*/%<>=!(,&|]|\b(?:and|or|not|in|if|where))[ \t]{2,}\([^()]*\)[ \t]*$/u, '')
    .trimEnd();
};
