import type { AnnotatedTunable, Span } from '../../engine/index.ts';

/** A literal's edit without the beginning and the end that stay as they are. */
export const changedPart = (
  { span, text: before }: Pick<AnnotatedTunable, 'span' | 'text'>,
  text: string,
): { readonly span: Span; readonly text: string } => {
  const most = Math.min(before.length, text.length);
  let start = 0;
  while (start < most && before[start] === text[start]) start++;
  let end = 0;
  while (end < most - start && before.at(-1 - end) === text.at(-1 - end)) end++;
  return {
    span: { start: span.start + start, end: span.end - end },
    text: text.slice(start, text.length - end),
  };
};
