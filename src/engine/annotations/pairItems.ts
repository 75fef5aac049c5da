import type { AnnotationComment } from './comment.ts';
import type { Item, LiteralBody } from './grammar/item.ts';
import { aGuess, anError, type Fix } from './grammar/problem.ts';
import type { Language } from './language.ts';
import { literalSlot } from './literalSlot.ts';
import { nearest } from './nearest.ts';
import type { LiteralSlot, Slot } from './slot.ts';
import type { AnnotationProblem, Span } from './tunable.ts';

/** The comment that literals are paired with, and the words of its language. */
export type Commented = Pick<AnnotationComment, 'span' | 'standalone'> & {
  readonly language: Pick<Language, 'commentSign' | 'literalsInWords'>;
};

/** A literal with what is asked of it. */
export interface Pairing {
  readonly slot: LiteralSlot;
  readonly body: LiteralBody;
  readonly span: Span;
  /** As `AnnotatedTunable.asked`. */
  readonly asked?: number;
}

export interface Paired {
  readonly pairings: readonly Pairing[];
  readonly problems: readonly AnnotationProblem[];
}

/**
 * Gives the parts of an annotation to the literals on its line. The rule: a part with a name (`lr: 1..2`) takes the
 * literal of that name; parts without names take the literals in order, and there must be as many as literals; a bare
 * `# tune` takes every literal of a line that only assigns. Anything else is ambiguous and an error. Literals without a
 * name of their own (`Dropout(0.5)`) count only where they are named, or where a line has no others.
 */
export const pairItems = (items: readonly Item[], slots: readonly Slot[], comment: Commented): Paired => {
  const literals = slots.flatMap((slot) => literalSlot(slot, false) ?? []);
  const lists = slots.flatMap((slot) => literalSlot(slot, true) ?? []);
  const parts = items.flatMap(({ body, ...place }) => (isLiteralBody(body) ? [{ body, ...place }] : []));
  const shapes = parts.filter(({ body }) => body.kind === 'composite');
  if (parts.some(({ target }) => target !== undefined)) {
    const all = shapes.length === 0 ? literals : [...literals, ...lists];
    return byName(parts, all, slots, comment);
  }
  const counted = literals.filter(({ span }) => countedSlots(slots).some((slot) => slot.span === span));
  if (shapes.length === 0) return inOrder(parts, counted, slots, comment);
  const others = parts.filter(({ body }) => body.kind !== 'composite');
  const listed = shapesInOrder(shapes, withoutUnnamed(lists), comment);
  if (others.length === 0 || listed.problems.length > 0) return listed;
  const rest = inOrder(others, counted, slots, comment);
  return { pairings: [...listed.pairings, ...rest.pairings], problems: rest.problems };
};

/**
 * What parts without names are about: not what has no name of its own, unless a line has nothing else. Entries of a list
 * on the line are the list's.
 */
export const countedSlots = <S extends Pick<Slot, 'unnamed' | 'span' | 'items' | 'value'>>(
  slots: readonly S[],
): readonly S[] => {
  const named = slots.filter(({ unnamed }) => unnamed !== true);
  if (named.some(({ value, items }) => value !== undefined || items)) return named;
  return slots.filter(({ unnamed }) => unnamed === true);
};

const withoutUnnamed = (slots: readonly LiteralSlot[]): readonly LiteralSlot[] => {
  const named = slots.filter(({ unnamed }) => unnamed !== true);
  return named.length > 0 ? named : slots;
};

/** Lists take what is asked of lists, whatever else stands on the line. */
const shapesInOrder = (
  shapes: readonly Part[],
  lists: readonly LiteralSlot[],
  comment: Commented,
): Paired => {
  if (lists.length === 0)
    return {
      pairings: [],
      problems: [
        anError(
          'no-literal',
          'Put this behind a list of literals on one line, such as hidden = [64, 64].',
          comment.span,
        ),
      ],
    };
  if (lists.length !== shapes.length)
    return { pairings: [], problems: [ambiguous(shapes, lists, comment, 'list')] };
  const pairings = lists.flatMap((slot, i) => {
    const body = shapes[i]?.body;
    return body ? [{ slot, body, span: comment.span }] : [];
  });
  return { pairings, problems: [] };
};

type Part = Omit<Item, 'body'> & { readonly body: LiteralBody };

export const isLiteralBody = (body: Item['body']): body is LiteralBody =>
  body.kind !== 'where' && body.kind !== 'limit' && body.kind !== 'setting' && body.kind !== 'objective';

