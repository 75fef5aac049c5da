/** A number, a text, a truth value or a comment sign that begins what is no code any more. */
const token =
  /(?<comment>#|\/\/)|(?<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|(?<word>[\p{L}_][\p{L}\p{N}_]*)|(?<number>[+-]?(?:\d[\d_']*\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)/gu;
const truth = /^(?:true|false|none|null|nil|t|f)$/iu;

/** A quick look at one line, which the scanner corrects when the action is chosen. */
export const isOnLiteral = (line: string, character: number): boolean => {
  for (const { index, groups } of line.matchAll(token)) {
    const { comment, text, word, number } = groups ?? {};
    if (comment !== undefined) return false;
    const found = text ?? number ?? (word !== undefined && truth.test(word) ? word : undefined);
    if (found === undefined || character < index || character > index + found.length) continue;
    // What is in an f-string is put together when the program runs.
    return text === undefined || !/f/iu.test(/[a-z]*$/iu.exec(line.slice(0, index))?.[0] ?? '');
  }
  return false;
};
