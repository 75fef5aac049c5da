import { expect, test } from 'vitest';
import { grammarText } from '../../../src/engine/annotations/literal/grammarText.ts';

test.each([
  ['1e-3', 1e-3, '1e-3'],
  ['1e-3f', 1e-3, '0.001'],
  ["1'000", 1000, '1000'],
  ['adam', 'adam', '"adam"'],
  ["'adam'", 'adam', "'adam'"],
  ['"a\\x41"', 'a\\x41', '"a\\\\x41"'],
  ['TRUE', true, 'True'],
  ['null', null, 'None'],
])('%s is written %j as %s in an annotation', (text, value, expected) => {
  expect(grammarText({ text, value })).toBe(expected);
});
