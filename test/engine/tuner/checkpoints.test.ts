import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { randomStream } from '../../../src/engine/index.ts';
import type { Engine, TrialRecord } from '../../../src/engine/node.ts';
import { aRequest, aWorkbench, begin, eventually, type Workbench } from './workbench.ts';

/**
 * Saves after every epoch who trained what, and notes it in a file of its own as well, which nothing takes back.
 * `each` runs in each epoch before it counts as trained.
 */
const training = (
  more: { readonly each?: string; readonly header?: string; readonly report?: string } = {},
) => `
import json, os, signal, time
import tunelens
x = 0.5  # tune: 0..1
epochs = 4  # tune: budget 1..4
# tune: minimize loss
${more.header ?? ''}
trial = tunelens.trial_number()
path = os.path.join(os.environ["TUNELENS_CHECKPOINT_DIR"], "state.json")
assert tunelens.checkpoint_dir() == os.path.dirname(path)
assert os.path.exists(path) == tunelens.resuming() == (os.environ.get("TUNELENS_RESUME") == "1")
state = json.load(open(path)) if os.path.exists(path) else {"epoch": 0, "line": []}
while state["epoch"] < epochs:
    epoch = state["epoch"] + 1
    ${(more.each ?? 'pass').replaceAll('\n', '\n    ')}
    with open("trained.txt", "a") as file:
        file.write(f"{trial} {epoch}\\n")
    state = {"epoch": epoch, "line": state["line"] + [[trial, epoch, x]]}
    ${more.report ?? 'print(f"epoch {epoch} loss {(x - 0.3) ** 2 + 1 / epoch}", flush=True)'}
    with open(path + ".new", "w") as file:
        json.dump(state, file)
    os.replace(path + ".new", path)
`;

/** Epochs by trial, in the order trained. */
const trainedIn = (bench: Workbench): ReadonlyMap<number, readonly number[]> => {
  const trained = new Map<number, number[]>();
  for (const line of bench.read('trained.txt').trim().split('\n')) {
    const [trial = -1, epoch = -1] = line.split(' ').map(Number);
    trained.set(trial, [...(trained.get(trial) ?? []), epoch]);
  }
  return trained;
};

interface Saved {
  readonly epoch: number;
  readonly line: readonly (readonly [trial: number, epoch: number, x: number])[];
}

const savedBy = (bench: Workbench, study: string, trial: number): Saved =>
  JSON.parse(bench.read(`.tunelens/runs/${study}/${trial}/checkpoint/state.json`)) as Saved; // the script's above

const pidOf = ({ handle }: TrialRecord): number => Number((handle?.ref as { pid?: number } | undefined)?.pid);

/** All of a trial at once, as when the machine stops. */
const killTree = (trial: TrialRecord): void => {
  process.kill(-pidOf(trial), 'SIGKILL');
};

const keepAll = { keepBest: 100, keepLast: 100 };
const upTo = (last: number): readonly number[] => Array.from({ length: last }, (_, index) => index + 1);

test('a promoted trial goes on from its checkpoint at the step it had come to', async () => {
  const bench = aWorkbench();
  const script = bench.write('train.py', training());
  const engine = bench.engine();
  const study = begin(engine, aRequest(script, { pruner: 'hyperband', sampler: 'random', trials: 7 }));
  expect((await engine.untilIdle(study)).state).toBe('complete');
  const trained = trainedIn(bench);
  const promoted = engine.store.trials(study).filter(({ attempt }) => attempt > 1);
  expect(promoted.length).toBeGreaterThan(0);
  for (const { number, fidelity, values, params } of engine.store.trials(study)) {
    expect(trained.get(number)).toEqual(upTo(fidelity ?? 4));
    expect(engine.store.reports(study, number).loss?.map(({ step }) => step)).toEqual(upTo(fidelity ?? 4));
    if (values !== undefined) expect(values[0]).toBeCloseTo((Number(params.x) - 0.3) ** 2 + 1 / 4, 12);
  }
}, 60_000);

