import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { Engine } from '../../../src/engine/node.ts';
import { aSmallDisk, fillDisk } from '../../builders/smallDisk.ts';
import { aRequest, aWorkbench, begin, eventually } from './workbench.ts';

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
  fillDisk(ballast);
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
