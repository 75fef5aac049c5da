import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import {
  cleanUp,
  describeCleanup,
  parseRetention,
  planCleanup,
  type Retention,
} from '../../../src/engine/tuner/cleanup.ts';
import type { Engine } from '../../../src/engine/node.ts';
import { aRequest, aWorkbench, begin, eventually } from './workbench.ts';

const quick = `x = 0.5  # tune: 0..1
print(f"score={x}")
# tune: maximize score
`;

const ports = (engine: Engine) => ({ store: engine.store, layout: engine.layout, nowMs: Date.now() });
const keepNone: Retention = { kind: 'studies', count: 0 };

test.each([
  ['forever', { kind: 'forever' }],
  ['30 days', { kind: 'days', count: 30 }],
  ['1 day', { kind: 'days', count: 1 }],
  ['20 studies', { kind: 'studies', count: 20 }],
  ['1 study', { kind: 'studies', count: 1 }],
])('“%s” says what is kept', (text, retention) => {
  expect(parseRetention(text)).toEqual({ ok: true, value: retention });
});

test.each(['', '30', '-1 days', '3 weeks', '1e9 days'])('“%s” does not', (text) => {
  expect(parseRetention(text).ok).toBe(false);
});

test('run folders go but for the first, the best and starred trials, and everything in the database stays', async () => {
  const bench = aWorkbench();
  const engine = bench.engine();
  const study = begin(engine, aRequest(bench.write('train.py', quick), { trials: 8, pruner: 'none' }));
  await engine.untilIdle(study);
  await eventually(() => existsSync(path.join(engine.layout.runs, study, 'environment.json')));
  const trials = engine.store.trials(study);
  const best = trials.reduce((a, b) => ((b.values?.[0] ?? 0) > (a.values?.[0] ?? 0) ? b : a)).number;
  const starred = [5, 6].find((number) => number !== best) ?? 5;
  engine.starTrial(study, starred, true);
  const before = engine.store.trials(study);
  expect((await planCleanup(ports(engine), { kind: 'forever' })).items).toEqual([]);
  expect((await planCleanup(ports(engine), { kind: 'days', count: 1 })).items).toEqual([]);
  const plan = await planCleanup(ports(engine), keepNone);
  expect(readdirSync(path.join(engine.layout.runs, study))).toHaveLength(10);
  console.log(describeCleanup(plan).join('; '));
  expect(await cleanUp(ports(engine), plan)).toBeUndefined();
  const left = readdirSync(path.join(engine.layout.runs, study)).sort();
  expect(left).toEqual(
    [...new Set(['0', String(best), String(starred)]), 'environment.json', 'study.json'].sort(),
  );
  expect(engine.store.trials(study)).toEqual(before);
  expect(existsSync(engine.planOf(study).files[0]?.snapshot ?? '')).toBe(true);
  // And it is not taken for something lost.
  await engine.close();
  const again = bench.engine();
  await again.untilReady();
  expect(again.store.trials(study).map(({ state }) => state)).toEqual(before.map(({ state }) => state));
});

test('a study that runs is left alone', async () => {
  const bench = aWorkbench();
  const engine = bench.engine();
  const endless = quick.replace('print', 'import time; time.sleep(60)\nprint');
  const study = begin(engine, aRequest(bench.write('train.py', endless), { pruner: 'none' }));
  await eventually(() => engine.store.trials(study).some(({ handle }) => handle !== undefined));
  const plan = await planCleanup(ports(engine), keepNone);
  expect(plan.items).toEqual([]);
  const forged = {
    ...plan,
    items: [{ kind: 'run' as const, path: path.join(engine.layout.runs, study, '0'), bytes: 1 }],
  };
  await cleanUp(ports(engine), forged);
  expect(existsSync(path.join(engine.layout.runs, study, '0', '1', 'run.json'))).toBe(true);
  await engine.stop(study);
});

test('sources that no study uses and leftovers go once they are old; damaged databases stay', async () => {
  const bench = aWorkbench();
  const engine = bench.engine();
  const script = bench.write('train.py', quick);
  const first = begin(engine, aRequest(script, { trials: 1 }));
  await engine.untilIdle(first);
  bench.write('train.py', `${quick}# changed\n`);
  const second = begin(engine, aRequest(script, { trials: 1 }));
  await engine.untilIdle(second);
  const unused = engine.planOf(first).files[0]?.snapshot ?? '';
  await engine.remove(first);
  const leftover = path.join(engine.layout.home, 'tunelens.db.saving-123');
  const damaged = path.join(engine.layout.home, 'tunelens.db.damaged-2026-01-01T00-00-00');
  const half = path.join(engine.layout.runs, '.importing-abc');
  for (const file of [leftover, damaged]) writeFileSync(file, 'bytes');
  mkdirSync(half);
  writeFileSync(path.join(half, 'log'), 'bytes');
  expect((await planCleanup(ports(engine), { kind: 'forever' })).items).toEqual([]);
  for (const file of [unused, leftover, damaged, half]) utimesSync(file, 1e9, 1e9);
  const plan = await planCleanup(ports(engine), { kind: 'forever' });
  expect(plan.items.map(({ path: name }) => name).sort()).toEqual([unused, leftover, half].sort());
  await cleanUp(ports(engine), plan);
  for (const file of [unused, leftover, half]) expect(existsSync(file)).toBe(false);
  expect(readFileSync(damaged, 'utf8')).toBe('bytes');
  expect(readFileSync(engine.planOf(second).files[0]?.snapshot ?? '', 'utf8')).toContain('# changed');
});

test('the database gives back what a removed study took, without holding up the thread', async () => {
  const bench = aWorkbench();
  const engine = bench.engine();
  const study = begin(engine, aRequest(bench.write('train.py', quick), { trials: 2, pruner: 'none' }));
  await engine.untilIdle(study);
  const { revision: _, ...record } = engine.store.study(study);
  const trials = engine.store.trials(study).slice(0, 1);
  const steps = Array.from({ length: 300_000 }, (__, step) => step);
  const contents = trials.map((trial) => ({
    trial,
    curves: [{ metric: 'score', attempt: 1, steps, values: steps }],
    corrupt: [],
  }));
  engine.store.upkeep.restore({ ...record, id: 'large' }, contents);
  await engine.remove('large');
  const { bytes, freeBytes } = engine.store.upkeep.size();
  expect(freeBytes).toBeGreaterThan(3e6);
  let longestMs = 0;
  let lastMs = performance.now();
  const timer = setInterval(() => {
    longestMs = Math.max(longestMs, performance.now() - lastMs);
    lastMs = performance.now();
  }, 1);
  const plan = await planCleanup(ports(engine), { kind: 'forever' });
  lastMs = performance.now();
  await cleanUp(ports(engine), plan);
  clearInterval(timer);
  const after = engine.store.upkeep.size();
  console.log(
    `${bytes} bytes with ${freeBytes} free → ${after.bytes}; longest pause ${Math.round(longestMs)} ms`,
  );
  expect(after.freeBytes).toBe(0);
  expect(after.bytes).toBeLessThan(bytes - 3e6);
  expect(engine.store.upkeep.problems('full')).toEqual([]);
}, 30_000);
