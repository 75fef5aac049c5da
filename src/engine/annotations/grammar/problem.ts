import type { AnnotationProblem, ProblemCode, ProblemFix, Span } from '../tunable.ts';

export type Fix = ProblemFix;

const bare = ({ start, end }: Span): Span => ({ start, end });

export const anError = (
  code: ProblemCode,
  message: string,
  span: Span,
  fix?: Fix,
  moreFixes: readonly Fix[] = [],
): AnnotationProblem => ({
  code,
  severity: 'error',
  message,
  span: bare(span),
  ...(fix && { fix }),
  ...(moreFixes.length > 0 && { moreFixes }),
});

export const aWarning = (
  code: ProblemCode,
  message: string,
  span: Span,
  fix?: Fix,
  moreFixes?: readonly Fix[],
): AnnotationProblem => ({
  ...anError(code, message, span, fix, moreFixes),
  severity: 'warning',
});

/** A repair that is certainly meant: `text` in place of `span`. */
export const aFix = (title: string, span: Span, text: string): Fix => ({ title, span: bare(span), text });

/** A repair that is likely meant. */
export const aGuess = (title: string, span: Span, text: string): Fix => ({
  ...aFix(title, span, text),
  guess: true,
});

/** Takes a part out of a list of parts, with the comma before or behind it; undefined where it is the only one. */
export const withoutPart = (source: string, list: Span, part: Span, title: string): Fix | undefined => {
  const behind = /^\s*[,;][ \t]*/u.exec(source.slice(part.end, list.end));
  if (behind) return aFix(title, { start: part.start, end: part.end + behind[0].length }, '');
  const before = /[ \t]*[,;]\s*$/u.exec(source.slice(list.start, part.start));
  return before ? aFix(title, { start: part.start - before[0].length, end: part.end }, '') : undefined;
};
