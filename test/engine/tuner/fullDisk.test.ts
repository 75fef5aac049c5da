import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { Engine } from '../../../src/engine/node.ts';
import { aRequest, aWorkbench, begin, eventually } from './workbench.ts';

/** A folder on a small file system of its own; undefined where mounting is not allowed. */
const aSmallDisk = (folder: string, megabytes: number): string | undefined => {
  const disk = path.join(folder, 'disk');
  mkdirSync(disk);
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

test('on a full disk a study says so once, loses nothing and goes on when there is room', async (context) => {
  const bench = aWorkbench();
  const disk = aSmallDisk(bench.folder, 4);
  if (disk === undefined) return context.skip('mounting a small disk is not allowed here');
  const problems: string[] = [];
  const engine = new Engine({
    folder: disk,
    runtimeFolder: path.resolve('src/runtime'),
    adoptOthers: true,
    onProblem: (_, message) => problems.push(message),
  });
  const script = path.join(disk, 'train.py');
  const text = `import time
x = 0.5  # tune: 0..1
for step in range(8):
    try:
        print(f"step {step} score {x + step}", flush=True)
    except OSError:
        pass
    time.sleep(0.1)
# tune: maximize score
`;
  writeFileSync(script, text);
  const study = begin(engine, aRequest(script, { trials: 6, parallel: 1, pruner: 'none' }));
  await eventually(() => engine.store.trials(study)[0]?.state === 'complete');
  const ballast = path.join(disk, 'ballast');
  try {
    writeFileSync(ballast, Buffer.alloc(8_000_000));
  } catch {
    // as large as fits: that is the point
  }
  await eventually(() => problems.length > 0);
  await new Promise((resolve) => setTimeout(resolve, 4_000));
  expect(problems).toHaveLength(1);
  expect(problems[0]).toMatch(/disk is full/i);
  rmSync(ballast);
  await eventually(() => {
    const { state } = engine.store.study(study);
    if (state === 'paused' || state === 'failed') engine.resume(study);
    return state === 'complete';
  }, 25_000);
  const trials = engine.store.trials(study);
  expect(trials).toHaveLength(6);
  expect(trials[0]).toMatchObject({ state: 'complete', attempt: 1, values: [7.5] });
  expect(trials.filter(({ state }) => state === 'complete').length).toBeGreaterThanOrEqual(4);
  await engine.close();
}, 60_000);
