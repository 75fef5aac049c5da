import { type Dirent, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { isNotebook, readSource } from './sources.ts';

/** What became of a source file that is not where it was. */
export type RenamedFile =
  | { readonly kind: 'found'; readonly file: string; readonly text: string }
  | { readonly kind: 'several'; readonly files: readonly string[] }
  | { readonly kind: 'none' };

/** Share of the lines that a file must have kept to be the same one under another name; as Git has it. */
const leastLikeness = 0.6;
/** Files looked at; a guard against walking a whole disk. */
const mostFiles = 3_000;
const left = /^(?:\..*|node_modules|__pycache__|site-packages|dist|build)$/u;

/**
 * Looks below `folder` for a file that has most of the lines that `before` had, with the same extension. Files in
 * `known` belong to the study themselves. `texts` are those of open documents, which come before what is on disk.
 */
export const findRenamedFile = (
  file: string,
  before: string,
  { folder, known, texts }: RenameSearch,
): RenamedFile => {
  const lines = linesIn(before);
  if (lines.size === 0) return { kind: 'none' };
  const found: { readonly file: string; readonly text: string }[] = [];
  for (const candidate of filesBelow(folder, path.extname(file))) {
    if (known.has(candidate)) continue;
    const text = texts[candidate] ?? readIfAlike(candidate, before.length);
    if (text !== undefined && likeness(lines, linesIn(text)) >= leastLikeness)
      found.push({ file: candidate, text });
  }
  const [only, second] = found;
  if (only === undefined) return { kind: 'none' };
  return second === undefined
    ? { kind: 'found', ...only }
    : { kind: 'several', files: found.map((each) => each.file) };
};

export interface RenameSearch {
  readonly folder: string;
  readonly known: ReadonlySet<string>;
  readonly texts: Readonly<Record<string, string>>;
}

const readIfAlike = (file: string, length: number): string | undefined => {
  try {
    // A notebook's size is mostly that of its outputs.
    if (isNotebook(file)) return readSource(file).scannable;
    const { size } = statSync(file);
    return size > 2 * length + 200 || size < length / 3 ? undefined : readFileSync(file, 'utf8');
  } catch {
    return undefined; // gone in this moment, or not to be read: not the one that is sought
  }
};

const filesBelow = (folder: string, extension: string): readonly string[] => {
  const files: string[] = [];
  const queue = [folder];
  let seen = 0;
  for (let at = queue.shift(); at !== undefined && seen < mostFiles; at = queue.shift()) {
    for (const entry of entriesOf(at)) {
      if (left.test(entry.name)) continue;
      const whole = path.join(at, entry.name);
      if (entry.isDirectory()) {
        if (!existsSync(path.join(whole, 'pyvenv.cfg'))) queue.push(whole);
      } else if (entry.isFile() && path.extname(entry.name) === extension && ++seen <= mostFiles)
        files.push(whole);
    }
  }
  return files;
};

const entriesOf = (folder: string): readonly Dirent[] => {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return []; // not to be read
  }
};

const linesIn = (text: string): ReadonlyMap<string, number> => {
  const counts = new Map<string, number>();
  for (const line of text.replace(/^\uFEFF/u, '').split(/\r\n|\n|\r/u)) {
    const bare = line.trim();
    if (bare !== '') counts.set(bare, (counts.get(bare) ?? 0) + 1);
  }
  return counts;
};

/** The share of lines that both have, of those of the longer one. */
const likeness = (a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): number => {
  const size = (counts: ReadonlyMap<string, number>): number =>
    [...counts.values()].reduce((sum, n) => sum + n, 0);
  let shared = 0;
  for (const [line, count] of a) shared += Math.min(count, b.get(line) ?? 0);
  return shared / Math.max(size(a), size(b), 1);
};
