import { readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Database } from 'better-sqlite3';
import { StoreError } from '../study/store.ts';
import { first } from './migrations/001-first.ts';
import { rungs } from './migrations/002-rungs.ts';
import { unfinished } from './migrations/003-unfinished.ts';
import { lineage } from './migrations/004-lineage.ts';
import { labels } from './migrations/005-labels.ts';

/** "TnLs" in the file's header says that a SQLite database is ours. */
export const applicationId = 0x546e4c73;

/** Step n takes a database of version n to version n + 1. Steps are only ever added. */
const steps: readonly string[] = [first, rungs, unfinished, lineage, labels];

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
  const before = readVersion(db, file);
  if (before === schemaVersion) return;
  if (before > 0 && file !== ':memory:') keepBackup(db, file, before);
  db.transaction(() => {
    for (const step of steps.slice(readVersion(db, file))) db.exec(step);
    db.pragma(`application_id = ${applicationId}`);
    db.pragma(`user_version = ${schemaVersion}`);
  }).immediate();
};

const longestBackupMs = 600_000;

/** Beside the database, such as `tunelens.db.before-v4`: what it was before its newest migration. One is kept. */
const keepBackup = (db: Database, file: string, version: number): void => {
  const name = `${file}.before-v`;
  const aside = `${name}${schemaVersion}.${process.pid}.tmp`;
  rmSync(aside, { force: true });
  db.prepare('VACUUM INTO ?').run(aside);
  // Another process may have migrated meanwhile: then what was saved is no backup any more.
  if (readVersion(db, file) !== version) {
    rmSync(aside);
    return;
  }
  const folder = path.dirname(file);
  for (const old of readdirSync(folder))
    if (old.startsWith(path.basename(name)) && !isBeingWritten(path.join(folder, old)))
      rmSync(path.join(folder, old), { force: true });
  renameSync(aside, `${name}${schemaVersion}`);
};

/** By this process, or by another one at the same moment; what a killed one left is older. */
const isBeingWritten = (file: string): boolean =>
  file.endsWith('.tmp') &&
  Date.now() - (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0) < longestBackupMs;
