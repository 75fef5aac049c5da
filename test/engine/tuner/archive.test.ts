import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { decodeJson, encodeJson } from '../../../src/engine/study/json.ts';
import { ArchiveError } from '../../../src/engine/interop/archiveChecks.ts';
import { AlreadyHere, exportArchive, importArchive } from '../../../src/engine/tuner/archiveStudy.ts';
import type { Engine } from '../../../src/engine/node.ts';
import { aRequest, aWorkbench, begin, eventually, type Workbench } from './workbench.ts';

const script = `import sys
x = 0.5  # tune: 0..1
print("hällo", sys.argv[1:])
for step in range(3):
    print(f"step {step} score {x + step} loss {float('nan') if step == 1 else float('inf')}", flush=True)
print("step 3 score oops {")
# tune: maximize score
`;

interface Exported {
  readonly bench: Workbench;
  readonly engine: Engine;
  readonly study: string;
  readonly file: string;
}

const anExport = async (logs = true): Promise<Exported> => {
  const bench = aWorkbench();
  const engine = bench.engine();
  const request = aRequest(bench.write('größe train.py', script), {
    trials: 4,
    pruner: 'none',
    args: ['--data', path.join(bench.folder, 'data'), 'x'],
    env: { SECRET_TOKEN: 'hunter2' },
  });
  const study = begin(engine, request);
  await engine.untilIdle(study);
  await eventually(() => existsSync(path.join(engine.layout.runs, study, 'environment.json')));
  engine.starTrial(study, 1, true);
  engine.label(study, 1, { note: 'Keep this.', tags: ['thesis', ' #thesis', 'two words'] });
  engine.label(study, undefined, { tags: ['v2'] });
  const file = path.join(bench.folder, 'study.tunelens');
  await exportArchive(engine, study, { file, logs });
  return { bench, engine, study, file };
};

const take = (engine: Engine, file: string, asCopy = false) =>
  importArchive(engine, { file, asCopy, interpreter: 'python3' });

/** All of a study that is not of one machine. */
const portable = (engine: Engine, study: string): unknown => {
  const { revision: _, plan: __, name: ___, ...record } = engine.store.study(study);
  return {
    record,
    trials: engine.store
      .trials(study)
      .map(({ revision: _r, handle: _h, cursor: _c, folder: _f, ...trial }) => trial),
    curves: engine.store.trials(study).map(({ number }) => engine.store.upkeep.curves(study, number)),
    corrupt: engine.store.corruptRecords(study),
    environment: readFileSync(path.join(engine.layout.runs, study, 'environment.json'), 'utf8'),
  };
};

test('a study comes out of an archive as it went in, and can be gone on with', async () => {
  const { engine, study, file } = await anExport();
  const other = aWorkbench();
  const there = other.engine();
  const record = await take(there, file);
  expect(record.id).toBe(study);
  expect(portable(there, study)).toEqual(portable(engine, study));
  const plan = there.planOf(study);
  expect(plan.script).toBe(path.join(other.folder, 'größe train.py'));
  expect(plan.args).toEqual(['--data', path.join(other.folder, 'data'), 'x']);
  expect(readFileSync(plan.files[0]?.snapshot ?? '', 'utf8')).toBe(script);
  const { folder = '' } = there.store.trial(study, 2);
  expect(readFileSync(path.join(folder, 'log'), 'utf8')).toContain('hällo');
  // The best values go into a source of the new workspace.
  other.write('größe train.py', script);
  const best = there.insertEdits(study, 2, { texts: {} });
  expect(best.edits.map(({ file: edited }) => edited)).toEqual([plan.script]);
  console.log(`archive of 4 trials: ${statSync(file).size} bytes`);
});

test('importing twice says so, and makes a copy when one is wanted', async () => {
  const { engine, study, file } = await anExport();
  await expect(take(engine, file)).rejects.toThrow(AlreadyHere);
  expect(engine.store.studies()).toHaveLength(1);
  const copy = await take(engine, file, true);
  expect(copy.id).not.toBe(study);
  expect(copy.name).toBe('größe train-2');
  expect(engine.store.trials(copy.id).map(({ params }) => params)).toEqual(
    engine.store.trials(study).map(({ params }) => params),
  );
});

test('a removed study can be imported again', async () => {
  const { engine, study, file } = await anExport();
  await engine.remove(study);
  expect((await take(engine, file)).id).not.toBe(study);
});

