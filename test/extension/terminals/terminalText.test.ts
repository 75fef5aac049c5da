import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TerminalText, toEndLine, toHeaderLine } from '../../../src/extension/terminals/terminalText.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const convert = (...chunks: readonly Uint8Array[]): string => {
  const text = new TerminalText();
  return chunks.map((chunk) => text.convert(chunk)).join('');
};

test('new lines get a return, and those that have one stay', () => {
  expect(convert(bytes('a\nb\r\nc'))).toBe('a\r\nb\r\nc');
});

test('a return at the end of one read and the new line in the next are one line end', () => {
  expect(convert(bytes('a\r'), bytes('\nb'))).toBe('a\r\nb');
});

test('a progress bar that rewrites its line is left alone', () => {
  expect(convert(bytes('10%\r20%'))).toBe('10%\r20%');
});

test('however the output is cut, it reads the same', () => {
  const piece = fc.constantFrom('\n', '\r', '\r\n', 'é', '😀', 'x');
  fc.assert(
    fc.property(fc.array(piece), fc.array(fc.nat(60)), (pieces, cuts) => {
      const all = bytes(pieces.join(''));
      const ends = [...cuts.filter((cut) => cut < all.length).sort((a, b) => a - b), all.length];
      const chunks = ends.map((end, index) => all.subarray(ends[index - 1] ?? 0, end));
      expect(convert(...chunks)).toBe(convert(all));
    }),
    { seed: 5 },
  );
});

test('bytes that are no text do not stop what follows', () => {
  expect(convert(new Uint8Array([0xff, 0xfe]), bytes('ok'))).toBe('\ufffd\ufffdok');
});

test('values cannot steer the terminal', () => {
  expect(toHeaderLine('trial 7 · name=\u001b[2J')).not.toContain('\u001b[2J');
});

test('the end line begins on a line of its own', () => {
  expect(toEndLine('trial 7', false).startsWith('\r\n')).toBe(true);
  expect(toEndLine('trial 7', true).startsWith('\r\n')).toBe(false);
});
