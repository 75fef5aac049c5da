import { closeSync, fstatSync, openSync, readSync } from 'node:fs';

/** The last bytes of a file as text, replacement characters for what is not UTF-8; empty when there is none. */
export const readTail = (file: string, bytes = 16_384): string =>
  readBytesOfTail(file, bytes).toString('utf8');

/** The last bytes of a file; empty when there is none. */
export const readBytesOfTail = (file: string, bytes: number): Buffer => {
  let fd: number;
  try {
    fd = openSync(file, 'r');
  } catch {
    return Buffer.alloc(0); // no output was ever written
  }
  try {
    const { size } = fstatSync(fd);
    const buffer = Buffer.alloc(Math.min(size, bytes));
    const length = readSync(fd, buffer, 0, buffer.length, size - buffer.length);
    return buffer.subarray(0, length);
  } finally {
    closeSync(fd);
  }
};
