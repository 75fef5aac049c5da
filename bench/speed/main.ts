// How fast proposals come, beside Optuna and Hyperopt in the same run.
//   npm run bench:speed                                 everything
//   npm run bench:speed -- tpe memory                   only these
//   npm run bench:speed -- models --samplers gp,turbo   other samplers than gp and auto
//   npm run bench:speed -- --write                      also writes bench/SPEED.md
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { samplerNames } from '../../src/engine/index.ts';
import type { Outcome, Skipped } from '../figure.ts';
import { describeLoad, describeMachine, watchOthers } from '../machine.ts';
import { formatTable } from '../table.ts';
import { measureDoor } from './door.ts';
import { measureMemory } from './memory.ts';
import { modelRace, race, tpeRace } from './proposals.ts';
import { measureWaiting } from './waiting.ts';

type Progress = (text: string) => void;

interface Figure {
  readonly name: string;
  measure(progress: Progress): Promise<Outcome | Skipped>;
}

const figuresFor = (samplers: readonly string[]): readonly Figure[] => [
  { name: 'tpe', measure: (progress) => race(tpeRace, progress) },
  { name: 'models', measure: (progress) => race(modelRace(samplers), progress) },
  { name: 'door', measure: measureDoor },
  { name: 'waiting', measure: (progress) => measureWaiting(['tpe', ...samplers], progress) },
  { name: 'memory', measure: measureMemory },
];

const notesOnProposals = [
  'tpe, models: median CPU time of a whole process per proposal, told at once, one at a time; studies in memory of 4 plain, 4 log and',
  '2 stepped floats on the same random histories; every side after a warm-up, one thread. A line for each peer.',
];

const progress = (text: string): void => {
  process.stderr.write(`${text}\n`);
};

type Result = { readonly name: string; readonly load: string; readonly seconds: number } & (
  | Outcome
  | Skipped
  | { readonly failed: string }
);

const measure = async ({ name, measure }: Figure): Promise<Result> => {
  const load = describeLoad(await watchOthers());
  progress(`${name} … (${load})`);
  const since = performance.now();
  const outcome = await measure((text) => progress(`  ${text}`)).catch((error: unknown) => ({
    failed: error instanceof Error ? (error.stack ?? error.message) : String(error),
  }));
  return { name, load, seconds: Math.round((performance.now() - since) / 1_000), ...outcome };
};

const describe = (result: Result): string => {
  const head = `${result.name} (${result.seconds} s; ${result.load})`;
  if ('failed' in result) return `${head}\n  FAILED: ${result.failed}`;
  if ('skipped' in result) return `${head}\n  not measured: ${result.skipped}`;
  return [head, ...result.notes.map((note) => `  ${note}`)].join('\n');
};

const report = async (results: readonly Result[]): Promise<string> => {
  const machine = await describeMachine();
  return [
    `TuneLens bench:speed, ${new Date().toISOString()}`,
    `${machine.cores} × ${machine.processor}, ${machine.system}; Node ${machine.node}, Python ${machine.python}`,
    '',
    formatTable(results.flatMap((result) => ('rows' in result ? [result] : []))),
    '',
    ...notesOnProposals,
    ...results.map(describe),
  ].join('\n');
};

const options = {
  samplers: { type: 'string', default: 'gp,auto' },
  write: { type: 'boolean', default: false },
} as const;

const run = async (args: readonly string[]): Promise<number> => {
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
  const samplers = values.samplers.split(',');
  const figures = figuresFor(samplers);
  const names = figures.map(({ name }) => name);
  const unknown = [
    ...positionals.filter((name) => !names.includes(name)),
    ...samplers.filter((name) => !samplerNames.some((known) => known === name)),
  ];
  if (unknown.length > 0) {
    progress(
      `There is no ${unknown.join(', ')}. Figures: ${names.join(', ')}. Samplers: ${samplerNames.join(', ')}.`,
    );
    return 2;
  }
  const results: Result[] = [];
  for (const figure of figures)
    if (positionals.length === 0 || positionals.includes(figure.name)) results.push(await measure(figure));
  const text = await report(results);
  console.log(`\n${text}`);
  if (values.write)
    writeFileSync(
      path.join(import.meta.dirname, '../SPEED.md'),
      `# Speed\n\nThe last full run of \`npm run bench:speed -- --write\`.\n\n\`\`\`\n${text}\n\`\`\`\n`,
    );
  return results.some((result) => 'failed' in result) ? 1 : 0;
};

process.exitCode = await run(process.argv.slice(2));
