import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { Engine } from '../../../src/engine/node.ts';
import { aRequest, aWorkbench, begin, eventually } from './workbench.ts';

interface Opened {
  readonly engine: Engine;
  readonly notes: string[];
}

const openAt = (folder: string): Opened => {
  const notes: string[] = [];
  const engine = new Engine({
    folder,
    runtimeFolder: path.resolve('src/runtime'),
    adoptOthers: true,
    onNote: (note) => notes.push(note),
  });
  onTestFinished(async () => {
    await engine.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });
  return { engine, notes };
};

const quick = `x = 0.5  # tune: 0..1
print(f"score={x}")
# tune: maximize score
`;

const slow = (steps: number): string => `import os, time
x = 0.5  # tune: 0..1
for step in range(${steps}):
    print(f"step {step} score {x + step}", flush=True)
    time.sleep(0.05)
# tune: maximize score
`;

test('a moved workspace is browsed, inserted from and gone on with in its new place', async () => {
  const bench = aWorkbench();
  const from = path.join(bench.folder, 'her project');
  const to = path.join(bench.folder, 'größer 移动');
  mkdirSync(from);
  bench.write('her project/train.py', quick);
  const before = openAt(from);
  const study = begin(before.engine, aRequest(path.join(from, 'train.py'), { trials: 5, pruner: 'none' }));
  await eventually(() => before.engine.store.trials(study).some(({ state }) => state === 'complete'));
  await before.engine.stop(study);
  await before.engine.close();
  renameSync(from, to);
  const { engine, notes } = openAt(to);
  expect(notes).toEqual([`train: moved here from ${from}.`]);
  const [baseline] = engine.store.trials(study);
  expect(readFileSync(path.join(baseline?.folder ?? '', 'log'), 'utf8')).toBe('score=0.5\n');
  const { edits } = engine.insertEdits(study, 0, { texts: {} });
  expect(edits.every(({ file }) => file === path.join(to, 'train.py'))).toBe(true);
  expect(engine.resume(study).ok).toBe(true);
  expect(await engine.untilIdle(study)).toMatchObject({ state: 'complete' });
  const trials = engine.store.trials(study).filter(({ state }) => state === 'complete');
  expect(engine.store.trials(study)).toHaveLength(5);
  expect(trials.length).toBeGreaterThanOrEqual(3);
  for (const { folder = '' } of trials) expect(folder.startsWith(to)).toBe(true);
  expect(existsSync(from)).toBe(false);
  await engine.close();
  expect(openAt(to).notes).toEqual([]);
});

test('a copy of a workspace leaves the original’s processes alone', async () => {
  const bench = aWorkbench();
  const copy = path.join(path.dirname(bench.folder), `${path.basename(bench.folder)} copy`);
  const original = openAt(bench.folder);
  const script = bench.write('train.py', slow(25));
  const study = begin(original.engine, aRequest(script, { trials: 3, pruner: 'none', parallel: 1 }));
  await eventually(() =>
    original.engine.store
      .trials(study)
      .some(({ state, intermediate }) => state === 'running' && intermediate.length > 2),
  );
  cpSync(bench.folder, copy, { recursive: true });
  const { engine, notes } = openAt(copy);
  expect(notes).toEqual([`train: copied here from ${bench.folder}.`]);
  expect(engine.store.study(study)).toMatchObject({
    state: 'paused',
    message: expect.stringContaining('copy'),
  });
  expect(engine.store.trials(study).map(({ state }) => state)).not.toContain('running');
  await engine.untilReady();
  expect(engine.resume(study).ok).toBe(true);
  const ends = await Promise.all([original.engine.untilIdle(study), engine.untilIdle(study)]);
  expect(ends.map(({ state }) => state)).toEqual(['complete', 'complete']);
  const attempts = (each: Engine): readonly number[] =>
    each.store.trials(study).map(({ attempt }) => attempt);
  expect(attempts(original.engine)).toEqual([1, 1, 1]);
  expect(attempts(engine)[0]).toBe(2);
  for (const trial of engine.store.trials(study)) {
    expect(trial.state).toBe('complete');
    expect(trial.folder?.startsWith(copy)).toBe(true);
  }
}, 60_000);

test('a workspace moved while its trials run goes on in its new place', async () => {
  const bench = aWorkbench();
  const from = path.join(bench.folder, 'here');
  const to = path.join(bench.folder, 'there');
  mkdirSync(from);
  bench.write('here/train.py', slow(30));
  const left = openAt(from);
  const study = begin(
    left.engine,
    aRequest(path.join(from, 'train.py'), { trials: 4, pruner: 'none', parallel: 2 }),
  );
  await eventually(
    () => left.engine.store.trials(study).filter(({ state }) => state === 'running').length === 2,
  );
  renameSync(from, to);
  await eventually(() => left.notes.length > 0);
  expect(left.notes[0]).toMatch(/moved away/);
  const { engine, notes } = openAt(to);
  expect(notes).toEqual([`train: moved here from ${from}.`]);
  expect(await engine.untilIdle(study)).toMatchObject({ state: 'complete' });
  const trials = engine.store.trials(study);
  expect(trials).toHaveLength(4);
  for (const { number, params, state, attempt, message } of trials) {
    console.log(`trial ${number}: ${state}, attempt ${attempt} ${message ?? ''}`);
    expect(state).toBe('complete');
    expect(engine.store.reports(study, number).score?.at(-1)?.value).toBeCloseTo(Number(params.x) + 29, 9);
  }
  expect(existsSync(path.join(from, '.tunelens', 'tunelens.db'))).toBe(false);
}, 60_000);
