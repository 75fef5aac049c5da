import type { Language } from '../language.ts';
import { languageCalled } from '../languages.ts';
import { scanSource } from '../scanSource.ts';
import type { AnnotatedTunable, FileAnnotations, LanguageId, LiteralPlace } from '../tunable.ts';

/** How texts of one language are read and written. */
export interface SourceReader {
  readonly language: Language;
  readonly scan: (text: string) => FileAnnotations;
}

/** `otherNames` are those of other files that conditions may use. */
export const readerOf = (id: LanguageId, otherNames: readonly string[] = []): SourceReader => ({
  language: languageCalled(id),
  scan: (text) => scanSource(id, text, otherNames),
});

/** A named literal in a text, annotated or not. */
export interface Spot extends LiteralPlace {
  /** 0-based line of the literal's end, on which its annotation stands. */
  readonly line: number;
  /** What the comment on the line says, from `tune` to its end; absent when there is none. */
  readonly annotation?: string;
  /** Absent where the comment does not tune it, or has an error. */
  readonly tunable?: AnnotatedTunable;
}

/** A text with its lines; `\n`, `\r\n` and `\r` end one. */
export class TextLines {
  readonly text: string;
  readonly lines: readonly string[];
  private readonly starts: readonly number[];

  constructor(text: string) {
    this.text = text;
    const starts = [0];
    for (const { index, 0: ending } of text.matchAll(/\r\n|\n|\r/gu)) starts.push(index + ending.length);
    this.starts = starts;
    this.lines = starts.map((start, i) =>
      text.slice(start, starts[i + 1] ?? text.length).replace(/[\r\n]+$/u, ''),
    );
  }

  lineOf(offset: number): number {
    let [low, high] = [0, this.starts.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  startOf(line: number): number {
    return this.starts[line] ?? this.text.length;
  }

  /** The offset behind the last character of a line. */
  endOf(line: number): number {
    return this.startOf(line) + (this.lines[line] ?? '').length;
  }
}

/** The literals on lines with an annotation. */
export const annotatedSpots = (
  { text, lineOf }: BoundLines,
  annotations: FileAnnotations,
): readonly Spot[] => {
  const tunables = new Map(annotations.tunables.map((tunable) => [tunable.span.start, tunable]));
  return unique(
    annotations.comments.flatMap(({ span, literals }) =>
      literals.map((literal) => {
        const tunable = tunables.get(literal.span.start);
        return {
          ...literal,
          line: lineOf(literal.span.end),
          annotation: text.slice(span.start, span.end),
          ...(tunable === undefined ? {} : { tunable }),
        };
      }),
    ),
  );
};

type BoundLines = { readonly text: string; readonly lineOf: (offset: number) => number };

export const bound = (lines: TextLines): BoundLines => ({
  text: lines.text,
  lineOf: (offset) => lines.lineOf(offset),
});

/**
 * The literals on lines without an annotation: what the scanner finds there when each line is given one. Lines in the
 * middle of a string or behind a syntax error have none.
 */
export const plainSpots = (
  lines: TextLines,
  wanted: readonly number[],
  { scan, language }: SourceReader,
): readonly Spot[] => {
  if (wanted.length === 0) return [];
  const note = `  ${language.commentSign} tune`;
  const ends = [...new Set(wanted)].sort((a, b) => a - b).map((line) => lines.endOf(line));
  let probe = '';
  let from = 0;
  for (const end of ends) {
    probe += lines.text.slice(from, end) + note;
    from = end;
  }
  probe += lines.text.slice(from);
  const isWanted = new Set(wanted);
  /** Back to an offset in the text itself; the notes stand behind the literals of their lines. */
  const back = (offset: number): number => {
    let [low, high] = [0, ends.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((ends[middle] ?? 0) + middle * note.length < offset) low = middle + 1;
      else high = middle;
    }
    return offset - low * note.length;
  };
  return unique(
    scan(probe).comments.flatMap(({ literals }) =>
      literals.flatMap((literal) => {
        const span = { start: back(literal.span.start), end: back(literal.span.end) };
        const line = lines.lineOf(span.end);
        const isThere = lines.text.slice(span.start, span.end) === literal.text;
        return isThere && isWanted.has(line) ? [{ ...literal, span, line }] : [];
      }),
    ),
  );
};

const unique = (spots: readonly Spot[]): readonly Spot[] => [
  ...new Map(spots.map((spot) => [spot.span.start, spot])).values(),
];
