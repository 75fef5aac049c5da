import type { AnnotationProblem, FileAnnotations, Span } from '../tunable.ts';
import type { ProgramCell } from './notebookProgram.ts';

/**
 * What the annotations of a notebook's program mean for one cell, in the cell's own offsets and lines. Names, conditions
 * and options are the whole notebook's, so that a condition may name what another cell tunes.
 */
export const sliceAnnotations = (
  all: FileAnnotations,
  { start, end, line: first }: Pick<ProgramCell, 'start' | 'end' | 'line'>,
): FileAnnotations => {
  const isInside = (span: Span): boolean => span.start >= start && span.end <= end;
  const moved = (span: Span): Span => ({ start: span.start - start, end: span.end - start });
  const problem = ({ fix, span, ...rest }: AnnotationProblem): AnnotationProblem => ({
    ...rest,
    span: moved(span),
    ...(fix !== undefined && isInside(fix.span) && { fix: { ...fix, span: moved(fix.span) } }),
  });
  return {
    ...all,
    comments: all.comments
      .filter(({ span }) => isInside(span))
      .map((comment) => ({
        ...comment,
        span: moved(comment.span),
        body: moved(comment.body),
        line: comment.line - first,
        literals: comment.literals.map((literal) => ({ ...literal, span: moved(literal.span) })),
        aside: comment.aside.map((literal) => ({ ...literal, span: moved(literal.span) })),
      })),
    tunables: all.tunables
      .filter(({ span }) => isInside(span))
      .map((tunable) => ({
        ...tunable,
        span: moved(tunable.span),
        annotation: moved(tunable.annotation),
        line: tunable.line - first,
      })),
    reports: all.reports
      .filter(({ at }) => at >= start && at <= end)
      .map((report) => ({ ...report, at: report.at - start, line: report.line - first })),
    constraints: all.constraints
      .filter(({ span }) => isInside(span))
      .map((constraint) => ({ ...constraint, span: moved(constraint.span) })),
    problems: all.problems.filter(({ span }) => isInside(span)).map(problem),
  };
};
