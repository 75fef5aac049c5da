import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { audit } from './account.ts';
import { bundle, type Bundles, Laboratory, type LaboratoryOptions } from './laboratory.ts';

// Real processes on a machine that may have other things to do.
vi.setConfig({ testTimeout: 180_000 });

let bundles: Bundles;
beforeAll(async () => {
  bundles = await bundle();
});
afterAll(() => bundles.remove());

const aLaboratory = async (options: Omit<LaboratoryOptions, 'seed'> = {}): Promise<Laboratory> => {
  const laboratory = await Laboratory.open(bundles, { seed: 1, trials: 10, isKept: true, ...options });
  onTestFinished(async ({ task }) => {
    if (task.result?.state === 'fail') console.log(laboratory.journal.join('\n'), logOf(laboratory));
    await laboratory.close();
  });
  return laboratory;
};

const logOf = ({ folder }: Laboratory): string => {
  const file = path.join(folder, '.tunelens', 'keeper.log');
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
};

const until = async (what: string, isTrue: () => boolean, withinMs = 60_000): Promise<number> => {
  const startedMs = performance.now();
  while (!isTrue()) {
    if (performance.now() - startedMs > withinMs) throw new Error(`waited ${withinMs} ms for ${what}`);
    await sleep(20);
  }
  return performance.now() - startedMs;
};

const finished = ({ store, study }: Laboratory): number =>
  store.trials(study).filter(({ state }) => state === 'complete').length;

const ownerPlace = ({ store, study }: Laboratory): string | undefined =>
  store.leaseOwner(study)?.id.split('-', 1)[0];

const expectAllDone = async (laboratory: Laboratory): Promise<void> => {
  await until('the keeper to leave', () => laboratory.keepers().length === 0);
  expect(laboratory.record().state, laboratory.record().message).toBe('complete');
  expect(audit(laboratory.account, laboratory.store, laboratory.study)).toEqual([]);
  expect(await laboratory.leftBehind()).toEqual([]);
  expect(existsSync(path.join(laboratory.folder, '.tunelens', 'keeper.lock'))).toBe(false);
};

test('a study goes on to its end when its window is killed, and the process that saw to it leaves', async () => {
  const laboratory = await aLaboratory();
  await until('the keeper to stand by', () => logOf(laboratory).includes('Standing by.'));
  expect(ownerPlace(laboratory)).toBe('window');
  laboratory.crash(laboratory.driving()?.pid, 'the window');
  const tookMs = await until('the keeper to take over', () => ownerPlace(laboratory) === 'keeper');
  console.log(`window killed to studies taken over: ${Math.round(tookMs)} ms`);
  await laboratory.untilEnd();
  await expectAllDone(laboratory);
  expect(laboratory.store.trials(laboratory.study).every(({ attempt }) => attempt === 1)).toBe(true);
});

test('the next window takes over from the process in the background, and has one of its own', async () => {
  const laboratory = await aLaboratory({ trials: 20, parallel: 2 });
  await until('the keeper to stand by', () => logOf(laboratory).includes('Standing by.'));
  const [keeper] = laboratory.keepers();
  laboratory.crash(laboratory.driving()?.pid, 'the window');
  await until('the keeper to take over', () => ownerPlace(laboratory) === 'keeper');
  const before = finished(laboratory);
  await until('the keeper to get on', () => finished(laboratory) > before);
  const window = laboratory.startEngine();
  const tookMs = await until('the window to take over', () => laboratory.driving()?.pid === window.pid);
  console.log(`window started to studies taken over: ${Math.round(tookMs)} ms`);
  await until('the first keeper to leave', () => !laboratory.keepers().includes(keeper ?? 0));
  await until('another to stand by', () => laboratory.keepers().length === 1);
  expect(ownerPlace(laboratory)).toBe('window');
  await laboratory.untilEnd();
  await expectAllDone(laboratory);
});

