/** Turns what a process wrote into what a terminal shows: text from bytes, and a return before each new line. */
export class TerminalText {
  /** Keeps the half of a character that a read cut off; bytes that are no UTF-8 become U+FFFD. */
  private readonly decoder = new TextDecoder('utf-8');
  private endsWithReturn = false;

  convert(bytes: Uint8Array): string {
    const text = this.decoder.decode(bytes, { stream: true });
    if (text === '') return '';
    const first = this.endsWithReturn && text.startsWith('\n') ? '\n' : '';
    this.endsWithReturn = text.endsWith('\r');
    return first + text.slice(first.length).replaceAll(/\r?\n/g, '\r\n');
  }
}

const dim = '\u001b[2m';
const bold = '\u001b[1m';
const plain = '\u001b[0m';

/** No control characters from parameter values or error messages: they must not steer the terminal. */
const harmless = (text: string): string =>
  [...text].map((char) => ((char.codePointAt(0) ?? 0) < 32 || char === '\u007f' ? ' ' : char)).join('');

/** `── trial 7 · lr=0.01 ──` */
export const toHeaderLine = (text: string): string => `${bold}── ${harmless(text)} ──${plain}\r\n`;

/** On a line of its own, also when the output did not end with one. */
export const toEndLine = (text: string, atLineStart: boolean): string =>
  `${atLineStart ? '' : '\r\n'}${dim}── ${harmless(text)} ──${plain}\r\n\r\n`;
