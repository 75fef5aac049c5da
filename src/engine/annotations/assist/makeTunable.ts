import { isList } from '../../space/composite.ts';
import { describeParameter } from '../../space/describeParameter.ts';
import { failure, type Result, success } from '../../space/result.ts';
import { parseAnnotation } from '../grammar/parseAnnotation.ts';
import { grammarText } from '../literal/grammarText.ts';
import { inferRange } from '../inferRange.ts';
import { languageCalled } from '../languages.ts';
import { scanSource } from '../scanSource.ts';
import type { CommentPlace, FileAnnotations, LanguageId, LiteralPlace, Span } from '../tunable.ts';

/** Text to put in, with the part that a person is likely to change. */
export interface Insertion {
  readonly at: number;
  readonly text: string;
  /** Where the search space stands in `text`; what is to be filled in where it is not known. */
  readonly fill: Span;
}

export interface MadeTunable {
  readonly name: string;
  /** In source order. Undone as one. */
  readonly insertions: readonly Insertion[];
}

interface Asked {
  readonly language: LanguageId;
  readonly text: string;
  readonly annotations: FileAnnotations;
  readonly offset: number;
  /** A search space for a literal that is better than what follows from name and value. */
  readonly spaceOf?: (literal: LiteralPlace) => string | undefined;
}

/**
 * The annotation that makes the literal at a place tunable, or a sentence why it cannot be. What stands there, and
 * whether it can be tuned, is for the scanner to say: the annotation is tried on the text first.
 */
export const makeTunable = (asked: Asked): Result<MadeTunable, string> => {
  const { annotations, text, offset } = asked;
  const known = annotations.tunables.find(({ span }) => offset >= span.start && offset <= span.end);
  if (known) return failure(`${known.name} is tuned already: change the range behind it.`);
  const line = lineAt(text, offset);
  const present = annotations.comments.find(
    ({ span, standalone }) => !standalone && span.start >= line.start && span.end <= line.end,
  );
  const made = present ? besideOthers(asked, present, line) : onFreeLine(asked, line);
  if (!made.ok) return made;
  const tried = scanSource(asked.language, insertedInto(text, made.value.insertions));
  const problem = newError(annotations, tried);
  return problem === undefined ? made : failure(problem);
};

/** The line without its end and the spaces before that. */
const lineAt = (text: string, offset: number): Span => {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  const next = text.indexOf('\n', offset);
  const whole = text.slice(start, next < 0 ? text.length : next);
  return { start, end: start + whole.trimEnd().length };
};

const onFreeLine = (asked: Asked, line: Span): Result<MadeTunable, string> => {
  const { language, text, offset } = asked;
  const { commentSign } = languageCalled(language);
  const lead = `  ${commentSign} `;
  const probe = { at: line.end, text: `${lead}tune`, fill: { start: 0, end: 0 } };
  const read = scanSource(language, insertedInto(text, [probe]));
  const comment = read.comments.find(({ span }) => span.start === line.end + lead.length);
  const literal = comment && literalAt(text, comment, line, offset);
  if (comment === undefined || literal === undefined) return failure(whyNone(read, line, lead.length));
  const space = spaceFor(asked, literal);
  const name = comment.literals.length > 1 ? `${literal.name}: ` : '';
  const before =
    space.text === '' ? `${lead}tune${name === '' ? '' : `: ${name.trimEnd()}`}` : `${lead}tune: ${name}`;
  return success({
    name: literal.name,
    insertions: [
      {
        at: line.end,
        text: before + space.text,
        fill: { start: before.length + space.fill.start, end: before.length + space.fill.end },
      },
    ],
  });
};

/** The literal that the place is in, behind whose name it is, or the only one. */
const literalAt = (
  text: string,
  { literals }: CommentPlace,
  line: Span,
  offset: number,
): LiteralPlace | undefined => {
  const inside = literals.find(({ span }) => offset >= span.start && offset <= span.end);
  if (inside) return inside;
  const named = literals.find(({ name, span }, i) => {
    const from = literals[i - 1]?.span.end ?? line.start;
    const at = text.slice(from, span.start).lastIndexOf(name);
    return at >= 0 && offset >= from + at && offset <= from + at + name.length;
  });
  return named ?? (literals.length === 1 ? literals[0] : undefined);
};

/** What the scanner says of an annotation here; it knows what stands in its way. */
const whyNone = (read: FileAnnotations, line: Span, lead: number): string => {
  const isHere = ({ start, end }: Span): boolean =>
    start >= line.start && end <= line.end + lead + 'tune'.length;
  const said =
    line.end > line.start
      ? read.problems.find(({ code, span }) => code === 'no-literal' && isHere(span))?.message
      : undefined;
  return said ?? 'Put the cursor on a number, a text or a truth value that has a name.';
};

