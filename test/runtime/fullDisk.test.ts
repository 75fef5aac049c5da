import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { aLocalLauncher, aScriptRun, reportsIn, untilOver } from './aScriptRun.ts';

/** A folder on a small disk of its own; undefined where mounting is not allowed. */
const aSmallDisk = (): string | undefined => {
  const disk = mkdtempSync(path.join(tmpdir(), 'full dïsk '));
  onTestFinished(() => rmSync(disk, { recursive: true, force: true, maxRetries: 5 }));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', disk], { stdio: 'ignore' });
  } catch {
    return undefined;
  }
  onTestFinished(() => {
    execFileSync('umount', ['-l', disk]);
  });
  return disk;
};

const until = async (isTrue: () => boolean): Promise<void> => {
  const deadline = performance.now() + 15_000;
  while (!isTrue()) {
    if (performance.now() > deadline) throw new Error('waited too long');
    await sleep(10);
  }
};

/** Reports of several kilobytes each, so that none fits into a page that the file has already. */
const script = (last: string): string => `
import os, time, tunelens
signs = os.environ["SIGNS"]
many = {"m%d" % i: i / 3 for i in range(400)}
def sign(name):
    open(os.path.join(signs, name), "w").close()
def wait(name):
    while not os.path.exists(os.path.join(signs, name)):
        time.sleep(0.01)
for step in range(9):
    if step == 3:
        sign("before")
        wait("full")
    if step == 6:
        sign("during")
        wait("room")
    if step < ${last}:
        tunelens.report(many, step=step, score=step)
`;

test.for([
  ['before the next one', 9],
  ['at the end of the script', 6],
] as const)(
  'reports that a full disk refused are written when there is room again, %s',
  async ([, last], context) => {
    const disk = aSmallDisk();
    if (disk === undefined) return context.skip('mounting a small disk is not allowed here');
    const signs = mkdtempSync(path.join(tmpdir(), 'signs '));
    onTestFinished(() => rmSync(signs, { recursive: true }));
    const sign = (name: string): void => writeFileSync(path.join(signs, name), '');
    const run = aScriptRun(disk, { sources: { 'train.py': script(String(last)) }, env: { SIGNS: signs } });
    const launcher = aLocalLauncher(disk);
    const handle = await launcher.start(run);
    await until(() => existsSync(path.join(signs, 'before')));
    const ballast = path.join(disk, 'ballast');
    expect(() => writeFileSync(ballast, Buffer.alloc(4_000_000))).toThrow('ENOSPC');
    sign('full');
    await until(() => existsSync(path.join(signs, 'during')));
    rmSync(ballast);
    sign('room');
    const outcome = await untilOver(launcher, handle);
    expect(outcome.state).toEqual({ kind: 'ended', exitCode: 0 });
    const scores = reportsIn(outcome).filter((text) => text.startsWith('score@'));
    expect(scores).toEqual(Array.from({ length: last }, (_step, step) => `score@${step}=${step}`));
  },
);
