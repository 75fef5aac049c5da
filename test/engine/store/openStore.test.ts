import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { Connection } from '../../../src/engine/store/connection.ts';
import { toStoreError } from '../../../src/engine/store/errors.ts';
import { openStore } from '../../../src/engine/store/openStore.ts';
import { schemaVersion } from '../../../src/engine/store/schema.ts';
import { SqliteStore } from '../../../src/engine/store/sqliteStore.ts';
import { StoreError } from '../../../src/engine/study/store.ts';
import { aBatch, aStudy, aTrial, startMs } from '../../builders/records.ts';

const root = mkdtempSync(path.join(os.tmpdir(), 'store-open-'));
afterAll(() => rmSync(root, { recursive: true }));

let folder = '';
let file = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(root, 'a-'));
  file = path.join(folder, 'tunelens.db');
});

const thrownBy = (work: () => unknown): StoreError => {
  try {
    work();
  } catch (error) {
    if (error instanceof StoreError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
};

const reports = (count: number, from = 0): readonly { step: number; metric: string; value: number }[] =>
  Array.from({ length: count }, (_, i) => ({ step: from + i, metric: 'loss', value: i }));

/** A closed store with study `s1`, one trial and as many reports. */
const makeStore = (count = 10): void => {
  const store = openStore({ file });
  store.createStudy(aStudy({ id: 's1' }), startMs);
  store.addTrial('s1', aTrial());
  store.ingest([aBatch({ attempt: 0, reports: reports(count) })]);
  store.close();
};

const editDatabase = (sql: string): void => {
  const db = new Database(file);
  db.exec(sql);
  db.close();
};

test('what is stored is there when the file is opened again', () => {
  makeStore();
  const store = openStore({ file });
  expect(store.trial('s1', 0).intermediate).toHaveLength(10);
  store.close();
});

test('the file’s header says whose it is and of which version', () => {
  makeStore();
  const header = readFileSync(file);
  expect(header.toString('latin1', 68, 72)).toBe('TnLs');
  expect(header.readUInt32BE(60)).toBe(schemaVersion);
});

test('a file of a newer version is refused and left as it is', () => {
  makeStore();
  editDatabase(`PRAGMA user_version = ${schemaVersion + 1}`);
  const before = readFileSync(file);
  const error = thrownBy(() => openStore({ file }));
  expect([error.reason, error.message]).toEqual([
    'newer-version',
    expect.stringContaining('Update TuneLens'),
  ]);
  expect(readFileSync(file).equals(before)).toBe(true);
});

test('a database of another program is refused and left as it is', () => {
  editDatabase('CREATE TABLE customers (id)');
  const before = readFileSync(file);
  expect(thrownBy(() => openStore({ file })).reason).toBe('not-a-database');
  expect(readFileSync(file).equals(before)).toBe(true);
});

test('a file that is no database is refused and left as it is', () => {
  writeFileSync(file, 'Dear diary');
  expect(thrownBy(() => openStore({ file })).reason).toBe('not-a-database');
  expect(readFileSync(file, 'utf8')).toBe('Dear diary');
});

test('a folder is refused', () => {
  expect(thrownBy(() => openStore({ file: folder })).reason).toBe('not-a-database');
});

test('an empty file becomes a store', () => {
  writeFileSync(file, '');
  const store = openStore({ file });
  expect(store.studies()).toEqual([]);
  store.close();
});

test('a store cannot be made below a file', () => {
  writeFileSync(path.join(folder, 'plain'), '');
  expect(thrownBy(() => openStore({ file: path.join(folder, 'plain', 'a.db') })).reason).toBe('read-only');
});

test.each([50, 300, 3000, 4096, 8192, 20_000])(
  'a file cut off after %i bytes is called damaged',
  (length) => {
    makeStore(2000);
    truncateSync(file, length);
    const error = thrownBy(() => openStore({ file }).trials('s1'));
    expect([error.reason, error.message]).toEqual(['damaged', expect.stringContaining(file)]);
  },
);

test('a file overwritten in its midst is called damaged', () => {
  makeStore(20_000);
  const bytes = readFileSync(file);
  writeFileSync(file, bytes.fill(0xab, 4096 * 2));
  expect(thrownBy(() => openStore({ file }).reports('s1', 0)).reason).toBe('damaged');
});

test('a full disk loses nothing that was stored, and storing goes on once there is room', () => {
  makeStore();
  const db = new Database(file);
  const store = new SqliteStore(new Connection(db, file));
  const before = store.trial('s1', 0);
  db.pragma(`max_page_count = ${db.pragma('page_count', { simple: true })}`);
  const batch = aBatch({
    attempt: 0,
    cursor: { spool: 999, log: 0, print: null },
    reports: reports(5000, 10),
  });
  expect(thrownBy(() => store.ingest([batch])).reason).toBe('disk-full');
  expect(store.trial('s1', 0)).toEqual(before);
  db.pragma('max_page_count = 1000000');
  expect(store.ingest([batch])).toEqual([true]);
  expect(store.trial('s1', 0).intermediate).toHaveLength(5010);
  store.close();
});

test('a store opened to look shows what others write and cannot be changed', () => {
  makeStore();
  const writer = openStore({ file });
  const looker = openStore({ file, readOnly: true });
  writer.addTrial('s1', aTrial());
  expect(looker.trials('s1')).toHaveLength(2);
  expect(thrownBy(() => looker.addTrial('s1', aTrial())).reason).toBe('read-only');
  looker.close();
  writer.close();
});

test('looking makes no file', () => {
  expect(thrownBy(() => openStore({ file, readOnly: true })).reason).toBe('not-found');
  expect(statSync(file, { throwIfNoEntry: false })).toBeUndefined();
});

test('a native module that is missing or foreign is told in words', () => {
  const nativeBinding = path.join(folder, 'sqlite.node');
  expect(thrownBy(() => openStore({ file, nativeBinding })).reason).toBe('native-module');
  writeFileSync(nativeBinding, 'not machine code');
  expect(thrownBy(() => openStore({ file, nativeBinding })).reason).toBe('native-module');
});

test('a native module can be given by path', () => {
  const target = `${process.platform}-${process.arch}.node`;
  const packaged = path.join(import.meta.dirname, '../../../node_modules/better-sqlite3/prebuilds', target);
  const nativeBinding = path.join(folder, 'ours.node');
  cpSync(packaged, nativeBinding);
  const store = openStore({ file, nativeBinding });
  expect(store.studies()).toEqual([]);
  store.close();
});

test('a C library that is too old is named', () => {
  const message = "/lib/libc.so.6: version `GLIBC_2.34' not found (required by /x/better_sqlite3.node)";
  const error = toStoreError(Object.assign(new Error(message), { code: 'ERR_DLOPEN_FAILED' }), file);
  expect(error).toMatchObject({ reason: 'native-module', message: expect.stringContaining('glibc 2.34') });
});

test('what is no failure of the database stays what it is', () => {
  const bug = new TypeError('x is not a function');
  expect(toStoreError(bug, file)).toBe(bug);
});

/** Opens as a user whom permissions bind; the superuser becomes nobody for it. */
const openAsUser = (...args: readonly string[]): string => {
  const user = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
  const script = path.join(import.meta.dirname, 'tryOpen.ts');
  return spawnSync(process.execPath, [script, ...args], { ...user, encoding: 'utf8' }).stdout.trim();
};

const withFolderMode = (mode: number, work: () => void): void => {
  chmodSync(root, 0o755);
  chmodSync(folder, mode);
  try {
    work();
  } finally {
    chmodSync(folder, 0o755);
  }
};

test.skipIf(process.platform === 'win32')('a folder that may not be written to is told in words', () => {
  withFolderMode(0o555, () => expect(openAsUser(file)).toBe('read-only'));
  mkdirSync(path.join(folder, 'sub'));
  makeStore();
  withFolderMode(0o555, () => expect(openAsUser(file)).toBe('read-only'));
});

test.skipIf(process.platform === 'win32')('a store in such a folder can still be looked at', () => {
  makeStore();
  withFolderMode(0o555, () => expect(openAsUser(file, 'readOnly')).toBe('1 studies'));
});
