import { setTimeout as delay } from 'node:timers/promises';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { startCursor } from '../../src/engine/study/launcher.ts';
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import { localLauncher } from '../../src/engine/launch/local.ts';
import {
  aLocalLauncher,
  aScriptRun,
  hostileFolder,
  type Outcome,
  removeFolder,
  runtimeFolder,
  untilOver,
} from './aScriptRun.ts';

let folder: string;

/** Numbers in 0..1, the same ones every time (mulberry32). */
const seededRandom = (seed: number): (() => number) => {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

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

test.each(['cold', 'warm'])(
  'a script that started %s and is stopped at any moment ends within a second',
  async (how) => {
    const source = `import time
def evaluate(step):
    return step / 7
for epoch in range(200):
    acc = evaluate(epoch)
    print(f"epoch {epoch} acc={acc}")
    time.sleep(0.05)
`;
    const run = {
      sources: { 'train.py': source },
      reports: [{ after: 'acc = evaluate(epoch)', name: 'acc' }],
    };
    const launcher = localLauncher({ runtimeFolder, warm: how === 'warm' });
    onTestFinished(() => launcher.close());
    await launcher.warmUp(aScriptRun(folder, run));
    const stops = Number(process.env.TUNELENS_TEST_STOPS ?? 40);
    const moments = seededRandom(4);
    const times: number[] = [];
    const stopSoon = async (trial: number): Promise<void> => {
      const handle = await launcher.start(aScriptRun(folder, { ...run, trial }));
      await delay(moments() ** 3 * 300); // most of them while the run starts
      const begin = performance.now();
      await launcher.stop(handle, 10_000);
      times.push(performance.now() - begin);
      expect((await launcher.poll(handle, startCursor)).state.kind).toMatch(/ended|lost/);
    };
    let next = 0;
    const inTurn = async (): Promise<void> => {
      while (next < stops) await stopSoon(next++);
    };
    await Promise.all([inTurn(), inTurn(), inTurn(), inTurn()]);
    times.sort((a, b) => a - b);
    console.log(
      `${stops} stops, ${how}: median ${times[stops >> 1]?.toFixed()} ms, longest ${times.at(-1)?.toFixed()} ms`,
    );
    expect(times.at(-1)).toBeLessThan(4_000); // 1 s, and slack for a busy machine; a lost signal takes 10 s
  },
  600_000,
);

test('a stop that comes where Python cannot raise comes again', async () => {
  const outcome = await stopWhenReady(`import time
class Slow:
    def __del__(self):
        time.sleep(0.1)
print("ready")
while True:
    Slow()
    time.sleep(0.03)
`);
  expect(outcome.state).toEqual({ kind: 'ended', exitCode: 143 });
  expect(outcome.log).toBe('ready\n');
  expect(outcome.tookMs).toBeLessThan(2_000);
});

test('two stops at once are one to the script, which may take its time to save', async () => {
  const launcher = aLocalLauncher(folder);
  const source = `import time
print("ready", flush=True)
try:
    time.sleep(60)
finally:
    time.sleep(0.5)
    print("saved")
`;
  const handle = await launcher.start(aScriptRun(folder, { sources: { 'train.py': source } }));
  while (!readFileSync(path.join(handle.folder, 'log'), 'utf8').includes('ready')) await delay(10);
  await Promise.all([launcher.stop(handle, 5_000), aLocalLauncher(folder).stop(handle, 5_000)]);
  expect(await untilOver(launcher, handle, 100)).toMatchObject({
    log: 'ready\nsaved\n',
    state: { kind: 'ended', exitCode: 143 },
  });
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
