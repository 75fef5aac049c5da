import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Run } from './analyse.ts';
import type { Family, Method } from './methods.ts';

export const resultsFolder = path.join(import.meta.dirname, '../.results/quality');
/** Results that are kept with the project, a file a family: what the committed table is made of. */
const recordsFolder = path.join(import.meta.dirname, 'records');

/** Budgets at which runs are looked at, in trials or, in `fidelity`, full runs. */
export const budgetsOf = (family: Family): readonly number[] =>
  family === 'fidelity' ? [5, 10, 20, 50] : [25, 50, 100, 200];

export interface ProblemName {
  readonly name: string;
  readonly family: Family;
  /** Most trials (or units of budget) that are asked of it. */
  readonly trials: number;
  readonly revision: number;
}

/** A file as `worker.py` writes it. */
interface Saved {
  readonly seed: number;
  /** Trials that were asked for. */
  readonly trials: number;
  readonly curve: readonly (number | null)[];
  readonly optimum: number | null;
  readonly suggest_s: readonly number[];
  /** What measured them; times on the wall are shown by no table, since other programs' load is in them. */
  readonly timer?: 'processor' | 'wall';
  /** Whether it ended before that, since proposing took longer than `limit_s`. */
  readonly cut: boolean;
  readonly limit_s: number;
}

/** Optimum (null where unknown); then, a budget after the other, value and seconds of proposing. */
type RecordedRun = readonly (number | null)[];
/** By problem, method with version, and seed. */
type Records = Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, RecordedRun>>>>>>;

/** A line of a file of records: changes can be read. */
interface RecordLine {
  readonly problem: string;
  readonly method: string;
  readonly seeds: Readonly<Record<string, RecordedRun>>;
}

/** Method names hold characters that files cannot. */
const fileName = (text: string): string => text.replaceAll(/[^\w.-]/g, '_');

const problemKey = ({ name, revision }: ProblemName): string => `${name}-${revision}`;
const methodKey = ({ name, version }: Method): string => fileName(`${name}@${version}`);

const folderOf = (problem: ProblemName): string =>
  path.join(resultsFolder, problem.family, problemKey(problem));

export const resultFile = (problem: ProblemName, method: Method, seed: number): string =>
  path.join(folderOf(problem), methodKey(method), `${seed}.json`);

const read = (file: string): Saved => JSON.parse(readFileSync(file, 'utf8')) as Saved; // written by worker.py

const recordsFile = (family: string): string => path.join(recordsFolder, `${family}.jsonl`);

const readRecords = (family: string): Records => {
  const file = recordsFile(family);
  const records: Record<string, Record<string, Readonly<Record<string, RecordedRun>>>> = {};
  if (!existsSync(file)) return records;
  for (const text of readFileSync(file, 'utf8').trim().split('\n')) {
    const { problem, method, seeds } = JSON.parse(text) as RecordLine; // written below
    const byMethod = records[problem] ?? {};
    records[problem] = byMethod;
    byMethod[method] = seeds;
  }
  return records;
};

/** Six digits that count are plenty for regrets, seconds need fewer. */
const round = (value: number, digits: number): number => Number(value.toPrecision(digits));

const toRecorded = (saved: Saved, family: Family): RecordedRun => [
  saved.optimum === null ? null : round(saved.optimum, 12),
  ...budgetsOf(family).flatMap((budget) => {
    const value = saved.curve[budget - 1];
    return value === undefined || value === null
      ? []
      : [round(value, 12), saved.timer === 'processor' ? round(saved.suggest_s[budget - 1] ?? 0, 3) : null];
  }),
];

const toRun = (
  recorded: RecordedRun,
  about: { readonly problem: ProblemName; readonly method: string; readonly seed: number },
): Run => {
  const [optimum = null, ...rest] = recorded;
  const budgets = budgetsOf(about.problem.family).filter((_, i) => typeof rest[2 * i] === 'number');
  const pick = (offset: number): ReadonlyMap<number, number> =>
    new Map(
      budgets.flatMap((budget, i) => {
        const value = rest[2 * i + offset];
        return typeof value === 'number' ? [[budget, value] as const] : [];
      }),
    );
  return {
    problem: about.problem.name,
    family: about.problem.family,
    method: about.method,
    seed: about.seed,
    optimum,
    values: pick(0),
    suggestSeconds: pick(1),
  };
};