test('secrets and places stay at home', async () => {
  const { bench, file } = await anExport();
  const text = gunzipSync(readFileSync(file)).toString('utf8');
  expect(text).not.toContain('hunter2');
  const withoutEnvironment = text
    .split('\n')
    .filter((line) => !line.includes('"kind":"environment"') && !line.includes('"kind":"log"'));
  expect(withoutEnvironment.join('\n')).not.toContain(bench.folder);
});

test('without logs an archive has none', async () => {
  const { file } = await anExport(false);
  expect(gunzipSync(readFileSync(file)).toString('utf8')).not.toContain('"kind":"log"');
});

test('a study that runs is exported as it stands, and has stopped where it is imported', async () => {
  const bench = aWorkbench();
  const engine = bench.engine();
  const endless =
    'import time\nx = 0.5  # tune: 0..1\nfor step in range(10000):\n    print(f"step {step} score {x}", flush=True)\n    time.sleep(0.05)\n# tune: maximize score\n';
  const study = begin(engine, aRequest(bench.write('train.py', endless), { pruner: 'none' }));
  await eventually(() => engine.store.trials(study).some(({ intermediate }) => intermediate.length > 2));
  const file = path.join(bench.folder, 'study.tunelens');
  await exportArchive(engine, study, { file, logs: false });
  const there = aWorkbench().engine();
  expect(await take(there, file)).toMatchObject({
    state: 'stopped',
    message: 'It was running when it was exported.',
  });
  expect(there.store.trials(study).every(({ state }) => state === 'stopped')).toBe(true);
  expect(there.store.needingDriver()).toEqual([]);
  await engine.stop(study);
});

type Line = Record<string, unknown>;

const edited = (file: string, edit: (lines: Line[]) => readonly Line[]): string => {
  const lines = gunzipSync(readFileSync(file))
    .toString('utf8')
    .trimEnd()
    .split('\n')
    .map((line) => decodeJson(line) as Line);
  const out = `${file}.edited`;
  writeFileSync(
    out,
    gzipSync(
      edit(lines)
        .map((line) => `${encodeJson(line)}\n`)
        .join(''),
    ),
  );
  return out;
};

const inHead =
  (change: (study: Line) => Line) =>
  (lines: Line[]): readonly Line[] =>
    lines.map((line, index) => (index === 0 ? { ...line, study: change(line.study as Line) } : line));

const inPlan = (change: (plan: Line) => Line) =>
  inHead((study) => ({ ...study, plan: JSON.stringify(change(JSON.parse(String(study.plan)) as Line)) }));

const bad: readonly (readonly [string, (file: string) => string])[] = [
  [
    'no gzip',
    (file) => {
      writeFileSync(`${file}.x`, 'Dear diary');
      return `${file}.x`;
    },
  ],
  [
    'another gzip',
    (file) => {
      writeFileSync(`${file}.x`, gzipSync('Dear diary\n'));
      return `${file}.x`;
    },
  ],
  [
    'cut off',
    (file) => {
      writeFileSync(`${file}.x`, readFileSync(file).subarray(0, 900));
      return `${file}.x`;
    },
  ],
  [
    'a changed byte',
    (file) => {
      const bytes = readFileSync(file);
      bytes[700] = (bytes[700] ?? 0) ^ 0xff;
      writeFileSync(`${file}.x`, bytes);
      return `${file}.x`;
    },
  ],
  [
    'an absurd size',
    (file) => {
      writeFileSync(`${file}.x`, gzipSync(Buffer.alloc(200_000_000, 'a')));
      return `${file}.x`;
    },
  ],
  [
    'a newer format',
    (file) => edited(file, (lines) => lines.map((line, i) => (i === 0 ? { ...line, version: 2 } : line))),
  ],
  ['no end', (file) => edited(file, (lines) => lines.slice(0, -1))],
  ['a line missing', (file) => edited(file, (lines) => lines.filter((_, i) => i !== 3))],
  [
    'an id that is a path',
    (file) =>
      edited(
        file,
        inHead((study) => ({ ...study, id: '../../evil' })),
      ),
  ],
  [
    'a script outside',
    (file) =>
      edited(
        file,
        inHead((study) => ({ ...study, script: '../evil.py' })),
      ),
  ],
  [
    'a state of its own',
    (file) =>
      edited(
        file,
        inHead((study) => ({ ...study, state: 'evil' })),
      ),
  ],
  [
    'a snapshot elsewhere',
    (file) =>
      edited(
        file,
        inPlan((plan) => ({
          ...plan,
          files: [{ path: '/workspace/a.py', snapshot: '/etc/passwd', reports: [] }],
        })),
      ),
  ],
  [
    'no plan',
    (file) =>
      edited(
        file,
        inPlan(() => ({})),
      ),
  ],
  [
    'output of a path',
    (file) =>
      edited(file, (lines) =>
        lines.map((line) => (line.kind === 'log' ? { ...line, attempt: '../../x' } : line)),
      ),
  ],
  [
    'a trial out of order',
    (file) =>
      edited(file, (lines) =>
        lines.map((line) =>
          line.kind === 'trial' ? { ...line, trial: { ...(line.trial as Line), number: 7 } } : line,
        ),
      ),
  ],
  [
    'two values of a step',
    (file) =>
      edited(file, (lines) =>
        lines.map((line) =>
          line.kind === 'curve' ? { ...line, steps: (line.steps as number[]).map(() => 1) } : line,
        ),
      ),
  ],
  [
    'parameters that are objects',
    (file) =>
      edited(file, (lines) =>
        lines.map((line) =>
          line.kind === 'trial'
            ? { ...line, trial: { ...(line.trial as Line), params: { x: { a: 1 } } } }
            : line,
        ),
      ),
  ],
];