test('without the setting a process left by an earlier window makes way and nobody stands by', async () => {
  const laboratory = await aLaboratory({ trials: 14, parallel: 2 });
  await until('the keeper to stand by', () => logOf(laboratory).includes('Standing by.'));
  laboratory.crash(laboratory.driving()?.pid, 'the window');
  await until('the keeper to take over', () => ownerPlace(laboratory) === 'keeper');
  laboratory.isKept = false;
  const window = laboratory.startEngine();
  await until('the window to take over', () => laboratory.driving()?.pid === window.pid);
  await until('the keeper to leave', () => laboratory.keepers().length === 0);
  await sleep(1_500);
  expect(laboratory.keepers()).toEqual([]);
  await laboratory.untilEnd();
  await expectAllDone(laboratory);
});

test('one process keeps a folder; a second says so and leaves', async () => {
  const laboratory = await aLaboratory({ isKept: false });
  laboratory.crash(laboratory.driving()?.pid, 'the window');
  const first = laboratory.startCommand('keep', '--folder', laboratory.folder);
  await until('it to stand by', () => laboratory.journal.some((line) => line.includes('Standing by.')));
  const second = laboratory.startCommand('keep', '--folder', laboratory.folder);
  await until('the second to leave', () => second.exitCode !== null);
  expect(second.exitCode).toBe(0);
  expect(laboratory.journal.join('\n')).toContain(`Process ${first.pid} keeps the studies`);
  await laboratory.untilEnd();
  await until('the first to leave', () => first.exitCode !== null);
  expect(first.exitCode).toBe(0);
  await expectAllDone(laboratory);
});

test('asked to leave by a signal it lets go, and its trials run on', async () => {
  const laboratory = await aLaboratory({ isKept: false, trials: 14 });
  laboratory.crash(laboratory.driving()?.pid, 'the window');
  const keeper = laboratory.startCommand('keep', '--folder', laboratory.folder);
  await until('it to drive', () => ownerPlace(laboratory) === 'keeper' && finished(laboratory) > 1);
  laboratory.signalEngine(keeper, 'SIGTERM');
  await until('it to leave', () => keeper.exitCode !== null);
  expect(laboratory.store.leaseOwner(laboratory.study)).toBeUndefined();
  expect(laboratory.record().state).toBe('running');
  laboratory.startEngine();
  await laboratory.untilEnd();
  await expectAllDone(laboratory);
});

test('a study that the command line began goes on by another when it is killed', async () => {
  const laboratory = await aLaboratory({ isKept: false, trials: 2 });
  const { folder, store } = laboratory;
  await laboratory.untilEnd();
  for (const engine of laboratory.liveEngines()) laboratory.crash(engine.pid, 'the window');
  const script = path.join(folder, 'träin.py');
  const options = ['--trials', '8', '--parallel', '2', '--pruner', 'none', '--json', '--folder', folder];
  const run = laboratory.startCommand('run', script, ...options);
  const study = (): string => store.studies()[1]?.id ?? '';
  await until('its third trial', () => store.studies().length === 2 && store.trials(study()).length > 2);
  laboratory.crash(run.pid, 'tunelens run');
  const keeper = laboratory.startCommand('keep', '--folder', folder);
  await until('the study to complete', () => store.study(study()).state === 'complete');
  expect(store.trials(study()).map(({ state, attempt }) => `${state} ${attempt}`)).toEqual(
    Array.from({ length: 8 }, () => 'complete 1'),
  );
  await until('the keeper to leave', () => keeper.exitCode === 0);
});

test('where there is nothing to keep it says so', async () => {
  const laboratory = await aLaboratory({ isKept: false, trials: 2 });
  const stranger = laboratory.startCommand('keep', '--folder', laboratory.accountFolder);
  await until('it to leave', () => stranger.exitCode !== null);
  expect(stranger.exitCode).toBe(2);
  expect(laboratory.journal.join('\n')).toContain('There are no studies in');
  await laboratory.untilEnd();
  const idle = laboratory.startCommand('keep', '--folder', laboratory.folder);
  await until('it to leave', () => idle.exitCode !== null);
  expect(idle.exitCode).toBe(0);
  expect(laboratory.journal.join('\n')).toContain('No study is left to go on with.');
});
