import { lineStartsOutside } from '../python/chunks.ts';

/** A line of IPython's own, and the Python that stands for it. */
export interface MagicLine {
  /** 0-based. */
  readonly line: number;
  /** On one line, with the indentation of the original. */
  readonly text: string;
}

export interface MagicLines {
  readonly instead: readonly MagicLine[];
  /** The text with `pass` in place of each such line, of the same length. */
  readonly scannable: string;
}

/**
 * Finds what only a notebook understands (`%matplotlib inline`, `!pip install x`, `%%time`, `help?`) and what a plain
 * Python does instead. What shows, measures or installs is left out; what acts is done; what neither fits raises an error
 * that names the line, when it is reached. Lines inside strings and brackets are Python's.
 */
export const magicLines = (text: string): MagicLines => {
  const lines = text.split('\n');
  const instead: MagicLine[] = [];
  const shown = [...lines];
  const replace = (line: number, code: string): void => {
    const original = lines[line] ?? '';
    const indent = /^[ \t]*/u.exec(original)?.[0] ?? '';
    instead.push({ line, text: `${indent}${code}` });
    shown[line] = asPass(original);
  };
  const first = lines.findIndex((line) => line.trim() !== '');
  const cellMagic = /^%%(?<name>\w+)(?<rest>.*)$/u.exec(lines[first] ?? '')?.groups;
  if (cellMagic !== undefined) {
    const { name = '', rest = '' } = cellMagic;
    if (!runsItsBody.has(name)) {
      // The whole cell is another language's, or is only shown.
      const act = isOnlyShown.has(name) ? 'pass' : refusal(`%%${name}${rest}`);
      for (const line of lines.keys()) replace(line, line === first ? act : '');
      return { instead, scannable: shown.join('\n') };
    }
    replace(first, 'pass');
  }
  const body = shown.join('\n');
  for (const line of lineStartsOutside(body, (start, end) => isMagic(body.slice(start, end)))) {
    const original = lines[line] ?? '';
    if (shown[line] === original && isMagic(original)) replace(line, pythonFor(original.trim()));
  }
  instead.sort((a, b) => a.line - b.line);
  return { instead, scannable: shown.join('\n') };
};

/** Cell magics whose cell is Python that runs as usual. */
const runsItsBody = new Set([
  'time',
  'timeit',
  'capture',
  'prun',
  'python',
  'python3',
  'memit',
  'notify',
  'wandb',
]);
/** Cell magics whose cell only shows something. */
const isOnlyShown = new Set(['html', 'HTML', 'javascript', 'js', 'latex', 'markdown', 'svg', 'SVG', 'ai']);

const isMagic = (line: string): boolean =>
  /^[ \t]*(?:[%!?]|[\w.]+\?{1,2}[ \t]*$|[\w., \t]+=[ \t]*[%!])/u.test(line);

/** A line that does nothing, of the same length and indentation. */
export const asPass = (line: string): string => {
  const indent = /^[ \t]*/u.exec(line)?.[0] ?? '';
  const rest = line.slice(indent.length);
  if (rest === '') return line;
  // A block that holds nothing else is still one.
  return indent + (rest.length >= 'pass'.length ? 'pass' : '#').padEnd(rest.length, ' ');
};

/** Line magics that show, measure, install or set up the notebook itself. */
const leftOut =
  /^[%!]{1,2}[ \t]*(?:(?:python3?[ \t]+-m[ \t]+)?(?:pip3?|conda|mamba|uv|apt(?:-get)?)\b|nvidia-smi\b|ls\b|pwd\b|matplotlib\b|pylab\b|config\b|load_ext\b|reload_ext\b|unload_ext\b|autoreload\b|tensorboard\b|timeit\b|who\b|whos\b|history\b|precision\b|xmode\b|lsmagic\b|pdb\b|debug\b|colors\b|watermark\b|memit\b)/u;

const pythonFor = (line: string): string => {
  if (/^\?|\?$/u.test(line) || leftOut.test(line)) return 'pass';
  const timed = /^%(?:time|prun)[ \t]+(?<statement>.+)$/u.exec(line)?.groups?.statement;
  if (timed !== undefined) return timed;
  if (line === '%time') return 'pass';
  const folder = /^[%!]cd[ \t]+(?<folder>[^$`{}]+)$/u.exec(line)?.groups?.folder;
  if (folder !== undefined && line.startsWith('%'))
    return `import os as __os; __os.chdir(__os.path.expanduser(${JSON.stringify(folder.trim().replaceAll(/^["']|["']$/gu, ''))}))`;
  const set = /^%(?:set_)?env[ \t]+(?<name>\w+)(?:=|[ \t]+)(?<value>[^$`{}]*)$/u.exec(line)?.groups;
  if (set !== undefined)
    return `import os as __os; __os.environ[${JSON.stringify(set.name)}] = ${JSON.stringify((set.value ?? '').trim())}`;
  // `{x}` and `$x` would be filled in by IPython.
  if (line.startsWith('!') && !/[{}$`]|^!!/u.test(line))
    return `import subprocess as __subprocess; __subprocess.call(${JSON.stringify(line.slice(1).trim())}, shell=True)`;
  return refusal(line);
};

const refusal = (line: string): string =>
  `raise RuntimeError(${JSON.stringify(
    `A trial runs the notebook's code as a Python program, which cannot do: ${line}. ` +
      'Write it in Python, or give the cell the tag tunelens-skip.',
  )})`;
