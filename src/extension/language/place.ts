import type { CommentPlace, FileAnnotations, Span } from '../../engine/index.ts';

/** Is the place inside the span, its end included? */
export const isWithin = ({ start, end }: Span, offset: number): boolean => offset >= start && offset <= end;

/**
 * The annotation that a place lies in. Spaces behind it belong to it while it is being written; remarks in the same
 * comment do not.
 */
export const commentAt = (
  source: string,
  { comments }: Pick<FileAnnotations, 'comments'>,
  offset: number,
): CommentPlace | undefined =>
  comments.find(
    ({ span }) =>
      isWithin(span, offset) || (offset > span.end && /^[ \t]+$/u.test(source.slice(span.end, offset))),
  );
