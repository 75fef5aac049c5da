import { languageCalled } from '../languages.ts';
import { Lines } from '../lines.ts';
import { scanSource } from '../scanSource.ts';
import type { SourceMemory } from '../sourceMemory.ts';
import type { CommentPlace, LanguageId, LiteralPlace } from '../tunable.ts';

/** Where an annotation would go on a line, and which literals it would be about. */
export interface PlaceOnLine {
  readonly insertAt: number;
  /** The literals that an annotation there is about. */
  readonly literals: readonly LiteralPlace[];
  /** Those that it can be about only by their names. */
  readonly aside: readonly LiteralPlace[];
  /** Annotations that are on the line already. */
  readonly present: readonly CommentPlace[];
}

/** Where what is on a line ends, without spaces and line break. */
export const endOfLine = (text: string, lines: Lines, line: number): number => {
  const start = lines.startOf(line);
  return start + text.slice(start, lines.startOf(line + 1)).trimEnd().length;
};

/**
 * Finds out by trying: a bare annotation is written behind each of the lines, and what it would be about is read back.
 * So that nothing is offered that could not be read afterwards, such as within a string or behind a backslash.
 */
export const placesOnLines = (
  text: string,
  language: LanguageId,
  wanted: Iterable<number>,
  memory?: SourceMemory,
): ReadonlyMap<number, PlaceOnLine> => {
  const lines = new Lines(text);
  const comment = bareComment(language);
  const places = [...new Set(wanted)].sort((a, b) => a - b);
  const ends = places.map((line) => endOfLine(text, lines, line));
  const tried = insertAll(
    text,
    ends.map((at) => ({ insertAt: at, insertText: comment })),
  );
  const read = scanSource(language, tried, [], memory);
  const byStart = new Map(read.comments.map((each) => [each.span.start, each]));
  const byLine = new Map<number, CommentPlace[]>();
  for (const each of read.comments) byLine.set(each.line, [...(byLine.get(each.line) ?? []), each]);
  const found = new Map<number, PlaceOnLine>();
  for (const [i, line] of places.entries()) {
    const insertAt = ends[i] ?? 0;
    const shift = i * comment.length;
    const mark = insertAt + shift + comment.length - 'tune:'.length;
    const own = byStart.get(mark);
    if (!own || own.standalone) continue;
    const back = ({ span, ...literal }: LiteralPlace): LiteralPlace => ({
      ...literal,
      span: { start: span.start - shift, end: span.end - shift },
    });
    found.set(line, {
      insertAt,
      literals: own.literals.map(back),
      aside: own.aside.map(back),
      present: byLine.get(line)?.filter((each) => each !== own) ?? [],
    });
  }
  return found;
};

/** Two spaces before it, as style guides ask for. */
const bareComment = (language: LanguageId): string => `  ${languageCalled(language).commentSign} tune:`;

/** The comment that asks for something, with the spaces before it. Empty annotations are a bare `tune`. */
export const commentText = (language: LanguageId, annotation: string, name?: string): string => {
  const sign = languageCalled(language).commentSign;
  if (name !== undefined) return `  ${sign} tune: ${name}:${annotation === '' ? '' : ` ${annotation}`}`;
  return annotation === '' ? `  ${sign} tune` : `  ${sign} tune: ${annotation}`;
};

/** A text with insertions, which are in order. */
export const insertAll = (
  text: string,
  insertions: readonly { readonly insertAt: number; readonly insertText: string }[],
): string => {
  let made = '';
  let at = 0;
  for (const { insertAt, insertText } of insertions) {
    made += text.slice(at, insertAt) + insertText;
    at = insertAt;
  }
  return made + text.slice(at);
};
