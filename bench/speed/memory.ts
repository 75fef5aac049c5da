import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { atMost, type Outcome } from '../figure.ts';
import type { MemoryReport } from './memoryStudy.ts';

const count = 1_000_000;

export const measureMemory = async (): Promise<Outcome> => {
  const { stdout } = await promisify(execFile)(process.execPath, [
    ...['--expose-gc', '--max-old-space-size=8192', '--disable-warning=MODULE_TYPELESS_PACKAGE_JSON'],
    ...[path.join(import.meta.dirname, 'memoryStudy.ts'), String(count), 'tpe'],
  ]);
  const report = JSON.parse(stdout) as MemoryReport; // printed by our own program
  const mebibytes = (bytes: number): number => bytes / 2 ** 20;
  const at = 'at a million trials × 10, tpe';
  return {
    rows: [
      { what: `resident memory ${at}`, measured: mebibytes(report.rssBytes), unit: 'MiB', runs: 1 },
      {
        what: 'of it the sampler’s, per trial',
        measured: report.samplerBytes / report.trials,
        unit: 'bytes',
        runs: 1,
        budget: atMost(256),
      },
      { what: 'a trial itself', measured: report.trialBytes / report.trials, unit: 'bytes', runs: 1 },
      { what: `proposal ${at}`, measured: report.askMs, unit: 'ms', runs: report.asks, budget: atMost(1) },
    ],
    notes: [
      'A study in a process of its own grows to a million trials, told one by one, and asks 500 times on the way and 100 times',
      'at the end. A sampler’s bytes are what heap and buffers give back when it is let go of, after a collection.',
    ],
  };
};
