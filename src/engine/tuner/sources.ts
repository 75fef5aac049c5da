import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import type { SourceLink } from '../annotations/code/links.ts';
import { languageCalled, languageOfFile } from '../annotations/languages.ts';
import { asPass } from '../annotations/notebook/magicLines.ts';
import { notebookProgram, type ProgramCell, readNotebook } from '../annotations/notebook/notebookProgram.ts';
import type { Asked, AskedProblem } from '../annotations/pairAsked.ts';
import { scanAsked, scanSource } from '../annotations/scanSource.ts';
import type { FileAnnotations } from '../annotations/tunable.ts';
import type { RunCell } from '../study/launcher.ts';
import type { ConfigFile } from './configs.ts';
import type { Choice } from './hydra.ts';
import { runsAsCopy } from './runner.ts';

/** What a file's tunables are found in and its trials are made of. */
export interface SourceText {
  /** What trials are made of: the file itself, or the program that a notebook is. */
  readonly bytes: Uint8Array;
  readonly text: string;
  /** As long as `text`; differs where a notebook has lines that Python does not understand. */
  readonly scannable: string;
  /** Of a notebook. */
  readonly cells?: readonly ProgramCell[];
}

/** A source file as read from disk, with what its comments say. `path` is absolute. */
export interface SourceFile extends SourceText {
  readonly path: string;
  readonly annotations: FileAnnotations;
  /** Of a file that the script reads as it runs. */
  readonly config?: {
    /** What comments in other files ask of it. */
    readonly asked: readonly (Asked & { readonly by: string })[];
    readonly problems: readonly AskedProblem[];
    /** It is read only where a tuned entry of a defaults list chooses it. */
    readonly when?: Choice;
  };
  /** Other sources of the study that it names by their paths. */
  readonly links: readonly FoundLink[];
}

export interface FoundLink extends SourceLink {
  /** Absolute. */
  readonly file: string;
}

/** A script may have any name, or none that says its language: it is Python then. */
const scanFile = (file: string, text: string, names?: Iterable<string>): FileAnnotations =>
  scanSource(languageOfFile(file) ?? 'python', text, names);

export const isNotebook = (file: string): boolean => file.toLowerCase().endsWith('.ipynb');

/** Throws with a sentence where the file is gone or is no notebook although it is called one. */
export const readSource = (file: string): SourceText => {
  const bytes = readFileSync(file);
  const text = bytes.toString('utf8');
  if (!isNotebook(file)) return { bytes, text, scannable: text };
  const cells = readNotebook(text);
  if (!cells.ok) throw new Error(`${file}: ${cells.error}`);
  const program = notebookProgram(cells.value);
  return { bytes: Buffer.from(program.text), ...program };
};

/** The scannable text of a snapshot: of a notebook's, without the lines that Python does not understand. */
export const scannableSnapshot = (text: string, cells: readonly RunCell[] = []): string => {
  if (cells.length === 0) return text;
  const lines = text.split('\n');
  for (const line of cells.flatMap(({ instead }) => Object.keys(instead)))
    lines[Number(line)] = asPass(lines[Number(line)] ?? '');
  return lines.join('\n');
};

/** Scans a file again where its conditions name what is tuned in others. */
const rescan = (file: SourceFile, names: Iterable<string>): SourceFile => {
  if (!file.config) return { ...file, annotations: scanFile(file.path, file.scannable, names) };
  const { annotations, problems } = scanAsked(
    languageOfFile(file.path) ?? 'yaml',
    file.scannable,
    names,
    file.config.asked,
  );
  return { ...file, annotations, config: { ...file.config, problems } };
};

/** A configuration file as one more source. */
export const configSource = ({ path: file, bytes, text, asked, when }: ConfigFile): SourceFile =>
  rescan(
    {
      path: file,
      bytes,
      text,
      scannable: text,
      annotations: scanSource('yaml', ''),
      config: { asked, problems: [], ...(when && { when }) },
      links: [],
    },
    [],
  );

const isFile = (name: string): boolean => statSync(name, { throwIfNoEntry: false })?.isFile() ?? false;

