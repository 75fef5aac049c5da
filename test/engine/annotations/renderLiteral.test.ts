import fc from 'fast-check';
import { expect, test } from 'vitest';
import { renderLiteral } from '../../../src/engine/annotations/renderLiteral.ts';
import { readLiteral } from '../../../src/engine/annotations/literal/scalarLiteral.ts';
import type { ParamValue } from '../../../src/engine/space/parameter.ts';

const styles: readonly (readonly [present: string, value: ParamValue, written: string])[] = [
  ['1e-3', 0.00032, '3.2e-4'],
  ['1e-3', 0.5, '5e-1'],
  ['1e-03', 0.0002, '2e-04'],
  ['1.0e-3', 0.002, '2.0e-3'],
  ['1E5', 200000, '2E5'],
  ['1e+5', 200000, '2e+5'],
  ['1e-3', 0, '0.0'],
  ['0.001', 0.00032, '0.00032'],
  ['0.001', 1e-7, '0.0000001'],
  ['0.001', 3e-20, '3e-20'],
  ['0.1', 3, '3.0'],
  ['1.', 3, '3.0'],
  ['.5', 0.25, '.25'],
  ['1', 3, '3'],
  ['1', 0.5, '0.5'],
  ['-1', 3, '3'],
  ['- 1', -3, '-3'],
  ['+1', 3, '+3'],
  ['1', -3, '-3'],
  ['1_000', 25000, '25_000'],
  ['1_000.0', 1234567.5, '1_234_567.5'],
  ['0xFF', 171, '0xAB'],
  ['0b10', 5, '0b101'],
  ['"adam"', 'sgd', '"sgd"'],
  ["'adam'", "it's", "'it\\'s'"],
  ["'adam'", 'say "x"', '\'say "x"\''],
  ['u"a"', 'b', 'u"b"'],
  ['r"a"', 'a\\d', 'r"a\\d"'],
  ['r"a"', 'a\\', '"a\\\\"'],
  ['r"a"', 'say "x"', '"say \\"x\\""'],
  ['"""a"""', 'b\nc', '"""b\\nc"""'],
  ['"a"', 'é😀\0', '"é😀\\x00"'],
  ['True', false, 'False'],
  ['None', 0.5, '0.5'],
  ['None', 8, '8'],
  ['8', null, 'None'],
  ['8', 'x', '"x"'],
  ['"x"', true, 'True'],
];

const presentOf = (text: string): { text: string; value: ParamValue } => ({
  text,
  value: readLiteral(text) ?? null,
});

test.each(styles)('%s becomes %j as %s', (present, value, written) => {
  expect(renderLiteral(value, presentOf(present))).toBe(written);
});

const present = fc.constantFrom(...styles.map(([text]) => text), '1_0e-0_3', '0o17', "'''q'''", "R'q'");
const anyValue: fc.Arbitrary<ParamValue> = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0),
  fc.maxSafeInteger(),
  fc.string({ unit: 'binary' }),
  fc.string({ unit: fc.constantFrom('"', "'", '\\', '\n', '\r', 'n', '{', '\uD800', '\u2028', '\uFEFF') }),
  fc.boolean(),
  fc.constant(null),
);

test('whatever is written reads back as exactly the same value', () => {
  fc.assert(
    fc.property(present, anyValue, (text, value) => {
      const written = renderLiteral(value, presentOf(text));
      expect(readLiteral(written)).toBe(value === 0 ? 0 : value);
    }),
    { seed: 20, numRuns: 2000 },
  );
});

test('a literal written again in its own style is as short as it was, or the same', () => {
  for (const text of ['1e-3', '0.001', '1.5', '64', '1_000', '"a"', 'True', 'None', '2.5e-04', '-0.1', '.5'])
    expect(renderLiteral(presentOf(text).value, presentOf(text))).toBe(text);
});

test('what has no exact value is not read', () => {
  for (const text of ['1j', '1e999', 'b"a"', 'f"a"', '"\\N{DASH}"', '9007199254740993', '"\\x1"'])
    expect(readLiteral(text)).toBeUndefined();
});

test('strings are read with Python’s escapes', () => {
  expect(readLiteral('"a\\t\\x41\\u00e9\\101\\q\\\\\\""')).toBe('a\tAéA\\q\\"');
  expect(readLiteral('r"a\\t"')).toBe('a\\t');
});
