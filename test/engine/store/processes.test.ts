import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { afterAll, expect, test } from 'vitest';
import { openStore } from '../../../src/engine/store/openStore.ts';
import { aBatch, aStudy, aTrial, startMs } from '../../builders/records.ts';
import { reportAt } from './reportAt.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'store-processes-'));
const children: ChildProcess[] = [];
afterAll(() => {
  for (const child of children) child.kill('SIGKILL');
  rmSync(folder, { recursive: true });
});

const script = (name: string): string => path.join(import.meta.dirname, name);

const start = (name: string, ...args: readonly string[]): ChildProcess => {
  const child = spawn(process.execPath, [script(name), ...args], { stdio: ['ignore', 'pipe', 'ignore'] });
  children.push(child);
  return child;
};

/** All that a child has printed so far. */
const outputOf = (child: ChildProcess): (() => string) => {
  let text = '';
  child.stdout?.setEncoding('utf8').on('data', (part: string) => {
    text += part;
  });
  return () => text;
};

const kill = async (child: ChildProcess): Promise<void> => {
  const closed = once(child, 'close');
  child.kill('SIGKILL');
  await closed;
};

const withTrials = (file: string, count: number): void => {
  const store = openStore({ file });
  store.createStudy(aStudy({ id: 's1' }), startMs);
  for (let number = 0; number < count; number += 1) {
    store.addTrial('s1', aTrial());
    store.changeTrial('s1', number, { state: 'running', attempt: 1 });
  }
  store.close();
};

/** The last number of a whole line: what the child knows to be stored. */
const acknowledged = (output: string): number => Number(output.split('\n').at(-2) ?? 0);

const integrityOf = (file: string): unknown => {
  const db = new Database(file, { readonly: true });
  const result = db.pragma('integrity_check', { simple: true });
  db.close();
  return result;
};

/** Moments to kill at, in milliseconds after the first commit seen; some in the midst of a checkpoint. */
const moments = [0, 1, 3, 5, 8, 13, 21, 34, 55, 89, 120, 2];

test('nothing acknowledged is lost or doubled when the process is killed', async () => {
  const file = path.join(folder, 'killed.db');
  withTrials(file, 1);
  let rounds = 0;
  for (const moment of moments) {
    const child = start('ingestLoop.ts', file);
    const output = outputOf(child);
    while (!output().includes('\n')) await sleep(1);
    await sleep(moment);
    await kill(child);

    const store = openStore({ file });
    const { cursor, intermediate } = store.trial('s1', 0);
    const { loss = [] } = store.reports('s1', 0);
    store.close();
    // One batch may have been committed and the process killed before it could say so.
    expect(loss.length).toBeGreaterThanOrEqual(acknowledged(output()));
    expect(loss).toEqual(Array.from(loss, (_, step) => ({ step, value: reportAt(step).value })));
    expect(intermediate).toEqual(loss);
    expect(cursor?.spool).toBe(loss.length);
    expect(integrityOf(file)).toBe('ok');
    rounds += 1;
  }
  expect(rounds).toBe(12);
});

test('who reads while another process writes sees whole batches, and writes too', async () => {
  const file = path.join(folder, 'shared.db');
  withTrials(file, 2);
  const store = openStore({ file });
  const child = start('ingestLoop.ts', file);
  const output = outputOf(child);
  let revision = store.revision;
  let looks = 0;
  for (let own = 0; looks < 40; own += 1) {
    const changes = store.changesSince(revision);
    revision = changes.revision;
    const theirs = changes.trials.find(({ number }) => number === 0);
    if (theirs !== undefined) {
      looks += 1;
      expect(theirs.intermediate).toHaveLength(theirs.cursor?.spool ?? -1);
      expect(theirs.metrics.loss).toBe(theirs.intermediate.at(-1)?.value);
    }
    const cursor = { spool: own + 1, log: 0, print: null };
    expect(store.ingest([aBatch({ trial: 1, cursor, reports: [reportAt(own)] })])).toEqual([true]);
    await sleep(2);
  }
  await kill(child);
  expect(store.reports('s1', 0).loss?.length).toBeGreaterThanOrEqual(acknowledged(output()));
  store.close();
});

test('processes that make the same store at the same moment all succeed', async () => {
  const file = path.join(folder, 'fresh.db');
  const moment = Date.now() + 700;
  const names = await Promise.all(
    Array.from({ length: 4 }, async () => {
      const child = start('openFresh.ts', file, String(moment));
      const output = outputOf(child);
      await once(child, 'close');
      return output().trim();
    }),
  );
  expect(names.sort()).toEqual(['train', 'train-2', 'train-3', 'train-4']);
});
