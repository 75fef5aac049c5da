import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { mend, type Mended } from '../../../src/engine/store/mend.ts';
import { openStore } from '../../../src/engine/store/openStore.ts';
import { type Store, StoreError } from '../../../src/engine/study/store.ts';
import { contents } from '../../builders/contents.ts';
import { aBatch, aStudy, aTrial, startMs } from '../../builders/records.ts';

const root = mkdtempSync(path.join(os.tmpdir(), 'store mend ü '));
afterAll(() => rmSync(root, { recursive: true }));

const page = 4096;
const trialCount = 300;
const reportCount = 40;
const pristine = path.join(root, 'pristine.db');
let file = '';

/** Large enough that every table is a tree of several pages; with a removed study, long texts and free pages. */
const fill = (store: Store): void => {
  for (const id of ['s1', 's2', 'gone']) store.createStudy(aStudy({ id, script: `${id}.py` }), startMs);
  for (let number = 0; number < trialCount; number += 1) {
    const study = number % 2 === 0 ? 's1' : 's2';
    const own = Math.floor(number / 2);
    store.addTrial(
      study,
      aTrial({ params: { lr: number / 1000 }, reason: number % 50 === 0 ? 'long '.repeat(3000) : 'short' }),
    );
    store.changeTrial(study, own, { state: 'running', attempt: 1, folder: `/runs/${study}/${own}/1` });
    const reports = Array.from({ length: reportCount }, (_, step) => ({
      step,
      metric: step % 2 === 0 ? 'loss' : 'acc',
      value: step % 7 === 0 ? Number.NaN : number + step / 3,
    }));
    store.ingest([aBatch({ study, trial: own, reports, corrupt: number % 10 === 0 ? ['{"st'] : [] })]);
    store.changeTrial(study, own, { state: 'complete', values: [number], endedAtMs: startMs + number });
  }
  store.addTrial('gone', aTrial());
  store.removeStudy('gone');
};

const store = openStore({ file: pristine });
fill(store);
const whole = contents(store);
store.close();
const bytes = readFileSync(pristine);

beforeEach(() => {
  file = path.join(mkdtempSync(path.join(root, 'a ')), 'tunelens.db');
});

const mendIt = (): Mended => {
  const mended = mend({ file, nowMs: startMs, studyFor: () => undefined });
  if (mended === undefined) throw new Error('somebody else mended it');
  return mended;
};

/** Every trial and report there is was one of the original. */
const expectTrue = (): { trials: number; reports: number } => {
  const original = openStore({ file: pristine, readOnly: true });
  const mended = openStore({ file });
  let trials = 0;
  let reports = 0;
  for (const { id } of mended.studies())
    for (const trial of mended.trials(id)) {
      const { revision: _, intermediate: __, corrupt: ___, ...rest } = original.trial(id, trial.number);
      expect(trial).toMatchObject(rest);
      trials += 1;
      const truth = original.reports(id, trial.number);
      for (const [metric, points] of Object.entries(mended.reports(id, trial.number))) {
        expect(truth[metric]).toEqual(expect.arrayContaining([...points]));
        reports += points.length;
      }
    }
  expect(mended.upkeep.problems('full')).toEqual([]);
  expect(mended.studies().map(({ id }) => id)).not.toContain('gone');
  expect(mended.addTrial(mended.studies()[0]?.id ?? '', aTrial()).state).toBe('waiting');
  mended.close();
  original.close();
  return { trials, reports };
};

test('a database without damage comes out as it went in', () => {
  writeFileSync(file, bytes);
  expect(mendIt()).toMatchObject({ studies: 2, trials: trialCount, reports: trialCount * reportCount });
  const mended = openStore({ file });
  const { revision: _, ...expected } = whole as Record<string, unknown>;
  expect(contents(mended)).toMatchObject(expected);
  mended.close();
});

