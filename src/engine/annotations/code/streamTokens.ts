import { type StreamParser, StringStream } from '@codemirror/streamparser';
import type { Span } from '../tunable.ts';

/** A piece of one line, with the parser's word for it. */
export interface Token extends Span {
  readonly style: string | null;
}

/** Takes a token that a language's parser gets wrong, and returns its style; undefined where it is right. */
export type Correction<State> = (stream: StringStream, state: State) => string | null | undefined;

const tabSize = 4;
/** A parser that takes nothing so often in a row has lost its way. */
const mostEmpty = 10;

/** The tokens of a text, line by line; space between them is left out. */
export const tokensOf = <State>(
  source: string,
  parser: StreamParser<State>,
  correct: Correction<State>,
): readonly Token[] => {
  const tokens: Token[] = [];
  const state = parser.startState?.(tabSize) as State; // those used here have one
  const ending = /\r\n|\n|\r/gu;
  for (let start = 0; start <= source.length; ) {
    ending.lastIndex = start;
    const end = ending.exec(source)?.index ?? source.length;
    const next = end === source.length ? end + 1 : ending.lastIndex;
    const line = source.slice(start, end);
    if (line === '') parser.blankLine?.(state, tabSize);
    readLine(line, start, tokens, (stream) => {
      const corrected = correct(stream, state);
      return corrected === undefined ? parser.token(stream, state) : corrected;
    });
    start = next;
  }
  return tokens;
};

const readLine = (
  line: string,
  offset: number,
  tokens: Token[],
  read: (stream: StringStream) => string | null,
): void => {
  const stream = new StringStream(line, tabSize, tabSize);
  for (let empty = 0; !stream.eol() && empty < mostEmpty; ) {
    stream.start = stream.pos;
    const style = read(stream);
    empty = stream.pos > stream.start ? 0 : empty + 1;
    if (style !== null || stream.current().trim() !== '')
      tokens.push({ start: offset + stream.start, end: offset + stream.pos, style });
  }
};
