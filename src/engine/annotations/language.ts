import type { SourceValue } from '../space/parameter.ts';
import type { SourceLink } from './code/links.ts';
import type { AnnotationComment } from './comment.ts';
import type { ConfigMentions } from './config/mention.ts';
import type { SourceMemory } from './sourceMemory.ts';
import type { Lines } from './lines.ts';
import type { Assigning, LiteralSlot, Slot } from './slot.ts';
import type { AnnotationProblem, LanguageId, Span } from './tunable.ts';

/**
 * What the annotations of one language need to know of it. Grammar, names and search spaces are the same everywhere;
 * a language finds comments and the named literals before them, and writes literals.
 */
export interface Language {
  readonly id: LanguageId;
  /** The editor's ids. */
  readonly editorIds: readonly string[];
  /** How the names of its files end, in lower case. */
  readonly extensions: readonly string[];
  /** The sign of a comment that runs to the end of its line, as a person would write it: `#`. */
  readonly commentSign: string;
  /** The name of a language that has no null, for its messages. */
  readonly lacksNull?: string;
  /** What can be tuned, in words: `a number, a string, True, False or None`. */
  readonly literalsInWords: string;
  /** Takes the text apart as far as needed. Never throws on any text. */
  readonly open: (source: string, memory?: SourceMemory) => OpenSource;
  /**
   * Writes `value` as a literal in the style of the literal that stands there now; what is written reads back as exactly
   * `value`. Throws on a number that is not finite, which no parameter takes.
   */
  readonly render: (
    value: SourceValue,
    present: { readonly text: string; readonly value: SourceValue },
  ) => string;
  /** Does the statement around a literal have a syntax error? Absent where the language does not tell. */
  readonly isBroken?: (source: string, literal: Span) => boolean;
  /** Other sources that a text names by their paths; absent where `OpenSource.imports` has modules instead. */
  readonly links?: (source: string) => readonly SourceLink[];
  /** An annotated assignment reports nothing by itself: what it names has to be printed. */
  readonly onlyPrinted?: true;
}

/** A text in its language. */
export interface OpenSource {
  readonly lines: Lines;
  /** The annotation comments in source order. Text inside strings is none. */
  readonly comments: () => readonly FoundComment[];
  /** Of a configuration file: everything in it by its key path, `optimizer.groups[0].lr`. */
  readonly entries?: () => readonly { readonly path: string; readonly slot: Slot }[];
  /** The configuration files that it names; without this they are looked for in any quotes. */
  readonly mentions?: () => ConfigMentions;
  /** As `FileAnnotations.imports`. */
  readonly imports: () => readonly string[];
  /** A warning for each tuned variable that gets another value later in its own scope. */
  readonly reassigned: (tuned: readonly LiteralSlot[]) => readonly AnnotationProblem[];
}

/** An annotation comment with what stands before it on its line. Asked for only where it matters. */
export interface FoundComment {
  readonly comment: AnnotationComment;
  /** In source order. */
  readonly slots: () => readonly Slot[];
  /** Statements that assign something, whose values can be reported; outer ones first. */
  readonly assigning: () => readonly Assigning[];
}
