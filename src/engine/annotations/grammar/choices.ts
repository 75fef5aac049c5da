import type { ParamValue } from '../../space/parameter.ts';
import { readLiteral } from '../literal/scalarLiteral.ts';
import { nearest } from '../nearest.ts';
import type { ChoicesBody } from './item.ts';
import { aFix, aGuess } from './problem.ts';
import type { Reader } from './reader.ts';
import { isSymbol, type Token } from './tokens.ts';

const closers: Readonly<Record<string, string>> = { '[': ']', '(': ')' };

/** What stands behind `open`, a `[` or the `(` of `choice(…)`, then any of `ordered`, `if …`. */
export const readChoices = (reader: Reader, open: Token): ChoicesBody => {
  // choice([…]) and choice(…) mean the same.
  const inner = open.text === '(' ? reader.takeSymbol('[') : undefined;
  const list = readChoiceList(reader, inner ?? open);
  if (inner) reader.close(')');
  return { kind: 'choices', ...list, ...readChoiceSuffixes(reader) };
};

/** The choices themselves, behind their opening bracket. */
export const readChoiceList = (reader: Reader, open: Token): Pick<ChoicesBody, 'choices' | 'insertAt'> => {
  const closer = closers[open.text] ?? ']';
  const choices: ParamValue[] = [];
  let lastEnd = open.end;
  while (!isSymbol(reader.peek(), closer)) {
    const choice = readChoice(reader, closer);
    if (choices.includes(choice.value))
      reader.fail(
        'duplicate',
        'This choice is there already: remove one of the two.',
        choice,
        aFix('Remove the second one', { start: lastEnd, end: choice.end }, ''),
      );
    choices.push(choice.value);
    lastEnd = choice.end;
    if (isSymbol(reader.peek(), closer)) break;
    if (!reader.takeSymbol(',')) failMissing(reader, closer);
  }
  const close = reader.next() ?? open;
  const span = { start: open.start, end: close.end };
  if (choices.length < 2) reader.fail('range', 'Give at least two choices, such as ["adam", "sgd"].', span);
  return { choices, insertAt: close.start };
};

const failMissing = (reader: Reader, closer: string): never => {
  const at = reader.here().start;
  const last = reader.peek() ? at : reader.end.start;
  return reader.peek()
    ? reader.fail(
        'syntax',
        'Write a comma between two choices.',
        reader.here(),
        aFix('Add a comma', { start: at, end: at }, ', '),
      )
    : reader.fail(
        'syntax',
        `Close the choices with ${closer}`,
        reader.end,
        aFix(`Add ${closer}`, { start: last, end: last }, closer),
      );
};

const readChoice = (
  reader: Reader,
  closer: string,
): { readonly value: ParamValue; readonly start: number; readonly end: number } => {
  const first = reader.next();
  if (first === undefined) return failMissing(reader, closer);
  let last = first;
  if (isSymbol(first, '-') || isSymbol(first, '+')) last = reader.next() ?? first;
  const span = { start: first.start, end: last.end };
  if (last.open)
    return reader.fail(
      'syntax',
      'Close the string with its quote.',
      span,
      aFix('Add the quote', { start: last.end, end: last.end }, last.text[0] ?? '"'),
    );
  const text = reader.textOf(span);
  const constant = reader.isPython ? undefined : readConstant(text);
  const value = constant === undefined ? readLiteral(text) : constant;
  if (value !== undefined && !Number.isNaN(value)) return { value, ...span };
  if (first.kind === 'name') return failName(reader, first);
  return reader.fail('syntax', 'A choice is a number, a quoted string, True, False or None.', span);
};

const constantsElsewhere: ReadonlyMap<string, ParamValue> = new Map([
  ['true', true],
  ['false', false],
  ['TRUE', true],
  ['FALSE', false],
]);
const nothingElsewhere: ReadonlySet<string> = new Set(['null', 'NULL', 'nullptr', 'nothing', 'nil']);

/** What other languages than Python call true, false and nothing. */
const readConstant = (text: string): ParamValue | undefined =>
  nothingElsewhere.has(text) ? null : constantsElsewhere.get(text);

const failName = (reader: Reader, token: Token): never => {
  const span = { start: token.start, end: token.end };
  const constants: Readonly<Record<string, string>> = {
    true: 'True',
    false: 'False',
    null: 'None',
    none: 'None',
  };
  const constant = constants[token.text.toLowerCase()];
  const meant = constant ?? `"${token.text}"`;
  const message = constant
    ? `Write ${constant} as Python does.`
    : `Put a choice that is text in quotes: ${meant}.`;
  return reader.fail('syntax', message, span, aFix(`Change to ${meant}`, span, meant));
};

const readChoiceSuffixes = (reader: Reader): Pick<ChoicesBody, 'ordered' | 'condition'> => {
  let ordered = false;
  for (let token = reader.peek(); token && token.text !== 'if'; token = reader.peek()) {
    reader.next();
    if (token.text === 'ordered') ordered = true;
    else failUnknown(reader, token);
  }
  const condition = reader.condition();
  return { ordered, ...(condition && { condition }) };
};

const failUnknown = (reader: Reader, token: Token): never => {
  const span = { start: token.start, end: token.end };
  if (token.text === 'log' || token.text === 'step')
    return reader.fail(
      'syntax',
      `Choices have no ${token.text}: write a range such as 1..8 for that, or remove the word.`,
      span,
      ...(token.text === 'log' ? [aFix('Remove "log"', reader.withSpace(span), '')] : []),
    );
  const meant = nearest(token.text, ['ordered', 'if']);
  const fix = meant ? aGuess(`Change to "${meant}"`, span, meant) : undefined;
  return reader.fail('syntax', `Behind choices may stand ordered or if, not ${token.text}.`, span, fix);
};
