/** A place in a file that a line of output names. */
export interface FileLink {
  /** Half-open range of the line. */
  readonly start: number;
  readonly end: number;
  /** As written; may be relative. */
  readonly path: string;
  /** 1-based, as printed. */
  readonly line: number;
  readonly column?: number;
}

/** Longer lines are data, not messages. */
const longestLine = 2_000;

interface Pattern {
  readonly text: RegExp;
  readonly isUrl?: boolean;
}

/** A path without space, quote or bracket that ends in an extension. It begins where no other could, so that each is tried once. */
const plainPath = String.raw`(?<![^\s:'"()<>[\]{},;|#=])(?:[A-Za-z]:[\\/])?[^\s:'"()<>[\]{},;|#=]+\.[A-Za-z]\w{0,9}`;
/** Most lines name no line of anything. */
const namesLine = /[:#]\d|line \d/;

/** How interpreters and test runners name a place. The earlier pattern wins where two overlap. */
const patterns: readonly Pattern[] = [
  // Python's tracebacks and syntax errors, also within exception groups.
  { text: /File "(?<path>[^"<>]+)", line (?<line>\d+)/g },
  // Node: `at main (file:///home/a%20b/train.mjs:3:5)`, `at file:///…`.
  { text: /file:\/\/(?<path>\/[^\s()'"]+?):(?<line>\d+)(?::(?<column>\d+))?(?![\d:])/g, isUrl: true },
  // Node with a space in the path: `at main (/home/a b/train.js:3:5)`.
  { text: /\((?<path>(?:[A-Za-z]:)?[\\/][^():]+):(?<line>\d+):(?<column>\d+)\)/g },
  // Shells: `train.sh: line 12: foo: command not found`.
  { text: /(?<=^|\s)(?<path>[^\s:'"()]+): line (?<line>\d+)(?=:)/g },
  // R: `(from train.R#12)`.
  { text: /(?<![^\s:'"()<>#])(?<path>[^\s:'"()<>#]+\.[rR])#(?<line>\d+)/g },
  // Everything else: pytest, compilers, Julia, R's parser, linters.
  {
    text: new RegExp(String.raw`(?<path>${plainPath}):(?<line>\d+)(?::(?<column>\d+))?(?![\w/]|\.\d)`, 'g'),
  },
];

/** Places that a line names, in the order they stand. Whether the files exist is for the caller to find out. */
export const collectFileLinks = (line: string): readonly FileLink[] => {
  if (line.length > longestLine || !namesLine.test(line)) return [];
  const links: FileLink[] = [];
  for (const pattern of patterns)
    for (const match of line.matchAll(pattern.text)) {
      const link = toLink(match, pattern);
      if (link !== undefined && !links.some((other) => overlaps(other, link))) links.push(link);
    }
  return links.sort((a, b) => a.start - b.start);
};

const overlaps = (a: FileLink, b: FileLink): boolean => a.start < b.end && b.start < a.end;

const toLink = (match: RegExpExecArray, { isUrl }: Pattern): FileLink | undefined => {
  const { path = '', line, column } = match.groups ?? {};
  const file = isUrl === true ? decoded(path) : path;
  if (file === undefined || Number(line) < 1) return undefined;
  return {
    start: match.index,
    end: match.index + match[0].length,
    path: file,
    line: Number(line),
    ...(column === undefined ? {} : { column: Number(column) }),
  };
};

const decoded = (path: string): string | undefined => {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined; // a stray `%`: no URL after all
  }
};
