import {
  copyFileSync,
  existsSync,
  linkSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import Sqlite, { type Database } from 'better-sqlite3';
import { StoreError } from '../study/store.ts';
import type { PortableStudy } from '../study/upkeep.ts';
import { Connection } from './connection.ts';
import { toStoreError } from './errors.ts';
import { openImage } from './salvage/image.ts';
import { dropOrphans, type Salvaged, salvage } from './salvage/salvage.ts';
import { migrate } from './schema.ts';
import { SqliteUpkeep } from './upkeep.ts';

export interface MendOptions {
  readonly file: string;
  readonly nativeBinding?: string;
  readonly nowMs: number;
  /** What is known of a study from elsewhere whose own row cannot be read. */
  readonly studyFor: (id: string) => PortableStudy | undefined;
  /** Mend even where no study can be read: others can say what was in it. */
  readonly evenIfEmpty?: boolean;
}

export interface Mended {
  /** Where the damaged file is kept. */
  readonly aside: string;
  readonly studies: number;
  readonly trials: number;
  readonly reports: number;
}

/** Files that belong to a database, by what stands behind its name. */
const companions = ['-wal', '-shm', '-journal'];

const removeWithCompanions = (file: string): void => {
  for (const ending of ['', ...companions]) rmSync(`${file}${ending}`, { force: true });
};

/** A moment as part of a file's name. */
export const stampOf = (nowMs: number): string =>
  new Date(nowMs).toISOString().slice(0, 19).replaceAll(':', '-');

/** A name beside a database that is free, such as `tunelens.db.damaged-2026-11-25T13-20-05`. */
export const freeNameBeside = (file: string, why: string, nowMs: number): string => {
  const name = `${file}.${why}-${stampOf(nowMs)}`;
  for (let n = 1; ; n += 1) {
    const candidate = n === 1 ? name : `${name}-${n}`;
    if (!existsSync(candidate)) return candidate;
  }
};

/**
 * Makes a good database of what can be read of a damaged one, and puts it in its place. The damaged one is kept beside
 * it under a name with the date; it is never changed. Nobody of this process may have it open. Throws `StoreError`
 * with reason `not-a-database` and leaves everything as it is where nothing of ours can be read. Where another process
 * is at it, waits and returns undefined: there is a good database by then.
 */
export const mend = (options: MendOptions): Mended | undefined => {
  const { file } = options;
  const before = inodeOf(file);
  const unlock = lock(`${file}.mending`);
  try {
    return inodeOf(file) === before ? mendLocked(options) : undefined;
  } finally {
    unlock();
  }
};

const inodeOf = (file: string): number | undefined => statSync(file, { throwIfNoEntry: false })?.ino;

const lockPollMs = 50;
/** Ten million reports take half a minute. */
const longestLockMs = 600_000;

const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'; // `kill` throws only errno errors
  }
};

/** Two processes that mend the same file would each put aside what the other made. */
const lock = (name: string): (() => void) => {
  for (let waitedMs = 0; ; waitedMs += lockPollMs) {
    try {
      writeFileSync(name, `${process.pid}\n`, { flag: 'wx' });
      return () => rmSync(name, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error; // file calls throw errno errors
    }
    if (waitedMs >= longestLockMs || !isHeld(name)) rmSync(name, { force: true });
    else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, lockPollMs);
  }
};

const isHeld = (name: string): boolean => {
  try {
    const pid = Number(readFileSync(name, 'latin1'));
    return pid === 0 || isRunning(pid); // 0: made and not yet written
  } catch {
    return false; // given back meanwhile
  }
};

const mendLocked = (options: MendOptions): Mended => {
  const { file } = options;
  const fresh = `${file}.mending-${process.pid}`;
  removeWithCompanions(fresh);
  try {
    const salvaged = writeFresh(fresh, options);
    if (salvaged.studies === 0 && options.evenIfEmpty !== true)
      throw new StoreError('not-a-database', `${file} is not a database, and nothing in it can be read.`);
    return { aside: replace(file, fresh, options.nowMs), ...salvaged };
  } catch (error) {
    throw toStoreError(error, file);
  } finally {
    removeWithCompanions(fresh);
  }
};

const writeFresh = (fresh: string, options: MendOptions): Omit<Mended, 'aside'> => {
  const { nativeBinding } = options;
  const db = new Sqlite(fresh, nativeBinding === undefined ? {} : { nativeBinding });
  const image = openImage(options.file);
  try {
    db.pragma('auto_vacuum = INCREMENTAL');
    db.pragma('synchronous = OFF'); // flushed once, at the end
    migrate(db, fresh);
    db.pragma('foreign_keys = OFF');
    const salvaged = db.transaction(() => salvage(image, db))();
    const found = restoreStudies(db, fresh, salvaged, options);
    const dropped = db.transaction(() => dropOrphans(db))();
    db.pragma('synchronous = FULL');
    db.exec('UPDATE meta SET revision = revision + 1'); // written with a flush, and everything before it
    return {
      studies: salvaged.studies + found,
      trials: salvaged.trials - dropped.trials,
      reports: salvaged.reports - dropped.reports,
    };
  } finally {
    image.close();
    db.close();
  }
};

/** Gives trials back the study whose row was lost. Returns how many studies that are. */
const restoreStudies = (db: Database, file: string, salvaged: Salvaged, options: MendOptions): number => {
  let found = 0;
  for (const [key, id] of salvaged.withoutStudy) {
    const study = id === '' ? undefined : options.studyFor(id);
    if (study === undefined) continue;
    const upkeep = new SqliteUpkeep(new Connection(db, file));
    if (upkeep.knows(id) !== undefined) continue;
    upkeep.restore(study, []);
    db.prepare<[number, string]>('UPDATE study SET key = ? WHERE id = ?').run(key, id);
    found += 1;
  }
  return found;
};

/** In this order there is a database under the name at every moment. */
const replace = (file: string, fresh: string, nowMs: number): string => {
  const aside = freeNameBeside(file, 'damaged', nowMs);
  keep(file, aside);
  if (existsSync(`${file}-wal`)) copyFileSync(`${file}-wal`, `${aside}-wal`);
  // A log that is left behind would be taken for the new database's own.
  for (const ending of companions) rmSync(`${file}${ending}`, { force: true });
  renameSync(fresh, file);
  return aside;
};

/** The same file under a second name; a copy where the file system has no such thing. */
const keep = (file: string, aside: string): void => {
  try {
    linkSync(file, aside);
  } catch {
    copyFileSync(file, aside);
  }
};
