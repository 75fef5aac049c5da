// Edits of annotations that a person is offered: another end of a range, or no annotation any more. Each is tried on the
// text first, and refused unless exactly what was meant comes out.
import { describeParameter } from '../space/describeParameter.ts';
import type { Parameter, SourceValue } from '../space/parameter.ts';
import { failure, type Result, success } from '../space/result.ts';
import { removeAnnotation } from './assist/makeTunable.ts';
import { parseAnnotation } from './grammar/parseAnnotation.ts';
import { renderNumber } from './literal/numberLiteral.ts';
import { renderLiteral } from './renderLiteral.ts';
import { scanSource } from './scanSource.ts';
import type { AnnotatedTunable, CommentPlace, FileAnnotations, LanguageId, Span } from './tunable.ts';

/** Replaces what stands at `span`. */
export interface TextChange {
  readonly span: Span;
  readonly text: string;
}

/** A text whose annotations have been read. */
export interface ReadSource {
  readonly language: LanguageId;
  readonly text: string;
  readonly annotations: FileAnnotations;
}

/** Moves one end of a tunable's range, in the person's own spelling of it. Undone as one. */
export const widenRange = (
  source: ReadSource,
  name: string,
  side: 'low' | 'high',
  bound: number,
): Result<readonly TextChange[], string> => {
  const tunable = find(source, name);
  if (tunable === undefined) return failure(`No annotated literal is called ${name} any more.`);
  const { role } = tunable;
  if (role.kind !== 'search' || (role.parameter.kind !== 'float' && role.parameter.kind !== 'int'))
    return failure(`${name} has no range any more.`);
  const wanted = { ...role.parameter, [side]: bound };
  const tries = role.inferred
    ? [writtenOut(tunable, wanted)]
    : boundsOf(source, tunable, side).flatMap((span) => spellings(source.text, span, bound));
  const change = tries.find((one) => makes(source, one, wanted));
  return change === undefined
    ? failure(
        `The range of ${name} is not written as one that can be widened: change its ${side} end by hand.`,
      )
    : success([change]);
};

const find = ({ annotations }: ReadSource, name: string): AnnotatedTunable | undefined =>
  annotations.tunables.find((tunable) => tunable.name === name);

/** A bare `tune` says nothing that could be changed: the whole range is written instead. */
const writtenOut = ({ annotation }: AnnotatedTunable, wanted: Parameter): TextChange => ({
  span: annotation,
  text: `tune: ${describeParameter(wanted)}`,
});

/** Where that end is written; several where one comment is about several literals with equal ends. */
const boundsOf = (source: ReadSource, tunable: AnnotatedTunable, side: 'low' | 'high'): readonly Span[] => {
  const { role } = tunable;
  const comment = commentOf(source, tunable);
  if (comment === undefined || role.kind !== 'search' || !('low' in role.parameter)) return [];
  const present = role.parameter[side];
  return parseAnnotation(source.text, comment.body).items.flatMap(({ body }) => {
    const bound = body.kind === 'range' || body.kind === 'normal' ? body[side] : undefined;
    return bound?.value === present ? [bound] : [];
  });
};

const commentOf = ({ annotations }: ReadSource, { annotation }: AnnotatedTunable): CommentPlace | undefined =>
  annotations.comments.find(({ span }) => span.start <= annotation.start && span.end >= annotation.end);

/** The new end in the style of the old one; plainly where that would be `1e0`, or where it changes what is meant. */
const spellings = (text: string, { start, end }: Span, bound: number): readonly TextChange[] => {
  const styled = renderNumber(bound, text.slice(start, end));
  const plain = renderNumber(bound, Number.isInteger(bound) ? '1' : '0.1');
  const isOdd = /e[-+]?0+$/iu.test(styled) || styled === `${plain}.0`;
  return (isOdd ? [plain, styled] : [styled, plain]).map((one) => ({ span: { start, end }, text: one }));
};

/** Does the change give the tunable this search space, and nothing else another? */
const makes = (source: ReadSource, change: TextChange, wanted: Parameter): boolean => {
  const after = scanSource(source.language, applied(source.text, [change]));
  const role = after.tunables.find(({ name }) => name === wanted.name)?.role;
  if (role?.kind !== 'search' || errorsIn(after) > errorsIn(source.annotations)) return false;
  const { parameter } = role;
  return (
    parameter.kind === wanted.kind &&
    describeParameter(parameter) === describeParameter(wanted) &&
    sameOthers(source.annotations, after, wanted.name)
  );
};

/**
 * Ends the tuning of a literal: it gets a value for good, and its annotation goes. Other text of the comment stays.
 * Refuses where other annotations depend on the literal, or the comment says more.
 */
export const fixTunable = (
  source: ReadSource,
  name: string,
  value: SourceValue,
): Result<readonly TextChange[], string> => {
  const tunable = find(source, name);
  if (tunable === undefined) return failure(`No annotated literal is called ${name} any more.`);
  const literal: TextChange = {
    span: tunable.span,
    text:
      JSON.stringify(value) === JSON.stringify(tunable.value)
        ? tunable.text
        : renderLiteral(value, tunable, source.language),
  };
  const comment = commentOf(source, tunable);
  if (comment === undefined) return failure(`${name} has no annotation of its own.`);
  const changes = [literal, removeAnnotation(source.language, source.text, comment)];
  const after = scanSource(source.language, applied(source.text, changes));
  if (errorsIn(after) > errorsIn(source.annotations))
    return failure(`Other annotations depend on ${name}: change them first.`);
  const isGone = !after.tunables.some((one) => one.name === name);
  if (!isGone || !sameOthers(source.annotations, after, name) || !sameStudy(source.annotations, after))
    return failure(`The comment behind ${name} says more than its range: take out its part by hand.`);
  return success(literal.text === tunable.text ? changes.slice(1) : changes);
};

/** Changes in source order, applied from the end. */
const applied = (text: string, changes: readonly TextChange[]): string =>
  changes.reduceRight(
    (all, { span, text: put }) => all.slice(0, span.start) + put + all.slice(span.end),
    text,
  );

const errorsIn = ({ problems }: FileAnnotations): number =>
  problems.filter(({ severity }) => severity === 'error').length;

const sameOthers = (before: FileAnnotations, after: FileAnnotations, name: string): boolean =>
  JSON.stringify(rolesOf(before, name)) === JSON.stringify(rolesOf(after, name));

const rolesOf = ({ tunables }: FileAnnotations, without: string): readonly unknown[] =>
  tunables.filter(({ name }) => name !== without).map(({ name, role, value }) => [name, value, role]);

/** Objectives, constraints and settings. */
const sameStudy = (before: FileAnnotations, after: FileAnnotations): boolean =>
  JSON.stringify(askedOf(before)) === JSON.stringify(askedOf(after));

const askedOf = ({ objectives, constraints, limits, options }: FileAnnotations): readonly unknown[] => [
  objectives,
  constraints.map(({ text }) => text),
  limits,
  options,
];
