import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Run } from './analyse.ts';
import type { Method } from './methods.ts';

export const resultsFolder = path.join(import.meta.dirname, '../.results/quality');

export interface ProblemName {
  readonly name: string;
  readonly family: string;
  /** Most trials (or units of budget) that are asked of it. */
  readonly trials: number;
  readonly revision: number;
}

/** A file as `worker.py` writes it. */
interface Saved {
  readonly problem: string;
  readonly family: string;
  readonly method: string;
  readonly version: string;
  readonly seed: number;
  /** Trials that were asked for. */
  readonly trials: number;
  readonly curve: readonly (number | null)[];
  readonly optimum: number | null;
  readonly suggest_s: readonly number[];
  readonly cut: boolean;
}

/** Method names hold characters that files cannot. */
const fileName = (text: string): string => text.replaceAll(/[^\w.-]/g, '_');

const folderOf = (problem: ProblemName, method: string): string =>
  path.join(resultsFolder, problem.family, `${problem.name}-${problem.revision}`, fileName(method));

export const resultFile = (problem: ProblemName, method: Method, seed: number): string =>
  path.join(folderOf(problem, `${method.name}@${method.version}`), `${seed}.json`);

const read = (file: string): Saved => JSON.parse(readFileSync(file, 'utf8')) as Saved; // written by worker.py

/** Whether the run is there with enough trials, or was cut at this limit. */
export const isDone = (file: string, trials: number): boolean => {
  if (!existsSync(file)) return false;
  const saved = read(file);
  return saved.trials >= trials;
};

const toRun = (saved: Saved, method: string): Run => ({
  problem: saved.problem,
  family: saved.family,
  method,
  seed: saved.seed,
  curve: saved.curve,
  optimum: saved.optimum,
  suggestSeconds: saved.suggest_s,
});

/**
 * All cached runs of a problem: of the named methods under their names in their versions, of others with file names
 * (they count for the least value that is known).
 */
export const runsOf = (problem: ProblemName, methods: readonly Method[]): readonly Run[] => {
  const names = new Map(methods.map((method) => [fileName(`${method.name}@${method.version}`), method.name]));
  const folder = path.dirname(folderOf(problem, 'any'));
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((method) =>
    readdirSync(path.join(folder, method))
      .filter((file) => file.endsWith('.json'))
      .map((file) => toRun(read(path.join(folder, method, file)), names.get(method) ?? `cached ${method}`)),
  );
};
