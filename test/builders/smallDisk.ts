import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { onTestFinished } from 'vitest';

/** A small file system of its own inside a folder, until the test ends; undefined where mounting is not allowed. */
export const aSmallDisk = (folder: string, megabytes: number): string | undefined => {
  const disk = path.join(folder, 'disk');
  mkdirSync(disk);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', disk], { stdio: 'ignore' });
  } catch {
    return undefined;
  }
  onTestFinished(() => {
    execFileSync('umount', ['-l', disk]);
  });
  return disk;
};

/** Leaves no room on a small disk, by one file. */
export const fillDisk = (file: string): void => {
  try {
    writeFileSync(file, Buffer.alloc(64_000_000));
  } catch {
    // as large as fits: that is the point
  }
};
