import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundleCommandLine, type CommandLine } from './bundle.ts';

let tunelens: CommandLine;
let folder: string;

beforeAll(async () => {
  tunelens = await bundleCommandLine();
  folder = mkdtempSync(path.join(tmpdir(), 'tune ünder '));
});

afterAll(() => {
  tunelens.remove();
  rmSync(folder, { recursive: true, force: true });
});

const write = (name: string, text: string | Buffer): string => {
  const file = path.join(folder, name);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
};

const quick = `x = 0.5  # tune: 0..1\nprint(f"score={1 - (x - 0.3) ** 2}")\n# tune: maximize score\n`;

interface Result {
  readonly study: string;
  readonly best: {
    readonly number: number;
    readonly value: number;
    readonly params: Readonly<Record<string, unknown>>;
  } | null;
  readonly trials: readonly {
    readonly number: number;
    readonly state: string;
    readonly value: number | null;
  }[];
}

test('the example is tuned, and better values than its own are found', async () => {
  cpSync('examples/digits', path.join(folder, 'digits'), {
    recursive: true,
    filter: (from) => !from.includes('.tunelens'),
  });
  const script = path.join(folder, 'digits', 'train.py');
  const { code, stdout, stderr } = await tunelens.run(
    'run',
    script,
    '--trials',
    '6',
    '--seed',
    '3',
    '--json',
  );
  expect(stderr).toBe('');
  expect(code).toBe(0);
  const result = JSON.parse(stdout) as Result;
  expect(result.study).toBe('train');
  expect(result.trials).toHaveLength(6);
  expect(result.trials[0]).toMatchObject({ number: 0, state: 'complete' });
  expect(result.best?.value).toBeGreaterThan(result.trials[0]?.value ?? 1);
}, 120_000); // half a minute of computing for two cores

test('a run shows progress and ends with a table and the best values', async () => {
  const { code, stdout, stderr } = await tunelens.run(
    'run',
    write('a b/träin.py', quick),
    '--trials',
    '4',
    '--seed',
    '1',
  );
  expect(code).toBe(0);
  expect(stderr).toMatch(/4\/4 trials · 0 running · best score/);
  expect(stdout).toMatch(/^trial\s+state\s+score\s+x\s+time/);
  expect(stdout.match(/complete/g)).toHaveLength(4);
  expect(stdout).toMatch(/best: trial \d, score/);
});

test('the same seed proposes the same values', async () => {
  const values = async (name: string) => {
    const { stdout } = await tunelens.run(
      'run',
      write(name, quick),
      '--trials',
      '13',
      '--parallel',
      '1',
      '--seed',
      '5',
      '--json',
    );
    return (JSON.parse(stdout) as Result).trials;
  };
  expect(await values('one/train.py')).toEqual(await values('two/train.py'));
});

test('studies are listed and exported', async () => {
  const script = write('kept/train.py', quick);
  await tunelens.run('run', script, '--trials', '3', '--quiet');
  await tunelens.run('run', script, '--trials', '2', '--quiet');
  const home = path.dirname(script);
  expect((await tunelens.run('list', '--folder', home)).stdout).toMatch(
    /train\s+complete[\s\S]*train-2\s+complete/,
  );
  const csv = await tunelens.run('export', 'train', '--folder', home);
  expect(csv.stdout.split('\r\n')).toHaveLength(5);
  const json = await tunelens.run('export', 'train-2', '--folder', home, '--format', 'json');
  expect(JSON.parse(json.stdout)).toMatchObject({
    study: { space: { x: { type: 'float', low: 0, high: 1 } } },
  });
});

