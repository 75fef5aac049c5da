import { mostParts } from '../../space/checkComposite.ts';
import { isWhole, readNumber } from '../literal/numberLiteral.ts';
import { nearest } from '../nearest.ts';
import type { Span } from '../tunable.ts';
import type { Bound, Counts, NormalBody, RangeBody } from './item.ts';
import { aFix, aGuess } from './problem.ts';
import type { Reader } from './reader.ts';
import { isSymbol } from './tokens.ts';

interface Suffixes {
  readonly log?: Span;
  readonly step?: Bound;
  readonly factor?: Bound;
}

/** `a..b`, then any of `log`, `step s`, `step 2x`, `if …`. */
export const readRange = (reader: Reader): RangeBody => {
  const low = readBound(reader, 'A range begins with a number, such as 1e-5..1e-1.');
  readDots(reader, low);
  const high = readBound(reader, 'Write the upper end of the range behind the two dots.');
  return readRangeSuffixes(reader, low, high, {});
};

export const readRangeSuffixes = (
  reader: Reader,
  low: Bound,
  high: Bound,
  given: { readonly log?: boolean; readonly type?: 'int' | 'float' },
): RangeBody => {
  const { log, step, factor } = readSuffixes(reader);
  const condition = reader.condition();
  checkEnds(reader, low, high);
  const logarithmic = given.log === true || log !== undefined || factor !== undefined;
  if (logarithmic && low.value <= 0) failLog(reader, low, high, log);
  checkStep(reader, low, high, step, factor);
  return {
    kind: 'range',
    low,
    high,
    log: logarithmic,
    ...(given.type && { type: given.type }),
    ...(step && { step }),
    ...(factor && { factor }),
    ...(condition && { condition }),
  };
};

export const readBound = (reader: Reader, missing: string): Bound => {
  const first = reader.peek();
  const sign = reader.takeSymbol('-') ?? reader.takeSymbol('+');
  const digits = reader.peek();
  if (digits?.kind !== 'number' || first === undefined) return reader.fail('syntax', missing, reader.here());
  reader.next();
  const span = { start: first.start, end: digits.end };
  const text = `${sign?.text ?? ''}${digits.text}`;
  const value = readNumber(text);
  if (value === undefined)
    return reader.fail('range', `${text} is not a number that can be searched exactly.`, span);
  return { ...span, value, whole: Number.isInteger(value) && (isWhole(text) || !text.includes('.')) };
};

const readDots = (reader: Reader, low: Bound): void => {
  const found = reader.peek();
  if (found?.kind === 'dots' && found.text === '..') {
    reader.next();
    return;
  }
  const example = `${reader.textOf(low)}..`;
  const asDots = (span: Span) => aFix('Write the range with two dots', span, '..');
  const [separator, after] = reader.after;
  if (found === undefined && separator && after?.kind === 'number')
    reader.fail(
      'syntax',
      'Write a range with two dots between its ends.',
      separator,
      asDots({ start: separator.start, end: after.start }),
    );
  const next = reader.peek(1);
  const isSlip =
    found && (found.kind === 'dots' || isSymbol(found, '-') || isSymbol(found, ':') || found.text === 'to');
  if (isSlip && (next?.kind === 'number' || isSymbol(next, '-')))
    reader.fail(
      'syntax',
      'Write a range with two dots between its ends.',
      found,
      asDots({ start: low.end, end: next?.start ?? found.end }),
    );
  reader.fail('syntax', `A range has two ends: write ${example} and the upper end.`, found ?? low);
};

/** Behind `normal(…)`: an optional `in a..b`, `step s`, `step 2x`, `if …`. */
export const readNormalSuffixes = (
  reader: Reader,
  log: boolean,
): Pick<NormalBody, 'low' | 'high' | 'step' | 'factor' | 'condition'> => {
  const hasRange = reader.takeWord('in') !== undefined || startsNumber(reader);
  const low = hasRange ? readBound(reader, 'Write a range behind in, such as in 0..1.') : undefined;
  if (low) readDots(reader, low);
  const high = low && readBound(reader, 'Write the upper end of the range behind the two dots.');
  const { log: word, step, factor } = readSuffixes(reader);
  if (word)
    reader.fail(
      'syntax',
      'Write lognormal(…) for a logarithmic scale.',
      word,
      aFix('Remove "log"', reader.withSpace(word), ''),
    );
  const condition = reader.condition();
  if (low && high) {
    checkEnds(reader, low, high);
    if ((log || factor) && low.value <= 0) failLog(reader, low, high, undefined);
    checkStep(reader, low, high, step, factor);
  }
  return {
    ...(low && { low }),
    ...(high && { high }),
    ...(step && { step }),
    ...(factor && { factor }),
    ...(condition && { condition }),
  };
};

