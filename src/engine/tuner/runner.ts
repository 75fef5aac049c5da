import path from 'node:path';
import { languageCalled, languageOfFile } from '../annotations/languages.ts';
import type { LanguageId } from '../annotations/tunable.ts';

/** How a script that our Python runtime does not load is run. */
export interface Runner {
  /**
   * Program and options before the script, or the compiler's. `{file}` stands for the script; without it the script is the
   * last word. A compiler's `{out}` stands for what it makes; without it `-o` and that are added.
   */
  readonly words: readonly string[];
  /** The words make a program, which is then run. */
  readonly builds?: true;
  /** The folder that a run's tree of links stands for. */
  readonly root: string;
}

/** By language, or by how a file's name ends (`.tsx`), what runs or compiles such scripts. */
export type RunCommands = Readonly<Record<string, readonly string[]>>;

/** Without a setting and without a first line that says it. Mathematics is a library of its own to C's linkers. */
const usual: Partial<Readonly<Record<LanguageId, readonly string[]>>> = {
  javascript: ['node'],
  typescript: ['node'],
  tsx: ['tsx'],
  r: ['Rscript'],
  julia: ['julia', '--project'],
  shell: ['bash'],
  c: ['cc', '-O2', '{file}', '-o', '{out}', '-lm'],
  cpp: ['c++', '-O2', '-std=c++17', '-pthread', '{file}', '-o', '{out}'],
};

const compiled: ReadonlySet<LanguageId> = new Set(['c', 'cpp']);
const shells: Readonly<Record<string, string>> = { '.zsh': 'zsh', '.ksh': 'ksh' };

/** Languages whose scripts run as copies, since no runtime of ours loads them. */
export const runsAsCopy = (file: string): boolean => {
  const id = languageOfFile(file);
  return id !== undefined && languageCalled(id).onlyPrinted === true;
};

/** Does a run have a copy of the file? Configuration files are copied for scripts that our runtime does not lead to them. */
export const isCopied = (
  { path: file, kind }: { readonly path: string; readonly kind?: 'config' },
  script: string,
): boolean => runsAsCopy(file) || (kind === 'config' && runsAsCopy(script));

/** What the first line names: `#!/usr/bin/env -S deno run` is `deno run`. */
const shebangOf = (text: string): readonly string[] | undefined => {
  const line = /^#![ \t]*(.+)/u.exec(text)?.[1]?.trim();
  if (line === undefined) return undefined;
  const words = line.split(/[ \t]+/u);
  if (path.posix.basename(words[0] ?? '') !== 'env') return words;
  const rest = words.slice(1).filter((word, i) => i > 0 || word !== '-S');
  return rest.length === 0 || rest[0]?.startsWith('-') === true ? undefined : rest;
};

const isInside = (folder: string, file: string): boolean => {
  const relative = path.relative(folder, file);
  return relative !== '' && !relative.startsWith('..') && !path.isAbsolute(relative);
};

/** The workspace folder where all files lie in it, else the nearest folder that holds them all. */
const rootOf = (folder: string, files: readonly string[]): string => {
  let root = files[0] !== undefined && isInside(folder, files[0]) ? folder : path.dirname(files[0] ?? folder);
  while (!files.every((file) => isInside(root, file)) && root !== path.dirname(root))
    root = path.dirname(root);
  return root;
};

/** How to run a script; undefined for one that Python runs. A person's choice comes first, then the script's first line. */
export const runnerOf = (
  script: string,
  text: string,
  {
    commands = {},
    folder,
    files,
  }: {
    readonly commands?: RunCommands | undefined;
    /** Of the workspace. */
    readonly folder: string;
    /** That the run has copies of. */
    readonly files: readonly string[];
  },
): Runner | undefined => {
  const id = languageOfFile(script);
  if (id === undefined || !runsAsCopy(script)) return undefined;
  const extension = path.extname(script).toLowerCase();
  const chosen = [commands[extension], commands[id]].find((words) => words !== undefined && words.length > 0);
  const byName = shells[extension] === undefined ? usual[id] : [shells[extension]];
  const words = chosen ?? shebangOf(text) ?? byName ?? [];
  return { words, ...(compiled.has(id) ? { builds: true } : {}), root: rootOf(folder, files) };
};

/** The words with the script in its place, and what is made of it. */
export const filledWords = ({ words }: Runner, file: string, out?: string): readonly string[] => {
  const hasFile = words.some((word) => word.includes('{file}'));
  const hasOut = words.some((word) => word.includes('{out}'));
  const filled = words.map((word) => word.replaceAll('{file}', file).replaceAll('{out}', out ?? ''));
  return [...filled, ...(hasFile ? [] : [file]), ...(out === undefined || hasOut ? [] : ['-o', out])];
};