/** All results of one family, those of this machine before those kept with the project. */
export class Results {
  private readonly family: Family;
  private readonly kept: Records;

  constructor(family: Family) {
    this.family = family;
    this.kept = readRecords(family);
  }

  /** Whether the run is there with enough trials, or was cut at this limit. */
  isDone(
    problem: ProblemName,
    method: Method,
    seed: number,
    asked: { trials: number; limitSeconds: number },
  ): boolean {
    const file = resultFile(problem, method, seed);
    if (existsSync(file)) {
      const saved = read(file);
      if (saved.trials >= asked.trials && (!saved.cut || saved.limit_s >= asked.limitSeconds)) return true;
    }
    const recorded = this.kept[problemKey(problem)]?.[methodKey(method)]?.[seed];
    const needed = budgetsOf(this.family).filter((budget) => budget <= asked.trials);
    return recorded !== undefined && (recorded.length - 1) / 2 >= needed.length;
  }

  private all(problem: ProblemName): Readonly<Record<string, Readonly<Record<string, RecordedRun>>>> {
    const merged: Record<string, Record<string, RecordedRun>> = {};
    for (const [method, seeds] of Object.entries(this.kept[problemKey(problem)] ?? {}))
      merged[method] = { ...seeds };
    const folder = folderOf(problem);
    if (!existsSync(folder)) return merged;
    for (const method of readdirSync(folder)) {
      const seeds = merged[method] ?? {};
      merged[method] = seeds;
      for (const file of readdirSync(path.join(folder, method)).filter((name) => name.endsWith('.json'))) {
        const saved = read(path.join(folder, method, file));
        const recorded = toRecorded(saved, this.family);
        const before = seeds[saved.seed];
        if (before === undefined || recorded.length >= before.length) seeds[saved.seed] = recorded;
      }
    }
    return merged;
  }

  /**
   * Runs of a problem: of the named methods in their versions under their names; of others under the names of their
   * files (they count for the least value that is known).
   */
  runsOf(problem: ProblemName, methods: readonly Method[]): readonly Run[] {
    const names = new Map(methods.map((method) => [methodKey(method), method.name]));
    return Object.entries(this.all(problem)).flatMap(([key, seeds]) =>
      Object.entries(seeds).map(([seed, recorded]) =>
        toRun(recorded, { problem, method: names.get(key) ?? `cached ${key}`, seed: Number(seed) }),
      ),
    );
  }

  /** Keeps the named methods' results with the project; what was recorded of others stays. */
  record(problems: readonly ProblemName[], methods: readonly Method[]): void {
    const wanted = new Set(methods.map(methodKey));
    const named = new Set(problems.map(problemKey));
    const others = Object.entries(this.kept).filter(([problem]) => !named.has(problem));
    const found = problems.map((problem) => {
      const before = this.kept[problemKey(problem)] ?? {};
      const own = Object.entries(this.all(problem)).filter(
        ([method]) => wanted.has(method) || method in before,
      );
      return [problemKey(problem), Object.fromEntries(own.sort(([a], [b]) => (a < b ? -1 : 1)))] as const;
    });
    const lines = [...others, ...found].flatMap(([problem, byMethod]) =>
      Object.entries(byMethod).flatMap(([method, all]) => {
        // A run that reached no budget says nothing.
        const seeds = Object.fromEntries(Object.entries(all).filter(([, run]) => run.length > 1));
        const line: RecordLine = { problem, method, seeds };
        return Object.keys(seeds).length === 0 ? [] : [JSON.stringify(line)];
      }),
    );
    mkdirSync(recordsFolder, { recursive: true });
    writeFileSync(recordsFile(this.family), `${lines.join('\n')}\n`);
  }
}
