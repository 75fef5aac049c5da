import type { Span } from '../tunable.ts';
import { type LineChange, type LinePairs, pairLines } from './pairLines.ts';
import { annotatedSpots, bound, plainSpots, type SourceReader, type Spot, TextLines } from './spots.ts';

/** A literal that a study tuned, where it stood when the study began. */
export interface PlannedLiteral {
  /** The name by which a scan of the old text knows it. */
  readonly name: string;
  readonly span: Span;
  readonly text: string;
}

/** Where a literal stands now, or a sentence why nobody can be sure. */
export type Followed =
  | { readonly kind: 'found'; readonly spot: Spot; readonly by: 'name' | 'content' }
  | {
      readonly kind: 'lost';
      readonly why: string;
      /** 0-based line to look at, where there is one. */
      readonly line?: number;
    };

/**
 * Finds the literals of an old text in the text as it is now. One that has kept its name (and the class or function it
 * belongs to) is found by it, wherever it went. Otherwise its content decides: the line that stayed the same, or the
 * changed line that has the same annotation and literal, or a name that was changed throughout. Where two places are
 * as likely, or none is certain, it says so: it never guesses.
 */
export const followTunables = (
  before: string,
  now: string,
  planned: readonly PlannedLiteral[],
  reader: SourceReader,
): ReadonlyMap<string, Followed> => new Search(before, now, planned, reader).run();

/** A literal of the old text with what is needed to recognise it. */
interface Sought extends PlannedLiteral {
  readonly spot: Spot;
  readonly change: LineChange | undefined;
}

/** Lines of which each is probed at most; a text with more changed lines than these is known by names alone. */
const mostProbed = 500;

class Search {
  private readonly reader: SourceReader;
  private readonly old: TextLines;
  private readonly fresh: TextLines;
  private readonly pairs: LinePairs;
  private readonly sought: readonly Sought[];
  private readonly annotated: readonly Spot[];
  private readonly found = new Map<string, Followed>();
  private readonly problems: readonly { readonly message: string; readonly line: number }[];

  constructor(before: string, now: string, planned: readonly PlannedLiteral[], reader: SourceReader) {
    this.reader = reader;
    this.old = new TextLines(before);
    this.fresh = new TextLines(now);
    // The editor takes a byte order mark away, a file on disk may have it.
    this.pairs = pairLines(withoutMark(this.old.lines), withoutMark(this.fresh.lines));
    const oldSpots = new Map(
      annotatedSpots(bound(this.old), reader.scan(before)).map((spot) => [spot.span.start, spot]),
    );
    this.sought = planned.map((literal) => {
      const line = this.old.lineOf(literal.span.end);
      const spot = oldSpots.get(literal.span.start) ?? plainSpotOf(literal, line);
      const change = this.pairs.changes.find(({ oldStart, oldEnd }) => oldStart <= line && line < oldEnd);
      return { ...literal, spot, change };
    });
    const annotations = reader.scan(now);
    this.annotated = annotatedSpots(bound(this.fresh), annotations);
    this.problems = annotations.problems
      .filter(({ severity }) => severity === 'error')
      .map(({ message, span }) => ({ message, line: this.fresh.lineOf(span.start) }));
  }

  run(): ReadonlyMap<string, Followed> {
    for (const each of this.missing()) this.keep(each, this.byName(each));
    for (const each of this.missing()) this.keep(each, this.bySameLine(each));
    const plain = this.plain();
    for (const each of this.missing()) this.keep(each, this.byPlainName(each, plain));
    this.keepRenamed(plain);
    for (const each of this.missing()) this.found.set(each.name, this.whyMissing(each));
    return this.found;
  }

  private missing(): readonly Sought[] {
    return this.sought.filter(({ name }) => !this.found.has(name));
  }

  private keep(each: Sought, followed: Followed | undefined): void {
    if (followed !== undefined) this.found.set(each.name, followed);
  }

  private isTaken(spot: Spot): boolean {
    return [...this.found.values()].some(
      (each) => each.kind === 'found' && each.spot.span.start === spot.span.start,
    );
  }

