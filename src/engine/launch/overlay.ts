import {
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { LaunchError, type Replacement, type RunFile, type RunInput } from '../study/launcher.ts';
import { runFile } from './runFolder.ts';

/** Of ours, or a circle for whoever walks the tree. */
const leftOut: ReadonlySet<string> = new Set(['.tunelens']);

/**
 * The file's bytes with other texts at some places, each checked first. Throws `LaunchError` where something else stands
 * there than was expected: the copy of the source is damaged, and what would run is not what was asked.
 */
export const replacedBytes = (
  bytes: Uint8Array,
  replacements: readonly Replacement[],
  file: string,
): Buffer => {
  const parts: Buffer[] = [];
  const source = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  for (const { start, end, anchor, text } of [...replacements].sort((a, b) => a.start - b.start)) {
    const found = source.toString('utf8', start, end);
    if (start < at || found !== anchor)
      throw new LaunchError(
        'other',
        `The kept copy of ${file} has “${found}” where “${anchor}” was expected. Start a new study.`,
      );
    parts.push(source.subarray(at, start), Buffer.from(text));
    at = end;
  }
  return Buffer.concat([...parts, source.subarray(at)]);
};

interface Folder {
  readonly folders: Map<string, Folder>;
  readonly files: Map<string, RunFile>;
}

const emptyFolder = (): Folder => ({ folders: new Map(), files: new Map() });

const treeOf = (root: string, files: readonly RunFile[]): Folder => {
  const tree = emptyFolder();
  for (const file of files) {
    const names = path.relative(root, file.path).split(path.sep);
    const name = names.pop() ?? '';
    let folder = tree;
    for (const step of names) {
      const next = folder.folders.get(step) ?? emptyFolder();
      folder.folders.set(step, next);
      folder = next;
    }
    folder.files.set(name, file);
  }
  return tree;
};

const namesIn = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder);
  } catch {
    return []; // gone since the study was made: its files are there from their kept copies
  }
};

/** A folder of links to what is in `from`, but for the files that the run has copies of and the folders above them. */
const mirror = (from: string, to: string, { folders, files }: Folder): void => {
  mkdirSync(to);
  for (const name of namesIn(from))
    if (!folders.has(name) && !files.has(name) && !leftOut.has(name))
      symlinkSync(path.join(from, name), path.join(to, name));
  for (const [name, folder] of folders) mirror(path.join(from, name), path.join(to, name), folder);
  for (const [name, { path: file, snapshot, patches, links = [] }] of files)
    writeFileSync(path.join(to, name), replacedBytes(readFileSync(snapshot), [...patches, ...links], file), {
      mode: 0o755,
    });
};

/** Beside the run's other files. */
export const overlayFolder = (run: string): string => path.join(run, 'source');

/**
 * Puts a tree into the run's folder that looks like the script's project: copies of the sources with this trial's values
 * in them, and links to everything else. What was written is then told as bound. Repeating it changes nothing.
 */
export const prepareOverlay = ({ folder, key, overlay, files }: RunInput): void => {
  if (overlay === undefined) return;
  const copied = files.filter((file) => file.copied === true);
  const target = overlayFolder(folder);
  const aside = `${target}.${process.pid}.tmp`;
  rmSync(aside, { recursive: true, force: true });
  mirror(overlay.root, aside, treeOf(overlay.root, copied));
  if (!moved(aside, target)) rmSync(aside, { recursive: true, force: true });
  const values = Object.fromEntries(
    copied.flatMap(({ patches }) => patches.map(({ id, value }) => [id, value])),
  );
  beginSpool(folder, `${JSON.stringify({ a: key.attempt, k: 'bound', values })}\n`);
};

/**
 * Takes the links of a run that has ended out of its tree: thousands of trials would have thousands of trees that
 * searches walk through. The copies stay, since places in the run's output lead to them.
 */
export const dropLinks = (folder: string): void => {
  const drop = (within: string): void => {
    for (const entry of readdirSync(within, { withFileTypes: true })) {
      const name = path.join(within, entry.name);
      if (entry.isSymbolicLink()) rmSync(name, { force: true });
      else if (entry.isDirectory()) drop(name);
    }
  };
  try {
    drop(overlayFolder(folder));
  } catch {
    // no such run, or its folder was removed: nothing is left to take out
  }
};

/** False where another start has put it there. */
const moved = (aside: string, target: string): boolean => {
  try {
    renameSync(aside, target);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException; // file calls throw errno errors
    if (code === 'ENOTEMPTY' || code === 'EEXIST') return false;
    throw error;
  }
};

/** The spool's first record, whole; one that is there already is left alone. */
const beginSpool = (folder: string, line: string): void => {
  const spool = path.join(folder, runFile.spool);
  const aside = `${spool}.${process.pid}.tmp`;
  writeFileSync(aside, line);
  try {
    linkSync(aside, spool);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error; // file calls throw errno errors
  } finally {
    rmSync(aside, { force: true });
  }
};