test.each([
  ['assigned', 'loss = (x - 0.3) ** 2 + 1 / epoch  # tune: minimize'],
  ['printed', 'print(f"loss={(x - 0.3) ** 2 + 1 / epoch}", flush=True)'],
])(
  'reports without a step are counted on where the checkpoint was saved (%s)',
  async (_, report) => {
    const bench = aWorkbench();
    const script = bench.write('train.py', training({ report }));
    const engine = bench.engine();
    const study = begin(engine, aRequest(script, { pruner: 'halving', sampler: 'random', trials: 4 }));
    expect((await engine.untilIdle(study)).state).toBe('complete');
    const promoted = engine.store.trials(study).filter(({ attempt }) => attempt > 1);
    expect(promoted.length).toBeGreaterThan(0);
    for (const { number, params } of promoted)
      expect(engine.store.reports(study, number).loss).toEqual(
        upTo(4).map((step) => ({ step, value: expect.closeTo((Number(params.x) - 0.3) ** 2 + 1 / step, 5) })),
      );
  },
  60_000,
);

/** Waits in its third epoch until a file is there. */
const waiting = 'while epoch == 3 and not os.path.exists("go"): time.sleep(0.01)';

test.each([
  ['printed with their epoch', undefined],
  ['counted', 'loss = (x - 0.3) ** 2 + 1 / epoch  # tune: minimize'],
])(
  'a trial killed in the middle goes on from its checkpoint, no report lost or doubled (%s)',
  async (_, report) => {
    const bench = aWorkbench();
    const each = `${waiting}\nif epoch == 3: tunelens.report(begun=1)`;
    const script = bench.write('train.py', training({ each, ...(report === undefined ? {} : { report }) }));
    const engine = bench.engine();
    const study = begin(engine, aRequest(script, { trials: 1, parallel: 1 }));
    await eventually(() => (engine.store.trials(study)[0]?.metrics.loss ?? Infinity) <= 0.04 + 1 / 2);
    await eventually(() =>
      existsSync(path.join(bench.folder, '.tunelens/runs', study, '0/checkpoint/state.json')),
    );
    await eventually(() => savedBy(bench, study, 0).epoch === 2);
    killTree(engine.store.trial(study, 0));
    await eventually(() => engine.store.trial(study, 0).attempt === 2);
    writeFileSync(path.join(bench.folder, 'go'), '');
    expect((await engine.untilIdle(study)).state).toBe('complete');
    expect(trainedIn(bench).get(0)).toEqual([1, 2, 3, 4]);
    const trial = engine.store.trial(study, 0);
    expect(trial).toMatchObject({ state: 'complete', attempt: 2 });
    expect(trial.losses).toBeUndefined();
    expect(engine.store.reports(study, 0).loss?.map(({ step }) => step)).toEqual([1, 2, 3, 4]);
  },
);

test('a trial killed again and again goes on as long as it gets on', async () => {
  const bench = aWorkbench();
  const each =
    'if epoch > 1 and not os.path.exists(f"died{epoch}"):\n    open(f"died{epoch}", "w").close()\n    os.kill(os.getpid(), signal.SIGKILL)';
  const script = bench.write(
    'train.py',
    training({ each }).replace('epochs = 4  # tune: budget 1..4', 'epochs = 7'),
  );
  const engine = bench.engine();
  const study = begin(engine, aRequest(script, { trials: 1 }));
  expect((await engine.untilIdle(study)).state).toBe('complete');
  expect(engine.store.trial(study, 0)).toMatchObject({ state: 'complete', attempt: 7 });
  expect(trainedIn(bench).get(0)).toEqual(upTo(7));
});

test('a trial that never gets past a step fails after three further tries, and says so', async () => {
  const bench = aWorkbench();
  const script = bench.write(
    'train.py',
    training({ each: 'if trial > 0 and epoch == 3: os.kill(os.getpid(), signal.SIGKILL)' }),
  );
  const engine = bench.engine();
  const study = begin(engine, aRequest(script, { trials: 2, parallel: 1, pruner: 'none' }));
  await engine.untilIdle(study);
  const trial = engine.store.trial(study, 1);
  expect(trial).toMatchObject({ state: 'failed', attempt: 4 });
  expect(trial.message).toMatch(
    /^The process was killed, 4 times in a row without getting past step 2\. Most often memory has run out/,
  );
  expect(trainedIn(bench).get(1)).toEqual([1, 2]);
});

