import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { readList } from '../../../src/engine/annotations/literal/listLiteral.ts';
import { Engine } from '../../../src/engine/node.ts';
import { shownAssignment } from '../../../src/engine/space/composite.ts';
import { aRequest, aWorkbench, begin, eventually } from './workbench.ts';

const quadratic = `
x = 0.5  # tune: -1..1
kind = "a"  # tune: ["a", "b"]
for epoch in range(3):
    score = -(x - 0.2) ** 2 - (0.1 if kind == "a" else 0)
    print(f"epoch {epoch + 1} score {score}")
# tune: maximize score
`;

/** Appends its value to a file, so that a second run of the same trial would show. */
const counting = (seconds: number): string => `
import os, time
x = 0.5  # tune: 0..1
with open("runs.txt", "a") as runs:
    runs.write(f"{os.environ['TUNELENS_RUN']}\\n")
for step in range(10):
    time.sleep(${seconds / 10})
    print(f"step {step} score {x * step}", flush=True)
# tune: maximize score
`;

const isAlive = (pid: number): boolean => {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
};

test('a study runs to its end, its first trial with the values in the source', async () => {
  const bench = aWorkbench();
  const script = bench.write('train.py', quadratic);
  const engine = bench.engine();
  const study = begin(engine, aRequest(script));
  const ended = await engine.untilIdle(study);
  const trials = engine.store.trials(study);
  expect(ended).toMatchObject({ state: 'complete', message: 'All 6 trials are done.' });
  expect(trials.map(({ state }) => state)).not.toContain('failed');
  expect(trials[0]?.params).toEqual({ x: 0.5, kind: 'a' });
  expect(trials[0]?.values?.[0]).toBeCloseTo(-0.19, 12);
  expect(trials[0]?.intermediate.map(({ step }) => step)).toEqual([1, 2, 3]);
  for (const { params, values } of trials) {
    if (values === undefined) continue;
    expect(values[0]).toBeCloseTo(-((Number(params.x) - 0.2) ** 2) - (params.kind === 'a' ? 0.1 : 0), 12);
  }
  expect(bench.read('train.py')).toBe(quadratic);
});

test('a second study of a script tries the best of the first one after the values in the source', async () => {
  const bench = aWorkbench();
  const script = bench.write(
    'train.py',
    'x = 0.5  # tune: 0..1\ny = 0.5  # tune: 0..1\n# tune: minimize loss\nprint(f"loss={(x - 0.3) ** 2 + y}")\n',
  );
  const engine = bench.engine();
  const first = begin(engine, aRequest(script, { trials: 6, parallel: 1 }));
  await engine.untilIdle(first);
  const best = engine.store
    .trials(first)
    .toSorted((a, b) => (a.values?.[0] ?? Infinity) - (b.values?.[0] ?? Infinity))[0];
  const second = begin(engine, aRequest(script, { trials: 2, parallel: 1, seed: 2 }));
  await engine.untilIdle(second);
  const [own, taken] = engine.store.trials(second);
  expect(own?.params).toEqual({ x: 0.5, y: 0.5 });
  // In numbers a person would write, as every proposal.
  for (const name of ['x', 'y']) expect(taken?.params[name]).toBeCloseTo(Number(best?.params[name]), 3);
  expect(taken?.reason).toMatch(/^Number 1 of an earlier study, with /);
});

test('trials run the source as it was when the study started', async () => {
  const bench = aWorkbench();
  bench.write('helper.py', 'factor = 2\n');
  const script = bench.write(
    'train.py',
    'import helper\nx = 1.0  # tune: 0..1\nprint(f"score={x * helper.factor}")\n# tune: maximize score\n',
  );
  const engine = bench.engine();
  const study = begin(engine, aRequest(script, { trials: 4, parallel: 1 }));
  bench.write('train.py', 'raise SystemExit(3)\n');
  bench.write('helper.py', 'raise SystemExit(4)\n');
  await engine.untilIdle(study);
  const trials = engine.store.trials(study);
  expect(trials.map(({ state }) => state)).toEqual(['complete', 'complete', 'complete', 'complete']);
  for (const { params, values } of trials) expect(values?.[0]).toBeCloseTo(2 * Number(params.x), 12);
});

