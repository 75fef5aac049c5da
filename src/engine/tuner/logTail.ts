import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** The last bytes of a file as text, replacement characters for what is not UTF-8; empty when there is none. */
export const readTail = (file: string, bytes = 16_384): string => {
  let fd: number;
  try {
    fd = openSync(file, 'r');
  } catch {
    return ''; // no output was ever written
  }
  try {
    const { size } = fstatSync(fd);
    const buffer = Buffer.alloc(Math.min(size, bytes));
    const length = readSync(fd, buffer, 0, buffer.length, size - buffer.length);
    return buffer.toString('utf8', 0, length);
  } finally {
    closeSync(fd);
  }
};
