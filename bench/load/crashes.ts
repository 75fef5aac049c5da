import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Figure, Outcome, Skipped } from '../figure.ts';

const crashes = 48;
const project = path.join(import.meta.dirname, '../..');
const vitest = path.join(project, 'node_modules/vitest/vitest.mjs');

/** Runs the test and gives what it printed; throws its end when something was lost. */
const runTest = async (): Promise<string> => {
  const child = spawn(process.execPath, [vitest, 'run', '--project', 'unit', 'test/crash/crashes.test.ts'], {
    cwd: project,
    env: { ...process.env, TUNELENS_CRASHES: String(crashes), NO_COLOR: '1' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const printed: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (text: Buffer) => printed.push(text.toString()));
  const [code] = await once(child, 'close');
  const all = printed.join('');
  if (code !== 0) throw new Error(`a crash cost something:\n${all.slice(-2_000)}`);
  return all;
};

/** By kind, as the test says at its end. */
const countsIn = (printed: string): Readonly<Record<string, number>> => {
  const said = /crashes: (\{.*\})/.exec(printed)?.[1];
  if (said === undefined) throw new Error('the test did not say how many crashes there were');
  return JSON.parse(said) as Record<string, number>; // printed by crashes.test.ts
};

const measure = async (): Promise<Outcome | Skipped> => {
  if (!existsSync(vitest)) return { skipped: 'the development packages are not installed' };
  const counts = countsIn(await runTest());
  const kinds = Object.entries(counts).toSorted(([, a], [, b]) => b - a);
  const sum = kinds.reduce((total, [, count]) => total + count, 0);
  return {
    rows: [{ what: 'crashes without anything lost, doubled or left', measured: sum, unit: '', runs: sum }],
    notes: [
      `Real kill -9 at random moments, and more: ${kinds.map(([kind, count]) => `${kind} ${count}`).join(', ')}.`,
      '`npm run test:crash` does hundreds.',
    ],
  };
};

export const crashTest: Figure = { name: 'crash', measure };
