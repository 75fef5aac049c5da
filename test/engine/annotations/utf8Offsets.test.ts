import fc from 'fast-check';
import { expect, test } from 'vitest';
import { utf8Offset, utf8Offsets } from '../../../src/engine/annotations/utf8Offsets.ts';

test('a byte order mark, accents and emoji count their bytes', () => {
  expect(utf8Offsets('\uFEFFé€😀x', [0, 1, 2, 3, 5, 6])).toEqual([0, 3, 5, 8, 12, 13]);
});

test('offsets agree with the encoder, in any order', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'grapheme' })), (parts) => {
      const text = parts.join('');
      const offsets = parts.map((_, i) => parts.slice(0, i).join('').length).reverse();
      expect(utf8Offsets(text, offsets)).toEqual(
        offsets.map((offset) => Buffer.byteLength(text.slice(0, offset))),
      );
      expect(utf8Offset(text, text.length)).toBe(Buffer.byteLength(text));
    }),
    { seed: 25 },
  );
});
