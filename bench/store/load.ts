import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { createSpace } from '../../src/engine/index.ts';
import { openStore, type Store } from '../../src/engine/node.ts';
import { startCursor } from '../../src/engine/study/launcher.ts';
import { ActiveRun } from '../../src/engine/tuner/activeRun.ts';
import { spoolLine } from '../spoolLine.ts';

export const trials = 100;
export const stepsPerTrial = 1_000;
export const reports = trials * stepsPerTrial;
export const nowMs = 1_700_000_000_000;
export const study = 'bench';

export const lossAt = (trial: number, step: number): number => 1 / (1 + step) + trial / 1_000;

/** A database file with running trials that have reported nothing yet. */
export const createDatabase = (file: string): Store => {
  const space = createSpace({
    parameters: [{ kind: 'float', name: 'lr', low: 1e-5, high: 0.1, log: true }],
    derived: [],
    constraints: [],
  });
  if (!space.ok) throw new Error('one float is a space');
  const store = openStore({ file });
  const spec = {
    space: space.value,
    objectives: [{ metric: 'loss', direction: 'minimize' }],
    sampler: { name: 'random', options: {} },
    pruner: { name: 'none', options: {} },
    budget: {},
    parallel: trials,
    seed: 1,
  } as const;
  store.createStudy(
    { id: study, name: study, script: 'train.py', state: 'running', spec, plan: '{}', createdAtMs: nowMs },
    nowMs,
  );
  for (let trial = 0; trial < trials; trial++) {
    store.addTrial(study, { params: { lr: 0.01 }, reason: 'bench', seed: trial, createdAtMs: nowMs });
    store.changeTrial(study, trial, { state: 'running', attempt: 1, startedAtMs: nowMs });
  }
  return store;
};

/** Throws when a report is missing: a rate that loses reports would be worth nothing. */
export const checkAllThere = (store: Store): void => {
  for (const { number, intermediate } of store.trials(study))
    if (
      intermediate.length !== stepsPerTrial ||
      intermediate.at(-1)?.value !== lossAt(number, stepsPerTrial - 1)
    )
      throw new Error(`trial ${number} has ${intermediate.length} of ${stepsPerTrial} reports`);
};

export type Channel = 'spool' | 'log';

const lineOf = (channel: Channel, trial: number, step: number): string => {
  const loss = lossAt(trial, step);
  return channel === 'log' ? `epoch ${step} loss=${loss}\n` : spoolLine({ s: step, m: { loss } });
};

/** The folders of runs that wrote everything and ended. */
export const writeRuns = (runs: string, channel: Channel): readonly ActiveRun[] =>
  Array.from({ length: trials }, (_, trial) => {
    const folder = path.join(runs, String(trial));
    mkdirSync(folder, { recursive: true });
    const lines = Array.from({ length: stepsPerTrial }, (__, step) => lineOf(channel, trial, step)).join('');
    writeFileSync(path.join(folder, channel === 'log' ? 'log' : 'spool.jsonl'), lines);
    writeFileSync(path.join(folder, 'exit'), '0\n');
    return new ActiveRun({
      trial,
      attempt: 1,
      slot: trial + 1,
      handle: { launcher: 'local', key: { study, trial, attempt: 1 }, folder, ref: null },
      cursor: startCursor,
    });
  });
