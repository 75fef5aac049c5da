import { expect, test } from 'vitest';
import {
  type Launcher,
  type RunCursor,
  type RunHandle,
  startCursor,
} from '../../../src/engine/study/launcher.ts';
import { ActiveRun } from '../../../src/engine/tuner/activeRun.ts';
import { RunReader } from '../../../src/engine/tuner/runReader.ts';

/** A launcher whose runs have so many bytes to be read, each byte a report of its own. */
const aLauncher = (bytes: readonly number[]): Launcher => ({
  name: 'endless',
  start: () => Promise.reject(new Error('not needed')),
  poll: async ({ key }: RunHandle, from: RunCursor, look) => {
    const end = bytes[key.trial] ?? 0;
    const spool = Math.min(end, from.spool + (look?.mostBytes ?? end));
    return { cursor: { ...from, spool }, records: [], state: { kind: 'running' }, more: spool < end };
  },
  watch: () => () => undefined,
  stop: async () => undefined,
  list: async () => [],
});

const aRun = (trial: number): ActiveRun =>
  new ActiveRun({
    trial,
    attempt: 1,
    slot: trial,
    handle: { launcher: 'endless', key: { study: 's', trial, attempt: 1 }, folder: '/runs', ref: null },
    cursor: startCursor,
  });

const runsOf = (count: number): ReadonlyMap<number, ActiveRun> =>
  new Map(Array.from({ length: count }, (_, trial) => [trial, aRun(trial)]));

const mega = 1 << 20;

test('a round reads about a mebibyte, whoever wrote how much, and says that there is more', async () => {
  const reader = new RunReader();
  const runs = runsOf(1_000);
  const launcher = aLauncher(Array.from({ length: 1_000 }, () => mega));
  const read = await reader.read(runs, launcher);
  const bytes = read.reduce((sum, one) => sum + one.bytes, 0);
  expect(bytes).toBeGreaterThanOrEqual(mega);
  expect(bytes).toBeLessThanOrEqual(2 * mega);
  expect(reader.more).toBe(true);
});

test('runs are read in turn: one that never stops writing does not keep the others waiting', async () => {
  const reader = new RunReader();
  const runs = runsOf(200);
  const launcher = aLauncher(Array.from({ length: 200 }, (_, trial) => (trial < 20 ? 100 * mega : 100)));
  const seen = new Set<number>();
  let rounds = 0;
  for (; seen.size < 200 && rounds < 100; rounds++)
    for (const { run } of await reader.read(runs, launcher)) seen.add(run.trial);
  expect(seen.size).toBe(200);
  expect(rounds).toBeLessThan(20);
});

test('a run is read again only after news, or at the next sweep', async () => {
  const reader = new RunReader();
  const runs = runsOf(3);
  const launcher = aLauncher([10, 10, 10]);
  expect(await reader.read(runs, launcher)).toHaveLength(3);
  expect(reader.more).toBe(false);
  expect([...runs.values()].every(({ news }) => news === undefined)).toBe(true);
});
