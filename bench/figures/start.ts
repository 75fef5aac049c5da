import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { localLauncher } from '../../src/engine/node.ts';
import { type Launcher, type RunSpec, startCursor } from '../../src/engine/study/launcher.ts';
import { planStudy, type RunPlan } from '../../src/engine/tuner/plan.ts';
import { runFolder, runSpecOf } from '../../src/engine/tuner/runInput.ts';
import { atMost, type Bench, type Figure, type Outcome, type Skipped } from '../figure.ts';
import { pythonVersion } from '../machine.ts';
import { median } from '../statistics.ts';

const pairs = 25;
const warmUps = 2;
const runtimeFolder = path.join(import.meta.dirname, '../../src/runtime');

/** Six literals to replace and an assignment to report, in a file of ordinary length. */
const script = `import time; first_line_ns = time.monotonic_ns()
lr = 1e-3  # tune: 1e-5..1e-1 log
batch_size = 64  # tune: 16..256 log step 2x
dropout = 0.1  # tune: 0..0.6 step 0.05
optimizer = "adam"  # tune: ["adam", "sgd"]
momentum = 0.9  # tune: 0.5..0.99 if optimizer == "sgd"
use_ema = True  # tune
${Array.from({ length: 40 }, (_, i) => `def layer_${i}(x, scale=${i}.5):\n    y = x * scale + ${i}\n    return y if y > 0 else -y\n`).join('\n')}
print("FIRST", first_line_ns, lr)
score = layer_1(lr)  # tune: maximize
`;

/** When the script's first line ran, on the clock that Node's hrtime reads, too (CLOCK_MONOTONIC). */
export const firstLineNs = (log: string): bigint => {
  const text = readFileSync(log, 'utf8');
  const found = /^FIRST (\d+)/m.exec(text)?.[1];
  if (found === undefined) throw new Error(`the script did not get to its end:\n${text}`);
  return BigInt(found);
};

export const msBetween = (from: bigint, to: bigint): number => Number(to - from) / 1e6;

/** `python3 train.py` with its output in a file, as a trial's. */
const plainStartMs = async (plan: RunPlan, log: string): Promise<number> => {
  const file = openSync(log, 'w');
  const since = process.hrtime.bigint();
  const child = spawn(plan.interpreter, [plan.script], {
    cwd: plan.cwd,
    detached: true,
    stdio: ['ignore', file, file],
  });
  await once(child, 'exit');
  closeSync(file);
  return msBetween(since, firstLineNs(log));
};

/** Runs a trial to its end; returns when it was asked to start, on the clock of `firstLineNs`. */
export const runToEnd = async (launcher: Launcher, spec: RunSpec): Promise<bigint> => {
  const since = process.hrtime.bigint();
  const handle = await launcher.start(spec);
  for (let ended = false; !ended; ) {
    await delay(5);
    ended = (await launcher.poll(handle, startCursor)).state.kind === 'ended';
  }
  return since;
};

/** The same script as a trial: folder, claim, wrapper, new values, and all. */
const trialStartMs = async (
  plan: RunPlan,
  launcher: Launcher,
  runs: string,
  trial: number,
): Promise<number> => {
  const params = { ...plan.baseline, lr: 0.01 + trial / 1e6, batch_size: 128, dropout: 0.2, use_ema: false };
  const spec = runSpecOf(plan, { key: { study: 'bench', trial, attempt: 1 }, params, seed: trial, runs });
  const since = await runToEnd(launcher, spec);
  const log = path.join(runFolder(runs, spec.input.key), 'log');
  if (!readFileSync(log, 'utf8').includes(` ${params.lr}\n`))
    throw new Error('the trial ran with other values');
  return msBetween(since, firstLineNs(log));
};

/** The plan of a script in a folder of its own. */
export const makePlan = (folder: string, text: string, interpreter = 'python3'): RunPlan => {
  const file = path.join(folder, 'train.py');
  writeFileSync(file, text);
  mkdirSync(path.join(folder, 'snapshots'));
  const plan = planStudy({ script: file, interpreter, args: [] }, path.join(folder, 'snapshots'));
  if (!plan.ok) throw new Error(plan.error.map(({ message }) => message).join(' '));
  return plan.value.run;
};

/** Trials forked from a parent that is ready; the first one, for which it may still be forking ahead, counts too. */
const warmStarts = async (plan: RunPlan, runs: string): Promise<readonly number[]> => {
  const launcher = localLauncher({ runtimeFolder, runsFolder: runs });
  try {
    const first = { key: { study: 'warm', trial: 0, attempt: 1 }, params: plan.baseline, seed: 1, runs };
    const state = await launcher.warmUp(runSpecOf(plan, first));
    if (state.kind !== 'ready') throw new Error(`no warm parent: ${JSON.stringify(state)}`);
    const times: number[] = [];
    for (let i = 0; i < pairs; i++) times.push(await trialStartMs(plan, launcher, runs, 1_000 + i));
    return times;
  } finally {
    launcher.close();
  }
};

const measure = async ({ folder }: Bench): Promise<Outcome | Skipped> => {
  if (process.platform !== 'linux')
    return { skipped: 'it needs a clock that Python and Node share, as on Linux' };
  if ((await pythonVersion()) === undefined) return { skipped: 'there is no python3' };
  const plan = makePlan(folder, script);
  const runs = path.join(folder, 'runs');
  const launcher = localLauncher({ runtimeFolder, runsFolder: runs, warm: false });
  const plain: number[] = [];
  const trials: number[] = [];
  for (let i = 0; i < warmUps + pairs; i++) {
    const alone = await plainStartMs(plan, path.join(folder, 'plain.log'));
    const asTrial = await trialStartMs(plan, launcher, runs, i);
    if (i < warmUps) continue;
    plain.push(alone);
    trials.push(asTrial);
  }
  const warm = await warmStarts(plan, runs);
  const extra = trials.map((ms, i) => ms - (plain[i] ?? Number.NaN));
  return {
    rows: [
      {
        what: 'cold start to first line, as a trial',
        measured: median(trials),
        unit: 'ms',
        peer: { name: 'python3 alone', measured: median(plain) },
        runs: pairs,
      },
      {
        what: 'of that beyond the interpreter, median of pairs',
        measured: median(extra),
        unit: 'ms',
        budget: atMost(150),
        runs: pairs,
      },
      {
        what: 'of that beyond the interpreter, best of each',
        measured: Math.min(...trials) - Math.min(...plain),
        unit: 'ms',
        runs: pairs,
      },
      {
        what: 'warm start to first line, as a trial',
        measured: median(warm),
        unit: 'ms',
        budget: atMost(20),
        runs: warm.length,
      },
    ],
    notes: [
      'From the launcher’s start (run folder written, wrapper, runtime, 6 literals replaced, 1 report point) to the time the',
      'script’s first line read; and from spawning `python3 train.py` to the same. The two take turns; output goes to files.',
    ],
  };
};

export const start: Figure = { name: 'start', measure };
