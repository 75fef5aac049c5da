import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, expect, test } from 'vitest';
import { decodeJson } from '../../../src/engine/study/json.ts';
import { openStore } from '../../../src/engine/store/openStore.ts';
import { schemaVersion } from '../../../src/engine/store/schema.ts';
import { aTrial } from '../../builders/records.ts';
import { contents } from '../../builders/contents.ts';

const saved = path.join(import.meta.dirname, '../../fixtures/store');
const folder = mkdtempSync(path.join(os.tmpdir(), 'store-migrations-'));
afterAll(() => rmSync(folder, { recursive: true }));

const versions = Array.from({ length: schemaVersion }, (_, before) => before + 1);

const copyOf = (version: number): string => {
  const file = path.join(folder, `v${version}-${readdirSync(folder).length}.db`);
  cpSync(path.join(saved, `v${version}.db`), file);
  return file;
};

/** Tables and indexes as SQLite describes them, in an order of their own. */
const schemaOf = (file: string): unknown => {
  const db = new Database(file, { readonly: true });
  const schema = db.prepare('SELECT type, name, sql FROM sqlite_schema ORDER BY name').all();
  db.close();
  return schema;
};

const headerVersion = (file: string): number => readFileSync(file).readUInt32BE(60);

test.each(versions)('the saved database of version %i is of that version', (version) => {
  expect(headerVersion(path.join(saved, `v${version}.db`))).toBe(version);
});

test.each(versions)('a database of version %i is read as it was written', (version) => {
  const store = openStore({ file: copyOf(version) });
  const expected = decodeJson(readFileSync(path.join(saved, `v${version}.json`), 'utf8'));
  expect(contents(store)).toEqual(expected);
  store.close();
});

test.each(versions)('a database of version %i goes on as one of today', (version) => {
  const file = copyOf(version);
  const store = openStore({ file });
  const { revision } = store;
  expect(store.addTrial('s1', aTrial())).toMatchObject({ number: 2, revision: revision + 1 });
  store.close();
  expect(headerVersion(file)).toBe(schemaVersion);
});

test.each(versions)('a database of version %i gets the schema of a new one', (version) => {
  const [old, fresh] = [copyOf(version), path.join(folder, `fresh-${version}.db`)];
  for (const file of [old, fresh]) openStore({ file }).close();
  expect(schemaOf(old)).toEqual(schemaOf(fresh));
});