test('without a checkpoint a killed trial is started once more', async () => {
  const bench = aWorkbench();
  const script = bench.write(
    'train.py',
    'import os, signal, tunelens\nx = 1  # tune: 1..9\nprint(f"loss {x}", flush=True)\nif tunelens.trial_number() == 1: os.kill(os.getpid(), signal.SIGKILL)\n# tune: minimize loss\n',
  );
  const engine = bench.engine();
  const study = begin(engine, aRequest(script, { trials: 2, parallel: 1, pruner: 'none' }));
  await engine.untilIdle(study);
  expect(engine.store.trial(study, 1)).toMatchObject({ state: 'failed', attempt: 2 });
  expect(engine.store.trial(study, 1).message).toMatch(/^The process was killed, twice in a row\./);
  expect(readdirSync(path.join(bench.folder, '.tunelens/runs', study, '0'))).toEqual(['1']);
});

/** What each trial's checkpoint must have been made of: its ancestors' epochs up to where each was left, then its own. */
const lineOf = (
  trials: readonly TrialRecord[],
  number: number,
  until: number,
): readonly (readonly number[])[] => {
  const trial = trials[number];
  if (trial === undefined) throw new Error(`there is no trial ${number}`);
  const { parent, parentStep = 0, params } = trial;
  const before = parent === undefined ? [] : lineOf(trials, parent, parentStep);
  return [
    ...before,
    ...upTo(until)
      .slice(parentStep)
      .map((epoch) => [number, epoch, Number(params.x)]),
  ];
};

const checkLines = (bench: Workbench, engine: Engine, study: string): void => {
  const trials = engine.store.trials(study);
  const trained = trainedIn(bench);
  for (const { number, fidelity, parentStep = 0, state } of trials.slice(1)) {
    expect(['complete', 'pruned']).toContain(state);
    const { line } = savedBy(bench, study, number);
    expect(line.length).toBe(fidelity);
    expect(line.map(([trial, epoch]) => [trial, epoch])).toEqual(
      lineOf(trials, number, fidelity ?? 0).map(([trial, epoch]) => [trial, epoch]),
    );
    expect(trained.get(number)).toEqual(upTo(fidelity ?? 0).slice(parentStep));
    expect(engine.store.reports(study, number).loss?.map(({ step }) => step)).toEqual(
      upTo(fidelity ?? 0).slice(parentStep),
    );
  }
};

test.each(['pbt(population=4, interval=2)', 'pb2(population=4, interval=2)'])(
  'trials of %s begin from the checkpoints of better ones, as those were at that step',
  async (pruner) => {
    const bench = aWorkbench();
    const script = bench.write(
      'train.py',
      training({ header: `# tune: pruner ${pruner}` }).replace('budget 1..4', 'budget 1..10'),
    );
    const engine = bench.engine();
    const study = begin(engine, aRequest(script, { trials: 9, sampler: 'random', checkpoints: keepAll }));
    const ended = await engine.untilIdle(study);
    expect(ended).toMatchObject({ state: 'complete', message: 'Every member has been trained to its end.' });
    const children = engine.store.trials(study).filter(({ parent }) => parent !== undefined);
    expect(children.length).toBeGreaterThan(0);
    for (const { parentStep } of children) expect([2, 4, 6, 8]).toContain(parentStep);
    checkLines(bench, engine, study);
  },
  120_000,
);

test('population-based training goes on in another engine after everything was killed', async () => {
  const bench = aWorkbench();
  const script = bench.write(
    'train.py',
    training({ header: '# tune: pruner pbt(population=4, interval=2)', each: 'time.sleep(0.02)' }).replace(
      'budget 1..4',
      'budget 1..10',
    ),
  );
  const first = bench.engine();
  const study = begin(first, aRequest(script, { trials: 9, sampler: 'random', checkpoints: keepAll }));
  await eventually(() => first.store.trials(study).some(({ parent }) => parent !== undefined), 60_000);
  const running = first.store.trials(study).filter(({ state }) => state === 'running');
  await first.close();
  for (const trial of running) {
    try {
      killTree(trial);
    } catch {
      // it ended just now
    }
  }
  const second = bench.engine();
  expect((await second.untilIdle(study)).state).toBe('complete');
  const trials = second.store.trials(study);
  for (const { number, fidelity, parentStep = 0 } of trials.slice(1)) {
    expect(savedBy(bench, study, number).line.map(([trial, epoch]) => [trial, epoch])).toEqual(
      lineOf(trials, number, fidelity ?? 0).map(([trial, epoch]) => [trial, epoch]),
    );
    // An epoch may have been trained twice by a trial killed before it had saved it; none is missing.
    expect([...new Set(trainedIn(bench).get(number))]).toEqual(upTo(fidelity ?? 0).slice(parentStep));
  }
}, 120_000);