/** Files that a dotted module name may mean when looked for in `base`. Every package on the way is one too. */
const moduleFiles = (base: string, dotted: string): readonly string[] => {
  const parts = dotted.split('.').filter((part) => part !== '');
  const files: string[] = [];
  for (let length = 1; length <= parts.length; length++) {
    const stem = path.join(base, ...parts.slice(0, length));
    files.push(path.join(stem, '__init__.py'), `${stem}.py`);
  }
  return files.filter(isFile);
};

const importedFiles = (from: string, module: string, roots: readonly string[]): readonly string[] => {
  const dots = /^\.*/.exec(module)?.[0].length ?? 0;
  if (dots === 0) return roots.flatMap((root) => moduleFiles(root, module));
  const base = path.resolve(path.dirname(from), ...Array.from({ length: dots - 1 }, () => '..'));
  const own = path.join(base, '__init__.py');
  return [...(isFile(own) ? [own] : []), ...moduleFiles(base, module.slice(dots))];
};

/** Endings that a module's name may leave out, or stand for: `./model.js` may be `model.ts`. */
const scriptEndings = ['.ts', '.mts', '.tsx', '.js', '.mjs', '.cjs', '.jsx', '/index.ts', '/index.js'];

const scriptLanguages: ReadonlySet<string> = new Set(['javascript', 'typescript', 'tsx']);

const isProgram = (file: string): boolean => runsAsCopy(file) || languageOfFile(file) === 'python';

const linkedFile = (file: string, { path: name, from }: SourceLink, cwd: string): string | undefined => {
  const whole = path.resolve(from === 'file' ? path.dirname(file) : cwd, name);
  const others = scriptLanguages.has(languageOfFile(file) ?? '')
    ? [
        ...scriptEndings.map((ending) => whole + ending),
        whole.replace(/\.([mc]?)jsx?$/u, '.$1ts'),
        whole.replace(/\.jsx?$/u, '.tsx'),
      ]
    : [];
  return [whole, ...others].find((each) => isFile(each) && isProgram(each));
};

const linksOf = (file: string, text: string, cwd: string): readonly FoundLink[] => {
  const links = languageCalled(languageOfFile(file) ?? 'python').links?.(text) ?? [];
  return links.flatMap((link) => {
    const found = linkedFile(file, link, cwd);
    return found === undefined || found === file ? [] : [{ ...link, file: found }];
  });
};

/** More local modules than any project reaches from one script; a guard against walking a whole disk. */
const maxFiles = 2_000;

/**
 * The script and every local module it imports, directly or not, found by reading only. Local means below one
 * of `roots` (the script's folder, the working folder). Installed packages are not followed.
 */
export const collectSources = (
  script: string,
  roots: readonly string[],
  cwd = path.dirname(script),
): readonly SourceFile[] => {
  const found = new Map<string, SourceFile>();
  const queue = [script];
  for (let file = queue.shift(); file !== undefined && found.size < maxFiles; file = queue.shift()) {
    if (found.has(file)) continue;
    const source = readSource(file);
    const annotations = scanFile(file, source.scannable);
    const links = linksOf(file, source.text, cwd);
    found.set(file, { path: file, ...source, annotations, links });
    queue.push(...links.map((link) => link.file));
    for (const module of annotations.imports) queue.push(...importedFiles(file, module, roots));
  }
  return [...found.values()];
};

const hasUnknownName = (file: SourceFile): boolean =>
  file.annotations.problems.some(({ code }) => code === 'unknown-name') ||
  (file.config?.problems.some(({ problem }) => problem.code === 'unknown-name') ?? false);

const namesOf = (files: readonly SourceFile[]): readonly string[] => [
  ...new Set(files.flatMap((file) => file.annotations.tunables.map(({ name }) => name))),
];

/**
 * Scans again, with the names of all files known, those files whose conditions use names they do not declare
 * themselves; repeated while that makes more names known.
 */
export const scanTogether = (files: readonly SourceFile[]): readonly SourceFile[] => {
  const names = namesOf(files);
  const again = files.map((file) => (hasUnknownName(file) ? rescan(file, names) : file));
  return namesOf(again).length > names.length ? scanTogether(again) : again;
};
