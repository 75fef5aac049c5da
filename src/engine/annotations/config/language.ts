import { annotationComment, annotationStart } from '../comment.ts';
import type { FoundComment, Language, OpenSource } from '../language.ts';
import { Lines } from '../lines.ts';
import type { Slot } from '../slot.ts';
import type { Span } from '../tunable.ts';
import { type ConfigEntry, type ConfigPart, type PathStep, pathText } from './entries.ts';

/** What one format of configuration files needs to tell. */
export interface ConfigFormat extends Omit<Language, 'open'> {
  /**
   * The text in pieces that can be read one by one, so that a large file costs little and an error in one does no harm
   * to the others.
   */
  readonly parts: (source: string) => readonly LazyPart[];
}

export interface LazyPart extends Span {
  /**
   * Reads the piece; places are those of the file. For `annotated` what ends on a line with an annotation, or stands below
   * a key there, is enough.
   */
  readonly read: (wanted: 'annotated' | 'all') => ConfigPart;
}

/** A configuration format as a language: names are keys, and their owners are the keys above. */
export const configLanguage = ({ parts, ...format }: ConfigFormat): Language => {
  const comment = annotationStart(format.commentSign.replaceAll('/', '\\/'), 'u');
  const open = (source: string): OpenSource => {
    const lines = new Lines(source);
    const inComments = (): readonly FoundComment[] =>
      parts(source)
        .filter(({ start, end }) => comment.test(source.slice(start, end)))
        .flatMap((part) => foundIn(source, readSafely(part, 'annotated'), lines, format.commentSign));
    return {
      lines,
      comments: inComments,
      entries: () =>
        parts(source)
          .flatMap((part) => readSafely(part, 'all').entries)
          .map((entry) => ({ path: pathText(entry.path), slot: slotOf(source, entry) })),
      imports: () => [],
      reassigned: () => [],
    };
  };
  return { ...format, open };
};

/** The parsers recurse: thousands of open brackets exhaust them. Such a piece holds nothing for us. */
const readSafely = (part: LazyPart, wanted: 'annotated' | 'all'): ConfigPart => {
  try {
    return part.read(wanted);
  } catch (error) {
    if (error instanceof RangeError) return { comments: [], entries: [] };
    throw error;
  }
};

const foundIn = (
  source: string,
  { comments, entries }: ConfigPart,
  lines: Lines,
  sign: string,
): FoundComment[] =>
  comments.flatMap((place) => {
    const match = annotationStart(sign.replaceAll('/', '\\/'), 'uy').exec(
      source.slice(place.start, place.end),
    );
    if (!match) return [];
    const line = lines.lineOf(place.start);
    const from = lines.startOf(line);
    const standalone = source.slice(from, place.start).trim() === '';
    const start = place.start + match[0].length - 'tune'.length;
    const comment = annotationComment(source, { start, end: place.end }, { line, standalone, sign });
    return [{ comment, slots: () => slotsWithin(source, entries, from, place.start), assigning: () => [] }];
  });

/** What ends on the line before the comment, or stands below a key there; items of a list that has several lines. */
const slotsWithin = (source: string, entries: readonly ConfigEntry[], from: number, to: number): Slot[] => {
  const within = (at: number): boolean => at >= from && at <= to;
  return entries
    .flatMap((entry): Slot[] => {
      if (entry.listed === true) return [];
      const { span, keyEnd, items = [], path } = entry;
      const several = /[\r\n]/u.test(source.slice(span.start, span.end));
      const own = items.flatMap((item, i) =>
        several && within(item.span.end)
          ? [slotOf(source, { path: [...path, i], span: item.span, value: item.value })]
          : [],
      );
      return within(keyEnd ?? span.end) ? [...own, slotOf(source, entry)] : own;
    })
    .sort((a, b) => a.span.start - b.span.start);
};

const slotOf = (source: string, { path, span, value, items, commented, what }: ConfigEntry): Slot => {
  const names = path.reduce<string[]>((made, step) => withStep(made, step), []);
  const owner = names.slice(0, -1).join('.');
  return {
    name: names.at(-1) ?? '_',
    ...(owner !== '' && { owner }),
    form: { kind: 'key', path: pathText(path) },
    span,
    text: source.slice(span.start, span.end),
    ...(value !== undefined && { value }),
    ...(items !== undefined &&
      commented !== true && { items: items.map(({ text, value: each }) => ({ text, value: each })) }),
    ...(what !== undefined && { what }),
  };
};

/** Keys as names that conditions can use: `groups[0]` becomes `groups_0`. */
const withStep = (names: readonly string[], step: PathStep): string[] => {
  if (typeof step === 'number') return [...names.slice(0, -1), `${names.at(-1) ?? ''}_${step}`];
  return [...names, step.replaceAll(/[^\p{L}\p{N}_]/gu, '_').replace(/^(?=\p{N}|$)/u, '_')];
};
