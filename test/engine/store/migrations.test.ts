import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { afterAll, expect, test } from 'vitest';
import { randomStream } from '../../../src/engine/numeric/random.ts';
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

test('each file of a migration is a step, in the order of their numbers', () => {
  const files = readdirSync(path.join(import.meta.dirname, '../../../src/engine/store/migrations')).sort();
  expect(files.map((name) => Number(name.slice(0, 3)))).toEqual(versions);
  const fixtures = readdirSync(saved).filter((name) => /^v\d+\.(db|json)$/.test(name));
  expect(fixtures.sort()).toEqual(
    versions.flatMap((version) => [`v${version}.db`, `v${version}.json`]).sort(),
  );
});

const older = versions.slice(0, -1);

test.each(older)('a database of version %i is kept as it was before it is brought up to date', (version) => {
  const own = mkdtempSync(path.join(folder, 'backup ü '));
  const file = path.join(own, 'tunelens.db');
  cpSync(path.join(saved, `v${version}.db`), file);
  writeFileSync(`${file}.before-v1`, 'of an earlier migration');
  openStore({ file }).close();
  openStore({ file }).close();
  expect(readdirSync(own).sort()).toEqual(['tunelens.db', `tunelens.db.before-v${schemaVersion}`]);
  expect(headerVersion(`${file}.before-v${schemaVersion}`)).toBe(version);
});

/** Hundreds with TUNELENS_CRASHES=300. */
const crashes = Number(process.env.TUNELENS_CRASHES ?? 4);

test('a migration killed at any moment leaves a database that is read as it was written', async () => {
  const large = path.join(folder, 'large.db');
  cpSync(path.join(saved, 'v1.db'), large);
  const db = new Database(large);
  db.exec(`
    WITH RECURSIVE n (i) AS (SELECT 2 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
    INSERT INTO trial (study, number, state, params, reason, seed, metrics, rewrites, attempt, created_ms, star, revision)
    SELECT study, i, 'complete', params, reason, seed, '[]', 0, 0, created_ms, 0, 1 FROM n, trial WHERE number = 1 AND study = 1`);
  db.close();
  const random = randomStream(4, 0, 'crash');
  let inTheMidst = 0;
  for (let crash = 0; crash < crashes; crash += 1) {
    const own = mkdtempSync(path.join(folder, 'crash '));
    const file = path.join(own, 'tunelens.db');
    cpSync(large, file);
    const child = spawn(process.execPath, [path.join(import.meta.dirname, 'tryOpen.ts'), file], {
      stdio: ['ignore', 'ignore', 'ignore'],
    });
    const closed = once(child, 'close');
    while (!existsSync(`${file}-wal`) && child.exitCode === null) await sleep(1);
    await sleep(random.uniform() * 60);
    child.kill('SIGKILL');
    await closed;
    if (child.signalCode === 'SIGKILL') inTheMidst += 1;
    const version = headerVersion(file);
    const store = openStore({ file });
    expect([1, schemaVersion]).toContain(version);
    expect(store.upkeep.trialCount('s1')).toBe(20_001);
    expect(store.upkeep.problems('quick')).toEqual([]);
    expect(store.trial('s1', 0).values).toEqual([Number.POSITIVE_INFINITY]);
    store.close();
    rmSync(own, { recursive: true });
  }
  console.log(`${crashes} migrations killed, ${inTheMidst} before their end`);
}, 600_000);