test('a script that crashes at once ends the study after the baseline with its traceback', async () => {
  const bench = aWorkbench();
  const script = bench.write(
    'train.py',
    'x = 1  # tune: 1..3\nraise ValueError("no data")\n# tune: maximize score\n',
  );
  const engine = bench.engine();
  const study = begin(engine, aRequest(script));
  const ended = await engine.untilIdle(study);
  expect(ended.state).toBe('failed');
  expect(ended.message).toContain('ValueError: no data');
  expect(ended.message).toContain('line 2');
  expect(engine.store.trials(study)).toHaveLength(1);
  expect(bench.problems).toHaveLength(1);
  expect(engine.resume(study)).toMatchObject({
    ok: false,
    error: expect.stringContaining('Mend the script'),
  });
});

test('a metric that is never printed is said with the numbers that were', async () => {
  const bench = aWorkbench();
  const script = bench.write(
    'train.py',
    'x = 1  # tune: 1..3\nprint("loss 0.25")\n# tune: maximize val_acc\n',
  );
  const engine = bench.engine();
  const ended = await engine.untilIdle(begin(engine, aRequest(script)));
  expect(ended.state).toBe('failed');
  expect(ended.message).toContain('val_acc was never reported');
  expect(ended.message).toContain('loss = 0.25');
});

test('without an objective the study waits after the baseline until one is chosen', async () => {
  const bench = aWorkbench();
  const script = bench.write('train.py', 'x = 1  # tune: 1..9\nprint(f"loss {x * 0.25}")\n');
  const engine = bench.engine();
  const study = begin(engine, aRequest(script, { trials: 3 }));
  expect((await engine.untilIdle(study)).state).toBe('needs-objective');
  expect(engine.chooseObjective(study, 'accuracy', 'maximize').ok).toBe(false);
  expect(engine.chooseObjective(study, 'loss', 'minimize').ok).toBe(true);
  expect((await engine.untilIdle(study)).state).toBe('complete');
  const trials = engine.store.trials(study);
  expect(trials).toHaveLength(3);
  expect(trials[0]?.values).toEqual([0.25]);
});

test('an objective may be chosen while the baseline still runs', async () => {
  const bench = aWorkbench();
  const script = bench.write('train.py', counting(1).replace('# tune: maximize score\n', ''));
  const engine = bench.engine();
  const study = begin(engine, aRequest(script, { trials: 3 }));
  await eventually(() => engine.store.trials(study)[0]?.metrics.score !== undefined);
  expect(engine.store.trials(study)[0]?.state).toBe('running');
  expect(engine.chooseObjective(study, 'score', 'maximize').ok).toBe(true);
  expect((await engine.untilIdle(study)).state).toBe('complete');
  const trials = engine.store.trials(study);
  expect(trials).toHaveLength(3);
  expect(trials[0]?.values).toEqual([4.5]);
});

test('a missing interpreter fails the study with a sentence', async () => {
  const bench = aWorkbench();
  const script = bench.write('train.py', quadratic);
  const engine = bench.engine();
  const ended = await engine.untilIdle(begin(engine, aRequest(script, { interpreter: '/no/such/python' })));
  expect(ended.state).toBe('failed');
  expect(ended.message).toContain('/no/such/python');
});

test('a value that the command line overrides fails the baseline loudly', async () => {
  const bench = aWorkbench();
  const script = bench.write(
    'train.py',
    'import argparse\np = argparse.ArgumentParser()\np.add_argument("--lr", type=float, default=0.1)  # tune: 0.01..1 log\na = p.parse_args()\nprint(f"score={a.lr}")\n# tune: maximize score\n',
  );
  const engine = bench.engine();
  const ended = await engine.untilIdle(begin(engine, aRequest(script, { args: ['--lr', '0.7'] })));
  expect(ended.state).toBe('failed');
  expect(ended.message).toContain('lr should have been 0.1 but 0.7 was bound');
});