const inOrder = (
  parts: readonly Part[],
  literals: readonly LiteralSlot[],
  slots: readonly Slot[],
  comment: Commented,
): Paired => {
  const [first] = parts;
  if (!first) return { pairings: [], problems: [] };
  if (literals.length === 0)
    return { pairings: [], problems: parts.some(isBroken) ? [] : [noLiteral(slots, comment)] };
  if (parts.length === literals.length)
    return {
      pairings: literals.map((slot, i) => ({ slot, body: parts[i]?.body ?? first.body, span: comment.span })),
      problems: [],
    };
  const assigns = literals.every(({ form }) => form.kind === 'assignment' || form.kind === 'field');
  if (parts.length === 1 && first.body.kind === 'infer' && assigns)
    return {
      pairings: literals.map((slot) => ({ slot, body: first.body, span: comment.span })),
      problems: [],
    };
  return { pairings: [], problems: parts.some(isBroken) ? [] : [ambiguous(parts, literals, comment)] };
};

const isBroken = ({ body }: Part): boolean => body.kind === 'broken';

const byName = (
  parts: readonly Part[],
  literals: readonly LiteralSlot[],
  slots: readonly Slot[],
  comment: Commented,
): Paired => {
  const pairings: Pairing[] = [];
  const problems: AnnotationProblem[] = [];
  for (const { target, body, span } of parts) {
    if (!target) {
      const free = literals.filter(({ name }) => !parts.some((other) => other.target?.text === name));
      const at = { start: span.start, end: span.start };
      problems.push(
        anError(
          'syntax',
          `Name the literal that this part means, as the others do: ${literals[0]?.name ?? 'lr'}: ….`,
          span,
          undefined,
          free.map(({ name }) => aGuess(`Name it ${name}`, at, `${name}: `)),
        ),
      );
      continue;
    }
    const named = withoutUnnamed(literals.filter(({ name }) => name === target.text));
    const [slot] = named;
    if (named.length > 1)
      problems.push(
        anError(
          'duplicate',
          `This line has more than one ${target.text}: put each on a line of its own.`,
          target,
        ),
      );
    else if (pairings.some((other) => other.slot === slot))
      problems.push(anError('duplicate', `${target.text} is named twice here: keep one.`, span));
    else if (slot) pairings.push({ slot, body, span: comment.span });
    else problems.push(unknownTarget(target, literals, slots, comment));
  }
  return { pairings, problems };
};

const unknownTarget = (
  target: NonNullable<Item['target']>,
  literals: readonly LiteralSlot[],
  slots: readonly Slot[],
  comment: Commented,
): AnnotationProblem => {
  if (literals.length === 0) return noLiteral(slots, comment);
  const meant = nearest(
    target.text,
    literals.map(({ name }) => name),
  );
  const message = `This line has no literal called ${target.text}, but ${listed(literals)}.`;
  return anError(
    'unknown-name',
    message,
    target,
    meant === undefined ? undefined : aGuess(`Change to "${meant}"`, target, meant),
  );
};

const ambiguous = (
  parts: readonly Part[],
  literals: readonly LiteralSlot[],
  comment: Commented,
  what: 'literal' | 'list' = 'literal',
): AnnotationProblem => {
  const name = literals[0]?.name ?? 'lr';
  const only = parts.length === 1 ? parts[0] : undefined;
  if (literals.length === 1)
    return anError(
      'syntax',
      `This line has one ${what}, ${name}, but ${parts.length} parts are separated by commas: keep one.`,
      comment.span,
    );
  return anError(
    'syntax',
    `This line has ${literals.length} ${what}s, ${listed(literals)}: say which one is meant, such as ${comment.language.commentSign} tune: ${name}: ….`,
    comment.span,
    undefined,
    only ? literals.slice(0, mostOffered).map((each) => nameFix(each, only.span, comment)) : [],
  );
};

/** More names than these would make a menu of the whole line. */
const mostOffered = 6;

/** Says in the annotation that this literal is meant. */
const nameFix = ({ name }: LiteralSlot, part: Span, { span }: Commented): Fix =>
  part.end > part.start
    ? aGuess(`Tune ${name}`, { start: part.start, end: part.start }, `${name}: `)
    : aGuess(`Tune ${name}`, span, `tune: ${name}:`);

const listed = (literals: readonly LiteralSlot[]): string => {
  const names = literals.map(({ name }) => name);
  return names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;
};

const noLiteral = (slots: readonly Slot[], comment: Commented): AnnotationProblem => {
  const kinds = comment.language.literalsInWords;
  const slot = slots.findLast(({ unnamed }) => unnamed !== true);
  if (slot)
    return anError(
      'no-literal',
      `${slot.name} is ${slot.what ?? 'no literal'}: only ${kinds} can be tuned. Give the literal a name of its own.`,
      slot.span,
    );
  const message = comment.standalone
    ? `Put this behind the literal that it is about, on the same line: ${kinds}.`
    : `Nothing on this line can be tuned: put this behind a named literal, ${kinds}.`;
  return anError('no-literal', message, comment.span);
};
