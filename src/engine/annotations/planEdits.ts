import { isList } from '../space/composite.ts';
import type { SourceValue } from '../space/parameter.ts';
import { renderLiteral } from './renderLiteral.ts';
import { scanSource } from './scanSource.ts';
import type { AnnotatedTunable, AnnotationProblem, LanguageId } from './tunable.ts';

/** A value that a literal is to have, by the tunable's name. */
export interface WantedValue {
  readonly name: string;
  readonly value: SourceValue;
}

/** Replaces `[start, end)`, where `expected` stands, by `text`. */
export interface LiteralEdit {
  readonly name: string;
  readonly start: number;
  readonly end: number;
  readonly expected: string;
  readonly text: string;
}

/** A literal's edit with the file it is for, absolute. */
export interface FileEdit extends LiteralEdit {
  readonly file: string;
}

export interface EditPlan {
  /** In source order, never overlapping; a literal that has its value already needs none. */
  readonly edits: readonly LiteralEdit[];
  readonly skipped: readonly { readonly name: string; readonly why: string }[];
}

/**
 * The edits that give literals their values in the text as it is now: tunables are found anew by name, so lines may
 * have moved. What cannot be placed with certainty is skipped with the reason. `otherNames` are those of other files
 * that conditions in this one may use.
 */
export const planEdits = (
  text: string,
  wanted: readonly WantedValue[],
  otherNames: Iterable<string> = [],
  language: LanguageId = 'python',
): EditPlan => {
  const values = new Map(wanted.map(({ name, value }) => [name, value]));
  const { tunables, problems } = scanSource(language, text, [...otherNames, ...values.keys()]);
  const byName = new Map(tunables.map((tunable) => [tunable.name, tunable]));
  const edits: LiteralEdit[] = [];
  const skipped: { name: string; why: string }[] = [];
  for (const [name, value] of values) {
    const tunable = byName.get(name);
    if (!tunable) skipped.push({ name, why: whyMissing(text, name, problems) });
    else if (!isWritable(value))
      skipped.push({ name, why: `${String(value)} cannot be written as a literal.` });
    else if (isList(value) !== isList(tunable.value))
      skipped.push({ name, why: `${name} is ${isList(value) ? 'no list any more' : 'a list now'}.` });
    else if (!isSame(tunable.value, value)) edits.push(editOf(tunable, value, language));
  }
  return { edits: edits.sort((a, b) => a.start - b.start), skipped };
};

const isWritable = (value: SourceValue): boolean =>
  isList(value) ? value.every(isWritable) : typeof value !== 'number' || Number.isFinite(value);

const isSame = (a: SourceValue, b: SourceValue): boolean =>
  isList(a) && isList(b) ? a.length === b.length && a.every((item, i) => item === b[i]) : a === b;

const editOf = (tunable: AnnotatedTunable, value: SourceValue, language: LanguageId): LiteralEdit => ({
  name: tunable.name,
  start: tunable.span.start,
  end: tunable.span.end,
  expected: tunable.text,
  text: renderLiteral(value, tunable, language),
});

const whyMissing = (text: string, name: string, problems: readonly AnnotationProblem[]): string => {
  const last = name.slice(name.lastIndexOf('.') + 1);
  const problem = problems.find(
    ({ severity, span }) => severity === 'error' && lineAround(text, span.start).includes(last),
  );
  return problem
    ? `The annotation of ${name} has an error: ${problem.message}`
    : `No annotated literal is called ${name} any more.`;
};

const lineAround = (text: string, offset: number): string =>
  text.slice(
    text.lastIndexOf('\n', offset - 1) + 1,
    text.indexOf('\n', offset) < 0 ? text.length : text.indexOf('\n', offset),
  );
