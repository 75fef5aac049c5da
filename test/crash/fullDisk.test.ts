import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { aSmallDisk, fillDisk } from '../builders/smallDisk.ts';
import { audit } from './account.ts';
import { bundle, Laboratory } from './laboratory.ts';

const rounds = process.env.TUNELENS_CRASHES === undefined ? 1 : 3;

test('with a full disk and engines killed meanwhile, what was written is kept and the study goes on when there is room', async (context) => {
  const place = mkdtempSync(path.join(tmpdir(), 'crash full dïsk '));
  onTestFinished(() => rmSync(place, { recursive: true, force: true, maxRetries: 5 }));
  const disk = aSmallDisk(place, 8);
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
      fillDisk(ballast);
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
