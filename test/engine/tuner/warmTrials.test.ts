import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { Engine } from '../../../src/engine/node.ts';
import { aRequest, aWorkbench, begin, type Workbench } from './workbench.ts';

/** Reports which kind of process leads its trial: a shell that starts cold, or one forked from a warm parent. */
const script = `import json, os, time
import library
lr = 0.1  # tune: 0.01..1 log
with open(f"/proc/{os.getppid()}/comm") as file:
    warm = file.read().strip() != "sh"
time.sleep(0.3)
score = lr  # tune: maximize
print(f"warm={int(warm)}")
`;

const anEngine = (bench: Workbench, warmTrials: 'auto' | 'off', said: string[]): Engine => {
  const engine = new Engine({
    folder: bench.folder,
    runtimeFolder: path.resolve('src/runtime'),
    adoptOthers: true,
    warmTrials,
    onLog: (_, text) => said.push(text),
  });
  onTestFinished(() => engine.close());
  return engine;
};

/** Which trials of a study were warm, in order, and what was said of it. */
const study = async (
  library: string,
  warmTrials: 'auto' | 'off',
): Promise<{ warm: unknown[]; said: string[] }> => {
  const bench = aWorkbench();
  mkdirSync(path.join(bench.folder, 'site-packages'));
  bench.write('site-packages/library.py', library);
  const file = bench.write('train.py', script);
  const said: string[] = [];
  const engine = anEngine(bench, warmTrials, said);
  const before = process.env.PYTHONPATH;
  process.env.PYTHONPATH = path.join(bench.folder, 'site-packages');
  onTestFinished(() => {
    if (before === undefined) delete process.env.PYTHONPATH;
    else process.env.PYTHONPATH = before;
  });
  const id = begin(engine, aRequest(file, { trials: 8, parallel: 1, pruner: 'none' }));
  expect((await engine.untilIdle(id)).state).toBe('complete');
  expect(readFileSync(file, 'utf8')).toBe(script);
  return { warm: engine.store.trials(id).map(({ metrics }) => metrics.warm), said };
};

const aboutImports = (said: readonly string[]): readonly string[] =>
  said.filter((text) => text.includes('imports its libraries anew'));

test.runIf(process.platform === 'linux')('a study’s later trials start warm', async () => {
  const { warm, said } = await study('', 'auto');
  expect(warm[0]).toBe(0);
  expect(warm.at(-1)).toBe(1);
  expect(aboutImports(said)).toEqual([]);
});

test('where a library cannot be forked, trials start cold, and the log says why, once', async () => {
  const thread =
    'import threading, time\nthreading.Thread(target=time.sleep, args=(60,), daemon=True).start()\n';
  const { warm, said } = await study(thread, 'auto');
  expect(warm).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
  if (process.platform === 'linux')
    expect(aboutImports(said)).toEqual([expect.stringContaining('an imported library runs a thread')]);
});

test('switched off, every trial starts cold, and nothing is said', async () => {
  const { warm, said } = await study('', 'off');
  expect(warm).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
  expect(aboutImports(said)).toEqual([]);
});
