import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { localLauncher } from '../../src/engine/node.ts';
import { readStat } from '../../src/engine/launch/processIdentity.ts';
import type { RunHandle } from '../../src/engine/study/launcher.ts';
import { runSpecOf } from '../../src/engine/tuner/runInput.ts';
import { atMost, type Bench, type Figure, type Outcome, type Skipped } from '../figure.ts';
import { makePlan } from '../figures/start.ts';
import { pythonVersion } from '../machine.ts';
import { median } from '../statistics.ts';

const runtimeFolder = path.join(import.meta.dirname, '../../src/runtime');
/** As the driver stops trials. */
const graceMs = 5_000;
const repetitions = { polite: 10, forced: 3 };
const patienceMs = 20_000;

/** A worker of its own session, one that reads data, and itself: all of them end by a signal. */
const polite = `import os, subprocess, sys, time
lr = 0.1  # tune: 0.01..1
children = [subprocess.Popen([sys.executable, "-c", "import time; time.sleep(300)"], start_new_session=own) for own in (False, True)]
print("PIDS", os.getpid(), *[child.pid for child in children], flush=True)
time.sleep(300)
score = lr  # tune: minimize
`;

/** Nobody here ends by SIGTERM, and one has gone off as a daemon. */
const stubborn = `import os, signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
lr = 0.1  # tune: 0.01..1
daemon = """
import os, signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        print("DAEMON", os.getpid(), flush=True)
        time.sleep(300)
"""
child = subprocess.Popen([sys.executable, "-c", "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(300)"])
subprocess.run([sys.executable, "-c", daemon])
time.sleep(0.2)
print("PIDS", os.getpid(), child.pid, flush=True)
while True:
    try:
        time.sleep(300)
    except BaseException:
        pass
score = lr  # tune: minimize
`;

const pidsIn = async (handle: RunHandle): Promise<readonly number[]> => {
  const deadline = performance.now() + patienceMs;
  for (;;) {
    const log = readFileSync(path.join(handle.folder, 'log'), 'utf8');
    const pids = /^PIDS (.*)$/m.exec(log)?.[1];
    const daemon = /^DAEMON (\d+)$/m.exec(log)?.[1];
    if (pids !== undefined)
      return [...pids.split(' '), ...(daemon === undefined ? [] : [daemon])].map(Number);
    if (performance.now() > deadline) throw new Error(`the script did not start:\n${log}`);
    await delay(10);
  }
};

const isThere = (pid: number): boolean => {
  const stat = readStat(pid);
  return stat !== undefined && !stat.dead;
};

const stopMs = async (folder: string, script: string, times: number): Promise<readonly number[]> => {
  mkdirSync(folder);
  const runs = path.join(folder, 'runs');
  const plan = makePlan(folder, script);
  const launcher = localLauncher({ runtimeFolder, runsFolder: runs, warm: false });
  const took: number[] = [];
  for (let trial = 0; trial < times; trial++) {
    const key = { study: 'bench', trial, attempt: 1 };
    const handle = await launcher.start(runSpecOf(plan, { key, params: { lr: 0.5 }, seed: 1, runs }));
    const pids = await pidsIn(handle);
    const since = performance.now();
    await launcher.stop(handle, graceMs);
    took.push(performance.now() - since);
    const left = pids.filter(isThere);
    if (left.length > 0) throw new Error(`${left.length} of ${pids.length} processes are left`);
  }
  return took;
};

const measure = async ({ folder, progress }: Bench): Promise<Outcome | Skipped> => {
  if (process.platform !== 'linux') return { skipped: 'whole trees of processes are found on Linux only' };
  if ((await pythonVersion()) === undefined) return { skipped: 'there is no python3' };
  writeFileSync(path.join(folder, 'about'), '');
  progress('polite');
  const politeMs = await stopMs(path.join(folder, 'polite'), polite, repetitions.polite);
  progress('forced');
  const forcedMs = await stopMs(path.join(folder, 'forced'), stubborn, repetitions.forced);
  const row = { unit: 'ms' } as const;
  return {
    rows: [
      {
        ...row,
        what: 'polite stop to all gone, median',
        measured: median(politeMs),
        budget: atMost(1_000),
        runs: repetitions.polite,
      },
      {
        ...row,
        what: 'polite stop to all gone, slowest',
        measured: Math.max(...politeMs),
        budget: atMost(1_000),
        runs: repetitions.polite,
      },
      {
        ...row,
        what: 'forced stop to all gone, slowest',
        measured: Math.max(...forcedMs),
        budget: atMost(6_000),
        runs: repetitions.forced,
      },
    ],
    notes: [
      `The launcher’s stop with ${graceMs / 1_000} s of grace, as the driver’s. Polite: a script with two children, one in its own session.`,
      'Forced: a script, a child and a daemon that ignore SIGTERM. After each, every process by its number is looked for.',
    ],
  };
};

export const stopping: Figure = { name: 'stopping', measure };
