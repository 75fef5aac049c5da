import { readCall } from './calls.ts';
import { readChoiceList, readChoices } from './choices.ts';
import type { CompositeBody, ShapeBody } from './item.ts';
import { readBound, readCounts, readRange } from './range.ts';
import type { Reader } from './reader.ts';
import { isSymbol, type Token } from './tokens.ts';

export const shapeWords = ['list', 'permutation', 'subset', 'simplex'] as const;
type ShapeWord = (typeof shapeWords)[number];

export const isShapeWord = (word: string): word is ShapeWord => shapeWords.some((each) => each === word);

/** Behind one of the words: what the literal list on the line is to be, then an optional `if …`. */
export const readShape = (reader: Reader, word: ShapeWord): CompositeBody => {
  if (word === 'list') return readList(reader);
  const shape = readOthers(reader, word);
  const condition = reader.condition();
  return { kind: 'composite', shape, ...(condition && { condition }) };
};

const readOthers = (reader: Reader, word: Exclude<ShapeWord, 'list'>): ShapeBody => {
  switch (word) {
    case 'permutation':
      return { kind: 'permutation', ...readItsChoices(reader) };
    case 'subset': {
      const choices = readItsChoices(reader);
      const isCounted = reader.peek()?.kind === 'number';
      return {
        kind: 'subset',
        ...choices,
        ...(isCounted && { counts: readCounts(reader, 'Write how many choices, such as 1..3.') }),
      };
    }
    case 'simplex': {
      if (!reader.takeWord('total')) return { kind: 'simplex' };
      const total = readBound(reader, 'Write what the numbers add up to, such as total 100.');
      if (total.value <= 0) reader.fail('range', 'The numbers must add up to more than 0.', total);
      return { kind: 'simplex', total };
    }
  }
};

/** `[…]` or `of […]`; nothing where the literal itself lists them. */
const readItsChoices = (reader: Reader): Pick<ShapeBody & { kind: 'permutation' }, 'choices'> => {
  const hasOf = reader.takeWord('of') !== undefined;
  const open = reader.takeSymbol('[');
  if (open) return { choices: readChoiceList(reader, open).choices };
  if (hasOf) reader.fail('syntax', 'Write the choices behind of, such as of ["a", "b"].', reader.here());
  return {};
};

/** `1..4 of 16..512 log`; the items may be a range, a prior or choices. */
const readList = (reader: Reader): CompositeBody => {
  const counts = readCounts(reader, 'Write how many items, such as list 1..4 of 16..512.');
  if (!reader.takeWord('of'))
    reader.fail('syntax', 'Write what the items are behind of, such as list 1..4 of 16..512.', reader.here());
  const { condition, ...of } = readItems(reader);
  return { kind: 'composite', shape: { kind: 'list', counts, of }, ...(condition && { condition }) };
};

const readItems = (reader: Reader): (ShapeBody & { kind: 'list' })['of'] => {
  const first = reader.peek();
  if (isSymbol(first, '[')) return readChoices(reader, reader.next() ?? (first as Token));
  if (first?.kind === 'name' && isSymbol(reader.peek(1), '(')) {
    reader.next();
    const body = readCall(reader, first);
    if (body) return body;
    return reader.fail('syntax', `Items are a range or choices, not ${first.text}(…).`, first);
  }
  return readRange(reader);
};
