import { failure, type Result, success } from '../../space/result.ts';
import { Lines } from '../lines.ts';
import { type MagicLine, magicLines } from './magicLines.ts';

/** One code cell as the editor or the file has it. */
export interface CodeCell {
  /** 1-based place among all cells of the notebook, as a person counts them. */
  readonly number: number;
  readonly text: string;
}

/** Where a cell stands in the program of its notebook. */
export interface ProgramCell {
  readonly number: number;
  /** Half-open UTF-16 offsets in the program. */
  readonly start: number;
  readonly end: number;
  /** 0-based line of the program that its first line is. */
  readonly line: number;
  /** What Python runs in place of lines that only a notebook understands; lines of the program. */
  readonly instead: readonly MagicLine[];
}

/** A notebook's code as one Python text, cells in order. */
export interface NotebookProgram {
  /** Every cell as it is written, each below a comment line with its number. */
  readonly text: string;
  /** The same, as long, with `pass` in place of lines that only a notebook understands: for the scanner. */
  readonly scannable: string;
  readonly cells: readonly ProgramCell[];
}

/** The program that a notebook is when its code cells run in order. */
export const notebookProgram = (cells: readonly CodeCell[]): NotebookProgram => {
  const placed: ProgramCell[] = [];
  const texts: string[] = [];
  const scannable: string[] = [];
  let at = 0;
  let line = 0;
  for (const { number, text } of cells) {
    const head = `# %% [cell ${number}]\n`;
    const start = at + head.length;
    line += 1;
    const magics = magicLines(text);
    placed.push({
      number,
      start,
      end: start + text.length,
      line,
      instead: magics.instead.map((each) => ({ ...each, line: line + each.line })),
    });
    texts.push(head, text, '\n');
    scannable.push(head, magics.scannable, '\n');
    at = start + text.length + 1;
    line += new Lines(text).count;
  }
  return { text: texts.join(''), scannable: scannable.join(''), cells: placed };
};

/** The code cells of a Jupyter file (nbformat 4) that are written in Python; those tagged `tunelens-skip` are left out. */
export const readNotebook = (json: string): Result<readonly CodeCell[], string> => {
  let parsed: unknown;
  try {
    parsed = JSON.parse(json);
  } catch {
    return failure('This is no notebook: it is not JSON. Save it as a Jupyter notebook (.ipynb).');
  }
  if (!isRecord(parsed) || !Array.isArray(parsed.cells))
    return failure(
      'This is no notebook of nbformat 4: it has no cells. Open it in Jupyter and save it again.',
    );
  const language = languageOf(parsed.metadata);
  if (language !== 'python')
    return failure(`The notebook’s language is ${language}, and only Python notebooks can be tuned.`);
  return success(
    parsed.cells.flatMap((cell: unknown, i): CodeCell[] => {
      if (!isRecord(cell) || cell.cell_type !== 'code' || isSkipped(cell.metadata)) return [];
      return [{ number: i + 1, text: sourceText(cell.source) }];
    }),
  );
};

export const skipTag = 'tunelens-skip';

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

/** Python unless the file says otherwise. */
const languageOf = (metadata: unknown): string => {
  const { kernelspec, language_info: info } = isRecord(metadata) ? metadata : {};
  const told = isRecord(info) ? info.name : isRecord(kernelspec) ? kernelspec.language : undefined;
  return typeof told === 'string' && told !== '' ? told.toLowerCase() : 'python';
};

const isSkipped = (metadata: unknown): boolean =>
  isRecord(metadata) && Array.isArray(metadata.tags) && metadata.tags.includes(skipTag);

/** Text, or its lines with their line ends. The editor shows `\r\n` as `\n`, and so do we. */
const sourceText = (source: unknown): string => {
  const text = Array.isArray(source) ? source.filter((part) => typeof part === 'string').join('') : source;
  return typeof text === 'string' ? text.replaceAll(/\r\n?/gu, '\n') : '';
};
