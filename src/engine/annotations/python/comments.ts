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
    const comment = annotationComment(source, { start, end: chunk.start + node.to }, place);
    found.push(comment);
    // One comment may hold several annotations: `# tune: a: 1..2  # tune: b: 3..4`.
    pattern.lastIndex = comment.span.end - chunk.start;
  }
  return found;
};