test('what is no proper archive is refused in a sentence, and nothing is changed', async () => {
  const { file } = await anExport();
  const there = aWorkbench().engine();
  const before = there.changesSince(-1);
  for (const [name, make] of bad) {
    const error: unknown = await take(there, make(file)).catch((thrown: unknown) => thrown);
    expect(error, name).toBeInstanceOf(ArchiveError);
    console.log(`${name}: ${error instanceof Error ? error.message : ''}`);
  }
  expect(there.changesSince(-1)).toEqual(before);
  expect(readdirSync(there.layout.runs)).toEqual([]);
});

test('a stranger’s archive names nothing outside the workspace and brings no interpreter', async () => {
  const { file } = await anExport();
  const other = aWorkbench();
  const there = other.engine();
  const hostile = edited(
    file,
    inPlan((plan) => ({
      ...plan,
      script: '/workspace/../../etc/cron.d/evil',
      interpreter: '/tmp/evil.sh',
      cwd: '/etc',
      env: { LD_PRELOAD: '/tmp/evil.so' },
      dataFiles: ['/etc/*'],
      files: (plan.files as Line[]).map((each) => ({ ...each, path: '/root/.bashrc' })),
      tunables: (plan.tunables as Line[]).map((each) => ({ ...each, file: '/root/.bashrc' })),
    })),
  );
  const { id } = await take(there, hostile);
  const plan = there.planOf(id);
  for (const name of [
    plan.script,
    plan.cwd,
    ...plan.files.map((each) => each.path),
    ...plan.tunables.map((each) => each.file),
  ])
    expect(name.startsWith(`${other.folder}${path.sep}`)).toBe(true);
  expect([plan.interpreter, plan.env, plan.dataFiles]).toEqual(['python3', {}, undefined]);
});

test('a study in another language runs again where it is imported, by the usual program and not by the one it names', async () => {
  const bench = aWorkbench();
  const engine = bench.engine();
  bench.write('lib.sh', 'n=3 # tune: 1..9\n');
  const request = aRequest(
    bench.write(
      'sweep.sh',
      'x=0.5 # tune: 0..1\nsource ./lib.sh\necho "score=$x$n"\n# tune: maximize score\n',
    ),
    { trials: 3, commands: { shell: ['bash', '--norc'] } },
  );
  const study = begin(engine, request);
  await engine.untilIdle(study);
  const file = path.join(bench.folder, 'study.tunelens');
  await exportArchive(engine, study, { file, logs: true });
  const other = aWorkbench().engine();
  const { id } = await importArchive(other, { file, asCopy: false, interpreter: 'python3' });
  expect(JSON.parse(other.store.study(id).plan).runner).toMatchObject({ words: ['bash'] });
  const again = other.rerun(id, 1);
  const number = again.ok ? again.value.number : expect.fail(again.error);
  await eventually(
    () =>
      other.store.trial(id, number).state !== 'waiting' && other.store.trial(id, number).state !== 'running',
  );
  expect(other.store.trial(id, number)).toMatchObject({
    state: 'complete',
    values: engine.store.trial(study, 1).values,
  });
});
