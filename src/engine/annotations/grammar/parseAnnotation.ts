import { nearest } from '../nearest.ts';
import type { AnnotationProblem, Span } from '../tunable.ts';
import { callWords, readCall } from './calls.ts';
import { readChoices } from './choices.ts';
import {
  objectiveWords,
  readLimit,
  readObjective,
  readSetting,
  readWhere,
  settingWords,
} from './directives.ts';
import type { Item } from './item.ts';
import { aFix, aGuess } from './problem.ts';
import { readRange } from './range.ts';
import { Misread, Reader } from './reader.ts';
import { isShapeWord, readShape, shapeWords } from './shapes.ts';
import { isSymbol, isWord, spanOf, splitTokens, type Token, tokenize } from './tokens.ts';

export interface ParsedAnnotation {
  readonly items: readonly Item[];
  readonly problems: readonly AnnotationProblem[];
}

const separators: ReadonlySet<string> = new Set([',', ';']);

/**
 * Reads what stands behind `tune:` (design.md, section 5). Parts are separated by commas or semicolons; a part that
 * cannot be read becomes a problem and a `broken` item, and the others still count. In Python, `true` is a mistake.
 */
export const parseAnnotation = (
  source: string,
  span: Span,
  {
    targets = 'names',
    isPython = false,
  }: { readonly targets?: 'names' | 'paths'; readonly isPython?: boolean } = {},
): ParsedAnnotation => {
  const tokens = tokenize(source.slice(span.start, span.end), span.start);
  const parts = splitTokens(tokens, separators);
  if (parts.length > 1 && parts.at(-1)?.tokens.length === 0) parts.pop();
  const items: Item[] = [];
  const problems: AnnotationProblem[] = [];
  parts.forEach((part, i) => {
    const after = part.separator ? [part.separator, ...(parts[i + 1]?.tokens ?? [])] : [];
    const edge = part.separator?.start ?? tokens.at(-1)?.end ?? span.end;
    const end = { start: edge, end: edge };
    const { target, rest } = targets === 'names' ? takeTarget(part.tokens) : takePath(source, part.tokens);
    const where = { span: spanOf(part.tokens, end), ...(target && { target }) };
    try {
      items.push({ body: readBody(new Reader(rest, end, after, { source, isPython })), ...where });
    } catch (error) {
      if (!(error instanceof Misread)) throw error;
      problems.push(error.problem);
      items.push({ body: { kind: 'broken' }, ...where });
    }
  });
  return { items, problems };
};

const takeTarget = (
  tokens: readonly Token[],
): { readonly target?: Token & { readonly colonEnd: number }; readonly rest: readonly Token[] } => {
  const [first, second] = tokens;
  return first?.kind === 'name' && second && isSymbol(second, ':')
    ? { target: { ...first, colonEnd: second.end }, rest: tokens.slice(2) }
    : { rest: tokens };
};

/** `optimizer.groups[0].learning-rate: …`, or such a path in quotes. */
const takePath = (
  source: string,
  tokens: readonly Token[],
): { readonly target?: Item['target'] & {}; readonly rest: readonly Token[] } => {
  const colon = tokens.findIndex((token) => isSymbol(token, ':'));
  const path = tokens.slice(0, Math.max(0, colon));
  const [first] = path;
  const last = path.at(-1);
  if (!first || !last) return { rest: tokens };
  const span = { start: first.start, end: last.end, colonEnd: tokens[colon]?.end ?? last.end };
  const text = source.slice(span.start, span.end);
  const rest = tokens.slice(colon + 1);
  if (path.length === 1 && first.kind === 'string' && !first.open)
    return { target: { ...span, text: text.slice(1, -1) }, rest };
  return /^[\p{L}\p{N}_.[\]/@-]+$/u.test(text) ? { target: { ...span, text }, rest } : { rest: tokens };
};

const readBody = (reader: Reader): Item['body'] => {
  const body = readStart(reader);
  const extra = reader.peek();
  if (!extra) return body;
  const rest = { start: extra.start, end: reader.rest().at(-1)?.end ?? extra.end };
  const { end } = reader.before();
  return reader.fail(
    'syntax',
    `Nothing more is expected here: remove ${extra.text}, or put a comma before it.`,
    rest,
    undefined,
    [
      aGuess(`Remove "${reader.textOf(rest)}"`, { start: end, end: rest.end }, ''),
      aGuess('Add a comma', { start: end, end }, ','),
    ],
  );
};

