import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { atMost, type Bench, type Figure, type Outcome, type Skipped } from '../figure.ts';
import { builtEngine } from '../host/engineFiles.ts';
import { prepareLoad } from '../host/prepareLoad.ts';
import type { LoopWatch, StandInResult, StandInTask } from '../host/standIn.ts';
import { formatNumber } from '../table.ts';

const trials = 1_000;
const timing = { idleMs: 4_000, settleMs: 4_000, loadMs: 20_000 };

const start = (file: string): ChildProcess => fork(path.join(import.meta.dirname, '../host', file));

const perform = async (task: StandInTask): Promise<StandInResult> => {
  const child = start('standIn.ts');
  child.send(task);
  const ended = once(child, 'exit').then(([code]) => {
    throw new Error(`the stand-in for the extension host ended with code ${String(code)} and no result`);
  });
  // Only `perform` in standIn.ts sends, and only this.
  const [result] = (await Promise.race([once(child, 'message'), ended])) as [StandInResult];
  ended.catch(() => undefined); // it has answered; its end is expected now
  return result;
};

const late = ({ p50Ms, p99Ms, maxMs }: LoopWatch): string =>
  `${formatNumber(p50Ms)} / ${formatNumber(p99Ms)} / ${formatNumber(maxMs)} ms`;

const measure = async ({ folder, progress }: Bench): Promise<Outcome | Skipped> => {
  const files = builtEngine();
  if (files === undefined) return { skipped: 'dist/ is not complete; run `npm run build` first' };
  const writer = start('writeReports.ts');
  try {
    await once(writer, 'spawn');
    if (writer.pid === undefined) throw new Error('a spawned process has an id');
    progress(`preparing ${trials} runs`);
    const { study, folders } = prepareLoad(folder, trials, writer.pid);
    writer.send(folders);
    progress(`watching for ${(timing.idleMs + timing.settleMs + timing.loadMs) / 1_000} s`);
    return outcomeOf(await perform({ folder, files, study, trials, ...timing }));
  } finally {
    writer.kill();
  }
};

const outcomeOf = ({ idle, load, reportsPerSecond, panelBytesPerSecond }: StandInResult): Outcome => {
  const runs = Math.round(load.seconds * 100);
  const under = `${trials.toLocaleString('en-US')} trials × 1/s`;
  return {
    rows: [
      {
        what: `host late by, p99, ${under}`,
        measured: load.p99Ms,
        unit: 'ms',
        budget: atMost(5),
        runs,
      },
      {
        what: `host late by, max, ${under}`,
        measured: load.maxMs,
        unit: 'ms',
        budget: atMost(50),
        runs,
      },
      {
        what: `engine and mirror, of a core, ${under}`,
        measured: 100 * load.coreShare,
        unit: '%',
        budget: atMost(10),
        runs: 1,
      },
      { what: 'reports that reached the mirror', measured: reportsPerSecond, unit: '/s', runs: 1 },
    ],
    notes: [
      'A stand-in process for the extension host: the shipped dist/worker.js in a thread, the extension’s own client, session and',
      'mirror; every change also makes status text, tree rows (running trials unfolded) and panel deltas at the extension’s',
      `intervals, as JSON (${formatNumber(panelBytesPerSecond / 1e6)} MB/s to the panel). No editor. One other process writes ${trials.toLocaleString('en-US')} spools, a line a second each; no pruner.`,
      `Late: Node’s event loop delay, sampled every 10 ms, less these 10 ms, over ${formatNumber(load.seconds)} s. p50 / p99 / max before the`,
      `engine was started: ${late(idle)}; under load: ${late(load)}; the host’s loop was busy ${formatNumber(100 * load.hostShare)} % of the time.`,
    ],
  };
};

export const host: Figure = { name: 'host', measure };
