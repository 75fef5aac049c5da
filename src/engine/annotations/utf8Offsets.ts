/**
 * UTF-8 byte offsets of UTF-16 offsets, in the order given, by one walk over the text. A byte order mark counts as
 * its three bytes if the text still has it. Half a surrogate pair counts as the three bytes of the replacement
 * character that encoders write for it. An offset inside a pair counts the whole pair; one past the end, the length.
 */
export const utf8Offsets = (text: string, offsets: readonly number[]): number[] => {
  const order = offsets.map((_, i) => i).sort((a, b) => (offsets[a] ?? 0) - (offsets[b] ?? 0));
  const bytes = new Array<number>(offsets.length).fill(0);
  let at = 0;
  let count = 0;
  for (const i of order) {
    const target = Math.min(offsets[i] ?? 0, text.length);
    while (at < target) {
      const code = text.codePointAt(at) ?? 0;
      at += code > 0xffff ? 2 : 1;
      count += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    }
    bytes[i] = count;
  }
  return bytes;
};

/** One offset; for several, `utf8Offsets` walks the text once. */
export const utf8Offset = (text: string, offset: number): number => utf8Offsets(text, [offset])[0] ?? 0;
