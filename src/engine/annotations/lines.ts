/** Where lines begin and end, in UTF-16 offsets; `\n`, `\r\n` and `\r` end a line, as in Python. */
export class Lines {
  private readonly starts: number[] = [0];
  private readonly text: string;

  constructor(text: string) {
    this.text = text;
    const ending = /\r\n|\n|\r/gu;
    while (ending.test(text)) this.starts.push(ending.lastIndex);
  }

  /** How many lines there are; a line end at the end of the text begins one more. */
  get count(): number {
    return this.starts.length;
  }

  /** The 0-based line that holds an offset. */
  lineOf(offset: number): number {
    let low = 0;
    let high = this.starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  startOf(line: number): number {
    return this.starts[line] ?? this.text.length;
  }
}
