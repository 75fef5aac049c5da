import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { Engine, TrialRecord } from '../../../src/engine/node.ts';
import { bestTrial } from '../../../src/engine/index.ts';
import { toTrial } from '../../../src/engine/tuner/trialModel.ts';
import { aRequest, aWorkbench, begin, eventually } from './workbench.ts';

const seeded = `
import random, tunelens
x = 0.5  # tune: 0..1
seed = 7  # tune: seed
draw = random.Random(seed + tunelens.trial_number())
for epoch in range(1, 4):
    print(f"epoch {epoch} loss {x + draw.random()!r}", flush=True)
# tune: minimize loss
`;

const repeat = async (engine: Engine, study: string, number: number): Promise<TrialRecord> => {
  const result = engine.rerun(study, number);
  if (!result.ok) throw new Error(result.error);
  await eventually(() => engine.store.trial(study, result.value.number).endedAtMs !== undefined);
  return engine.store.trial(study, result.value.number);
};

test('a trial run again is equal to the last bit, though the script was changed meanwhile', async () => {
  const bench = aWorkbench();
  const script = bench.write('train.py', seeded);
  const engine = bench.engine();
  const study = begin(engine, aRequest(script, { trials: 4, sampler: 'random', pruner: 'none' }));
  await engine.untilIdle(study);
  const before = bestTrial(
    engine.store.trials(study).map((trial) => toTrial(trial)),
    engine.store.study(study).spec.objectives,
  );
  bench.write('train.py', seeded.replace('draw.random()', '2'));
  for (const number of [0, 2]) {
    const replica = await repeat(engine, study, number);
    const original = engine.store.trial(study, number);
    expect(replica).toMatchObject({ state: 'complete', replicaOf: number, params: original.params });
    expect(replica.values).toEqual(original.values);
    expect(replica.message).toBe(
      `Equal to trial ${number} to the last bit in all 3 reports: loss = ${original.values?.[0]} in both.`,
    );
  }
  const ended = engine.store.study(study);
  expect(ended).toMatchObject({ state: 'complete', message: 'All 4 trials are done.' });
  const trials = engine.store.trials(study).map((trial) => toTrial(trial));
  expect(bestTrial(trials, ended.spec.objectives)).toBe(before);
  // The repetition of a repetition is one of the first.
  expect((await repeat(engine, study, 5)).replicaOf).toBe(2);
});

test('a trial that comes out otherwise says by how much', async () => {
  const bench = aWorkbench();
  const script = bench.write(
    'train.py',
    'import os\nx = 0.5  # tune: 0..1\nprint(f"time={os.getpid()}")\nprint(f"loss={len(os.listdir()) + x}")\nopen(f"file{os.getpid()}", "w")\n# tune: minimize loss\n',
  );
  const engine = bench.engine();
  const study = begin(engine, aRequest(script, { trials: 2, parallel: 1, pruner: 'none' }));
  await engine.untilIdle(study);
  const replica = await repeat(engine, study, 0);
  expect(replica.message).toMatch(
    /^Not equal to trial 0: loss = [\d.]+ here, [\d.]+ there \(difference [\d.]+\)\.$/,
  );
});

test('a repetition takes nothing from the budget of a study that runs', async () => {
  const bench = aWorkbench();
  const script = bench.write(
    'train.py',
    seeded.replace('print(f"epoch', 'import time; time.sleep(0.05); print(f"epoch'),
  );
  const engine = bench.engine();
  const study = begin(engine, aRequest(script, { trials: 5, sampler: 'random', pruner: 'none' }));
  await eventually(() => engine.store.trials(study)[0]?.state === 'complete');
  expect(engine.rerun(study, 0).ok).toBe(true);
  await engine.untilIdle(study);
  await eventually(() => engine.store.trials(study).every(({ endedAtMs }) => endedAtMs !== undefined));
  const trials = engine.store.trials(study);
  expect(trials.filter(({ replicaOf }) => replicaOf === undefined)).toHaveLength(5);
  expect(trials.filter(({ replicaOf }) => replicaOf !== undefined)).toHaveLength(1);
});

test('a repetition in a study that has ended runs, and ends when the study is stopped once more', async () => {
  const bench = aWorkbench();
  const script = bench.write(
    'train.py',
    'import os, time\nx = 0.5  # tune: 0..1\nprint(f"loss={x}", flush=True)\nwhile os.path.exists("wait"): time.sleep(0.01)\n# tune: minimize loss\n',
  );
  const engine = bench.engine();
  const study = begin(engine, aRequest(script, { trials: 2, parallel: 1, pruner: 'none' }));
  await engine.untilIdle(study);
  bench.write('wait', '');
  const result = engine.rerun(study, 1);
  if (!result.ok) throw new Error(result.error);
  await eventually(() => engine.store.trial(study, 2).state === 'running');
  expect(engine.rerun(study, 1).ok).toBe(true);
  await engine.stop(study);
  expect(engine.store.trials(study).map(({ state }) => state)).toEqual([
    'complete',
    'complete',
    'stopped',
    'stopped',
  ]);
});

test('what is otherwise now is said: sources, data files', async () => {
  const bench = aWorkbench();
  bench.write('data a.csv', '1,2\n');
  bench.write('data b.csv', '3,4\n');
  const script = bench.write('train.py', seeded);
  const engine = bench.engine();
  const study = begin(engine, aRequest(script, { trials: 1, dataFiles: ['data ?.csv', '**/*.npy'] }));
  await engine.untilIdle(study);
  const environment = path.join(bench.folder, '.tunelens/runs', study, 'environment.json');
  await eventually(() => existsSync(environment) && readFileSync(environment, 'utf8').endsWith('}\n'));
  expect(await engine.differences(study, 0)).toEqual([]);
  bench.write('data a.csv', '1,3\n');
  rmSync(path.join(bench.folder, 'data b.csv'));
  bench.write('data c.csv', '');
  bench.write('train.py', `${seeded}# more\n`);
  expect(await engine.differences(study, 0)).toEqual([
    'Data files changed: data a.csv.',
    'Data files missing: data b.csv.',
    'Data files added: data c.csv.',
    'train.py changed since; the trial runs what stood there when the study was started.',
  ]);
});
