import type { Database } from 'better-sqlite3';
import { StoreError } from '../study/store.ts';
import { first } from './migrations/001-first.ts';
import { rungs } from './migrations/002-rungs.ts';
import { unfinished } from './migrations/003-unfinished.ts';
import { lineage } from './migrations/004-lineage.ts';

/** "TnLs" in the file's header says that a SQLite database is ours. */
export const applicationId = 0x546e4c73;

/** Step n takes a database of version n to version n + 1. Steps are only ever added. */
const steps: readonly string[] = [first, rungs, unfinished, lineage];

export const schemaVersion = steps.length;

/** A number from the file's header; 0 in a new file. */
const headerNumber = (db: Database, name: 'application_id' | 'user_version'): number =>
  Number(db.pragma(name, { simple: true }));

const isEmpty = (db: Database): boolean =>
  db.prepare('SELECT 1 FROM sqlite_schema LIMIT 1').get() === undefined;

/** The version of a database that may be opened. Throws `StoreError` for a foreign or a newer one; writes nothing. */
export const readVersion = (db: Database, file: string): number => {
  const owner = headerNumber(db, 'application_id');
  if (owner !== applicationId && !(owner === 0 && isEmpty(db)))
    throw new StoreError('not-a-database', `${file} is a database of another program. Choose another file.`);
  const version = headerNumber(db, 'user_version');
  if (version > schemaVersion)
    throw new StoreError(
      'newer-version',
      `${file} was written by a newer TuneLens (format ${version}; this one knows up to ${schemaVersion}). Update TuneLens to open it; it was left as it is.`,
    );
  return version;
};

/** Brings a database to the newest version, all steps or none. The version is read again under the write lock. */
export const migrate = (db: Database, file: string): void => {
  if (readVersion(db, file) === schemaVersion) return;
  db.transaction(() => {
    for (const step of steps.slice(readVersion(db, file))) db.exec(step);
    db.pragma(`application_id = ${applicationId}`);
    db.pragma(`user_version = ${schemaVersion}`);
  }).immediate();
};
