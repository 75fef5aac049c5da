// Sample efficiency beside the peers. `npm run bench:quality -- --help` says how to ask for less than everything.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { describeMachine } from '../machine.ts';
import { detail, type Run, type Scale, tabulate } from './analyse.ts';
import { type EnvironmentName, pythonOf } from './environments.ts';
import { type Family, type Method, methodOf } from './methods.ts';
import { type Options, parseOptions, usage } from './options.ts';
import { formatDetail, formatGrid, formatTable } from './report.ts';
import { budgetsOf, type ProblemName, Results, resultFile, resultsFolder } from './results.ts';
import { type Job, Worker, workerScript } from './workers.ts';

const progress = (text: string): void => {
  process.stderr.write(`${text}\n`);
};

/** How a family's regrets are made comparable, and what its budgets count. */
interface Measure {
  readonly scale: Scale;
  readonly unit: string;
  readonly referenceAt?: number;
}

const linear: Measure = { scale: { kind: 'linear' }, unit: 'trials' };
/** Functions whose values span orders of magnitude are compared in orders of magnitude, as COCO's targets are. */
const logarithmic: Measure = { scale: { kind: 'log', floor: 1e-8 }, unit: 'trials' };

const measures: Readonly<Record<Family, Measure>> = {
  bbob5: logarithmic,
  bbob20: logarithmic,
  tabular: linear,
  real: linear,
  multi: linear,
  fidelity: { ...linear, unit: 'full runs of epochs', referenceAt: 5 },
};

/** The problems as `worker.py` lists them; kept until their files change, for some take seconds to load. */
const listProblems = async (python: string): Promise<readonly ProblemName[]> => {
  const folder = path.join(path.dirname(workerScript), 'problems');
  const hash = createHash('sha256');
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.py')))
    hash.update(readFileSync(path.join(folder, file)));
  const kept = path.join(resultsFolder, `problems-${hash.digest('hex').slice(0, 10)}.jsonl`);
  if (!existsSync(kept)) {
    const { stdout } = await promisify(execFile)(python, [workerScript, '--list'], {
      cwd: path.dirname(workerScript),
      maxBuffer: 1e8,
    });
    mkdirSync(resultsFolder, { recursive: true });
    writeFileSync(kept, stdout);
  }
  return readFileSync(kept, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as ProblemName); // written by worker.py
};

interface Planned {
  readonly problem: ProblemName;
  readonly method: Method;
  readonly seed: number;
  readonly trials: number;
}

/** Seed by seed, quick methods first: at any time, all methods have run on about the same pairs. */
const plan = (
  options: Options,
  problems: readonly ProblemName[],
  methods: readonly Method[],
): readonly Planned[] =>
  Array.from({ length: options.seeds }, (_, i) => options.firstSeed + i).flatMap((seed) =>
    [...methods]
      .sort((a, b) => a.cost - b.cost)
      .flatMap((method) =>
        problems
          .filter(({ family }) => method.families.some((name) => name === family))
          .map((problem) => ({ problem, method, seed, trials: Math.min(options.trials, problem.trials) })),
      ),
  );

const toJob = (planned: Planned, options: Options, pythons: ReadonlyMap<EnvironmentName, string>): Job => {
  const { method, problem, seed, trials } = planned;
  const command =
    method.bundle !== undefined
      ? [process.execPath, method.bundle, 'ask']
      : method.environment !== undefined
        ? [pythons.get(method.environment), 'serve.py', method.peer]
        : [];
  return {
    problem: problem.name,
    family: problem.family,
    method: method.name,
    version: method.version,
    kind: method.kind,
    options: method.options,
    command,
    seed,
    trials,
    limit_s: options.limitSeconds,
    out: resultFile(problem, method, seed),
    log: path.join(resultsFolder, 'errors.log'),
  };
};

/** A proposal that hangs is given up; evaluating takes its time as well. */
const patienceMs = ({ limitSeconds }: Options): number => 1000 * (3 * limitSeconds + 600);

/** Runs what waits; `isDone` is asked once more before each run, since another process may fill the same cache. */
const perform = async (
  waiting: Planned[],
  isDone: (planned: Planned) => boolean,
  options: Options,
  pythons: ReadonlyMap<EnvironmentName, string>,
  python: string,
): Promise<readonly string[]> => {
  const total = waiting.length;
  const failures: string[] = [];
  const since = performance.now();
  let said = since;
  const say = ({ seed, method }: Planned): void => {
    if (performance.now() - said < 15_000) return;
    said = performance.now();
    const done = total - waiting.length;
    const seconds = Math.round((said - since) / 1000);
    progress(`${done} of ${total} runs after ${seconds} s; seed ${seed}, ${method.name}`);
  };
  const work = async (): Promise<void> => {
    let worker = new Worker(python);
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      if (isDone(next)) continue;
      const about = `${next.method.name} on ${next.problem.name}, seed ${next.seed}`;
      try {
        const reply = await worker.run(toJob(next, options, pythons), patienceMs(options));
        if (!reply.ok) failures.push(`${about}: ${reply.error}`);
      } catch (error) {
        failures.push(`${about}: ${error instanceof Error ? error.message : String(error)}`);
        worker = new Worker(python);
      }
      say(next);
    }
    worker.close();
  };
  await Promise.all(Array.from({ length: Math.min(options.jobs, Math.max(1, total)) }, work));
  return failures;
};