/** `1..4`, or one whole number. */
export const readCounts = (reader: Reader, missing: string): Counts => {
  const low = readBound(reader, missing);
  const dots = reader.peek()?.kind === 'dots';
  if (dots) readDots(reader, low);
  const high = dots ? readBound(reader, 'Write the largest number behind the two dots.') : low;
  const span = { start: low.start, end: high.end };
  const isWhole = Number.isSafeInteger(low.value) && Number.isSafeInteger(high.value) && low.value >= 0;
  if (!isWhole) reader.fail('range', 'Write whole numbers, such as 1..4.', span);
  if (low.value > high.value) checkEnds(reader, low, high);
  if (high.value === 0) reader.fail('range', 'Let there be at least one, such as 0..4.', span);
  if (high.value > mostParts) reader.fail('range', `There can be at most ${mostParts}.`, high);
  return { ...span, least: low.value, most: high.value };
};

const startsNumber = (reader: Reader): boolean => {
  const token = reader.peek();
  return token?.kind === 'number' || isSymbol(token, '-') || isSymbol(token, '+');
};

const readSuffixes = (reader: Reader): Suffixes => {
  let found: Suffixes = {};
  for (let token = reader.peek(); token && token.text !== 'if'; token = reader.peek()) {
    reader.next();
    if (token.text === 'log') found = { ...found, log: token };
    else if (token.text === 'step') found = { ...found, ...readStep(reader) };
    else failUnknown(reader, token);
  }
  return found;
};

const readStep = (reader: Reader): Pick<Suffixes, 'step' | 'factor'> => {
  const bound = readBound(
    reader,
    'Write the step behind the word: step 0.05, or step 2x to double each time.',
  );
  const letter = reader.peek();
  if (letter?.text !== 'x' || letter.start !== bound.end) return { step: bound };
  reader.next();
  return { factor: { ...bound, end: letter.end } };
};

const failUnknown = (reader: Reader, token: { readonly text: string } & Span): never => {
  const span = { start: token.start, end: token.end };
  if (token.text === 'ordered')
    return reader.fail(
      'syntax',
      'A range is ordered already: leave the word out.',
      span,
      aFix('Remove "ordered"', reader.withSpace(span), ''),
    );
  const meant = nearest(token.text, ['log', 'step', 'if']);
  const hint = meant ? ` Did you mean ${meant}?` : '';
  const fix = meant ? aGuess(`Change to "${meant}"`, span, meant) : undefined;
  return reader.fail(
    'syntax',
    `Behind a range may stand log, step or if, not ${token.text}.${hint}`,
    span,
    fix,
  );
};

const checkEnds = (reader: Reader, low: Bound, high: Bound): void => {
  const span = { start: low.start, end: high.end };
  const written = reader.textOf(span);
  if (low.value === high.value)
    reader.fail(
      'range',
      `The range ${written} holds a single value: widen it, or remove the annotation.`,
      span,
    );
  if (low.value < high.value) return;
  const between = reader.textOf({ start: low.end, end: high.start });
  const swapped = `${reader.textOf(high)}${between}${reader.textOf(low)}`;
  reader.fail(
    'range',
    `The range ${written} is reversed: write ${swapped}.`,
    span,
    aFix(`Change to ${swapped}`, span, swapped),
  );
};

const failLog = (reader: Reader, low: Bound, high: Bound, log: Span | undefined): never => {
  const above = aboveZero(low, high);
  const message = `A logarithmic range must begin above 0, not at ${reader.textOf(low)}: raise it, or leave out the logarithm.`;
  return reader.fail(
    'range',
    message,
    { start: low.start, end: low.end },
    above === undefined ? undefined : aGuess(`Begin at ${above}`, low, above),
    log && [aGuess('Remove "log"', reader.withSpace(log), '')],
  );
};

/** Where a logarithmic range up to `high` usually begins: at 1 for whole numbers, else four powers of ten below. */
const aboveZero = (low: Bound, high: Bound): string | undefined => {
  if (high.value <= 0) return undefined;
  if (low.whole && high.whole && high.value >= 2) return '1';
  return `1e${Math.ceil(Math.log10(high.value)) - 4}`;
};

const checkStep = (
  reader: Reader,
  low: Bound,
  high: Bound,
  step: Bound | undefined,
  factor: Bound | undefined,
): void => {
  if (factor && factor.value <= 1)
    reader.fail(
      'range',
      'A factor must be above 1: step 2x doubles each time.',
      factor,
      aGuess('Change to 2x', factor, '2x'),
    );
  if (factor && low.value * factor.value > high.value)
    reader.fail(
      'range',
      `The factor leaves the range at once: choose one of at most ${high.value / low.value}.`,
      factor,
    );
  if (step && step.value <= 0) reader.fail('range', 'A step must be above 0.', step);
  if (step && step.value > high.value - low.value)
    reader.fail(
      'range',
      `The step leaves the range at once: choose one of at most ${high.value - low.value}.`,
      step,
    );
};