test('the damaged file is kept as it was, under a name with the date', () => {
  const damaged = Buffer.from(bytes).fill(0, page * 40, page * 45);
  writeFileSync(file, damaged);
  const { aside } = mendIt();
  expect(path.basename(aside)).toBe('tunelens.db.damaged-2023-11-14T22-13-20');
  expect(readFileSync(aside).equals(damaged)).toBe(true);
});

test('a garbage header costs nothing', () => {
  writeFileSync(file, Buffer.from(bytes).fill(0xab, 0, 100));
  expect(mendIt()).toMatchObject({ trials: trialCount, reports: trialCount * reportCount });
  expect(expectTrue()).toEqual({ trials: trialCount, reports: trialCount * reportCount });
});

test('without the first page everything else is found by its shape', () => {
  writeFileSync(file, Buffer.from(bytes).fill(0, 0, page));
  expect(mendIt().trials).toBe(trialCount);
  const original = openStore({ file: pristine, readOnly: true });
  const mended = openStore({ file });
  for (const id of ['s1', 's2'])
    expect(mended.trials(id).map(({ params }) => params)).toEqual(
      original.trials(id).map(({ params }) => params),
    );
  mended.close();
  original.close();
});

test.each([0.9, 0.5, 0.25])(
  'of a file cut off to %f of its length what was before the cut is saved',
  (share) => {
    writeFileSync(file, bytes);
    truncateSync(file, Math.floor(bytes.length * share));
    mendIt();
    const saved = expectTrue();
    console.log(
      `cut to ${share}: ${JSON.stringify(saved)} of ${trialCount} trials, ${trialCount * reportCount} reports`,
    );
    expect(saved.trials).toBeGreaterThan(trialCount * share * 0.3);
  },
);

test('any pages zeroed, overwritten or torn: nothing false comes out', () => {
  const pages = Math.floor(bytes.length / page);
  const damage = fc.record({
    at: fc.integer({ min: page * 3, max: bytes.length - page }),
    length: fc.integer({ min: 1, max: page * Math.ceil(pages / 8) }),
    with: fc.constantFrom(0, 0xff, 0x0d, 0x41),
  });
  fc.assert(
    fc.property(fc.array(damage, { minLength: 1, maxLength: 4 }), (wounds) => {
      const damaged = Buffer.from(bytes);
      // Whole sectors, as a disk loses them: within a page only what SQLite has no checksum for.
      for (const { at, length, with: value } of wounds) {
        const from = at - (at % page);
        damaged.fill(value, from, Math.min(bytes.length, from + Math.ceil(length / page) * page));
      }
      writeFileSync(file, damaged);
      try {
        mendIt();
        expectTrue();
      } catch (error) {
        if (!(error instanceof StoreError && error.reason === 'not-a-database')) throw error;
      }
    }),
    { seed: 4, numRuns: 25 },
  );
}, 60_000);

test('what is committed in the log counts, and what is torn there does not', () => {
  writeFileSync(file, bytes);
  const writer = openStore({ file });
  writer.createStudy(aStudy({ id: 's9', script: 'late.py' }), startMs);
  writer.addTrial('s9', aTrial());
  writeFileSync(`${file}.copy`, readFileSync(file).fill(0, page * 3, page * 8));
  const log = readFileSync(`${file}-wal`);
  writer.addTrial('s9', aTrial());
  const longer = readFileSync(`${file}-wal`);
  writer.close();
  file = `${file}.copy`;
  writeFileSync(`${file}-wal`, longer.subarray(0, log.length + 1000));
  mendIt();
  const mended = openStore({ file });
  expect(mended.trials('s9')).toHaveLength(1);
  mended.close();
});

test('nothing is changed where nothing of ours can be read', () => {
  writeFileSync(file, Buffer.alloc(100_000, 'Dear diary. '));
  expect(() => mendIt()).toThrow('nothing in it can be read');
  expect(readFileSync(file).equals(Buffer.alloc(100_000, 'Dear diary. '))).toBe(true);
});