/** The line has an annotation that is about other literals: ours joins it. */
const besideOthers = (asked: Asked, comment: CommentPlace, line: Span): Result<MadeTunable, string> => {
  const { text, offset, annotations } = asked;
  const literal = literalAt(text, comment, line, offset);
  if (literal === undefined) return failure('Put the cursor on the literal that is to be tuned.');
  const { items } = parseAnnotation(text, comment.body);
  const space = spaceFor(asked, literal);
  const lead = `; ${literal.name}: `;
  const own: Insertion = {
    at: comment.span.end,
    text: lead + space.text,
    fill: { start: lead.length + space.fill.start, end: lead.length + space.fill.end },
  };
  if (items.every(({ target }) => target !== undefined))
    return success({ name: literal.name, insertions: [own] });
  const [item, ...others] = items;
  const [tuned, ...more] = annotations.tunables.filter(
    ({ annotation }) => annotation.start === comment.span.start,
  );
  if (
    item === undefined ||
    tuned === undefined ||
    others.length + more.length > 0 ||
    item.span.end <= item.span.start
  )
    return failure(
      'This line has an annotation already: say there which part is about which literal, as in lr: 1..2.',
    );
  const first = comment.literals.find(({ span }) => span.start === tuned.span.start)?.name ?? tuned.name;
  const name: Insertion = { at: item.span.start, text: `${first}: `, fill: { start: 0, end: 0 } };
  return success({ name: literal.name, insertions: [name, own] });
};

/** A search space as a person would begin to write it. */
const spaceFor = (
  { spaceOf }: Asked,
  literal: LiteralPlace,
): { readonly text: string; readonly fill: Span } => {
  const whole = (text: string): { readonly text: string; readonly fill: Span } => ({
    text,
    fill: { start: 0, end: text.length },
  });
  const better = spaceOf?.(literal);
  if (better !== undefined) return whole(better);
  const { name, value, text } = literal;
  if (isList(value))
    return whole(
      listSpace(
        value.filter((item) => typeof item === 'number'),
        value.length,
      ),
    );
  if (typeof value === 'number') {
    if (/(?:^|_)seed$/iu.test(name) && Number.isInteger(value)) return whole('seed');
    const inferred = inferRange(name, value, text);
    return whole(inferred === undefined ? '0..1' : describeParameter(inferred));
  }
  if (typeof value === 'boolean') return whole('');
  // Only the person knows the other choices: the place for one is between the quotes.
  const choices = `[${grammarText({ text, value })}, "…"]`;
  return { text: choices, fill: { start: choices.length - 3, end: choices.length - 2 } };
};

const listSpace = (numbers: readonly number[], length: number): string => {
  if (length === 0 || numbers.length < length) return 'subset';
  const [low, high] = [Math.min(...numbers), Math.max(...numbers)];
  const range = low > 0 ? [low / 4, high * 4] : [low, high];
  const isWhole = numbers.every(Number.isInteger);
  const [from = low, to = high] = isWhole
    ? [Math.floor(range[0] ?? low), Math.ceil(range[1] ?? high)]
    : range;
  return `list 1..${Math.max(2, length)} of ${Math.max(from, isWhole && low > 0 ? 1 : from)}..${to > from ? to : from + 1}`;
};

const insertedInto = (text: string, insertions: readonly Insertion[]): string =>
  insertions.reduceRight((all, { at, text: put }) => all.slice(0, at) + put + all.slice(at), text);

/** An error that the text did not have before. */
const newError = (before: FileAnnotations, after: FileAnnotations): string | undefined => {
  const errors = ({ problems }: FileAnnotations): readonly string[] =>
    problems.flatMap(({ severity, message }) => (severity === 'error' ? [message] : []));
  const known = errors(before);
  return errors(after).length > known.length
    ? errors(after).find((each) => !known.includes(each))
    : undefined;
};

/** The text that goes when an annotation does, and what stands there then. */
export interface Removal {
  readonly span: Span;
  readonly text: string;
}

/** Takes an annotation out: with its line where it has one of its own; other words of the comment stay. */
export const removeAnnotation = (
  language: LanguageId,
  text: string,
  { span, standalone }: CommentPlace,
): Removal => {
  const { commentSign } = languageCalled(language);
  const line = lineAt(text, span.start);
  const rest = text.slice(span.end, line.end).trim();
  let start = span.start;
  const skip = (pattern: RegExp): void => {
    while (start > line.start && pattern.test(text[start - 1] ?? '')) start--;
  };
  skip(/[ \t]/u);
  if (text.slice(start - commentSign.length, start) === commentSign) start -= commentSign.length;
  if (rest !== '')
    return {
      span: { start, end: line.end },
      text: rest.startsWith(commentSign) ? rest : `${commentSign} ${rest}`,
    };
  skip(/[ \t]/u);
  const isWholeLine = standalone && start === line.start;
  const next = text.indexOf('\n', line.end);
  const lineEnd = text.slice(line.end, next < 0 ? text.length : next).endsWith('\r') ? next - 1 : next;
  if (isWholeLine) return { span: { start, end: next < 0 ? text.length : next + 1 }, text: '' };
  return { span: { start, end: lineEnd < 0 ? text.length : lineEnd }, text: '' };
};