const refusals: readonly (readonly [string, () => readonly string[], RegExp])[] = [
  ['no command', () => ['tune'], /no command “tune”/],
  ['no script', () => ['run'], /Which script/],
  ['a script that does not exist', () => ['run', 'none.py'], /There is no file .*none\.py/],
  ['a folder as script', () => ['run', folder], /is not a file/],
  [
    'trials that are no number',
    () => ['run', write('n.py', quick), '--trials', 'many'],
    /--trials must be a whole number/,
  ],
  ['a time without unit', () => ['run', write('n.py', quick), '--time', '5'], /--time must be like 90s/],
  ['an unknown option', () => ['run', write('n.py', quick), '--fast'], /--fast/],
  ['an unknown sampler', () => ['run', write('n.py', quick), '--sampler', 'magic'], /magic.*tpe/],
  [
    'a script without annotations',
    () => ['run', write('plain.py', 'x = 1\n')],
    /plain\.py:1:1: Nothing to tune yet/,
  ],
  ['a reversed range', () => ['run', write('rev.py', 'a = 1\nx = 1.0  # tune: 2..1\n')], /rev\.py:2:\d+: .*/],
  ['an empty choice', () => ['run', write('empty.py', 'x = "a"  # tune: []\n')], /empty\.py:1:\d+: /],
  [
    'an unknown name in a condition',
    () => ['run', write('cond.py', 'x = 1.0  # tune: 0..1 if optimiser == "a"\n')],
    /optimiser/,
  ],
  [
    'an annotation that cannot be read',
    () => ['run', write('bad.py', 'x = 1.0  # tune: between one and two\n')],
    /bad\.py:1:\d+: /,
  ],
  [
    'a database of something else',
    () => {
      write('odd/.tunelens/tunelens.db', 'not a database at all, but long enough to look at');
      return ['run', write('odd/t.py', quick)];
    },
    /database/i,
  ],
];

for (const [what, args, message] of refusals)
  test(`${what} is refused with a sentence and exit code 2`, async () => {
    const { code, stdout, stderr } = await tunelens.run(...args());
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/\n\s+at /);
  });

test('looking for studies where there are none makes nothing', async () => {
  const empty = path.join(folder, 'nothing here');
  mkdirSync(empty);
  const { code, stderr } = await tunelens.run('list', '--folder', empty);
  expect(code).toBe(2);
  expect(stderr).toMatch(/There are no studies in .*nothing here/);
  expect(readdirSync(empty)).toEqual([]);
});

const failures: readonly (readonly [string, string | Buffer, readonly string[], RegExp])[] = [
  ['a script that crashes at once', `${quick}raise KeyError("label")\n`, [], /KeyError: 'label'/],
  [
    'a metric that is never printed',
    'x = 1  # tune: 1..2\nprint("loss 0.5")\n# tune: maximize acc\n',
    [],
    /acc was never reported.*loss = 0\.5/,
  ],
  ['a missing interpreter', quick, ['--python', 'python-that-is-not-there'], /python-that-is-not-there/],
  [
    'a result that is not a number',
    'x = 1.0  # tune: 0..1\nprint("score nan")\n# tune: maximize score\n',
    ['--trials', '8'],
    /NaN/,
  ],
];

for (const [what, source, args, message] of failures)
  test(`${what} fails the study with a sentence and exit code 1`, async () => {
    const { code, stderr } = await tunelens.run(
      'run',
      write(`fail ${what}/train.py`, source),
      '--trials',
      '3',
      ...args,
    );
    expect(stderr).toMatch(message);
    expect(code).toBe(1);
  });

test('without an objective the metrics that were seen are offered', async () => {
  const { code, stderr } = await tunelens.run(
    'run',
    write('which.py', 'x = 1.0  # tune: 0..1\nprint("loss 0.5 acc 0.25")\n'),
  );
  expect(code).toBe(2);
  expect(stderr).toMatch(/--metric loss[\s\S]*--metric acc/);
  const named = await tunelens.run(
    'run',
    write('which.py', 'x = 1.0  # tune: 0..1\nprint(f"loss {x}")\n'),
    '--metric',
    'loss',
    '--trials',
    '2',
    '--json',
  );
  expect(named.code).toBe(0);
});

