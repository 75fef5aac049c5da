import { setTimeout as delay } from 'node:timers/promises';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  aLocalLauncher,
  aScriptRun,
  hostileFolder,
  type Outcome,
  removeFolder,
  untilOver,
} from './aScriptRun.ts';

let folder: string;
beforeEach(() => {
  folder = hostileFolder();
});
afterEach(() => removeFolder(folder));

/** Starts a script, waits until it prints `ready`, stops it. */
const stopWhenReady = async (source: string): Promise<Outcome & { readonly tookMs: number }> => {
  const launcher = aLocalLauncher(folder);
  const handle = await launcher.start(aScriptRun(folder, { sources: { 'train.py': source } }));
  while (!readFileSync(path.join(handle.folder, 'log'), 'utf8').includes('ready')) await delay(10);
  const begin = performance.now();
  await launcher.stop(handle, 5_000);
  const tookMs = performance.now() - begin;
  return { ...(await untilOver(launcher, handle, 100)), tookMs };
};

test('a script that does not care ends with 143, without a traceback, within a second', async () => {
  const outcome = await stopWhenReady('import time\nprint("ready")\ntime.sleep(60)\n');
  expect(outcome.state).toEqual({ kind: 'ended', exitCode: 143 });
  expect(outcome.log).toBe('ready\n');
  expect(outcome.tookMs).toBeLessThan(1_000);
});

test('finally blocks run, and except Exception does not swallow the stop', async () => {
  const outcome = await stopWhenReady(`import time, tunelens
print("ready")
try:
    try:
        time.sleep(60)
    except Exception:
        print("swallowed")
finally:
    print("saved", tunelens.should_stop())
`);
  expect(outcome.log).toBe('ready\nsaved True\n');
  expect(outcome.state).toEqual({ kind: 'ended', exitCode: 143 });
});

test('a handler of the script wins, and its exit code is kept', async () => {
  const outcome = await stopWhenReady(`import signal, sys, time
signal.signal(signal.SIGTERM, lambda *_: sys.exit(5))
print("ready")
time.sleep(60)
`);
  expect(outcome.state).toEqual({ kind: 'ended', exitCode: 5 });
});

test('a script that asks can end by itself', async () => {
  const outcome = await stopWhenReady(`import signal, time, tunelens
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("ready")
while not tunelens.should_stop():
    time.sleep(0.01)
`);
  expect(outcome.state).toEqual({ kind: 'ended', exitCode: 0 });
});

test('pools whose forked workers are ended right after their start do not hang', async () => {
  const launcher = aLocalLauncher(folder);
  const source = `import multiprocessing
for _ in range(40):
    with multiprocessing.get_context("fork").Pool(3) as pool:
        pool.map(abs, [1, -2])
`;
  const outcome = await untilOver(
    launcher,
    await launcher.start(aScriptRun(folder, { sources: { 'train.py': source } })),
  );
  expect(outcome.state).toEqual({ kind: 'ended', exitCode: 0 });
});
