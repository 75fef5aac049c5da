import { type AnnotationComment, annotationComment, annotationStart } from '../comment.ts';
import type { Lines } from '../lines.ts';
import type { Chunk } from './syntax.ts';

const sign = '#';

/** The annotation comments of a chunk, in order. Text inside strings is none. */
export const annotationComments = (chunk: Chunk, source: string, lines: Lines): AnnotationComment[] => {
  const found: AnnotationComment[] = [];
  const pattern = annotationStart(sign);
  for (let match = pattern.exec(chunk.text); match; match = pattern.exec(chunk.text)) {
    const node = chunk.tree.resolveInner(match.index, 1);
    if (node.name !== 'Comment') continue;
    const line = lines.lineOf(chunk.start + match.index);
    const before = chunk.text.slice(Math.max(0, lines.startOf(line) - chunk.start), node.from);
    const start = chunk.start + match.index + match[0].length - 'tune'.length;
    const place = { line, standalone: before.trim() === '', sign };
    found.push(annotationComment(source, { start, end: chunk.start + node.to }, place));
    pattern.lastIndex = node.to;
  }
  return found;
};