test('population-based training of a script that saves nothing is refused after its first run, with what to add', async () => {
  const bench = aWorkbench();
  const script = bench.write(
    'train.py',
    'x = 0.5  # tune: 0..1\nepochs = 4  # tune: budget 1..4\nfor epoch in range(epochs): print(f"epoch {epoch} loss {x}", flush=True)\n# tune: minimize loss\n',
  );
  const engine = bench.engine();
  const study = begin(engine, aRequest(script, { pruner: 'pbt', trials: 20, parallel: 1 }));
  const ended = await engine.untilIdle(study);
  expect(ended.state).toBe('failed');
  expect(ended.message).toContain(
    'pbt goes on from checkpoints, and trial 0 ended without saving one. Save what training needs',
  );
  expect(engine.store.trials(study).length).toBeLessThanOrEqual(2);
});

test('checkpoints of ended trials are removed but for the best and the last', async () => {
  const bench = aWorkbench();
  const script = bench.write('train.py', training());
  const engine = bench.engine();
  const study = begin(
    engine,
    aRequest(script, { trials: 8, parallel: 1, pruner: 'none', checkpoints: { keepBest: 2, keepLast: 1 } }),
  );
  await engine.untilIdle(study);
  const trials = engine.store.trials(study);
  const has = (number: number): boolean =>
    existsSync(path.join(bench.folder, '.tunelens/runs', study, String(number), 'checkpoint/state.json'));
  const kept = trials.map(({ number }) => number).filter(has);
  const best = trials
    .toSorted((a, b) => (a.values?.[0] ?? Infinity) - (b.values?.[0] ?? Infinity))
    .slice(0, 2)
    .map(({ number }) => number);
  expect(kept.toSorted()).toEqual([...new Set([...best, 7])].toSorted());
  const logs = trials.map(({ folder = '' }) => readFileSync(path.join(folder, 'log'), 'utf8'));
  expect(logs.every((log) => log.includes('epoch 4'))).toBe(true);
});

test('a trial that a person pauses goes on from its checkpoint when it is resumed, and the study waits for it', async () => {
  const bench = aWorkbench();
  const script = bench.write('train.py', training({ each: waiting }));
  const engine = bench.engine();
  const study = begin(engine, aRequest(script, { trials: 2, parallel: 1, pruner: 'none' }));
  await eventually(() => engine.store.trials(study)[0]?.intermediate.length === 2);
  expect(engine.resumeTrial(study, 0)).toMatchObject({ ok: false, error: 'Trial 0 is not paused.' });
  expect((await engine.pauseTrial(study, 0)).ok).toBe(true);
  expect(engine.store.trial(study, 0)).toMatchObject({
    state: 'paused',
    message: 'Paused. It will go on from its checkpoint.',
  });
  // The second one, which waits as well, is all that is left to do.
  await eventually(() => engine.store.trials(study)[1]?.intermediate.length === 2);
  expect((await engine.pauseTrial(study, 1)).ok).toBe(true);
  const waits = await engine.untilIdle(study);
  expect(waits).toMatchObject({
    state: 'paused',
    message: 'Nothing is left to do but the trial that you paused. Resume it to go on.',
  });
  writeFileSync(path.join(bench.folder, 'go'), '');
  expect(engine.resumeTrial(study, 1).ok).toBe(true);
  await eventually(() => engine.store.trial(study, 1).state === 'complete');
  expect((await engine.untilIdle(study)).state).toBe('paused');
  expect(engine.resumeTrial(study, 0).ok).toBe(true);
  expect((await engine.untilIdle(study)).state).toBe('complete');
  for (const number of [0, 1]) {
    expect(engine.store.trial(study, number)).toMatchObject({ state: 'complete', attempt: 2 });
    expect(trainedIn(bench).get(number)).toEqual([1, 2, 3, 4]);
  }
});

