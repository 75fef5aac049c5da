import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';

export interface Chunk {
  readonly bytes: Buffer;
  /** The file went on after these bytes when it was looked at. */
  readonly more: boolean;
}

const nothing: Chunk = { bytes: Buffer.alloc(0), more: false };

/** At most `limit` bytes of a file from `offset` on; none when the file is not there (yet). */
export const readChunk = (file: string, offset: number, limit: number): Chunk => {
  // Most looks find nothing new: one call without an error tells so.
  const seen = statSync(file, { throwIfNoEntry: false });
  if (seen === undefined || seen.size <= offset) return nothing;
  let fd: number;
  try {
    fd = openSync(file, 'r');
  } catch {
    return nothing;
  }
  try {
    const { size } = fstatSync(fd);
    if (size <= offset) return nothing;
    const bytes = Buffer.alloc(Math.min(size - offset, limit));
    const length = readSync(fd, bytes, 0, bytes.length, offset);
    return { bytes: bytes.subarray(0, length), more: offset + length < size };
  } finally {
    closeSync(fd);
  }
};
