import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { audit } from './account.ts';
import { bundle, Laboratory } from './laboratory.ts';

/** A folder on a small disk of its own; undefined where mounting is not allowed. */
const aSmallDisk = (megabytes: number): string | undefined => {
  const disk = mkdtempSync(path.join(tmpdir(), 'crash full dïsk '));
  onTestFinished(() => rmSync(disk, { recursive: true, force: true, maxRetries: 5 }));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', disk], { stdio: 'ignore' });
  } catch {
    return undefined;
  }
  onTestFinished(() => {
    execFileSync('umount', ['-l', disk]);
  });
  return disk;
};

const fill = (file: string): void => {
  try {
    writeFileSync(file, Buffer.alloc(64_000_000));
  } catch {
    // as large as fits: that is the point
  }
};

const rounds = process.env.TUNELENS_CRASHES === undefined ? 1 : 3;

test('with a full disk and engines killed meanwhile, what was written is kept and the study goes on when there is room', async (context) => {
  const disk = aSmallDisk(8);
  if (disk === undefined) return context.skip('mounting a small disk is not allowed here');
  const bundles = await bundle();
  onTestFinished(() => bundles.remove());
  const folder = path.join(disk, 'wörk');
  mkdirSync(folder);
  const laboratory = await Laboratory.open(bundles, { seed: 1, folder, trials: 12 });
  try {
    const { store, study } = laboratory;
    while (store.trials(study).filter(({ state }) => state === 'complete').length < 3) await sleep(20);
    const ballast = path.join(disk, 'ballast');
    for (let round = 0; round < rounds; round++) {
      laboratory.note('the disk is full');
      fill(ballast);
      await sleep(400);
      laboratory.crash(laboratory.liveEngines()[0]?.pid, 'the engine');
      await sleep(100);
      laboratory.startEngine();
      await sleep(800);
      laboratory.note('there is room again');
      rmSync(ballast);
      await sleep(600);
    }
    const said = await laboratory.untilEnd();
    for (const message of said) expect(message).toMatch(/disk is full|Resume to go on/i);
    expect(laboratory.record().state, laboratory.record().message).toBe('complete');
    expect(audit(laboratory.account, store, study)).toEqual([]);
    expect(await laboratory.leftBehind()).toEqual([]);
  } catch (error) {
    console.log(laboratory.journal.join('\n'));
    throw error;
  } finally {
    await laboratory.close();
  }
}, 240_000);
