import type { Composite, DerivedParameter, Parameter, SourceValue } from '../space/parameter.ts';
import type { MetricLimit, Objective } from '../study/objective.ts';
import type { Budget, Strategy } from '../study/study.ts';

/** Half-open range of UTF-16 offsets in the source text, as an editor counts. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** The languages whose comments are read. */
export type LanguageId =
  | 'python'
  | 'javascript'
  | 'typescript'
  | 'tsx'
  | 'c'
  | 'cpp'
  | 'julia'
  | 'r'
  | 'shell'
  | 'yaml'
  | 'toml'
  | 'json';

/** Where a literal stands, which decides how a run proves that its value was bound. */
export type TunableForm =
  | { readonly kind: 'assignment'; readonly target: string; readonly moduleLevel: boolean }
  | { readonly kind: 'argparse'; readonly dest: string }
  | { readonly kind: 'keyword'; readonly callee: string }
  | { readonly kind: 'dict' }
  /** A key of a configuration file, with those above it: `optimizer.groups[0].lr`. */
  | { readonly kind: 'key'; readonly path: string }
  | { readonly kind: 'field'; readonly owner: string }
  | { readonly kind: 'default'; readonly owner: string }
  /** An argument of a call by its place, counted from 0. */
  | { readonly kind: 'argument'; readonly callee: string; readonly index: number }
  /** An entry of a list. */
  | { readonly kind: 'entry'; readonly index: number }
  /** `${LR:-0.001}`: counts where the environment has no such variable. */
  | { readonly kind: 'variable'; readonly owner: string };

/** A literal in source that is, or can be, a parameter. */
export interface Tunable {
  /** Name in the study: the target's own name, made unique by its owner (`Config.lr`) or file stem where needed. */
  readonly name: string;
  readonly form: TunableForm;
  readonly span: Span;
  /** The literal exactly as written, sign included. */
  readonly text: string;
  readonly value: SourceValue;
  /** 0-based line of the literal's start. */
  readonly line: number;
}

/** What an annotation asks of the literal it stands behind. */
export type TunableRole =
  | { readonly kind: 'search'; readonly parameter: Parameter; readonly inferred: boolean }
  | { readonly kind: 'composite'; readonly composite: Omit<Composite, 'assembly'> }
  | { readonly kind: 'derived'; readonly derived: DerivedParameter }
  | { readonly kind: 'budget'; readonly low: number; readonly high: number }
  | { readonly kind: 'seed' };

export interface AnnotatedTunable extends Tunable {
  readonly role: TunableRole;
  /** The comment from `tune` to its end, without the comment sign. */
  readonly annotation: Span;
  /** Which of those that asked from another file the annotation is of: its place is in that file. */
  readonly asked?: number;
}

/** `val_acc = …  # tune: maximize`: each assignment is a report. */
export interface ReportAssignment {
  readonly name: string;
  readonly objective: Objective;
  /** End of the statement, before any `;` or comment. */
  readonly at: number;
  readonly line: number;
}

export type ProblemCode =
  | 'syntax'
  | 'range'
  | 'unknown-name'
  | 'no-literal'
  | 'duplicate'
  | 'unsupported'
  | 'type'
  | 'reassigned'
  | 'circular';

/** A repair: `text` in place of `span`. */
export interface ProblemFix {
  readonly title: string;
  readonly span: Span;
  readonly text: string;
  /** Likely, but not certain: never applied without being chosen. */
  readonly guess?: true;
}

/** Something wrong with an annotation, for a diagnostic at the spot. */
export interface AnnotationProblem {
  readonly code: ProblemCode;
  readonly severity: 'error' | 'warning';
  /** A sentence that says what to do. */
  readonly message: string;
  readonly span: Span;
  readonly fix?: ProblemFix;
  /** Other ways out; none of them is the usual one. */
  readonly moreFixes?: readonly ProblemFix[];
  /** The literal that it is about, where that stands elsewhere. */
  readonly about?: Span;
}

/** A problem with its place, as an editor and a terminal both show it. */
export interface FileProblem extends AnnotationProblem {
  readonly file: string;
  /** In a notebook: which of its cells, from 1 on. The line is one of the cell then. */
  readonly cell?: number;
  /** 0-based. */
  readonly line: number;
  readonly column: number;
}

/** Settings of a study written in comments (`# tune: trials 100, parallel 4, …`). */
export interface StudyOptions {
  readonly budget: Budget;
  readonly parallel?: number;
  readonly sampler?: Strategy;
  readonly pruner?: Strategy;
  readonly seed?: number;
}

/** An annotation comment, and the literals on its line that it can be about. */
export interface CommentPlace {
  /** From `tune` to its end, without remarks. */
  readonly span: Span;
  /** What stands behind `tune` or `tune:`. */
  readonly body: Span;
  /** 0-based. */
  readonly line: number;
  /** Nothing but space stands before it on its line. */
  readonly standalone: boolean;
  readonly literals: readonly LiteralPlace[];
  /** Further literals on the line, which it can be about only by their names. */
  readonly aside: readonly LiteralPlace[];
}

/** A named literal before an annotation, tuned or not. */
export interface LiteralPlace {
  /** As written; the study may call it by its owner too (`Config.lr`). */
  readonly name: string;
  readonly owner?: string;
  readonly span: Span;
  readonly text: string;
  readonly value: SourceValue;
}

/** `tune config.json: optimizer.lr: 1e-5..1e-1 log`: a search space for a file that takes no comments of its own. */
export interface Elsewhere {
  /** As written. */
  readonly file: string;
  /** From `tune` to the end. */
  readonly span: Span;
  /** Behind the file's colon. */
  readonly body: Span;
}

/** Everything TuneLens reads from one source file. Never throws on any text. */
export interface FileAnnotations {
  /** Comments that ask something of TuneLens, in source order; those with errors too, prose not. */
  readonly comments: readonly CommentPlace[];
  readonly tunables: readonly AnnotatedTunable[];
  readonly reports: readonly ReportAssignment[];
  /** Objectives, from annotated assignments and from `maximize NAME` lines, in source order. */
  readonly objectives: readonly Objective[];
  /** `where` expressions as text; checked against all names when the space is made. */
  readonly constraints: readonly { readonly text: string; readonly span: Span }[];
  /** `constraint METRIC <= NUMBER` lines, in source order. */
  readonly limits: readonly MetricLimit[];
  readonly options: StudyOptions;
  readonly problems: readonly AnnotationProblem[];
  /** Search spaces that stand here and are for configuration files. */
  readonly elsewhere: readonly Elsewhere[];
  /** Modules imported anywhere in the file: `pkg.mod` for absolute, leading dots for relative imports. */
  readonly imports: readonly string[];
}
