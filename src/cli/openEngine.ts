import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { Engine, type EngineOptions, type Layout, layoutOf } from '../engine/node.ts';
import { UsageError } from './usageError.ts';

/** This file is bundled to `dist/tunelens.js`; runtime and native binary lie beside it. */
const bundle = __dirname;

/** musl and glibc need different binaries; the loader's name in our own memory map tells which is in use. */
const isMusl = (): boolean => {
  try {
    return (
      process.platform === 'linux' && /\/ld-musl-[^/\s]*\.so/.test(readFileSync('/proc/self/maps', 'latin1'))
    );
  } catch {
    return false; // no /proc: not a Linux where it matters
  }
};

export const nativeBinding = (): string => {
  const platform = isMusl() ? 'linuxmusl' : process.platform;
  return path.join(bundle, 'native', `${platform}-${process.arch}.node`);
};

/** Where a script's studies are kept: the nearest folder above it that has `.tunelens`, else its own. */
export const folderOf = (script: string): string => {
  const own = path.dirname(path.resolve(script));
  for (let folder = own; ; folder = path.dirname(folder)) {
    if (existsSync(path.join(folder, '.tunelens', 'tunelens.db'))) return folder;
    if (folder === path.dirname(folder)) return own;
  }
};

/** A folder given on the command line. Throws `UsageError` when it is none. */
export const existingFolder = (folder: string): string => {
  const absolute = path.resolve(folder);
  if (!statSync(absolute, { throwIfNoEntry: false })?.isDirectory())
    throw new UsageError(`There is no folder ${absolute}.`);
  return absolute;
};

/** Opens a folder that has studies already, to look at them. Throws `UsageError` where there are none. */
export const openExisting = (folder: string): Engine => {
  return openEngine(layoutWithStudies(existingFolder(folder)).folder);
};

/** Where a folder keeps its studies. Throws `UsageError` where there are none. */
export const layoutWithStudies = (folder: string): Layout => {
  const layout = layoutOf(folder);
  if (!existsSync(layout.database))
    throw new UsageError(`There are no studies in ${folder}. Say where they are with --folder.`);
  return layout;
};

export const openEngine = (
  folder: string,
  options: Partial<Omit<EngineOptions, 'folder' | 'runtimeFolder' | 'nativeBinding'>> = {},
): Engine =>
  new Engine({
    folder,
    runtimeFolder: path.join(bundle, 'runtime'),
    nativeBinding: nativeBinding(),
    adoptOthers: false,
    place: 'command',
    onNote: (note) => process.stderr.write(`tunelens: ${note}\n`),
    ...options,
  });