  /** The annotated literal of the same name and owner; failing that, of the same name in the study. */
  private byName({ name, spot }: Sought): Followed | undefined {
    const same = this.annotated.filter((each) => isSameName(each, spot));
    const [only, second] = same;
    if (second !== undefined)
      return lost(
        `${name} is annotated at ${placesOf(same)} now: ${linesOf(same)}. Take all but one of the annotations away, or insert the value by hand.`,
        second.line,
      );
    if (only !== undefined) return { kind: 'found', spot: only, by: 'name' };
    const called = this.annotated.find(({ tunable }) => tunable?.name === name);
    const stayed = this.sameLine(spot);
    if (called === undefined || (stayed !== undefined && stayed.span.start !== called.span.start))
      return undefined;
    return { kind: 'found', spot: called, by: 'name' };
  }

  /** On a line that nobody touched, at the same place in it. */
  private bySameLine(each: Sought): Followed | undefined {
    const spot = this.sameLine(each.spot);
    if (spot === undefined || this.isTaken(spot)) return undefined;
    const line = this.fresh.lines[spot.line];
    const copies = this.annotated.filter(
      (other) => this.fresh.lines[other.line] === line && !this.isTaken(other),
    );
    const onOtherLines = copies.filter((other) => other.line !== spot.line);
    if (onOtherLines.length > 0)
      return lost(
        `The line of ${each.name} is there more than once now: ${linesOf([spot, ...onOtherLines])}. Insert the value by hand.`,
        spot.line,
      );
    return { kind: 'found', spot, by: 'content' };
  }

  private sameLine(spot: Spot): Spot | undefined {
    const line = this.pairs.sameAs.get(spot.line);
    if (line === undefined) return undefined;
    const fromEnd = this.old.endOf(spot.line) - spot.span.end;
    return this.annotated.find(
      (each) =>
        each.line === line && each.text === spot.text && this.fresh.endOf(line) - each.span.end === fromEnd,
    );
  }

  /** Literals without annotation that could be meant: on changed lines, and wherever a sought name stands. */
  private plain(): readonly Spot[] {
    const missing = this.missing();
    if (missing.length === 0) return [];
    const taken = new Set(this.annotated.map(({ line }) => line));
    const names = missing.map(({ spot }) => wordOf(spot.name));
    const changed = new Set(
      this.pairs.changes.flatMap(({ newStart, newEnd }) =>
        range(newStart, Math.min(newEnd, newStart + mostProbed)),
      ),
    );
    const lines = range(0, this.fresh.lines.length).filter(
      (line) =>
        !taken.has(line) &&
        (changed.has(line) || names.some((name) => name.test(this.fresh.lines[line] ?? ''))),
    );
    return plainSpots(this.fresh, lines.slice(0, 4 * mostProbed), this.reader);
  }

  /** A name that lost its annotation. Places that were there before beside the annotated one are not it. */
  private byPlainName({ name, spot }: Sought, plain: readonly Spot[]): Followed | undefined {
    const stayed = new Set(this.pairs.sameAs.values());
    const candidates = plain.filter((each) => isSameName(each, spot) && !stayed.has(each.line));
    const [only, second] = candidates;
    if (only === undefined) return undefined;
    if (second !== undefined)
      return lost(
        `${name} is assigned at ${placesOf(candidates)} now: ${linesOf(candidates)}. Annotate the one that counts, or insert the value by hand.`,
        only.line,
      );
    return { kind: 'found', spot: only, by: 'name' };
  }

  /** Names that were changed: known by annotation, literal and place. One place for two names is none for either. */
  private keepRenamed(plain: readonly Spot[]): void {
    const changedLines = new Set(
      this.pairs.changes.flatMap(({ newStart, newEnd }) => range(newStart, newEnd)),
    );
    const free = [...this.annotated, ...plain].filter(
      (spot) => changedLines.has(spot.line) && !this.isTaken(spot),
    );
    const chosen = this.missing().map((each) => ({ each, spots: this.likeliest(each, free) }));
    for (const { each, spots } of chosen) {
      const [only, second] = spots;
      if (only === undefined) continue;
      const rivals = chosen.filter((other) => other.spots.some(({ span }) => span.start === only.span.start));
      if (second === undefined && rivals.length === 1)
        this.found.set(each.name, { kind: 'found', spot: only, by: 'content' });
      else
        this.found.set(
          each.name,
          lost(
            second === undefined
              ? `Line ${only.line + 1} could be ${rivals.map((other) => other.each.name).join(' or ')}. Insert the value by hand.`
              : `${each.name} could be at ${linesOf(spots)} now. Insert the value by hand.`,
            only.line,
          ),
        );
    }
  }

