import { type FileHandle, open } from 'node:fs/promises';

/** What a terminal shows of a log at once; a person does not read megabytes. */
export const mostBacklogBytes = 256 * 1024;

export interface TailPiece {
  readonly bytes: Uint8Array;
  /** Bytes left out before these, because more was there than anyone reads. */
  readonly skipped: number;
}

const nothing: TailPiece = { bytes: new Uint8Array(), skipped: 0 };

/** Reads what a file has grown by since the last look. A file that is not there yet has grown by nothing. */
export class LogTail {
  private readonly file: string;
  private offset = 0;

  constructor(file: string) {
    this.file = file;
  }

  async read(): Promise<TailPiece> {
    let handle: FileHandle;
    try {
      handle = await open(this.file, 'r');
    } catch {
      return nothing; // not written yet, or removed with its study
    }
    try {
      const { size } = await handle.stat();
      const from = Math.max(this.offset, size - mostBacklogBytes);
      if (size <= from) return nothing;
      const { bytesRead, buffer } = await handle.read(new Uint8Array(size - from), 0, size - from, from);
      const skipped = from - this.offset;
      this.offset = from + bytesRead;
      return { bytes: buffer.subarray(0, bytesRead), skipped };
    } finally {
      await handle.close();
    }
  }
}
