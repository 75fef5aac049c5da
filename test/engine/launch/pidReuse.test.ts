import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { localLauncher } from '../../../src/engine/launch/local.ts';
import { identify, isAlive, type ProcessIdentity } from '../../../src/engine/launch/processIdentity.ts';
import { type RunHandle, startCursor } from '../../../src/engine/study/launcher.ts';

const launcher = localLauncher({ runtimeFolder: path.resolve('src/runtime') });

/** A stranger that leads a session and a group of its own, as a trial's wrapper does. */
const aStranger = async (): Promise<ProcessIdentity> => {
  const stranger: ChildProcess = spawn('sleep', ['60'], { detached: true, stdio: 'ignore' });
  await once(stranger, 'spawn');
  onTestFinished(async () => {
    if (stranger.exitCode !== null || stranger.signalCode !== null) return;
    const ended = once(stranger, 'exit');
    stranger.kill('SIGKILL');
    await ended;
  });
  return identify(stranger.pid ?? 0);
};

/** A run whose leader had this identity, and left nothing else behind. */
const aRunLedBy = (leader: ProcessIdentity): RunHandle => {
  const home = mkdtempSync(path.join(tmpdir(), 'reused pïd '));
  onTestFinished(() => rmSync(home, { recursive: true }));
  const folder = path.join(home, '1');
  mkdirSync(folder);
  const { pid, startTime, bootId } = leader;
  writeFileSync(path.join(folder, 'pid'), `${pid} ${startTime} ${bootId}\n`);
  writeFileSync(path.join(folder, 'log'), '');
  const key = { study: 's1', trial: 1, attempt: 1 };
  return { launcher: 'local', key, folder, ref: { pid, startTime, bootId, assigned: [] } };
};

/** Whoever had the number before, in the same life of the machine and in an earlier one. */
const earlier: readonly (readonly [string, (now: ProcessIdentity) => ProcessIdentity])[] = [
  ['a while ago', (now) => ({ ...now, startTime: String(Number(now.startTime) - 1_000) })],
  ['before the machine was started', (now) => ({ ...now, startTime: '1', bootId: 'an-earlier-boot' })],
  ['at this very moment of an earlier start', (now) => ({ ...now, bootId: 'an-earlier-boot' })],
];

test.each(earlier)(
  'a process that has the pid which a run had %s is no part of that run',
  async (_, before) => {
    const stranger = await aStranger();
    const run = aRunLedBy(before(stranger));
    expect((await launcher.poll(run, startCursor)).state).toMatchObject({ kind: 'lost' });
    await launcher.stop(run, 1_000);
    expect(isAlive(stranger)).toBe(true);
  },
);

test('the leader itself is ended with its group', async () => {
  const leader = await aStranger();
  await launcher.stop(aRunLedBy(leader), 1_000);
  expect(isAlive(leader)).toBe(false);
});
