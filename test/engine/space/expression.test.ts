import { expect, test } from 'vitest';
import { evaluate, holds, isKept, parseExpression } from '../../../src/engine/space/expression.ts';
import type { ExpressionValue } from '../../../src/engine/space/expressionValue.ts';
import type { Assignment } from '../../../src/engine/space/parameter.ts';

const parsed = (text: string) => {
  const result = parseExpression(text);
  if (!result.ok) throw new Error(`${text}: ${result.error.message}`);
  return result.value;
};
const value = (text: string, values: Assignment = {}): ExpressionValue => evaluate(parsed(text), values);
const problem = (text: string): string => {
  const result = parseExpression(text);
  return result.ok ? 'no problem' : `${result.error.at}: ${result.error.message}`;
};

/** Each expected value is what Python 3 gives. */
test.each<[string, ExpressionValue]>([
  ['1 + 2 * 3', 7],
  ['(1 + 2) * 3', 9],
  ['2 ** 3 ** 2', 512],
  ['-2 ** 2', -4],
  ['2 ** -1', 0.5],
  ['10 - 4 - 3', 3],
  ['7 // 2', 3],
  ['-7 // 2', -4],
  ['7.0 // 0.1', 69],
  ['-7 % 3', 2],
  ['7 % -3', -2],
  ['1e-3 * 1_000', 1],
  ['.5 + 1.', 1.5],
  ['1 < 2 < 3', true],
  ['1 < 3 < 2', false],
  ['3 > 2 >= 2 == 2.0', true],
  ['not 1 == 2', true],
  ['not True or True', true],
  ['True or False and False', true],
  ['True == 1', true],
  ['None == None', true],
  ['"a" == \'a\'', true],
  ['"a" < "b"', true],
  ['"a" == 1', false],
  ['"b" in ["a", "b"]', true],
  ['"b" not in ("a", "c",)', true],
  ['3 in (1, 2)', false],
  ['"ell" in "hello"', true],
  ['[1, 2] == (1, 2)', true],
  ['"a" + "b"', 'ab'],
  ['0 or 5', 5],
  ['0 and 5', 0],
  ['min(3, 1, 2)', 1],
  ['max([3, 1], )', 3],
  ['round(2.5)', 2],
  ['round(3.5)', 4],
  ['round(-0.5)', 0],
  ['round(3.14159, 2)', 3.14],
  ['round(1250, -2)', 1200],
  ['int(-3.7)', -3],
  ['floor(-3.2) + ceil(3.2)', 0],
  ['sqrt(16) + abs(-2) + log(exp(1))', 7],
  ['log(8, 2)', 3],
  ['float(True)', 1],
  ['"a\\"b\\\\" == \'a"b\\\\\'', true],
])('%s is %s', (text, expected) => {
  expect(value(text)).toEqual(expected);
});

test('&&, || and ! are words for and, or and not', () => {
  expect(value('!False && (False || true)')).toBe(true);
  expect(value('!(1 == 2)')).toBe(true);
});

test('names may have dots and letters of any language', () => {
  expect(value('Config.lr * größe', { 'Config.lr': 2, größe: 3 })).toBe(6);
  expect(parsed('b + a.c + b').names).toEqual(['b', 'a.c']);
});

test('a name without a value makes what depends on it not applicable', () => {
  expect(value('momentum > 0.5')).toBe(undefined);
  expect(value('not momentum > 0.5')).toBe(undefined);
  expect(value('2 * momentum + 1')).toBe(undefined);
  expect(value('momentum in [1, 2]')).toBe(undefined);
  expect(value('max(momentum, 1)')).toBe(undefined);
});

test('a condition that is not applicable does not hold, and a constraint is kept', () => {
  expect(holds(parsed('momentum > 0.5'), {})).toBe(false);
  expect(holds(parsed('not momentum > 0.5'), {})).toBe(false);
  expect(isKept(parsed('momentum > 0.5'), {})).toBe(true);
});

test('and, or and chains are decided by the side that has a value', () => {
  expect(value('opt == "sgd" or momentum > 0.5', { opt: 'sgd' })).toBe(true);
  expect(value('momentum > 0.5 or opt == "sgd"', { opt: 'sgd' })).toBe(true);
  expect(value('momentum > 0.5 and opt == "sgd"', { opt: 'adam' })).toBe(false);
  expect(value('momentum > 0.5 and opt == "sgd"', { opt: 'sgd' })).toBe(undefined);
  expect(value('momentum < 3 < 2')).toBe(false);
});

test('nonsense is false in a condition and in a constraint', () => {
  for (const text of ['1 / 0 > 0', '"a" * 2 == 2', '"a" < 1', '1 % 0', 'log(-1)', '-"a"']) {
    expect(holds(parsed(text), {}), text).toBe(false);
    expect(isKept(parsed(text), {}), text).toBe(false);
  }
});

test('names inherited by objects are not values', () => {
  expect(value('constructor')).toBe(undefined);
  expect(value('toString == 1')).toBe(undefined);
});

test.each([
  ['', '0: Expected a name, number, string or list but the expression ends here.'],
  ['lr >', '4: Expected a name, number, string or list but the expression ends here.'],
  ['lr = 3', '3: Use == to compare.'],
  ['(lr + 1', '7: Expected ) or , but the expression ends here.'],
  ['lr + 1)', '6: Expected an operator or the end before ).'],
  ['lr 3', '3: Expected an operator or the end before 3.'],
  ['opt is None', '4: Expected an operator or the end before is. Use == to compare.'],
  ['sqr(4)', '0: There is no function sqr. Did you mean sqrt?'],
  ['sqrt(4, 2)', '0: sqrt takes one argument, found 2.'],
  ['2lr', '0: 2l is not a number. Put a sign between number and name.'],
  ['opt == "adam', '7: The string is not closed. Add " at its end.'],
  ['a not b', '6: Expected in after not, found b.'],
  ['a & b', '2: Use and to join two conditions.'],
  ['a ? b', '2: Unexpected character "?".'],
  ['1e999', '0: 1e999 is too large.'],
  ['a if b', '2: Expected an operator or the end before if.'],
])('%s is refused with a sentence and a place', (text, expected) => {
  expect(problem(text)).toBe(expected);
});

test('hostile nesting and length are refused, not crashed on', () => {
  for (const text of [
    '('.repeat(3000),
    'not '.repeat(900),
    '-'.repeat(3000),
    '2**'.repeat(1000),
    '['.repeat(3000),
  ]) {
    expect(problem(text)).toMatch(/levels of nesting/);
  }
  expect(problem('1+'.repeat(1_000_000))).toMatch(/longer than 4000 characters/);
});

test('the longest flat chains are evaluated', () => {
  expect(value(`${'1+'.repeat(1999)}1`)).toBe(2000);
  expect(value(`${'a or '.repeat(799)}1`)).toBe(undefined === value('a or 1') ? undefined : 1);
});