test('hostile output is read: no newline at the end, megabytes, bytes that are no text', async () => {
  const source = `import sys
x = 0.5  # tune: 0..1
sys.stdout.buffer.write(b"\\xff\\xfe\\x00 broken \\x80\\n" * 1000)
sys.stdout.write("x" * 3_000_000 + "\\n")
for step in range(20000):
    print("some words that mean nothing", step)
sys.stdout.write(f"score={x}")
# tune: maximize score
`;
  const { code, stdout } = await tunelens.run('run', write('loud.py', source), '--trials', '2', '--json');
  expect(code).toBe(0);
  expect((JSON.parse(stdout) as Result).trials.map(({ state, value }) => [state, typeof value])).toEqual([
    ['complete', 'number'],
    ['complete', 'number'],
  ]);
});

test('infinite results are kept and never best', async () => {
  const source =
    'x = 0.1  # tune: 0..1\nprint(f"loss {float(\'inf\') if x > 0.5 else x}")\n# tune: minimize loss\n';
  const { code, stdout } = await tunelens.run(
    'run',
    write('inf.py', source),
    '--trials',
    '8',
    '--seed',
    '2',
    '--json',
  );
  expect(code).toBe(0);
  expect(stdout).toContain('"Infinity"');
  expect((JSON.parse(stdout) as Result).best?.value).toBeLessThan(0.5);
});

test('a folder that cannot be written is said before anything starts', async () => {
  const script = write('locked/train.py', quick);
  if (process.getuid?.() === 0) {
    // Root writes everywhere; a file where the folder should be has the same effect.
    writeFileSync(path.join(folder, 'locked', '.tunelens'), '');
  } else chmodSync(path.dirname(script), 0o500);
  const { code, stderr } = await tunelens.run('run', script, '--folder', path.dirname(script));
  expect(code).toBe(2);
  expect(stderr).toMatch(/Cannot write .*\.tunelens/);
});