const tablesOf = (
  options: Options,
  problems: readonly ProblemName[],
  methods: readonly Method[],
  results: ReadonlyMap<Family, Results>,
): readonly string[] =>
  options.families.flatMap((family) => {
    const isAsked = ({ seed, method }: Run): boolean =>
      method.startsWith('cached ') || (seed >= options.firstSeed && seed < options.firstSeed + options.seeds);
    const runs = problems
      .filter((problem) => problem.family === family)
      .flatMap((problem) => results.get(family)?.runsOf(problem, methods) ?? [])
      .filter(isAsked);
    const { unit, ...measure } = measures[family];
    const shown = methods.filter((method) => method.families.includes(family)).map(({ name }) => name);
    return budgetsOf(family)
      .filter((budget) => budget <= options.trials)
      .flatMap((budget) => {
        const table = tabulate(runs, shown, budget, { family, ...measure });
        if (table.rows.length === 0) return [];
        const title = `${family}, ${budget} ${unit}: median regret`;
        return [
          formatTable(table, unit),
          ...(options.detail ? [formatDetail(title, shown, detail(runs, shown, budget))] : []),
        ];
      });
  });

/** What was run of what a full table asks for: by method, runs and seeds there are in each family. */
const coverageOf = (
  options: Options,
  problems: readonly ProblemName[],
  methods: readonly Method[],
  results: ReadonlyMap<Family, Results>,
): string => {
  const runs = problems.flatMap((problem) => results.get(problem.family)?.runsOf(problem, methods) ?? []);
  const cellOf = (method: Method, family: Family): string => {
    if (!method.families.includes(family)) return '';
    const own = runs.filter(
      (run) => run.method === method.name && run.family === family && run.values.size > 0,
    );
    if (own.length === 0) return 'none';
    const several = new Set(own.map(({ problem }) => problem)).size;
    return `${several} × ${(own.length / several).toFixed(1)}`;
  };
  return formatGrid(
    ['method', ...options.families],
    methods.map((method) => [method.name, ...options.families.map((family) => cellOf(method, family))]),
  );
};

/** Builds `dist` when a method needs it; a bundle given by hand is taken as it is. */
const build = async (options: Options): Promise<void> => {
  const needed = options.methods.some(
    (name) => (name === 'auto' || name.startsWith('ours:')) && !name.includes('@'),
  );
  if (!needed || options.onlyTable || !options.builds) return;
  await promisify(execFile)(process.execPath, ['esbuild.mjs'], {
    cwd: path.join(import.meta.dirname, '../..'),
  });
};

const run = async (options: Options): Promise<number> => {
  const problemsPython = await pythonOf('problems', progress);
  if ('missing' in problemsPython) {
    progress(`Nothing can be measured: ${problemsPython.missing}.`);
    return 1;
  }
  const { python } = problemsPython;
  const problems = (await listProblems(python)).filter(
    ({ name, family }) =>
      options.families.some((wanted) => wanted === family) &&
      (options.problems.length === 0 || options.problems.some((part) => name.includes(part))),
  );
  if (options.list) {
    for (const { name, family, trials } of problems) console.log(`${family.padEnd(10)} ${name}  ${trials}`);
    return 0;
  }
  try {
    await build(options);
  } catch (error) {
    progress(
      `The build fails; --ours-bin FILE measures a bundle as it is.\n${error instanceof Error ? error.message : String(error)}`,
    );
    return 1;
  }
  const pythons = new Map<EnvironmentName, string>();
  const missing: string[] = [];
  const methods: Method[] = [];
  for (const method of options.methods.map((name) => methodOf(name, options.ours))) {
    if (method.environment !== undefined && !pythons.has(method.environment)) {
      const found = await pythonOf(method.environment, progress);
      if ('python' in found) pythons.set(method.environment, found.python);
      else missing.push(`${method.name}: ${found.missing}`);
    }
    if (method.environment === undefined || pythons.has(method.environment)) methods.push(method);
  }
  mkdirSync(resultsFolder, { recursive: true });
  const planned = options.onlyTable ? [] : plan(options, problems, methods);
  const results = new Map(options.families.map((family) => [family, new Results(family)]));
  const isDone = ({ problem, method, seed, trials }: Planned): boolean =>
    results
      .get(problem.family)
      ?.isDone(problem, method, seed, { trials, limitSeconds: options.limitSeconds }) === true;
  const waiting = planned.filter((each) => !isDone(each));
  progress(`${planned.length} runs, ${waiting.length} of them not cached`);
  const failures = await perform(waiting, isDone, options, pythons, python);
  const machine = await describeMachine();
  const text = [
    `TuneLens bench:quality, ${new Date().toISOString()}`,
    `${machine.cores} × ${machine.processor}, ${machine.system}; Node ${machine.node}, Python ${machine.python}`,
    `Versions: ${methods.map(({ name, version }) => `${name} ${version}`).join(', ')}`,
    'How to read these tables: CONTRIBUTING.md, “Benchmarks”. What was run (problems × mean seeds):',
    coverageOf(options, problems, methods, results),
    ...tablesOf(options, problems, methods, results),
    ...(missing.length > 0 ? [`Not measured:\n${missing.map((line) => `- ${line}`).join('\n')}`] : []),
    ...(failures.length > 0
      ? [
          `Failed runs: ${failures.length}\n${failures
            .slice(0, 20)
            .map((line) => `- ${line}`)
            .join('\n')}`,
        ]
      : []),
  ].join('\n\n');
  console.log(`\n${text}`);
  if (options.record)
    for (const [family, kept] of results)
      kept.record(
        problems.filter((problem) => problem.family === family),
        methods,
      );
  if (options.output !== undefined) writeFileSync(options.output, `# Sample efficiency\n\n${text}\n`);
  return failures.length > 0 ? 1 : 0;
};

const main = async (args: readonly string[]): Promise<number> => {
  if (args.includes('--help')) {
    console.log(usage);
    return 0;
  }
  let options: Options;
  try {
    options = parseOptions(args);
  } catch (error) {
    progress(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    return 2;
  }
  return await run(options);
};

process.exitCode = await main(process.argv.slice(2));
