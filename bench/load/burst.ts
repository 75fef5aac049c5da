import { atMost, type Bench, type Figure, type Outcome, type Skipped } from '../figure.ts';
import { builtEngine } from '../host/engineFiles.ts';
import { type LoadResult, runLoad } from '../host/runLoad.ts';
import { formatNumber } from '../table.ts';

const trials = 100;
const perSecond = 1_000;
const seconds = 5;
const reports = trials * perSecond * seconds;
const timing = { idleMs: 2_000, settleMs: 2_000, loadMs: 60_000 };

const measure = async ({ folder, progress }: Bench): Promise<Outcome | Skipped> => {
  const files = builtEngine();
  if (files === undefined) return { skipped: 'dist/ is not complete; run `npm run build` first' };
  progress(`${reports.toLocaleString('en-US')} reports in ${seconds} s`);
  const result = await runLoad({ folder, files, trials, perSecond, reports, ...timing });
  if (result.reports !== reports || !result.inOrder)
    throw new Error(
      `${result.reports} of ${reports} reports arrived, ${result.inOrder ? '' : 'not '}in order`,
    );
  return outcomeOf(result);
};

const outcomeOf = ({ load, idleMemoryBytes, mostMemoryBytes, writingSeconds }: LoadResult): Outcome => {
  const runs = Math.round(load.seconds * 100);
  return {
    rows: [
      {
        what: 'burst: reports written',
        measured: reports / (writingSeconds ?? Number.NaN),
        unit: '/s',
        runs: reports,
      },
      {
        what: 'burst: reports that reached the mirror',
        measured: reports / load.seconds,
        unit: '/s',
        runs: reports,
      },
      {
        what: 'host late by, p99, until all were there',
        measured: load.p99Ms,
        unit: 'ms',
        budget: atMost(5),
        runs,
      },
      {
        what: 'host late by, max, until all were there',
        measured: load.maxMs,
        unit: 'ms',
        budget: atMost(50),
        runs,
      },
      {
        what: 'memory added by engine, mirror and reports',
        measured: (mostMemoryBytes - idleMemoryBytes) / 1e6,
        unit: 'MB',
        runs: 1,
      },
    ],
    notes: [
      `${trials} runs, ${perSecond.toLocaleString('en-US')} reports a second each for ${seconds} s, one write a line, by one other process; the stand-in of “host”.`,
      `Every report was in the mirror ${formatNumber(load.seconds)} s after the first was written: none missing, none twice, in order.`,
    ],
  };
};

export const burst: Figure = { name: 'burst', measure };
