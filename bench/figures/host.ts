import { atMost, type Bench, type Figure, type Outcome, type Skipped } from '../figure.ts';
import { builtEngine } from '../host/engineFiles.ts';
import { runLoad } from '../host/runLoad.ts';
import type { LoopWatch, StandInResult } from '../host/standIn.ts';
import { formatNumber } from '../table.ts';

const trials = 1_000;
const timing = { idleMs: 4_000, settleMs: 4_000, loadMs: 20_000 };

const late = ({ p50Ms, p99Ms, maxMs }: LoopWatch): string =>
  `${formatNumber(p50Ms)} / ${formatNumber(p99Ms)} / ${formatNumber(maxMs)} ms`;

const measure = async ({ folder, progress }: Bench): Promise<Outcome | Skipped> => {
  const files = builtEngine();
  if (files === undefined) return { skipped: 'dist/ is not complete; run `npm run build` first' };
  progress(`watching for ${(timing.idleMs + timing.settleMs + timing.loadMs) / 1_000} s`);
  return outcomeOf(await runLoad({ folder, files, trials, perSecond: 1, ...timing }));
};

const outcomeOf = (result: StandInResult): Outcome => {
  const { idle, load, reportsPerSecond, panelBytesPerSecond } = result;
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
      {
        what: `written report to the host’s mirror, median, ${under}`,
        measured: result.mirrorMs,
        unit: 'ms',
        budget: atMost(100),
        runs: Math.round(reportsPerSecond * load.seconds),
      },
      {
        what: 'written report to the message to the panel, median',
        measured: result.panelMs,
        unit: 'ms',
        budget: atMost(100),
        runs: Math.round(reportsPerSecond * load.seconds),
      },
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
