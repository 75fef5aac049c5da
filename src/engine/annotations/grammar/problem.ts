import type { AnnotationProblem, ProblemCode, Span } from '../tunable.ts';

export type Fix = NonNullable<AnnotationProblem['fix']>;

const bare = ({ start, end }: Span): Span => ({ start, end });

export const anError = (code: ProblemCode, message: string, span: Span, fix?: Fix): AnnotationProblem => ({
  code,
  severity: 'error',
  message,
  span: bare(span),
  ...(fix && { fix }),
});

export const aWarning = (code: ProblemCode, message: string, span: Span, fix?: Fix): AnnotationProblem => ({
  ...anError(code, message, span, fix),
  severity: 'warning',
});

/** A repair: `text` in place of `span`. */
export const aFix = (title: string, span: Span, text: string): Fix => ({ title, span: bare(span), text });