test('stopping a study ends its trials and their processes', async () => {
  const bench = aWorkbench();
  const script = bench.write(
    'train.py',
    `import os\nopen(f"pid{os.getpid()}", "w").close()\n${counting(60)}`,
  );
  const engine = bench.engine();
  const study = begin(engine, aRequest(script));
  await eventually(
    () => engine.store.trials(study).filter(({ handle }) => handle !== undefined).length === 2,
  );
  const pids = () =>
    engine.store
      .trials(study)
      .map(({ handle }) => Number((handle?.ref as { pid?: number } | undefined)?.pid));
  const started = pids();
  expect(started.every(isAlive)).toBe(true);
  await engine.stop(study);
  expect(started.some(isAlive)).toBe(false);
  expect(engine.store.trials(study).map(({ state }) => state)).toEqual(['stopped', 'stopped']);
  expect(engine.store.study(study).state).toBe('stopped');
});

test('one trial can be stopped and the study goes on', async () => {
  const bench = aWorkbench();
  const script = bench.write('train.py', counting(1.5));
  const engine = bench.engine();
  const study = begin(engine, aRequest(script, { trials: 3, pruner: 'none' }));
  await eventually(() => engine.store.trials(study)[1]?.state === 'running');
  await engine.stopTrial(study, 1);
  expect(engine.store.trial(study, 1).state).toBe('stopped');
  expect((await engine.untilIdle(study)).state).toBe('complete');
  expect(engine.store.trials(study).map(({ state }) => state)).toEqual(['complete', 'stopped', 'complete']);
});

test('a paused study starts no trials until it is resumed', async () => {
  const bench = aWorkbench();
  const script = bench.write('train.py', counting(0.5));
  const engine = bench.engine();
  const study = begin(engine, aRequest(script, { trials: 4, parallel: 1, pruner: 'none' }));
  await eventually(() => engine.store.trials(study).length === 2);
  engine.pause(study);
  await engine.untilIdle(study);
  expect(engine.store.trials(study)).toHaveLength(2);
  expect(engine.store.trials(study).every(({ state }) => state === 'complete')).toBe(true);
  expect(engine.resume(study).ok).toBe(true);
  expect((await engine.untilIdle(study)).state).toBe('complete');
  expect(engine.store.trials(study)).toHaveLength(4);
});

