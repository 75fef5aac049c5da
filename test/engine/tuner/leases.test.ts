import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import path from 'node:path';
import { expect, test, vi } from 'vitest';
import { identify } from '../../../src/engine/launch/processIdentity.ts';
import { Engine } from '../../../src/engine/node.ts';
import { aRequest, aWorkbench, begin, eventually, type Workbench } from './workbench.ts';

vi.setConfig({ testTimeout: 120_000 });

/** How much longer than it should things may take on a machine that has other things to do. */
const slack = 8;

/** Ends politely at once when asked, and runs for long otherwise. */
const patient = `
import time
x = 0.5  # tune: 0..1
for step in range(2000):
    time.sleep(0.02)
    print(f"step {step} score {x * step}", flush=True)
# tune: maximize score
`;

const short = patient.replace('2000', '25');

const running = (engine: Engine, study: string): number =>
  engine.store
    .trials(study)
    .filter(({ state, metrics }) => state === 'running' && metrics.score !== undefined).length;

/** A study that the first of two windows drives. */
const twoWindows = async (bench: Workbench): Promise<{ first: Engine; second: Engine; study: string }> => {
  const script = bench.write('train.py', patient);
  const [first, second] = [bench.engine(), bench.engine()];
  const study = begin(first, aRequest(script, { trials: 50, pruner: 'none' }));
  await eventually(() => running(second, study) === 2);
  expect([first.isDriving(study), second.isDriving(study)]).toEqual([true, false]);
  return { first, second, study };
};

const took = async (what: string, work: () => Promise<unknown> | unknown): Promise<number> => {
  const startedMs = performance.now();
  await work();
  const ms = performance.now() - startedMs;
  console.log(`${what}: ${Math.round(ms)} ms`);
  return ms;
};

test('what a person asks for in a second window is done by the first within half a second', async () => {
  const bench = aWorkbench();
  const { first, second, study } = await twoWindows(bench);
  expect(second.driverElsewhere(study)).toBe(`another window (process ${process.pid})`);
  expect(first.driverElsewhere(study)).toBeUndefined();
  second.starTrial(study, 1, true);
  expect(first.store.trial(study, 1).star).toBe(true);
  // Ending a Python takes its own time, which is small beside that of hearing of the wish.
  expect(
    await took('one trial stopped from the second window', () => second.stopTrial(study, 1)),
  ).toBeLessThan(500 * slack);
  await eventually(() => running(second, study) === 2);
  second.pause(study);
  const before = second.store.trials(study).length;
  await second.stopTrial(study, 0);
  await sleep(500);
  expect(second.store.trials(study)).toHaveLength(before);
  const resumedMs = await took('resumed from the second window to the next trial', async () => {
    expect(second.resume(study).ok).toBe(true);
    await eventually(() => second.store.trials(study).length > before);
  });
  expect(resumedMs).toBeLessThan(500 * slack);
  expect(await took('study stopped from the second window', () => second.stop(study))).toBeLessThan(
    500 * slack,
  );
  expect(second.store.trials(study).every(({ state }) => state === 'stopped')).toBe(true);
  expect(bench.problems).toEqual([]);
});

test('a change by another process is told within two tenths of a second', async () => {
  const bench = aWorkbench();
  const script = bench.write('train.py', short);
  const first = bench.engine();
  const study = begin(first, aRequest(script, { trials: 1 }));
  await first.untilIdle(study);
  const told: number[] = [];
  const second = new Engine({
    folder: bench.folder,
    runtimeFolder: path.resolve('src/runtime'),
    adoptOthers: false,
    onChange: () => told.push(performance.now()),
  });
  const delays: number[] = [];
  for (let change = 0; change < 10; change++) {
    const changedMs = performance.now();
    first.starTrial(study, 0, change % 2 === 0);
    const seen = told.length;
    await eventually(() => told.length > seen);
    delays.push((told.at(-1) ?? 0) - changedMs);
  }
  await second.close();
  const median = delays.sort((a, b) => a - b)[5] ?? 0;
  console.log(`a change by another process is told after ${Math.round(median)} ms (median)`);
  expect(median).toBeLessThan(200 * slack);
});

