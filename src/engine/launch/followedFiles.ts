import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';

export interface Chunk {
  /** Overwritten by the next read. */
  readonly bytes: Buffer;
  /** There may be more after these bytes. */
  readonly more: boolean;
  /** The file is not the one that was read before, or lost what was: these bytes are its first. */
  readonly anew: boolean;
}

interface Followed {
  readonly fd: number;
  readonly device: number;
  readonly inode: number;
  /** End of what was read. */
  readTo: number;
}

const nothing: Chunk = { bytes: Buffer.alloc(0), more: false, anew: false };

/** Two files a run; with more runs than this, those looked at longest ago are opened again. */
const mostOpen = 4_096;

/** The longest a read can be. */
export const mostBytesAtOnce = 1 << 20;

/**
 * Files that are read on and on. They are kept open, since opening, asking for the size and closing cost five times
 * what reading does, and a thousand are looked at many times a second.
 */
export class FollowedFiles {
  /** Least recently read first. */
  private readonly open = new Map<string, Followed>();
  /** Were not there when they were looked for with `check`. */
  private readonly missing = new Set<string>();
  private most = mostOpen;
  private buffer: Buffer | undefined;

  /**
   * At most `limit` bytes of a file from `offset` on; none when the file is not there (yet). With `check`, a file
   * that was made, replaced or cut short since it was read is noticed, where nothing new is found in the old place.
   */
  read(file: string, offset: number, limit: number, check: boolean): Chunk {
    if (!check && this.missing.has(file)) return nothing;
    const followed = this.open.get(file) ?? this.openFile(file);
    if (followed === undefined) return nothing;
    try {
      const chunk = this.readOpen(followed, offset, limit);
      if (!check || chunk.bytes.length > 0 || offset > followed.readTo) return chunk;
      return this.readAnew(file, followed, offset, limit) ?? chunk;
    } catch {
      this.forget(file); // a stale handle of a network file system, say: opened again by the next look
      return nothing;
    }
  }

  /** Closes a file that will not be read for some time. */
  forget(file: string): void {
    this.missing.delete(file);
    const followed = this.open.get(file);
    if (followed === undefined) return;
    this.open.delete(file);
    close(followed.fd);
  }

  private readOpen(followed: Followed, offset: number, limit: number): Chunk {
    this.buffer ??= Buffer.allocUnsafeSlow(mostBytesAtOnce);
    const asked = Math.min(limit, mostBytesAtOnce);
    const length = readSync(followed.fd, this.buffer, 0, asked, offset);
    if (length === 0) return nothing;
    followed.readTo = Math.max(followed.readTo, offset + length);
    return { bytes: this.buffer.subarray(0, length), more: length === asked, anew: false };
  }

  /** From its first byte, when there is another file under the name, or this one is shorter than what was read of it. */
  private readAnew(file: string, followed: Followed, offset: number, limit: number): Chunk | undefined {
    const seen = statSync(file, { throwIfNoEntry: false });
    if (seen === undefined) return undefined;
    const same = seen.ino === followed.inode && seen.dev === followed.device;
    if (same && seen.size >= offset) return undefined;
    this.forget(file);
    const fresh = this.openFile(file);
    return fresh === undefined ? undefined : { ...this.readOpen(fresh, 0, limit), anew: true };
  }

  private openFile(file: string): Followed | undefined {
    // Most are not there when they are not open; an error would cost ten times as much as this question.
    if (statSync(file, { throwIfNoEntry: false }) === undefined) {
      this.missing.add(file);
      return undefined;
    }
    this.missing.delete(file);
    if (this.open.size >= this.most) this.closeSome();
    const fd = openToRead(file) ?? this.openWithRoom(file);
    if (fd === undefined) return undefined;
    const { dev, ino } = fstatSync(fd);
    const followed = { fd, device: dev, inode: ino, readTo: 0 };
    this.open.set(file, followed);
    return followed;
  }

  /** A second try where the process has as many files open as it may: with fewer of ours from now on. */
  private openWithRoom(file: string): number | undefined {
    if (this.open.size < 2) return undefined;
    this.most = this.open.size;
    this.closeSome();
    return openToRead(file);
  }

  /** The half that was opened first. */
  private closeSome(): void {
    for (const file of [...this.open.keys()].slice(0, Math.ceil(this.open.size / 2))) this.forget(file);
  }
}

const openToRead = (file: string): number | undefined => {
  try {
    return openSync(file, 'r');
  } catch {
    return undefined; // removed since, not ours to read, or too many open
  }
};

const close = (fd: number): void => {
  try {
    closeSync(fd);
  } catch {
    // the system has closed it already, as after a network file system went away
  }
};