test('trials outlive the engine, and the next one takes them over without running any twice', async () => {
  const bench = aWorkbench();
  const script = bench.write('train.py', counting(2));
  const first = bench.engine();
  const study = begin(first, aRequest(script, { trials: 4, pruner: 'none' }));
  await eventually(
    () => first.store.trials(study).filter(({ metrics }) => metrics.score !== undefined).length === 2,
  );
  await first.close();
  await new Promise((resolve) => setTimeout(resolve, 500));
  const second = bench.engine();
  expect((await second.untilIdle(study)).state).toBe('complete');
  const trials = second.store.trials(study);
  expect(trials.map(({ state, attempt }) => `${state} ${attempt}`)).toEqual(
    Array.from({ length: 4 }, () => 'complete 1'),
  );
  for (const trial of trials)
    expect(trial.intermediate.map(({ step }) => step)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  const runs = bench.read('runs.txt').trim().split('\n');
  expect(runs).toHaveLength(4);
  expect(new Set(runs).size).toBe(4);
});

test('a second engine on the folder watches, and its wish to stop is followed', async () => {
  const bench = aWorkbench();
  const script = bench.write('train.py', counting(60));
  const first = bench.engine();
  const second = bench.engine();
  const study = begin(first, aRequest(script));
  await eventually(() => existsSync(`${bench.folder}/runs.txt`));
  expect(second.isDriving(study)).toBe(false);
  await second.stop(study);
  expect(first.store.trials(study).every(({ state }) => state === 'stopped')).toBe(true);
  expect(bench.read('runs.txt').trim().split('\n').length).toBeLessThanOrEqual(2);
});

test('a trial behind the others is pruned with a reason, and the baseline never is', async () => {
  const bench = aWorkbench();
  const script = bench.write(
    'train.py',
    'import time\nx = 0.0  # tune: 0..1\nfor step in range(20):\n    print(f"step {step} score {x}", flush=True)\n    time.sleep(0.05)\n# tune: maximize score\n# tune: pruner median\n',
  );
  const engine = bench.engine();
  const study = begin(engine, aRequest(script, { trials: 14, sampler: 'random' }));
  await engine.untilIdle(study);
  const trials = engine.store.trials(study);
  const pruned = trials.filter(({ state }) => state === 'pruned');
  expect(trials[0]?.state).toBe('complete');
  expect(pruned.length).toBeGreaterThan(0);
  for (const trial of pruned) expect(trial.message).toMatch(/median/);
});

test('a finite space ends the study when every combination has been tried', async () => {
  const bench = aWorkbench();
  const script = bench.write(
    'train.py',
    'a = 1  # tune: 1..2\nb = True  # tune\nprint(f"score={a + b}")\n# tune: maximize score\n',
  );
  const engine = bench.engine();
  const study = begin(engine, aRequest(script, { trials: 50 }));
  const ended = await engine.untilIdle(study);
  expect(ended.message).toBe('All 4 combinations have been tried.');
  expect(engine.store.trials(study)).toHaveLength(4);
});

test('bad comments are returned with their places and nothing is started', () => {
  const bench = aWorkbench();
  const script = bench.write('train.py', 'a = 1\nlr = 0.1  # tune: 1..0.01 log\n');
  const engine = bench.engine();
  const result = engine.createStudy(aRequest(script));
  expect(result.ok).toBe(false);
  expect(engine.store.studies()).toHaveLength(0);
  if (!result.ok) expect(result.error[0]).toMatchObject({ file: script, line: 1, severity: 'error' });
});

test('a script without annotations, one that is missing, and impossible numbers are refused with advice', () => {
  const bench = aWorkbench();
  const engine = bench.engine();
  const messageFor = (script: string, more = {}): string => {
    const result = engine.createStudy(aRequest(script, more));
    return result.ok ? 'started' : result.error.map(({ message }) => message).join(' ');
  };
  expect(messageFor(bench.write('plain.py', 'x = 1\n'))).toContain('Nothing to tune yet');
  expect(messageFor(`${bench.folder}/none.py`)).toContain('There is no file');
  expect(messageFor(bench.write('ok.py', quadratic), { parallel: 0 })).toContain('“parallel”');
  expect(messageFor(bench.write('ok2.py', quadratic), { sampler: 'magic' })).toContain('magic');
});

test('best values go back into the source as it is now, in its number style', async () => {
  const bench = aWorkbench();
  const script = bench.write(
    'train.py',
    'lr = 1e-3  # tune: 1e-5..1e-1 log\nprint(f"score={-abs(lr - 0.02)}")\n# tune: maximize score\n',
  );
  const engine = bench.engine();
  const study = begin(engine, aRequest(script, { trials: 5 }));
  await engine.untilIdle(study);
  const moved = `# a new first line\n${bench.read('train.py')}`;
  const plan = engine.insertEdits(study, 3, { texts: { [script]: moved } });
  const [edit] = plan.edits;
  expect(plan.edits).toHaveLength(1);
  if (edit === undefined) return;
  expect(moved.slice(edit.start, edit.end)).toBe('1e-3');
  expect(Number(edit.text)).toBe(engine.store.trial(study, 3).params.lr);
  expect(engine.insertEdits(study, 3, { texts: { [script]: 'rate = 1\n' } }).skipped).toHaveLength(1);
});

test('lists are tuned as lists: run, proved bound, shown, written back', async () => {
  const bench = aWorkbench();
  const script = bench.write(
    'train.py',
    [
      'hidden = (64, 64, 64)  # tune: list 1..2 of 16..128 log',
      'columns = ["age", "fare"]  # tune: subset ["age", "sex", "fare"] 1..2',
      'order = ["a", "b", "c"]  # tune: permutation',
      'mix = [0.5, 0.25, 0.25]  # tune: simplex',
      'rate = 0.1  # tune: normal(0.1, 0.05) in 0..1 if len(hidden) > 1',
      'assert type(hidden) is tuple and abs(sum(mix) - 1) < 1e-9',
      '# tune: maximize score, constraint width <= 200',
      'print(f"score={len(columns) + order.index(\'b\')} width={sum(hidden)}")',
    ].join('\n'),
  );
  const engine = bench.engine();
  const study = begin(engine, aRequest(script));
  const ended = await engine.untilIdle(study);
  const trials = engine.store.trials(study);
  expect(ended.state).toBe('complete');
  expect(trials.map(({ state }) => state)).toEqual(new Array(6).fill('complete'));
  const { space } = ended.spec;
  const shown = trials.map(({ params }) => shownAssignment(space, params));
  // Longer than any list that is searched, and run as it stands all the same.
  expect(shown[0]).toMatchObject({ hidden: [64, 64, 64], columns: ['age', 'fare'], order: ['a', 'b', 'c'] });
  expect(trials[0]?.metrics.width).toBe(192);
  for (const [i, { hidden, columns, order }] of shown.entries()) {
    const [widths, chosen, places] = [hidden, columns, order].map((list) => [list].flat());
    expect(trials[i]?.values).toEqual([(chosen?.length ?? 0) + (places?.indexOf('b') ?? 0)]);
    const width = widths?.reduce<number>((sum, each) => sum + Number(each), 0) ?? 0;
    expect(trials[i]?.constraints).toEqual([width - 200]);
    expect('rate' in (shown[i] ?? {})).toBe((widths?.length ?? 0) > 1);
  }
  const { edits, skipped } = engine.insertEdits(study, 1, { texts: {} });
  expect(skipped).toEqual([]);
  const written = edits.find(({ name }) => name === 'hidden')?.text ?? '';
  expect(written).toMatch(/^\(\d+(?:, \d+|,)\)$/);
  expect(readList(written)?.items.map(({ value }) => value)).toEqual(shown[1]?.hidden);
});

test('literals of an imported module are tuned, also where they depend on the script', async () => {
  const bench = aWorkbench();
  const model =
    'width = 4  # tune: 1..8\ndepth = 2  # tune: 1..3 if kind == "deep"\nscale = 1.0  # tune: = 2 * width\n';
  bench.write('model.py', model);
  const script = bench.write(
    'train.py',
    'import model\nkind = "deep"  # tune: ["deep", "flat"]\nprint(f"score={model.width * 10 + model.depth + model.scale / 100}")\n# tune: maximize score\n',
  );
  const engine = bench.engine();
  const study = begin(engine, aRequest(script, { trials: 8 }));
  expect((await engine.untilIdle(study)).state).toBe('complete');
  for (const { number, params, values } of engine.store.trials(study)) {
    const width = Number(params.width);
    const scale = number === 0 ? 1 : 2 * width;
    expect(values?.[0]).toBeCloseTo(width * 10 + Number(params.depth ?? 2) + scale / 100, 9);
    expect(params.depth === undefined).toBe(params.kind === 'flat');
  }
  const edits = engine.insertEdits(study, 1, { texts: {} }).edits.map(({ file }) => file);
  expect(new Set(edits).has(`${bench.folder}/model.py`)).toBe(true);
});

test('a script that reports only at its end is never pruned, since nothing is left to save', async () => {
  const bench = aWorkbench();
  const script = bench.write(
    'train.py',
    'import time\nx = 0.9  # tune: 0..1\nprint(f"score={x}", flush=True)\ntime.sleep(0.3)\n# tune: maximize score\n',
  );
  const engine = bench.engine();
  const study = begin(
    engine,
    aRequest(script, { trials: 14, parallel: 4, sampler: 'random', pruner: 'median' }),
  );
  await engine.untilIdle(study);
  expect(new Set(engine.store.trials(study).map(({ state }) => state))).toEqual(new Set(['complete']));
});

test('an engine that only looks does not take over a study left running', async () => {
  const bench = aWorkbench();
  const script = bench.write('train.py', counting(3));
  const first = bench.engine();
  const study = begin(first, aRequest(script, { trials: 2, parallel: 1, pruner: 'none' }));
  await eventually(() => existsSync(`${bench.folder}/runs.txt`));
  await first.close();
  const looking = new Engine({
    folder: bench.folder,
    runtimeFolder: path.resolve('src/runtime'),
    adoptOthers: false,
  });
  await new Promise((resolve) => setTimeout(resolve, 800));
  expect(looking.isDriving(study)).toBe(false);
  expect(looking.store.study(study).state).toBe('running');
  await looking.close();
  const second = bench.engine();
  expect((await second.untilIdle(study)).state).toBe('complete');
});
