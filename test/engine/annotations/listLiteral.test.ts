import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readList, renderList } from '../../../src/engine/annotations/literal/listLiteral.ts';
import { planEdits } from '../../../src/engine/annotations/planEdits.ts';
import type { ParamValue } from '../../../src/engine/space/parameter.ts';

test.each<[present: string, value: readonly ParamValue[], written: string]>([
  ['[64, 64]', [64, 32], '[64, 32]'],
  ['[64, 64]', [8], '[8]'],
  ['[64, 64]', [8, 16, 24], '[8, 16, 24]'],
  ['[64,64]', [8, 16, 24], '[8,16,24]'],
  ['[ 64, 64 ]', [8, 16, 24], '[ 8, 16, 24 ]'],
  ['[64, 64,]', [8], '[8,]'],
  ['(64, 64)', [8], '(8,)'],
  ['(64,)', [8, 16], '(8, 16)'],
  ['(64, 64,)', [8, 16], '(8, 16,)'],
  ['(64, 64)', [], '()'],
  ['[64, 64,]', [], '[]'],
  ['[]', [8, 0.5, 'a', null, true], '[8, 0.5, "a", None, True]'],
  ['()', [8], '(8,)'],
  ['[1e-3, 0.01]', [0.001, 0.5], '[1e-3, 0.5]'],
  ['[1e-3, 0.01]', [0.002, 0.5, 0.25], '[2e-3, 0.5, 0.25]'],
  ['[\'a\', "b"]', ['b', 'a'], '[\'b\', "a"]'],
  ["['a, b]', 'c']", ['c', 'a, b]'], "['c', 'a, b]']"],
  ['[0x10, 1_000]', [16, 25_000], '[0x10, 25_000]'],
])('%s becomes %j in the same style', (present, value, written) => {
  expect(renderList(value, present)).toBe(written);
  expect(readList(written)?.items.map((item) => item.value)).toEqual(value);
});

test.each([
  '[f(1)]',
  '[1, [2]]',
  '[1 2]',
  '[1',
  '1, 2',
  '[1,, 2]',
  '[,]',
  '[1\n]',
  '[x for x in y]',
  '[*a]',
  '[1 # 2]',
])('%j is no list of literals', (text) => {
  expect(readList(text)).toBeUndefined();
});

const value = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((each) => each + 0),
  fc.maxSafeInteger(),
  fc.string(),
  fc.boolean(),
  fc.constant(null),
);
const values = fc.array(value, { maxLength: 6 });

test('any list reads back as it was written, whatever stood there', () => {
  const presents = ['[64, 64]', '(1,)', '[]', "['a', 0.5, ]", '( 1, None )', 'x', '[1e-3,"b"]'];
  fc.assert(
    fc.property(values, fc.constantFrom(...presents), values, (list, present, before) => {
      for (const like of [present, renderList(before, present)]) {
        const read = readList(renderList(list, like));
        expect(read?.items.map((item) => item.value)).toEqual(list);
      }
    }),
    { seed: 20_260_101, numRuns: 500 },
  );
});

test('any text is answered', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom(...'[](),"\'\\ 1a.-e\n'.split('')), maxLength: 30 }),
      (text) => {
        readList(text);
        readList(`[${text}]`);
      },
    ),
    { seed: 20_260_101, numRuns: 2000 },
  );
});

test('a list is edited where it stands, and one that is as wanted is left alone', () => {
  const text =
    'hidden = (64, 64)  # tune: list 1..4 of 16..512 log\ncols = ["a"]  # tune: subset ["a", "b"]\n';
  const { edits, skipped } = planEdits(text, [
    { name: 'hidden', value: [64, 128, 32] },
    { name: 'cols', value: ['a'] },
  ]);
  expect(skipped).toEqual([]);
  expect(edits).toEqual([{ name: 'hidden', start: 9, end: 17, expected: '(64, 64)', text: '(64, 128, 32)' }]);
});

test('a list does not go where a number stands now, nor the other way round', () => {
  const text = 'a = 64  # tune: 1..99\nb = [64]  # tune: list 1..2 of 1..99\n';
  expect(
    planEdits(text, [
      { name: 'a', value: [64] },
      { name: 'b', value: 64 },
    ]),
  ).toEqual({
    edits: [],
    skipped: [
      { name: 'a', why: 'a is no list any more.' },
      { name: 'b', why: 'b is a list now.' },
    ],
  });
});