const readStart = (reader: Reader): Item['body'] => {
  const first = reader.peek();
  if (!first || isWord(first, 'if')) {
    const condition = reader.condition();
    return { kind: 'infer', ...(condition && { condition }) };
  }
  if (first.kind === 'number' || isSymbol(first, '-') || isSymbol(first, '+')) return readRange(reader);
  reader.next();
  if (isSymbol(first, '[')) return readChoices(reader, first);
  if (isSymbol(first, '=')) return readDerived(reader, first);
  if (first.kind === 'name') return readWord(reader, first);
  return failStart(reader, first);
};

const readDerived = (reader: Reader, equals: Token): Item['body'] => {
  const derived = reader.expression(equals, 'an expression, such as 4 * lr,', true);
  const condition = reader.condition();
  return { kind: 'derived', derived, ...(condition && { condition }) };
};

const readWord = (reader: Reader, word: Token): Item['body'] => {
  if (isSymbol(reader.peek(), '(')) {
    const body = readCall(reader, word);
    if (body) return body;
  }
  if (objectiveWords.has(word.text)) return readObjective(reader, word);
  if (word.text === 'where') return readWhere(reader, word);
  if (word.text === 'constraint') return readLimit(reader, word);
  if (word.text === 'budget') return readBudget(reader);
  if (word.text === 'seed' && reader.peek() === undefined) return { kind: 'seed' };
  if (settingWords.some((each) => each === word.text)) return readSetting(reader, word);
  if (isShapeWord(word.text)) return readShape(reader, word.text);
  return failWord(reader, word);
};

const readBudget = (reader: Reader): Item['body'] => {
  const { low, high, log, step, factor, condition } = readRange(reader);
  const whole = Number.isInteger(low.value) && Number.isInteger(high.value) && low.value >= 1;
  const span = { start: low.start, end: high.end };
  if (!whole)
    return reader.fail(
      'range',
      'A budget runs over whole numbers from at least 1, such as budget 1..30.',
      span,
      low.value === 0 && high.value > 1 && Number.isInteger(high.value)
        ? aFix(`Change to 1..${reader.textOf(high)}`, low, '1')
        : undefined,
    );
  if (log || step || factor || condition)
    return reader.fail(
      'syntax',
      'A budget is two numbers only, such as budget 1..30.',
      span,
      aFix('Remove what follows', { start: high.end, end: reader.before().end }, ''),
    );
  return { kind: 'budget', low, high };
};

const vocabulary = [
  'where',
  'constraint',
  'budget',
  ...shapeWords,
  ...settingWords,
  ...objectiveWords.keys(),
  ...callWords,
];

const failWord = (reader: Reader, word: Token): never => {
  const span = { start: word.start, end: word.end };
  const meant = nearest(word.text, vocabulary);
  if (meant)
    return reader.fail(
      'syntax',
      `Unknown word ${word.text}: did you mean ${meant}?`,
      span,
      aGuess(`Change to "${meant}"`, span, meant),
    );
  return reader.fail(
    'syntax',
    `${word.text} is no search space: write a range such as 1e-5..1e-1 log, or choices such as ["adam", "sgd"].`,
    span,
  );
};

const failStart = (reader: Reader, first: Token): never => {
  const all = { start: first.start, end: reader.rest().at(-1)?.end ?? first.end };
  const wrong = reader.textOf(all);
  if (/^(?:\([^()[\]{}]*\)|\{[^()[\]{}]*\})$/u.test(wrong)) {
    const fixed = `[${wrong.slice(1, -1)}]`;
    return reader.fail(
      'syntax',
      'Put choices in square brackets.',
      all,
      aFix(`Change to ${fixed}`, all, fixed),
    );
  }
  return reader.fail(
    'syntax',
    'Write a range such as 1e-5..1e-1 log, or choices such as ["adam", "sgd"].',
    all,
  );
};