test('a study removed in a second window is let go of by the first without a word', async () => {
  const bench = aWorkbench();
  const { first, second, study } = await twoWindows(bench);
  await second.remove(study);
  await eventually(() => !first.isDriving(study));
  expect(first.store.studies()).toEqual([]);
  expect(bench.problems).toEqual([]);
});

test('a driver whose lease was taken lets go, stops nothing, and takes the study up when it is free again', async () => {
  const bench = aWorkbench();
  const script = bench.write('train.py', patient);
  const engine = bench.engine();
  const study = begin(engine, aRequest(script, { trials: 50, pruner: 'none' }));
  await eventually(() => running(engine, study) === 2);
  const other = { id: 'window-other', pid: process.pid, startTime: 'whenever', host: 'another machine' };
  engine.store.acquireLease(study, other, 1, () => false);
  const heartbeat = setInterval(() => engine.store.renewLease(study, other, performance.now()), 100);
  await eventually(() => !engine.isDriving(study));
  const before = engine.store.trials(study);
  await sleep(1_500);
  expect(engine.isDriving(study)).toBe(false);
  expect(engine.driverElsewhere(study)).toBe(`another window (process ${process.pid} on another machine)`);
  expect(engine.store.trials(study)).toEqual(before);
  clearInterval(heartbeat);
  engine.store.releaseLease(study, other);
  await eventually(() => engine.isDriving(study));
  await engine.stop(study);
  expect(engine.store.trials(study).map(({ state, attempt }) => `${state} ${attempt}`)).toEqual([
    'stopped 1',
    'stopped 1',
  ]);
  expect(bench.problems).toEqual([]);
});

test.each(['pause', 'stop'] as const)(
  'after a %s whose driver went away, the next engine sees to the trials that still ran',
  async (wish) => {
    const bench = aWorkbench();
    const script = bench.write('train.py', wish === 'pause' ? short : patient);
    const first = bench.engine();
    const study = begin(first, aRequest(script, { trials: 20, pruner: 'none' }));
    await eventually(() => running(first, study) > 0);
    await first.close();
    const onlooker = bench.onlooker();
    if (wish === 'pause') onlooker.pause(study);
    else onlooker.store.changeStudy(study, { state: 'stopped', message: 'Stopped.' }, Date.now());
    await onlooker.close();
    const second = bench.engine();
    await eventually(() => second.store.trials(study).every(({ state }) => state !== 'running'));
    const ended = wish === 'pause' ? 'complete' : 'stopped';
    expect(new Set(second.store.trials(study).map(({ state }) => state))).toEqual(new Set([ended]));
    expect(second.store.study(study).state).toBe(wish === 'pause' ? 'paused' : 'stopped');
    await eventually(() => second.store.leaseOwner(study) === undefined);
  },
);

test('a trial that a suspended process had begun to start is started when that process is gone, and once', async () => {
  const bench = aWorkbench();
  const script = bench.write('train.py', `open("started.txt", "a").write("x")\n${short}`);
  const engine = bench.engine();
  const study = begin(engine, aRequest(script, { trials: 2, parallel: 1, pruner: 'none' }));
  const suspended = spawn('sleep', ['60'], { stdio: 'ignore' });
  const gone = once(suspended, 'exit');
  const { pid, startTime, bootId } = identify(suspended.pid ?? 0);
  const folder = path.join(engine.layout.runs, study, '1', '1');
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'claim'), `${pid} ${startTime} ${bootId}\n`);
  await eventually(() => engine.store.trials(study)[1] !== undefined);
  await sleep(4_500); // longer than one waits for the other to begin
  expect(engine.store.study(study)).toMatchObject({ state: 'running' });
  expect(bench.read('started.txt')).toBe('x');
  suspended.kill('SIGKILL');
  await gone;
  await eventually(() => engine.store.study(study).state === 'complete');
  expect(bench.read('started.txt')).toBe('xx');
  expect(engine.store.trials(study).map(({ state, attempt }) => `${state} ${attempt}`)).toEqual([
    'complete 1',
    'complete 1',
  ]);
  expect(bench.problems).toEqual([]);
});
