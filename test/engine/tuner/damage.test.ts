import {
  copyFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { Engine } from '../../../src/engine/node.ts';
import { randomStream } from '../../../src/engine/numeric/random.ts';
import { aStudy, startMs } from '../../builders/records.ts';
import { openStore } from '../../../src/engine/store/openStore.ts';
import { aRequest, aWorkbench, begin, eventually, type Workbench } from './workbench.ts';

const script = `import time
x = 0.5  # tune: 0..1
for step in range(4):
    print(f"step {step} score {x + step}", flush=True)
# tune: maximize score
`;

interface Opened {
  readonly engine: Engine;
  readonly notes: string[];
}

const open = (bench: Workbench): Opened => {
  const notes: string[] = [];
  const engine = new Engine({
    folder: bench.folder,
    runtimeFolder: path.resolve('src/runtime'),
    adoptOthers: true,
    aloneInProcess: true,
    onNote: (note) => notes.push(note),
    onProblem: (_, message) => bench.problems.push(message),
  });
  onTestFinished(() => engine.close());
  return { engine, notes };
};

const databaseOf = (bench: Workbench): string => path.join(bench.folder, '.tunelens', 'tunelens.db');

/** What a person would miss. */
const summary = (engine: Engine): unknown =>
  engine.store.studies().map(({ id, script: file }) => ({
    id,
    file,
    trials: engine.store.trials(id).map(({ number, state, params, values, metrics, seed, attempt }) => ({
      number,
      state,
      params,
      values,
      metrics,
      seed,
      attempt,
      reports: engine.store.reports(id, number),
    })),
  }));

/** A workspace with a complete study, nobody having it open; with its log as a killed engine leaves it. */
const aFinishedWorkspace = async (): Promise<{ bench: Workbench; before: unknown; wal: string }> => {
  const bench = aWorkbench();
  const { engine } = open(bench);
  const study = begin(engine, aRequest(bench.write('train.py', script), { trials: 5, pruner: 'none' }));
  await engine.untilIdle(study);
  const before = summary(engine);
  const database = databaseOf(bench);
  for (const ending of ['', '-wal']) copyFileSync(`${database}${ending}`, `${database}.copy${ending}`);
  await engine.close();
  for (const ending of ['', '-wal']) {
    copyFileSync(`${database}.copy${ending}`, `${database}${ending}`);
    rmSync(`${database}.copy${ending}`);
  }
  return { bench, before, wal: `${database}-wal` };
};

const overwrite = (file: string, from: number, to: number, value: number): void => {
  const bytes = readFileSync(file);
  writeFileSync(file, bytes.fill(value, from, Math.min(to, bytes.length)));
};

const checkpoint = (file: string): void => {
  const db = new Database(file);
  db.pragma('wal_checkpoint(TRUNCATE)');
  db.close();
};

const damages: readonly (readonly [string, (file: string) => void])[] = [
  [
    'cut off in the middle',
    (file) => {
      checkpoint(file);
      truncateSync(file, Math.floor(statSync(file).size / 2));
    },
  ],
  [
    'cut off to a part of its header',
    (file) => {
      checkpoint(file);
      truncateSync(file, 50);
    },
  ],
  [
    'cut off to nothing',
    (file) => {
      checkpoint(file);
      truncateSync(file, 0);
    },
  ],
  [
    'deleted',
    (file) => {
      checkpoint(file);
      rmSync(file);
    },
  ],
  ['deleted while its log stayed', (file) => rmSync(file)],
  [
    'with a garbage header',
    (file) => {
      checkpoint(file);
      overwrite(file, 0, 100, 0xa5);
    },
  ],
  [
    'without its first page',
    (file) => {
      checkpoint(file);
      overwrite(file, 0, 4096, 0);
    },
  ],
  [
    'with pages zeroed',
    (file) => {
      checkpoint(file);
      overwrite(file, 4096 * 4, 4096 * 9, 0);
    },
  ],
  [
    'all garbage',
    (file) => {
      checkpoint(file);
      overwrite(file, 0, statSync(file).size, 0x3c);
    },
  ],
  ['without its log', (file) => rmSync(`${file}-wal`)],
  [
    'with its log cut off',
    (file) => truncateSync(`${file}-wal`, Math.floor(statSync(`${file}-wal`).size * 0.6)),
  ],
  ['with its log overwritten', (file) => overwrite(`${file}-wal`, 3000, 60_000, 0x11)],
  ['with garbage beside its log', (file) => writeFileSync(`${file}-shm`, Buffer.alloc(32_768, 0x77))],
  [
    'replaced by another program’s database',
    (file) => {
      rmSync(`${file}-wal`);
      rmSync(file);
      const db = new Database(file);
      db.exec(
        'CREATE TABLE trials (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO trials (name) VALUES (1)',
      );
      db.close();
    },
  ],
  [
    'replaced by an empty store',
    (file) => {
      rmSync(`${file}-wal`);
      rmSync(file);
      openStore({ file }).close();
    },
  ],
];

test.each(damages)(
  'of a database %s everything comes back',
  async (name, damage) => {
    const { bench, before } = await aFinishedWorkspace();
    damage(databaseOf(bench));
    const { engine, notes } = open(bench);
    await engine.untilReady();
    await eventually(() => engine.store.needingDriver().length === 0);
    expect(summary(engine)).toEqual(before);
    expect(engine.store.upkeep.problems('full')).toEqual([]);
    console.log(`${name}: ${notes.join(' | ')}`);
  },
  60_000,
);

test('a database that is no longer ours stays where it is when there is nothing to rebuild', () => {
  const bench = aWorkbench();
  const { engine } = open(bench);
  return engine.close().then(() => {
    writeFileSync(databaseOf(bench), 'Dear diary');
    expect(() => open(bench)).toThrow('is not a database');
    expect(readFileSync(databaseOf(bench), 'utf8')).toBe('Dear diary');
  });
});

const slow = `import time
x = 0.5  # tune: 0..1
for step in range(10):
    print(f"step {step} score {x + step}", flush=True)
    time.sleep(0.05)
# tune: maximize score
`;

const accidents: readonly (readonly [string, (file: string) => void, RegExp])[] = [
  ['deleted', (file) => rmSync(file), /deleted while it was open/],
  [
    'deleted with its log',
    (file) => {
      for (const end of ['', '-wal', '-shm']) rmSync(`${file}${end}`);
    },
    /deleted while it was open/,
  ],
  [
    'replaced by garbage',
    (file) => {
      rmSync(file);
      writeFileSync(file, Buffer.alloc(50_000, 'garbage '));
    },
    /replaced by a file that is no database/,
  ],
  ['cut off', (file) => truncateSync(file, 8192), /damaged/],
  ['overwritten in place', (file) => overwrite(file, 0, 4096 * 3, 0x55), /damaged/],
];

test.each(accidents)(
  'a study goes on when its database is %s while it runs',
  async (_, accident, told) => {
    const bench = aWorkbench();
    const { engine, notes } = open(bench);
    const study = begin(
      engine,
      aRequest(bench.write('train.py', slow), { trials: 8, pruner: 'none', parallel: 2 }),
    );
    await eventually(() => engine.store.trials(study).length >= 3);
    const database = databaseOf(bench);
    const db = new Database(database);
    db.pragma('wal_checkpoint(PASSIVE)');
    db.close();
    accident(database);
    await eventually(() => notes.length > 0, 20_000);
    await engine.untilReady();
    await eventually(() => {
      const record = engine.store.study(study);
      if (record.state === 'paused') engine.resume(study);
      return record.state === 'complete';
    }, 30_000);
    expect(notes.join(' ')).toMatch(told);
    const trials = engine.store.trials(study);
    expect(trials.map(({ state }) => state)).toEqual(trials.map(() => 'complete'));
    expect(trials).toHaveLength(8);
    for (const { number, params } of trials)
      expect(engine.store.reports(study, number).score).toEqual(
        Array.from({ length: 10 }, (__, step) => ({
          step,
          value: expect.closeTo(Number(params.x) + step, 9),
        })),
      );
    // Nothing ran twice.
    for (const { number } of trials) {
      const folder = path.join(engine.layout.runs, study, String(number));
      expect(readdirSync(folder).filter((name) => /^\d+$/.test(name))).toEqual(['1']);
    }
    console.log(`${notes.join(' | ')}`);
  },
  90_000,
);

test('a database put in place of the open one is shown instead', async () => {
  const bench = aWorkbench();
  const { engine, notes } = open(bench);
  const study = begin(engine, aRequest(bench.write('train.py', script), { trials: 2, pruner: 'none' }));
  await engine.untilIdle(study);
  const { revision } = engine.changesSince(-1);
  const database = databaseOf(bench);
  const other = path.join(bench.folder, 'other.db');
  const store = openStore({ file: other });
  store.createStudy(aStudy({ id: 'other', state: 'complete' }), startMs);
  store.close();
  rmSync(path.join(engine.layout.runs, study), { recursive: true });
  rmSync(database);
  copyFileSync(other, database);
  await eventually(() => notes.length > 0);
  await engine.untilReady();
  const changes = engine.changesSince(revision);
  expect(changes.studies.map(({ id }) => id)).toEqual(['other']);
  expect(changes.removedStudies).toEqual([study]);
  expect(existsSync(database)).toBe(true);
});

test('when the whole folder is deleted its trials end and the workspace begins anew', async () => {
  const bench = aWorkbench();
  const { engine, notes } = open(bench);
  const study = begin(
    engine,
    aRequest(bench.write('train.py', slow.replace('range(10)', 'range(1000)')), { pruner: 'none' }),
  );
  await eventually(() =>
    engine.store
      .trials(study)
      .some(({ state, intermediate }) => state === 'running' && intermediate.length > 0),
  );
  rmSync(engine.layout.home, { recursive: true, force: true, maxRetries: 5 });
  await eventually(() => notes.length > 0);
  await engine.untilReady();
  expect(notes[0]).toMatch(/deleted while it was open/);
  expect(engine.store.studies()).toEqual([]);
  const again = begin(engine, aRequest(bench.write('train.py', script), { trials: 2, pruner: 'none' }));
  expect(await engine.untilIdle(again)).toMatchObject({ state: 'complete' });
}, 30_000);

test('two windows on one database both go on when it is deleted or mended under them', async () => {
  const bench = aWorkbench();
  const script = bench.write('train.py', slow);
  const { engine, notes } = open(bench);
  const other = bench.onlooker();
  const study = begin(engine, aRequest(script, { trials: 6, pruner: 'none', parallel: 1 }));
  await eventually(() => other.store.trials(study).length >= 2);
  rmSync(databaseOf(bench));
  await eventually(() => notes.length > 0, 20_000);
  await eventually(() => other.store.trials(study).length >= 4, 20_000);
  truncateSync(databaseOf(bench), 4096 * 2);
  const before = notes.length;
  await eventually(() => notes.length > before, 20_000);
  await eventually(() => {
    const { state } = engine.store.study(study);
    if (state === 'paused') engine.resume(study);
    return state === 'complete';
  }, 30_000);
  await eventually(() => other.store.study(study).state === 'complete', 10_000);
  expect(summary(other)).toEqual(summary(engine));
  expect(engine.store.trials(study).map(({ state, attempt }) => [state, attempt])).toEqual(
    Array.from({ length: 6 }, () => ['complete', 1]),
  );
  console.log(notes.join(' | '));
}, 90_000);

/** Hundreds with TUNELENS_CRASHES=300. */
const damagesAtRandom = Number(process.env.TUNELENS_CRASHES ?? 2);

test('whatever happens to the database at whatever moment, every trial ends as it ran and none runs twice', async () => {
  const random = randomStream(7, 0, 'damage');
  const seen = new Map<string, number>();
  for (let round = 0; round < damagesAtRandom; round += 1) {
    const bench = aWorkbench();
    const { engine, notes } = open(bench);
    const request = aRequest(bench.write('train.py', slow), { trials: 4, pruner: 'none', parallel: 2 });
    const study = begin(engine, request);
    await new Promise((resolve) => setTimeout(resolve, random.uniform() * 1500));
    const database = databaseOf(bench);
    const kinds = ['overwrite pages', ...accidents.map(([name]) => name)];
    const kind = kinds[random.integer(kinds.length)] ?? '';
    if (random.uniform() < 0.5) checkpoint(database);
    const accident = accidents.find(([name]) => name === kind)?.[1];
    const { size } = statSync(database);
    const from = 4096 * random.integer(Math.max(1, Math.floor(size / 4096)));
    if (accident === undefined)
      overwrite(database, from, Math.min(size, from + 4096 * 3), random.integer(256));
    else accident(database);
    await eventually(() => {
      try {
        const { state } = engine.store.study(study);
        if (state === 'paused') engine.resume(study);
        return state === 'complete';
      } catch {
        return false; // being mended
      }
    }, 40_000);
    await engine.untilReady();
    const trials = engine.store.trials(study);
    const told = `round ${round}, ${kind} at ${from} of ${size}: ${notes.join(' | ')}`;
    expect(
      trials.map(({ state, attempt }) => [state, attempt]),
      told,
    ).toEqual(Array.from({ length: 4 }, () => ['complete', 1]));
    for (const { number, params } of trials)
      expect(
        engine.store.reports(study, number).score?.map(({ value }) => value),
        told,
      ).toEqual(Array.from({ length: 10 }, (_, step) => expect.closeTo(Number(params.x) + step, 9)));
    expect(engine.store.upkeep.problems('full'), told).toEqual([]);
    await engine.close();
    seen.set(kind, (seen.get(kind) ?? 0) + 1);
  }
  console.log(`${damagesAtRandom} damages at random: ${JSON.stringify(Object.fromEntries(seen))}`);
}, 3_600_000);
