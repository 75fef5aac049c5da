// How long a slot stands empty between two trials of a real study, and what of that is the sampler's.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Engine, type TrialRecord } from '../../src/engine/node.ts';
import type { Outcome, Row, Skipped } from '../figure.ts';
import { pythonVersion } from '../machine.ts';
import { median, quantile } from '../statistics.ts';
import { entries } from './studies.ts';

const trials = 50;
const slots = 2;
const limitMs = 600_000;

/** A trial of a tenth of a second over the ten floats. */
const script = [
  'import time',
  `# tune: minimize loss, trials ${trials}`,
  ...entries.map(({ name, low, high, log, step }) => {
    const start = log ? 0.001 : 0.1;
    const range = `${low}..${high}${log ? ' log' : ''}${step === undefined ? '' : ` step ${step}`}`;
    return `${name} = ${start}  # tune: ${range}`;
  }),
  'time.sleep(0.1)',
  `print("loss=%.9f" % (${entries.map(({ name, log }) => `${log ? '100 * ' : '0.1 * '}${name} ** 2`).join(' + ')}))`,
  '',
].join('\n');

const runStudy = async (sampler: string): Promise<readonly TrialRecord[]> => {
  const folder = mkdtempSync(path.join(tmpdir(), 'tunelens-bench-waiting-'));
  const engine = new Engine({
    folder,
    runtimeFolder: path.join(import.meta.dirname, '../../src/runtime'),
    adoptOthers: false,
  });
  try {
    const file = path.join(folder, 'train.py');
    writeFileSync(file, script);
    const created = engine.createStudy({
      ...{ script: file, interpreter: 'python3', args: [], trials, parallel: slots, seed: 1, sampler },
      objectives: [{ metric: 'loss', direction: 'minimize' }],
    });
    if (!created.ok) throw new Error(created.error.map(({ message }) => message).join(' '));
    const { id } = created.value.study;
    const until = performance.now() + limitMs;
    while (engine.store.study(id).state === 'running') {
      if (performance.now() > until) throw new Error(`${sampler} did not end within ${limitMs} ms`);
      await delay(50);
    }
    const { state, message } = engine.store.study(id);
    if (state !== 'complete') throw new Error(`the study is ${state}: ${message ?? ''}`);
    return engine.store.trials(id);
  } finally {
    await engine.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
};

/** From the engine's knowing that a trial has ended to the next one's start in the same slot, milliseconds. */
const gapsOf = (records: readonly TrialRecord[]): readonly number[] =>
  records.flatMap(({ slot, startedAtMs }) => {
    const before = records
      .filter((other) => other.slot === slot && (other.endedAtMs ?? Infinity) <= (startedAtMs ?? 0))
      .map(({ endedAtMs }) => endedAtMs ?? 0);
    return before.length === 0 || startedAtMs === undefined ? [] : [startedAtMs - Math.max(...before)];
  });

export const measureWaiting = async (
  samplers: readonly string[],
  progress: (text: string) => void,
): Promise<Outcome | Skipped> => {
  if ((await pythonVersion()) === undefined) return { skipped: 'there is no python3' };
  const rows: Row[] = [];
  let random = Number.NaN;
  for (const sampler of ['random', ...samplers]) {
    progress(sampler);
    const gaps = gapsOf(await runStudy(sampler));
    if (sampler === 'random') random = median(gaps);
    const row = { unit: 'ms', runs: gaps.length } as const;
    const peer = sampler === 'random' ? {} : { peer: { name: 'our random, no model', measured: random } };
    rows.push({
      ...row,
      ...peer,
      what: `slot empty between trials, ${sampler}, median`,
      measured: median(gaps),
    });
    rows.push({ ...row, what: `slot empty between trials, ${sampler}, p95`, measured: quantile(gaps, 0.95) });
  }
  return {
    rows,
    notes: [
      `A real study of ${trials} trials of a Python script, ${slots} at a time: from the engine’s knowing that a trial ended to the next`,
      'one’s start in the same slot, as the store has it (whole milliseconds). Storing and starting are in it; what a sampler',
      'adds to random search is what the slot waited for a proposal.',
    ],
  };
};
