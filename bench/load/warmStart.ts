import { readFileSync } from 'node:fs';
import path from 'node:path';
import { localLauncher } from '../../src/engine/node.ts';
import type { LocalLauncher } from '../../src/engine/launch/local.ts';
import type { RunPlan } from '../../src/engine/tuner/plan.ts';
import { runFolder, runSpecOf } from '../../src/engine/tuner/runInput.ts';
import { atMost, type Bench, type Figure, type Outcome, type Skipped } from '../figure.ts';
import { firstLineNs, makePlan, msBetween, runToEnd } from '../figures/start.ts';
import { optunaPython } from '../optuna/environment.ts';
import { median, quantile } from '../statistics.ts';

const pairs = 25;
const warmUps = 2;
const runtimeFolder = path.join(import.meta.dirname, '../../src/runtime');

/** What a training script begins with; numpy stands for heavier libraries. */
const script = `import time; first_line_ns = time.monotonic_ns()
import argparse, json, logging, random
import numpy
lr = 1e-3  # tune: 1e-5..1e-1 log
print("FIRST", first_line_ns, lr)
print("READY", time.monotonic_ns())
score = float(numpy.square(lr))  # tune: minimize
`;

interface Start {
  readonly firstMs: number;
  /** When everything was imported. */
  readonly readyMs: number;
}

const specOf = (plan: RunPlan, runs: string, trial: number): ReturnType<typeof runSpecOf> =>
  runSpecOf(plan, {
    key: { study: 'bench', trial, attempt: 1 },
    params: { ...plan.baseline, lr: 0.01 + trial / 1e6 },
    seed: trial,
    runs,
  });

const startMs = async (
  plan: RunPlan,
  launcher: LocalLauncher,
  runs: string,
  trial: number,
): Promise<Start> => {
  const spec = specOf(plan, runs, trial);
  const since = await runToEnd(launcher, spec);
  const log = path.join(runFolder(runs, spec.input.key), 'log');
  const ready = /^READY (\d+)/m.exec(readFileSync(log, 'utf8'))?.[1] ?? '0';
  return { firstMs: msBetween(since, firstLineNs(log)), readyMs: msBetween(since, BigInt(ready)) };
};

const measure = async ({ folder, progress }: Bench): Promise<Outcome | Skipped> => {
  if (process.platform !== 'linux') return { skipped: 'trials are forked on Linux only' };
  const found = await optunaPython(progress);
  if (!('python' in found)) return { skipped: `it needs a Python with numpy: ${found.missing}` };
  const plan = makePlan(folder, script, found.python);
  const runs = path.join(folder, 'runs');
  const warm = localLauncher({ runtimeFolder, runsFolder: runs });
  const cold = localLauncher({ runtimeFolder, runsFolder: runs, warm: false });
  try {
    const state = await warm.warmUp(specOf(plan, runs, 10_000));
    if (state.kind !== 'ready') throw new Error(`no warm start: ${JSON.stringify(state)}`);
    const starts: { warm: Start[]; cold: Start[] } = { warm: [], cold: [] };
    for (let i = 0; i < warmUps + pairs; i++) {
      const one = {
        warm: await startMs(plan, warm, runs, 2 * i),
        cold: await startMs(plan, cold, runs, 2 * i + 1),
      };
      if (i < warmUps) continue;
      starts.warm.push(one.warm);
      starts.cold.push(one.cold);
    }
    return outcomeOf(starts.warm, starts.cold);
  } finally {
    warm.close();
  }
};

const outcomeOf = (warm: readonly Start[], cold: readonly Start[]): Outcome => {
  const first = (starts: readonly Start[]): number[] => starts.map(({ firstMs }) => firstMs);
  const ready = (starts: readonly Start[]): number[] => starts.map(({ readyMs }) => readyMs);
  return {
    rows: [
      {
        what: 'warm start to the script’s first line, median',
        measured: median(first(warm)),
        unit: 'ms',
        budget: atMost(20),
        peer: { name: 'cold', measured: median(first(cold)) },
        runs: pairs,
      },
      {
        what: 'warm start to the first line, p95',
        measured: quantile(first(warm), 0.95),
        unit: 'ms',
        runs: pairs,
      },
      {
        what: 'warm start to numpy imported, median',
        measured: median(ready(warm)),
        unit: 'ms',
        peer: { name: 'cold', measured: median(ready(cold)) },
        runs: pairs,
      },
    ],
    notes: [
      'From the launcher’s start (run folder written, process forked, a literal replaced) to the time that the script’s first',
      'line read, and to the line behind its imports. Warm and cold take turns; the warm parent was ready before.',
    ],
  };
};

export const warmStart: Figure = { name: 'warm', measure };
