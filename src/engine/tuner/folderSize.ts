import type { Dirent } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import path from 'node:path';

/** What is in a folder; nothing when it was never made, or is gone. */
export const entriesOf = async (folder: string): Promise<readonly Dirent[]> =>
  readdir(folder, { withFileTypes: true }).catch(() => []);

/** Bytes of all files below a folder. */
export const folderSize = async (folder: string): Promise<number> => {
  let bytes = 0;
  for (const { name } of await entriesOf(folder)) bytes += await sizeOf(path.join(folder, name));
  return bytes;
};

/** Bytes of a file, or of all files below a folder; links are not followed. */
export const sizeOf = async (name: string): Promise<number> => {
  const stats = await lstat(name).catch(() => undefined); // gone meanwhile
  if (stats === undefined) return 0;
  return stats.isDirectory() ? folderSize(name) : stats.size;
};
