import { execFile } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { Engine } from '../../src/engine/node.ts';
import type { Bench, Figure, Outcome, Row, Skipped } from '../figure.ts';
import { optunaPython, rayPython } from '../optuna/environment.ts';

const runtimeFolder = path.join(import.meta.dirname, '../../src/runtime');
const trials = 100;
/** It takes its time. */
const rayTrials = 24;
const parallel = availableParallelism();
const limitMs = 300_000;
/** Trials a second as published; shown where Ray cannot be installed. */
const publishedRay = 14;

/** What a trial does: nearly nothing, so that what is measured is everything around it. */
const script = `import numpy
x = 0.0  # tune: -10..10
y = float(numpy.square(x - 2))  # tune: minimize
`;
const plainScript = `import sys
import numpy
print(f"y={float(numpy.square(float(sys.argv[1]) - 2))}")
`;

interface Peer {
  readonly name: string;
  readonly measured: number;
}

/** A study as the editor would run it: database, snapshots, verified values, reports. */
const ownRate = async (folder: string, interpreter: string, warmTrials: 'auto' | 'off'): Promise<number> => {
  mkdirSync(folder);
  const file = path.join(folder, 'train.py');
  writeFileSync(file, script);
  const problems: string[] = [];
  const engine = new Engine({
    folder,
    runtimeFolder,
    adoptOthers: false,
    warmTrials,
    onProblem: (_, message) => problems.push(message),
  });
  try {
    const since = performance.now();
    const begun = engine.createStudy({
      script: file,
      interpreter,
      args: [],
      trials,
      parallel,
      seed: 1,
      sampler: 'random',
      pruner: 'none',
    });
    if (!begun.ok) throw new Error(begun.error.map(({ message }) => message).join(' '));
    const { id } = begun.value.study;
    const { state, message } = await engine.untilIdle(id);
    const seconds = (performance.now() - since) / 1_000;
    const done = engine.store.trials(id).filter((trial) => trial.state === 'complete').length;
    if (state !== 'complete' || done !== trials)
      throw new Error(`${done} trials: ${message ?? problems.join(' ')}`);
    return trials / seconds;
  } finally {
    await engine.close();
  }
};

const peerRate = async (
  python: string,
  name: string,
  file: string,
  args: readonly (string | number)[],
): Promise<Peer> => {
  const { stdout } = await promisify(execFile)(
    python,
    [path.join(import.meta.dirname, file), ...args.map(String)],
    { timeout: limitMs },
  );
  // What these scripts print last is this.
  const said = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as {
    readonly version: string;
    readonly perSecond: number;
  };
  return { name: name.replace('VERSION', said.version), measured: said.perSecond };
};

const rayRate = async (progress: (text: string) => void): Promise<Peer> => {
  const found = await rayPython(progress);
  if (!('python' in found)) return { name: 'Ray Tune, published', measured: publishedRay };
  progress('Ray Tune');
  return peerRate(found.python, 'Ray Tune VERSION', 'trials_ray.py', [rayTrials, parallel]);
};

const measure = async ({ folder, progress }: Bench): Promise<Outcome | Skipped> => {
  const found = await optunaPython(progress);
  if (!('python' in found)) return { skipped: `it needs a Python with numpy: ${found.missing}` };
  const { python } = found;
  const plain = path.join(folder, 'plain.py');
  writeFileSync(plain, plainScript);
  progress('ours, warm');
  const warm = await ownRate(path.join(folder, 'warm'), python, 'auto');
  progress('ours, cold');
  const cold = await ownRate(path.join(folder, 'cold'), python, 'off');
  progress('Optuna');
  const processes = await peerRate(python, 'Optuna VERSION, a process a trial', 'trials_optuna.py', [
    'processes',
    trials,
    parallel,
    plain,
  ]);
  const inProcess = await peerRate(python, 'Optuna VERSION in one process', 'trials_optuna.py', [
    'in-process',
    trials,
  ]);
  const ray = await rayRate(progress);
  const row = (what: string, measured: number, peer: Peer): Row => ({
    what,
    measured,
    unit: '/s',
    peer,
    runs: trials,
  });
  return {
    rows: [
      row('trials, warm', warm, processes),
      row('trials, cold', cold, processes),
      row('trials, warm', warm, inProcess),
      row('trials, warm', warm, ray),
    ],
    notes: [
      `${trials} trials (Ray Tune: ${rayTrials}) of a script that imports numpy and computes one number, ${parallel} at a time, from the start of the`,
      'study to its end, random proposals. Ours: a process a trial, values verified, everything stored in SQLite. Optuna: in memory;',
      'in one process it calls a function, and a trial that crashes takes all with it. Ray was up before its clock ran.',
    ],
  };
};

export const throughput: Figure = { name: 'throughput', measure };