test('an interrupt stops the trials and says so', async () => {
  const source =
    'import time\nx = 0.5  # tune: 0..1\nopen("started", "w").close()\ntime.sleep(60)\nprint(x)\n# tune: maximize score\n';
  const script = write('slow/train.py', source);
  const { spawn } = await import('node:child_process');
  const child = spawn(process.execPath, [tunelens.file, 'run', script], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stderr = '';
  child.stderr.on('data', (chunk) => (stderr += chunk));
  const started = Date.now();
  while (!isThere(path.join(path.dirname(script), 'started')) && Date.now() - started < 10_000)
    await new Promise((r) => setTimeout(r, 50));
  child.kill('SIGINT');
  const code = await new Promise((resolve) => child.on('close', resolve));
  expect(code).toBe(130);
  expect(stderr).toMatch(/Stopping the trials/);
  expect(Date.now() - started).toBeLessThan(20_000);
});

const isThere = (file: string): boolean => {
  try {
    readFileSync(file);
    return true;
  } catch {
    return false;
  }
};

const rpc = (id: number, method: string, params: object): string =>
  JSON.stringify({ jsonrpc: '2.0', id, method, params });
const space = {
  lr: { type: 'float', low: 1e-5, high: 0.1, log: true },
  layers: { type: 'int', low: 1, high: 4 },
  size: { type: 'categorical', choices: ['s', 'm', 'l'], ordered: true },
  optimizer: { type: 'categorical', choices: ['adam', 'sgd'] },
  momentum: { type: 'float', low: 0.5, high: 0.99, if: 'optimizer == "sgd"' },
  ema: { type: 'bool' },
};

test('ask serves a study to any program', () => {
  const asked = Array.from({ length: 15 }, (_, n) => [
    rpc(100 + n, 'ask', { study: 'study-1' }),
    rpc(200 + n, 'tell', { study: 'study-1', number: n, values: n === 3 ? 0.01 : 0.5 + n / 100 }),
  ]).flat();
  const replies = tunelens.ask(
    rpc(1, 'create', {
      space,
      objectives: ['minimize'],
      sampler: 'tpe',
      pruner: 'median',
      seed: 4,
      budget: { trials: 16 },
    }),
    ...asked,
    rpc(2, 'best', { study: 'study-1' }),
    rpc(3, 'ask', { study: 'study-1', count: 5 }),
    rpc(4, 'importance', { study: 'study-1' }),
  ) as { id: number; result: Record<string, unknown> }[];
  const byId = new Map(replies.map((reply) => [reply.id, reply.result]));
  expect(byId.get(1)).toEqual({ study: 'study-1' });
  expect(byId.get(2)).toMatchObject({ best: { number: 3, value: 0.01 } });
  expect((byId.get(3) as { trials: unknown[] }).trials).toHaveLength(1);
  const importances = Object.values((byId.get(4) as { importance: Record<string, number> }).importance);
  expect(importances.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
  for (let n = 0; n < 15; n++) {
    const [trial] = (byId.get(100 + n) as { trials: { number: number; params: Record<string, unknown> }[] })
      .trials;
    expect(trial?.number).toBe(n);
    expect('momentum' in (trial?.params ?? {})).toBe(trial?.params.optimizer === 'sgd');
  }
});

test('ask prunes a trial that is behind', () => {
  const create = rpc(1, 'create', { space, objectives: ['maximize'], pruner: 'median', seed: 1 });
  const good = Array.from({ length: 6 }, (_, n) => [
    rpc(10, 'ask', { study: 'study-1' }),
    rpc(11, 'report', { study: 'study-1', number: n, step: 1, values: 0.8 }),
    rpc(12, 'tell', { study: 'study-1', number: n, values: [0.9] }),
  ]).flat();
  const replies = tunelens.ask(
    create,
    ...good,
    rpc(10, 'ask', { study: 'study-1' }),
    rpc(99, 'report', { study: 'study-1', number: 6, step: 1, values: { value: 0.1 } }),
  ) as { id: number; result: unknown }[];
  expect(replies.at(-1)).toMatchObject({ id: 99, result: { prune: true } });
});

test('ask answers every bad line with an error and goes on', () => {
  const replies = tunelens.ask(
    'not json',
    '[]',
    '{"id": 1}',
    rpc(2, 'dance', {}),
    rpc(3, 'create', { space: { x: { type: 'float', low: 2, high: 1 } } }),
    rpc(4, 'create', { space, sampler: 'magic' }),
    rpc(5, 'ask', { study: 'study-9' }),
    rpc(6, 'create', { space }),
    rpc(7, 'ask', { study: 'study-1', count: 0 }),
    rpc(8, 'tell', { study: 'study-1', number: 4, values: 1 }),
    rpc(9, 'ask', { study: 'study-1' }),
    rpc(10, 'tell', { study: 'study-1', number: 0, values: 'NaN' }),
    rpc(11, 'tell', { study: 'study-1', number: 0, values: 1 }),
    '{"jsonrpc":"2.0","method":"ask","params":{"study":"study-1"}}',
    rpc(12, 'best', { study: 'study-1' }),
  ) as { id: number | null; error?: { code: number; message: string }; result?: unknown }[];
  const summary = replies.map(({ id, error }) => [id, error?.code ?? 'ok']);
  expect(summary).toEqual([
    [null, -32700],
    [null, -32600],
    [null, -32600],
    [2, -32601],
    [3, -32602],
    [4, -32602],
    [5, -32602],
    [6, 'ok'],
    [7, -32602],
    [8, -32602],
    [9, 'ok'],
    [10, 'ok'],
    [11, -32000],
    [12, 'ok'],
  ]);
  expect(replies.at(-1)?.result).toEqual({ best: null });
});

const resuming = `import json, os
x = 0.5  # tune: 0..1
epochs = 6  # tune: budget 1..6
# tune: minimize loss
# tune: pruner pbt(population=4, interval=2)
path = os.path.join(os.environ["TUNELENS_CHECKPOINT_DIR"], "state.json")
state = json.load(open(path)) if os.path.exists(path) else {"epoch": 0, "sum": 0.0}
while state["epoch"] < epochs:
    state = {"epoch": state["epoch"] + 1, "sum": state["sum"] + abs(x - 0.3)}
    print(f"epoch {state['epoch']} loss {state['sum'] / state['epoch']!r}", flush=True)
    json.dump(state, open(path, "w"))
`;

test('a schedule found by population-based training is printed and replayed', async () => {
  const script = write('population/train.py', resuming);
  const at = ['--folder', path.dirname(script)] as const;
  const trained = await tunelens.run('run', script, '--trials', '9', '--seed', '2', '--json', ...at);
  expect(trained).toMatchObject({ code: 0, stderr: '' });
  const { study, best } = JSON.parse(trained.stdout) as Result;
  const found = JSON.parse((await tunelens.run('schedule', study, '--json', ...at)).stdout) as {
    readonly trial: number;
    readonly schedule: readonly { readonly step: number; readonly params: { readonly x: number } }[];
  };
  expect(found.trial).toBe(best?.number);
  expect(found.schedule[0]?.step).toBe(0);
  expect((await tunelens.run('schedule', study, ...at)).stdout).toMatch(/^from step +x\n/);
  const again = await tunelens.run('run', script, '--replay', study, '--json', ...at);
  expect(again.code).toBe(0);
  const { trials } = JSON.parse(again.stdout) as Result;
  expect(trials).toHaveLength(1 + found.schedule.length);
  expect(trials.at(-1)).toMatchObject({ state: 'complete', value: best?.value });
}, 60_000);

test('a trial is run again from the command line, and compared', async () => {
  const script = write('again/train.py', quick);
  const at = ['--folder', path.dirname(script)] as const;
  const { study } = JSON.parse(
    (await tunelens.run('run', script, '--trials', '3', '--json', ...at)).stdout,
  ) as Result;
  write('again/train.py', `${quick}# changed\n`);
  const { code, stdout, stderr } = await tunelens.run('rerun', study, '1', ...at);
  expect(code).toBe(0);
  expect(stderr).toContain('train.py changed since; the trial runs what stood there');
  expect(stdout).toMatch(/Equal to trial 1 to the last bit in its one report: score = [\d.]+ in both\.\n$/);
  const wrong = await tunelens.run('rerun', study, '77', ...at);
  expect(wrong).toMatchObject({ code: 2, stderr: `tunelens: Which trial of ${study}? They are 0 to 3.\n` });
}, 60_000);

test('a script in another language runs by the program that is named, with its options and the values in arguments', async () => {
  const script = write(
    'other/train.js',
    `const x = 0.5; // tune: 0..1\n// tune: maximize score\nconsole.log('score=' + (1 - (x - 0.3) ** 2), process.execArgv[0], process.argv[2]);\n`,
  );
  const args = [
    'run',
    script,
    '--folder',
    path.dirname(script),
    '--with',
    'node',
    '--with=--no-warnings',
    '--trials',
    '3',
    '--json',
    '--',
    '{x}',
  ];
  const { code, stdout, stderr } = await tunelens.run(...args);
  expect(code, stderr).toBe(0);
  const { best, trials } = JSON.parse(stdout) as Result;
  expect(trials.map(({ state }) => state)).toEqual(['complete', 'complete', 'complete']);
  const log = readFileSync(
    path.join(
      folder,
      'other/.tunelens/runs',
      readdirSync(path.join(folder, 'other/.tunelens/runs'))[0] ?? '',
      String(best?.number),
      '1/log',
    ),
    'utf8',
  );
  expect(log).toContain(`--no-warnings ${String(best?.params.x)}`);
});
