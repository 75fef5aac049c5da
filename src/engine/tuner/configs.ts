import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { hasAnnotation } from '../annotations/comment.ts';
import { configName, type FileMention } from '../annotations/config/mention.ts';
import { configMentions } from '../annotations/configMentions.ts';
import { languageOfFile } from '../annotations/languages.ts';
import type { Asked } from '../annotations/pairAsked.ts';
import type { FileAnnotations } from '../annotations/tunable.ts';
import { type Choice, type HydraFile, hydraFiles } from './hydra.ts';

/** A source that may name configuration files. */
interface Naming {
  readonly path: string;
  readonly scannable: string;
  readonly annotations: Pick<FileAnnotations, 'elsewhere'>;
}

/** A configuration file that belongs to a study. */
export interface ConfigFile {
  readonly path: string;
  readonly bytes: Uint8Array;
  readonly text: string;
  /** What comments in sources ask of it, with where each stands. */
  readonly asked: readonly (Asked & { readonly by: string })[];
  /** It is read only where a tuned entry chooses it. */
  readonly when?: Choice;
  /** As `HydraFile.below`. */
  readonly below?: string;
}

/** A file that a comment is about and that is not there. */
export interface MissingConfig {
  readonly by: string;
  readonly asked: Asked;
}

export interface ConfigSearch {
  readonly cwd: string;
  /** Where sources and their configuration files are looked for. */
  readonly roots: readonly string[];
  readonly args: readonly string[];
}

/**
 * The configuration files that sources read, as far as their text tells: those that they name, those among the script's
 * arguments, and those that Hydra puts together. Only files with annotations, or asked for by a source's, belong.
 */
export const collectConfigs = (
  sources: readonly Naming[],
  search: ConfigSearch,
): { readonly configs: readonly ConfigFile[]; readonly missing: readonly MissingConfig[] } => {
  const whens = new Map<string, Omit<HydraFile, 'file' | 'below'> & { readonly below?: string }>();
  const asked = new Map<string, ConfigFile['asked'][number][]>();
  const missing: MissingConfig[] = [];
  const finder = new Finder(sources, search);
  for (const source of sources) {
    for (const each of source.annotations.elsewhere) {
      const found = finder.find({ file: each.file, flags: [] }, source.path)[0];
      const wish = { ...each, source: source.scannable, by: source.path };
      if (found === undefined) missing.push({ by: source.path, asked: wish });
      else asked.set(found, [...(asked.get(found) ?? []), wish]);
    }
    const { files, hydra } = configMentions(languageOfFile(source.path) ?? 'python', source.scannable);
    for (const file of files.flatMap((mention) => finder.find(mention, source.path))) whens.set(file, {});
    for (const { file, ...how } of hydra.flatMap((mention) => hydraFiles(source.path, mention, search.args)))
      if (!whens.has(file)) whens.set(file, how);
  }
  for (const file of finder.inArguments()) whens.set(file, {});
  const files = [...new Set([...whens.keys(), ...asked.keys()])];
  const configs = files.flatMap(
    (file) => readConfig(file, asked.get(file) ?? [], whens.get(file) ?? {}) ?? [],
  );
  return { configs, missing };
};

const readConfig = (
  file: string,
  asked: ConfigFile['asked'],
  how: Pick<ConfigFile, 'when' | 'below'>,
): ConfigFile | undefined => {
  const bytes = readFileSync(file);
  const text = bytes.toString('utf8');
  if (asked.length === 0 && !hasAnnotation(text)) return undefined;
  return { path: file, bytes, text, asked, ...how };
};

/** Folders that hold no configuration of a project's own. */
const skipped = /^(?:\.|node_modules$|__pycache__$|venv$|env$|site-packages$)/u;
/** A walk that meets more ends: this is no project's folder. */
const mostEntries = 20_000;
const deepest = 6;

class Finder {
  private readonly sources: readonly Naming[];
  private readonly search: ConfigSearch;
  private below: readonly string[] | undefined;

  constructor(sources: readonly Naming[], search: ConfigSearch) {
    this.sources = sources;
    this.search = search;
  }

  /** Where a file of this name may be; several only where its folder is put together by the program. */
  find({ file, flags }: FileMention, from: string): readonly string[] {
    // Another file stands in the arguments: this default is not read.
    if (flags.some((flag) => this.search.args.some((arg) => arg === flag || arg.startsWith(`${flag}=`))))
      return [];
    const { cwd, roots } = this.search;
    const place = [cwd, path.dirname(from), ...roots]
      .map((base) => path.resolve(base, file))
      .find((each) => isFile(each) && this.isLocal(each));
    if (place !== undefined) return [place];
    const suffix = `/${file
      .split(path.sep)
      .join('/')
      .replace(/^(?:\.?\/)+/u, '')}`;
    return this.all().filter(
      (each) => each.split(path.sep).join('/').endsWith(suffix) && this.namesFolders(each, suffix),
    );
  }

  /** Files that are arguments of their own or of an option: `--config conf/base.yaml`. */
  inArguments(): readonly string[] {
    return this.search.args
      .map((arg) => (arg.startsWith('-') ? arg.slice(arg.indexOf('=') + 1) : arg))
      .filter((arg) => configName.test(arg))
      .map((arg) => path.resolve(this.search.cwd, arg))
      .filter(isFile);
  }

  private isLocal(file: string): boolean {
    return this.search.roots.some((root) => !path.relative(root, file).startsWith('..'));
  }

  /** The folders between a root and the file have to be named by a source as well: `Path("conf") / "base.yaml"`. */
  private namesFolders(file: string, suffix: string): boolean {
    const root = this.search.roots.find((each) => !path.relative(each, file).startsWith('..'));
    if (root === undefined) return false;
    const folders = path.relative(root, file.slice(0, -suffix.length)).split(path.sep);
    return folders.every(
      (folder) => folder === '' || this.sources.some(({ scannable }) => scannable.includes(folder)),
    );
  }

  private all(): readonly string[] {
    this.below ??= this.search.roots.flatMap((root) => configsBelow(root));
    return this.below;
  }
}

const isFile = (name: string): boolean => statSync(name, { throwIfNoEntry: false })?.isFile() ?? false;

const configsBelow = (root: string): readonly string[] => {
  const found: string[] = [];
  const queue: { readonly folder: string; readonly depth: number }[] = [{ folder: root, depth: 0 }];
  let entries = 0;
  for (let next = queue.shift(); next !== undefined && entries < mostEntries; next = queue.shift()) {
    const { folder, depth } = next;
    for (const entry of entriesOf(folder)) {
      entries++;
      const place = path.join(folder, entry.name);
      if (entry.isDirectory() && depth < deepest && !skipped.test(entry.name))
        queue.push({ folder: place, depth: depth + 1 });
      else if (!entry.isDirectory() && configName.test(entry.name)) found.push(place);
    }
  }
  return found;
};

const entriesOf = (folder: string): ReturnType<typeof readFolder> => {
  try {
    return readFolder(folder);
  } catch {
    return []; // a folder that nobody may look into holds nothing for us
  }
};

const readFolder = (folder: string) => readdirSync(folder, { withFileTypes: true });
