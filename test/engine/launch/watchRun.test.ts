import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { watchRun } from '../../../src/engine/launch/watchRun.ts';
import type { RunNews } from '../../../src/engine/study/launcher.ts';

const aWatch = (): { readonly folder: string; readonly told: RunNews[]; readonly end: () => void } => {
  const folder = mkdtempSync(path.join(tmpdir(), 'wätch run '));
  const key = { study: 's1', trial: 1, attempt: 1 };
  const told: RunNews[] = [];
  const end = watchRun({ launcher: 'local', key, folder, ref: null }, (news) => told.push(news));
  onTestFinished(() => {
    end();
    rmSync(folder, { recursive: true });
  });
  return { folder, told, end };
};

const until = async (isTrue: () => boolean): Promise<void> => {
  const deadline = performance.now() + 10_000;
  while (!isTrue()) {
    if (performance.now() > deadline) throw new Error('it was never told');
    await delay(5);
  }
};

test.runIf(process.platform === 'linux')('a line is output; a new file may be the end', async () => {
  const { folder, told } = aWatch();
  writeFileSync(path.join(folder, 'spool.jsonl'), '');
  await until(() => told.includes('all'));
  await delay(300); // what else is told of the making
  told.length = 0;
  appendFileSync(path.join(folder, 'spool.jsonl'), 'a line\n');
  await until(() => told.length > 0);
  expect(new Set(told)).toEqual(new Set(['output']));
  writeFileSync(path.join(folder, 'exit'), '0\n');
  await until(() => told.includes('all'));
});

test('lines of a busy run are not told one by one, and its last one and its end are not missed', async () => {
  const { folder, told } = aWatch();
  const spool = path.join(folder, 'spool.jsonl');
  let lines = 0;
  const busyUntilMs = performance.now() + 400;
  while (performance.now() < busyUntilMs) {
    for (let burst = 0; burst < 20; burst++, lines++) appendFileSync(spool, `line ${lines}\n`);
    await delay(1);
  }
  expect(told.length).toBeLessThan(lines / 2);
  told.length = 0;
  writeFileSync(path.join(folder, 'exit'), '0\n');
  await until(() => told.includes('all'));
  await delay(600); // until it is listened to again
  told.length = 0;
  appendFileSync(spool, 'one more\n');
  await until(() => told.length > 0);
});

test('nothing is told after the end', async () => {
  const { folder, told, end } = aWatch();
  for (let line = 0; line < 100; line++) appendFileSync(path.join(folder, 'log'), 'x\n');
  await delay(50);
  end();
  told.length = 0;
  appendFileSync(path.join(folder, 'log'), 'x\n');
  await delay(700);
  expect(told).toEqual([]);
});
