import { isList } from '../../space/composite.ts';
import type { SourceValue } from '../../space/parameter.ts';
import type { Language } from '../language.ts';
import type { LiteralEdit } from '../planEdits.ts';
import { type Followed, followTunables, type PlannedLiteral } from './followTunables.ts';
import { annotatedSpots, bound, plainSpots, type SourceReader, type Spot, TextLines } from './spots.ts';

/** What a literal is to be; with `text` it is written exactly so. */
export interface WantedLiteral {
  /** As in `PlannedLiteral`. */
  readonly name: string;
  readonly value: SourceValue;
  readonly text?: string;
}

export interface SkippedValue {
  readonly name: string;
  readonly why: string;
  /** 0-based line to look at, where there is one. */
  readonly line?: number;
}

export interface Placement {
  /** In source order, never overlapping; a literal that has its value already needs none. */
  readonly edits: readonly LiteralEdit[];
  /** A sentence each, with what to do. */
  readonly skipped: readonly SkippedValue[];
  /** What a person should know of a value that is inserted: it was changed by hand, or the literal has another name. */
  readonly notes: readonly { readonly name: string; readonly note: string }[];
}

/**
 * The edits that give the literals of an old text their values in the text as it is now. What cannot be placed with
 * certainty, or would not read back as the value that is wanted, is skipped with the reason.
 */
export const placeValues = (
  before: string,
  now: string,
  planned: readonly PlannedLiteral[],
  wanted: readonly WantedLiteral[],
  reader: SourceReader,
): Placement => {
  const followed = followTunables(before, now, planned, reader);
  const texts = new Map(planned.map(({ name, text }) => [name, text]));
  const edits: LiteralEdit[] = [];
  const skipped: SkippedValue[] = [];
  const notes: { name: string; note: string }[] = [];
  for (const want of wanted) {
    const place = followed.get(want.name);
    const why = whyNot(want, place, now, reader);
    if (place?.kind !== 'found' || why !== undefined) {
      const line = place?.kind === 'found' ? place.spot.line : place?.line;
      skipped.push({
        name: want.name,
        why: why ?? `${want.name} is not part of this study.`,
        ...(line === undefined ? {} : { line }),
      });
      continue;
    }
    const { spot } = place;
    for (const note of notesOn(want.name, spot, texts.get(want.name))) notes.push({ name: want.name, note });
    const edit = editOf(want, spot, reader.language);
    if (edit !== undefined) edits.push(edit);
  }
  const checked = readsBack(now, edits, wanted, reader);
  return {
    edits: edits.filter(({ name }) => checked.has(name)).sort((a, b) => a.start - b.start),
    skipped: [
      ...skipped,
      ...edits
        .filter(({ name }) => !checked.has(name))
        .map(({ name, text }) => ({
          name,
          why: `${text} would not be read as the value of ${name} there. Insert it by hand.`,
        })),
    ],
    notes,
  };
};

const whyNot = (
  { name, value }: WantedLiteral,
  place: Followed | undefined,
  now: string,
  { language }: SourceReader,
): string | undefined => {
  if (place === undefined) return undefined;
  if (place.kind === 'lost') return place.why;
  if (!isWritable(value)) return `${String(value)} cannot be written as a literal.`;
  if (isList(value) !== isList(place.spot.value))
    return `${name} is ${isList(value) ? 'no list any more' : 'a list now'}.`;
  return language.isBroken?.(now, place.spot.span) === true
    ? `There is a syntax error around ${name} on line ${place.spot.line + 1}. Mend it first.`
    : undefined;
};

const notesOn = (name: string, spot: Spot, planned: string | undefined): readonly string[] => {
  const own = name.slice(name.lastIndexOf('.') + 1);
  return [
    ...(spot.name === own ? [] : [`${name} is called ${spot.name} now (line ${spot.line + 1}).`]),
    ...(planned === undefined || spot.text === planned
      ? []
      : [`${name} was ${planned} when the study began; it is ${spot.text} now.`]),
  ];
};

const editOf = (
  { name, value, text }: WantedLiteral,
  spot: Spot,
  language: Language,
): LiteralEdit | undefined => {
  const there = spot.tunable ?? spot;
  if (text === undefined ? isSame(spot.value, value) : spot.text === text) return undefined;
  const { start, end } = spot.span;
  return { name, start, end, expected: spot.text, text: text ?? language.render(value, there) };
};

const isWritable = (value: SourceValue): boolean =>
  isList(value) ? value.every(isWritable) : typeof value !== 'number' || Number.isFinite(value);

const isSame = (a: SourceValue, b: SourceValue): boolean =>
  isList(a) && isList(b) ? a.length === b.length && a.every((item, i) => item === b[i]) : a === b;

/** The names of edits after which the text holds, at their place, a literal with the value that is wanted. */
const readsBack = (
  now: string,
  edits: readonly LiteralEdit[],
  wanted: readonly WantedLiteral[],
  reader: SourceReader,
): ReadonlySet<string> => {
  const values = new Map(wanted.map(({ name, value }) => [name, value]));
  const ordered = [...edits].sort((a, b) => a.start - b.start);
  let text = '';
  let from = 0;
  const starts = new Map<number, string>();
  for (const { name, start, end, text: written } of ordered) {
    if (start < from) continue; // two names for one place: neither is written
    text += now.slice(from, start);
    starts.set(text.length, name);
    text += written;
    from = end;
  }
  const lines = new TextLines(text + now.slice(from));
  const noted = annotatedSpots(bound(lines), reader.scan(lines.text));
  const known = new Set(noted.map(({ span }) => span.start));
  const bare = [...starts.keys()].filter((start) => !known.has(start)).map((start) => lines.lineOf(start));
  const names = [...noted, ...plainSpots(lines, bare, reader)].flatMap(({ span, value }) => {
    const name = starts.get(span.start);
    const want = name === undefined ? undefined : values.get(name);
    return name !== undefined && want !== undefined && isSame(value, want) ? [name] : [];
  });
  return new Set(names);
};