  private likeliest(each: Sought, free: readonly Spot[]): readonly Spot[] {
    const scored = free.flatMap((spot) => {
      const score = this.scoreOf(each, spot);
      return score === 0 ? [] : [{ spot, score }];
    });
    const best = Math.max(0, ...scored.map(({ score }) => score));
    const equals = scored.filter(({ score }) => score === best).map(({ spot }) => spot);
    if (equals.length < 2) return equals;
    // A stretch that has as many lines as before was most likely edited line by line.
    const { change } = each;
    if (change === undefined || change.oldEnd - change.oldStart !== change.newEnd - change.newStart)
      return equals;
    const across = equals.filter(({ line }) => line - change.newStart === each.spot.line - change.oldStart);
    return across.length === 1 ? across : equals;
  }

  /** How sure a place of another name is the literal that is sought; 0 is not sure enough. */
  private scoreOf({ spot, change }: Sought, other: Spot): number {
    if (Array.isArray(spot.value) !== Array.isArray(other.value)) return 0;
    const isHere = change !== undefined && change.newStart <= other.line && other.line < change.newEnd;
    const sameNote = spot.annotation !== undefined && spot.annotation === other.annotation;
    const sameText = spot.text === other.text;
    const renamed = this.isRenamed(spot.name, other.name);
    if (sameNote && (sameText || isHere || renamed))
      return 8 + (renamed ? 4 : 0) + (sameText ? 2 : 0) + (isHere ? 1 : 0);
    if (sameText && isHere && renamed) return 7;
    return 0;
  }

  private words:
    | { readonly old: ReadonlyMap<string, number>; readonly fresh: ReadonlyMap<string, number> }
    | undefined;

  /** One name stands now wherever the other stood, and neither stood beside the other. */
  private isRenamed(from: string, to: string): boolean {
    this.words ??= { old: countWords(this.old.text), fresh: countWords(this.fresh.text) };
    const { old, fresh } = this.words;
    return from !== to && !fresh.has(from) && !old.has(to) && old.get(from) === fresh.get(to);
  }

  private whyMissing({ name, spot }: Sought): Followed {
    const word = wordOf(spot.name);
    const problem = this.problems.find(({ line }) => word.test(this.fresh.lines[line] ?? ''));
    if (problem !== undefined)
      return lost(`The annotation of ${name} has an error: ${problem.message}`, problem.line);
    return lost(
      `${name} cannot be found any more: its line was removed or changed too much. Insert the value by hand.`,
    );
  }
}

const lost = (why: string, line?: number): Followed => ({
  kind: 'lost',
  why,
  ...(line === undefined ? {} : { line }),
});

const withoutMark = (lines: readonly string[]): readonly string[] =>
  lines[0]?.startsWith('\uFEFF') === true ? [lines[0].slice(1), ...lines.slice(1)] : lines;

const plainSpotOf = ({ name, span, text }: PlannedLiteral, line: number): Spot => ({
  name: name.slice(name.lastIndexOf('.') + 1),
  span,
  text,
  value: text,
  line,
});

const isSameName = (a: Spot, b: Spot): boolean => a.name === b.name && a.owner === b.owner;

const range = (from: number, to: number): number[] =>
  Array.from({ length: Math.max(0, to - from) }, (_, i) => from + i);

/** `lines 12 and 40`, as an editor counts. */
const linesOf = (spots: readonly Spot[]): string => {
  const numbers = [...new Set(spots.map(({ line }) => line + 1))].sort((a, b) => a - b);
  const last = numbers.pop();
  return numbers.length === 0 ? `line ${last}` : `lines ${numbers.join(', ')} and ${last}`;
};

const placesOf = ({ length }: readonly Spot[]): string => (length === 2 ? 'two places' : `${length} places`);

const wordOf = (name: string): RegExp =>
  new RegExp(`(?<![\\p{L}\\p{N}_])${name.replace(/[.*+?^${}()|[\]\\]/gu, '\\$&')}(?![\\p{L}\\p{N}_])`, 'u');

const countWords = (text: string): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>();
  for (const [word] of text.matchAll(/[\p{L}_][\p{L}\p{N}_]*/gu))
    counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
};
