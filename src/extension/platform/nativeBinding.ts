import { readFileSync } from 'node:fs';

/** better-sqlite3 ships one binary per operating system, processor and, on Linux, C library. */
export const platformName = (): string => `${isMusl() ? 'linuxmusl' : process.platform}-${process.arch}`;

const isMusl = (): boolean => {
  if (process.platform !== 'linux') return false;
  try {
    return /\/ld-musl-[^/\s]*\.so/.test(readFileSync('/proc/self/maps', 'latin1'));
  } catch {
    return false; // no /proc: then it is not a musl container we know of
  }
};
