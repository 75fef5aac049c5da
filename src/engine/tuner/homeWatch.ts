import { closeSync, fstatSync, openSync, type Stats, statSync } from 'node:fs';
import type { Layout } from './layout.ts';

/** What became of the files under an open store. */
export type HomeTrouble = 'folder-deleted' | 'folder-moved' | 'database-deleted' | 'database-replaced';

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
 * Notices when the folder of an open store, or its database, is no longer what was opened. Looks at names only: opening
 * and closing the database's file beside SQLite would drop SQLite's locks on it.
 */
export class HomeWatch {
  private readonly layout: Layout;
  private readonly home: number | undefined;
  private readonly homeIdentity: string | undefined;
  private database: string | undefined;
  private log: string | undefined;

  constructor(layout: Layout) {
    this.layout = layout;
    this.home = openFolder(layout.home);
    this.homeIdentity = look(layout.home);
    this.adopt();
  }

  /** What stands there now is what is open. */
  adopt(): void {
    this.database = look(this.layout.database);
    this.log = look(`${this.layout.database}-wal`);
  }

  /** The write-ahead log under the name is the one of the database that was opened. */
  isOwnLog(): boolean {
    const now = look(`${this.layout.database}-wal`);
    return now !== undefined && now === this.log;
  }

  look(): HomeTrouble | undefined {
    if (look(this.layout.home) !== this.homeIdentity)
      return this.isDeleted() ? 'folder-deleted' : 'folder-moved';
    const database = look(this.layout.database);
    if (database === this.database) {
      this.log = look(`${this.layout.database}-wal`) ?? this.log;
      return undefined;
    }
    return database === undefined ? 'database-deleted' : 'database-replaced';
  }

  close(): void {
    if (this.home !== undefined) closeSync(this.home);
  }

  private isDeleted(): boolean {
    return this.home === undefined || fstatSync(this.home).nlink === 0;
  }
}

/** Not every system opens folders; without, a folder that is gone counts as deleted. */
const openFolder = (name: string): number | undefined => {
  try {
    return openSync(name, 'r');
  } catch {
    return undefined;
  }
};