test('a paused trial without a checkpoint says that it begins anew, and can be stopped', async () => {
  const bench = aWorkbench();
  const script = bench.write(
    'train.py',
    'import time\nx = 1  # tune: 1..9\nprint(f"loss {x}", flush=True)\ntime.sleep(60)\n# tune: minimize loss\n',
  );
  const engine = bench.engine();
  const study = begin(engine, aRequest(script, { trials: 1 }));
  await eventually(() => engine.store.trials(study)[0]?.metrics.loss === 1);
  await engine.pauseTrial(study, 0);
  expect(engine.store.trial(study, 0).message).toBe('Paused. It saved no checkpoint, so it will begin anew.');
  await engine.stopTrial(study, 0);
  expect(engine.store.trial(study, 0).state).toBe('stopped');
});

test('a scheduler waits for a trial that a person paused', async () => {
  const bench = aWorkbench();
  const script = bench.write(
    'train.py',
    training({ each: 'while trial == 2 and not os.path.exists("go"): time.sleep(0.01)' }),
  );
  const engine = bench.engine();
  const study = begin(engine, aRequest(script, { pruner: 'halving', sampler: 'random', trials: 4 }));
  await eventually(() => engine.store.trials(study)[2]?.state === 'running');
  await engine.pauseTrial(study, 2);
  expect((await engine.untilIdle(study)).state).toBe('paused');
  expect(engine.store.trials(study)[2]?.state).toBe('paused');
  writeFileSync(path.join(bench.folder, 'go'), '');
  expect(engine.resumeTrial(study, 2).ok).toBe(true);
  expect((await engine.untilIdle(study)).state).toBe('complete');
  expect(trainedIn(bench).get(2)?.[0]).toBe(1);
});

/** How many trials are killed at a random moment; `TUNELENS_CRASHES=300` for hundreds. */
const crashes = Number(process.env.TUNELENS_CRASHES ?? 6);

test('killed at any moment, with steps counted, every report is there once and right', async () => {
  const bench = aWorkbench();
  const each = 'time.sleep(0.004)';
  const report = 'loss = (x - 0.3) ** 2 + 1 / epoch  # tune: minimize';
  const script = bench.write('train.py', training({ each, report }).replace('budget 1..4', 'budget 1..24'));
  const engine = bench.engine();
  const trials = Math.ceil(crashes / 2) + 1;
  const study = begin(
    engine,
    aRequest(script, { trials: trials + 1, sampler: 'random', pruner: 'none', checkpoints: keepAll }),
  );
  const random = randomStream(crashes, 11, 'kill');
  const isOver = (): boolean => engine.store.study(study).state !== 'running';
  let killed = 0;
  while (!isOver() && killed < crashes) {
    await new Promise((resolve) => setTimeout(resolve, 60 + random.uniform() * 120));
    // One that is killed too often without getting any further fails, as it should: those are spared.
    const running = engine.store.trials(study).filter(({ state, number, handle, losses }) => {
      if (state !== 'running' || number === 0 || handle === undefined) return false;
      const saved = path.join(bench.folder, '.tunelens/runs', study, String(number), 'checkpoint/state.json');
      return losses === undefined || (losses.count < 3 && existsSync(saved));
    });
    const victim = running[random.integer(Math.max(1, running.length))];
    if (victim === undefined) continue;
    try {
      killTree(victim);
      killed++;
    } catch {
      // it ended just now
    }
  }
  expect((await engine.untilIdle(study)).state).toBe('complete');
  console.log(`${killed} kills of ${trials} trials`);
  for (const { number, state, params, message } of engine.store.trials(study).slice(1)) {
    expect([state, message]).toEqual(['complete', undefined]);
    const { loss } = engine.store.reports(study, number);
    expect(loss).toEqual(
      upTo(24).map((step) => ({ step, value: expect.closeTo((Number(params.x) - 0.3) ** 2 + 1 / step, 12) })),
    );
    expect([...new Set(trainedIn(bench).get(number))]).toEqual(upTo(24));
  }
}, 600_000);
