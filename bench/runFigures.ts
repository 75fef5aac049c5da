import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import type { Figure, Outcome, Skipped } from './figure.ts';
import { describeLoad, describeMachine, watchOthers } from './machine.ts';
import { formatTable } from './table.ts';

const resultsFolder = path.join(import.meta.dirname, '.results');

type Result = { readonly name: string; readonly load: string; readonly seconds: number } & (
  | Outcome
  | Skipped
  | { readonly failed: string }
);

const progress = (text: string): void => {
  process.stderr.write(`${text}\n`);
};

const measure = async (figure: Figure): Promise<Result> => {
  const load = describeLoad(await watchOthers());
  const folder = mkdtempSync(path.join(tmpdir(), `tunelens-bench-${figure.name}-`));
  const since = performance.now();
  const about = (): Pick<Result, 'name' | 'load' | 'seconds'> => ({
    name: figure.name,
    load,
    seconds: Math.round((performance.now() - since) / 100) / 10,
  });
  progress(`${figure.name} … (${load})`);
  try {
    const outcome = await figure.measure({ folder, progress: (text) => progress(`  ${text}`) });
    return { ...about(), ...outcome };
  } catch (error) {
    return { ...about(), failed: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
};

const describe = (result: Result): readonly string[] => {
  const head = `${result.name} (${result.seconds} s; ${result.load})`;
  if ('skipped' in result) return [`${head}\n  not measured: ${result.skipped}`];
  if ('failed' in result) return [`${head}\n  FAILED: ${result.failed}`];
  return [[head, ...result.notes.map((note) => `  ${note}`)].join('\n')];
};

/** Measures those of the figures that are named, or all, prints one table, and returns the exit code. */
export const runFigures = async (
  { title, figures }: { readonly title: string; readonly figures: readonly Figure[] },
  names: readonly string[],
): Promise<number> => {
  const unknown = names.filter((name) => !figures.some((figure) => figure.name === name));
  if (unknown.length > 0) {
    progress(
      `There is no figure ${unknown.join(', ')}. There are: ${figures.map(({ name }) => name).join(', ')}.`,
    );
    return 2;
  }
  const date = new Date().toISOString();
  const machine = await describeMachine();
  const results: Result[] = [];
  for (const figure of figures)
    if (names.length === 0 || names.includes(figure.name)) results.push(await measure(figure));
  console.log(`\nTuneLens ${title}, ${date}`);
  console.log(
    `${machine.cores} × ${machine.processor}, ${machine.system}; Node ${machine.node}, Python ${machine.python}\n`,
  );
  console.log(formatTable(results.flatMap((result) => ('rows' in result ? [result] : []))));
  console.log(`\n${results.flatMap(describe).join('\n')}`);
  mkdirSync(resultsFolder, { recursive: true });
  writeFileSync(
    path.join(resultsFolder, title === 'bench' ? 'latest.json' : `${title.replaceAll(/\W+/g, '-')}.json`),
    `${JSON.stringify({ date, machine, results }, undefined, 2)}\n`,
  );
  return results.some((result) => 'failed' in result) ? 1 : 0;
};
