import { closeSync, fstatSync, openSync, readSync, type Stats, statSync } from 'node:fs';
import type { Layout } from './layout.ts';

/** What became of the files under an open store. */
export type HomeTrouble =
  | 'folder-deleted'
  | 'folder-moved'
  | 'database-deleted'
  | 'database-replaced'
  /** Cut off or overwritten in place, which SQLite itself may not notice for long: it has pages in memory. */
  | 'damaged';

const headerLength = 100;
const magic = 'SQLite format 3\0';

const identityOf = (stats: Stats | undefined): string | undefined =>
  stats === undefined ? undefined : `${stats.dev}:${stats.ino}`;

const look = (name: string): string | undefined => {
  try {
    return identityOf(statSync(name, { throwIfNoEntry: false }));
  } catch {
    return undefined; // a folder above it is no folder any more
  }
};

/**
 * Notices when the folder of an open store, or its database, is no longer what was opened. Two or three calls of the
 * file system a look.
 */
export class HomeWatch {
  private readonly layout: Layout;
  private readonly home: number | undefined;
  private readonly homeIdentity: string | undefined;
  private database: string | undefined;
  /** Kept open as long as the store: closing it earlier would drop SQLite's locks. */
  private file: number | undefined;
  private wasShort = false;
  private log: string | undefined;

  constructor(layout: Layout) {
    this.layout = layout;
    this.home = openOrNothing(layout.home);
    this.homeIdentity = look(layout.home);
    this.adopt();
  }

  /** What stands there now is what is open. */
  adopt(): void {
    this.closeFile();
    this.file = openOrNothing(this.layout.database);
    this.wasShort = false;
    this.database = look(this.layout.database);
    this.log = look(`${this.layout.database}-wal`);
  }

  /** The write-ahead log under the name is the one of the database that was opened. */
  isOwnLog(): boolean {
    const now = look(`${this.layout.database}-wal`);
    return now !== undefined && now === this.log;
  }

  look(): HomeTrouble | undefined {
    const database = look(this.layout.database);
    // With its own database in it a folder is what it was; some file systems number folders anew.
    if (database !== this.database && look(this.layout.home) !== this.homeIdentity)
      return this.isDeleted() ? 'folder-deleted' : 'folder-moved';
    if (database === this.database) {
      this.log = look(`${this.layout.database}-wal`) ?? this.log;
      return this.isCutOrOverwritten() ? 'damaged' : undefined;
    }
    return database === undefined ? 'database-deleted' : 'database-replaced';
  }

  /** After the store was closed. */
  close(): void {
    this.closeFile();
    if (this.home !== undefined) closeSync(this.home);
  }

  private closeFile(): void {
    if (this.file !== undefined) closeSync(this.file);
    this.file = undefined;
  }

  /**
   * A file that is shorter than its header says: while pages come in from the log that may be so for a moment, not in
   * two looks.
   */
  private isCutOrOverwritten(): boolean {
    if (this.file === undefined) return false;
    const head = Buffer.alloc(headerLength);
    const isHeader =
      readSync(this.file, head, 0, headerLength, 0) === headerLength &&
      head.toString('latin1', 0, magic.length) === magic;
    const pageSize = head.readUInt16BE(16) === 1 ? 65_536 : head.readUInt16BE(16);
    const isShort = !isHeader || head.readUInt32BE(28) * pageSize > fstatSync(this.file).size;
    const isCut = isShort && this.wasShort;
    this.wasShort = isShort;
    return isCut;
  }

  private isDeleted(): boolean {
    return this.home === undefined || fstatSync(this.home).nlink === 0;
  }
}

/** Not every system opens folders; without, a folder that is gone counts as deleted. */
const openOrNothing = (name: string): number | undefined => {
  try {
    return openSync(name, 'r');
  } catch {
    return undefined;
  }
};
