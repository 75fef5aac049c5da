import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  openSync,
  readFileSync,
  readSync,
  statSync,
} from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { StoreError } from '../study/store.ts';
import type { KeptStore } from '../study/upkeep.ts';
import { Connection } from './connection.ts';
import { toStoreError } from './errors.ts';
import { migrate, readVersion, schemaVersion } from './schema.ts';
import { SqliteStore } from './sqliteStore.ts';

export interface StoreOptions {
  /** Path of the database, made when missing; `:memory:` for one that ends with its store. */
  readonly file: string;
  /** Path of better-sqlite3's compiled module; when absent the package finds its own. */
  readonly nativeBinding?: string;
  /** Only look: nothing is made or changed, and any change throws `StoreError` with reason `read-only`. */
  readonly readOnly?: boolean;
}

/** How long a call waits for another process's transaction. Ours take milliseconds. */
const busyTimeoutMs = 5000;

/**
 * Opens the store in a file, making it or bringing it to the newest version where needed. Throws `StoreError`
 * with a sentence for a person; a file that is not ours, or is newer than us, is left as it is.
 */
export const openStore = (options: StoreOptions): KeptStore => {
  const { file } = options;
  try {
    if (file !== ':memory:') checkFile(file, options.readOnly ?? false);
    const db = openDatabase(options);
    try {
      prepare(db, options);
      return new SqliteStore(new Connection(db, file));
    } catch (error) {
      db.close();
      throw error;
    }
  } catch (error) {
    throw toStoreError(error, file);
  }
};

const openDatabase = ({ file, nativeBinding, readOnly = false }: StoreOptions): Database.Database =>
  new Database(readOnly && cannotShare(file) ? copyOf(file) : file, {
    readonly: readOnly,
    timeout: busyTimeoutMs,
    ...(nativeBinding === undefined ? {} : { nativeBinding }),
  });

/**
 * Even to read a write-ahead log's database SQLite needs files beside it. Where it may not make them and nobody
 * else has, nobody is writing either (a read-only medium, another user's archive), and a copy does.
 */
const cannotShare = (file: string): boolean => !isWritable(path.dirname(file)) && !existsSync(`${file}-wal`);

/** The database in memory, its header (bytes 18 and 19) saying that it needs no write-ahead log. */
const copyOf = (file: string): Buffer => readFileSync(file).fill(1, 18, 20);

const prepare = (db: Database.Database, { file, readOnly = false }: StoreOptions): void => {
  const version = db.transaction(() => readVersion(db, file))();
  db.pragma('foreign_keys = ON');
  if (readOnly) {
    if (version === schemaVersion) return;
    throw new StoreError(
      'read-only',
      `${file} is of an older TuneLens; open it once for writing to bring it up to date.`,
    );
  }
  // Before the first table is made, or it does nothing: free pages can be given back a few at a time.
  if (version === 0) db.pragma('auto_vacuum = INCREMENTAL');
  // A commit is safe from the end of the process at once, from a power cut a moment later: a write-ahead log
  // is never torn, and reports lost with it are read again, since their cursor is lost with them.
  useWriteAheadLog(db);
  db.pragma('synchronous = NORMAL');
  // Pages of 4 KiB. Moving the log into the database waits for the disk: every 16 MB rather than every 4 MB.
  db.pragma('wal_autocheckpoint = 4000');
  migrate(db, file);
};

/**
 * The change of mode needs the file for itself, and SQLite does not wait for that by the busy timeout: processes
 * that make the same store at the same moment are in each other's way for a few milliseconds.
 */
const useWriteAheadLog = (db: Database.Database): void => {
  const waitMs = 10;
  for (let waitedMs = 0; ; waitedMs += waitMs) {
    try {
      db.pragma('journal_mode = WAL');
      return;
    } catch (error) {
      const busy = error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY');
      if (!busy || waitedMs >= busyTimeoutMs) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, waitMs);
    }
  }
};

/** What the file system can say before SQLite, whose "unable to open" has many causes. */
const checkFile = (file: string, readOnly: boolean): void => {
  const folder = path.dirname(file);
  if (existsSync(file)) {
    checkContent(file);
    if (!readOnly && !(isWritable(file) && isWritable(folder))) throw notWritable(file);
    return;
  }
  if (readOnly) throw new StoreError('not-found', `There is no database ${file}.`);
  if (!isFolder(folder))
    throw new StoreError('read-only', `${file} cannot be made: ${folder} is not a folder.`);
  if (!isWritable(folder)) throw notWritable(file);
};

const notWritable = (file: string): StoreError =>
  new StoreError('read-only', `${file} or its folder cannot be written to. Check their permissions.`);

const isFolder = (name: string): boolean => statSync(name, { throwIfNoEntry: false })?.isDirectory() ?? false;

const isWritable = (name: string): boolean => {
  try {
    accessSync(name, constants.W_OK);
    return true;
  } catch {
    return false; // whatever the reason, we may not write
  }
};

/** What every SQLite 3 file begins with. */
const magic = Buffer.from('SQLite format 3\0');

/** An empty file is a new database. */
const checkContent = (file: string): void => {
  if (!statSync(file).isFile()) throw new StoreError('not-a-database', `${file} is not a file.`);
  const head = readHead(file, magic.length);
  if (head.length > 0 && !magic.subarray(0, head.length).equals(head))
    throw new StoreError(
      'not-a-database',
      `${file} is not a database. Move it away, or choose another file.`,
    );
};

const readHead = (file: string, length: number): Buffer => {
  const head = Buffer.alloc(length);
  const descriptor = openSync(file, 'r');
  try {
    return head.subarray(0, readSync(descriptor, head, 0, length, 0));
  } finally {
    closeSync(descriptor);
  }
};
