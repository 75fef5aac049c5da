import { availableParallelism } from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { parseArgs } from 'node:util';
import { type Family, families, type OurBuilds, peerNames } from './methods.ts';

export interface Options {
  readonly families: readonly Family[];
  readonly methods: readonly string[];
  /** Only problems whose names contain one of these; all when empty. */
  readonly problems: readonly string[];
  readonly seeds: number;
  readonly firstSeed: number;
  /** At most so many trials a run; a problem may ask for fewer. */
  readonly trials: number;
  readonly jobs: number;
  /** Seconds of proposing after which a run is cut. */
  readonly limitSeconds: number;
  readonly ours: OurBuilds;
  /** Whether our bundle is to be built first; not when one was given. */
  readonly builds: boolean;
  /** Shows what is cached and runs nothing. */
  readonly onlyTable: boolean;
  /** Median regrets problem by problem as well. */
  readonly detail: boolean;
  /** Keeps the results with the project. */
  readonly record: boolean;
  readonly list: boolean;
  /** File for the tables, in Markdown. */
  readonly output: string | undefined;
}

export const usage = `npm run bench:quality -- [options]
  --quick               an answer in ten minutes: some problems, 3 seeds, 50 trials, the quick peers
  --families a,b        ${families.join(', ')}
  --methods a,b         random, auto, ours:SAMPLER[?option=value&…][+SCHEDULER][!PRUNER][@LABEL],
                        ${peerNames.join(', ')}; the first is compared with each other
  --problems a,b        only problems whose names contain one of these
  --seeds N             20 unless told; --first-seed N begins elsewhere
  --trials N            200 unless told
  --jobs N              processes, one for two cores unless told
  --limit SECONDS       of proposing, after which a run is cut; 300 unless told
  --ours-bin FILE       our bundle instead of dist/tunelens.js; LABEL=FILE for methods with @LABEL
  --tag NAME            keeps our results under this name instead of the bundle's hash
  --table               shows what is cached and runs nothing
  --detail              median regret problem by problem as well
  --output FILE         writes the tables there too
  --record              keeps the results in bench/quality/records, for the committed table
  --list                names of problems`;

const defaultBundle = path.join(import.meta.dirname, '../../dist/tunelens.js');

const list = (text: string | undefined): readonly string[] | undefined => text?.split(',').filter(Boolean);

const whole = (text: string, name: string): number => {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 0)
    throw new Error(`--${name} needs a whole number, not ${text}.`);
  return value;
};

const quickProblems = [
  ...[1, 3, 8, 10, 15, 21].map((f) => `f${String(f).padStart(2, '0')}-5d`),
  ...[1, 8, 15].map((f) => `f${String(f).padStart(2, '0')}-20d`),
  'hpolib-protein_structure',
  'hpolib-slice_localization',
  'hpobench-segment',
  'hpobench-phoneme',
  'nasbench201-cifar10',
  'real-lightgbm-cancer',
  'real-svm',
  'real-pipeline',
  'real-kernel',
  'zdt1',
  'zdt3',
  'dtlz2',
  'curves-crossing',
  'curves-late',
  'curves-lightgbm',
];

const quickMethods = [
  'auto',
  'random',
  'optuna-tpe',
  'optuna-gp',
  'optuna-cmaes',
  'hyperopt-tpe',
  'optuna-tpe-hyperband',
  'syne-asha',
];

const toFamily = (name: string): Family => {
  const found = families.find((family) => family === name);
  if (found === undefined) throw new Error(`There is no family ${name}. There are: ${families.join(', ')}.`);
  return found;
};

/** Throws an Error with what to change. */
export const parseOptions = (args: readonly string[]): Options => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean', default: false },
      families: { type: 'string' },
      methods: { type: 'string' },
      problems: { type: 'string' },
      functions: { type: 'string' },
      seeds: { type: 'string' },
      'first-seed': { type: 'string', default: '0' },
      trials: { type: 'string' },
      jobs: { type: 'string' },
      limit: { type: 'string', default: '300' },
      'ours-bin': { type: 'string', multiple: true, default: [] },
      tag: { type: 'string' },
      table: { type: 'boolean', default: false },
      record: { type: 'boolean', default: false },
      detail: { type: 'boolean', default: false },
      output: { type: 'string' },
      list: { type: 'boolean', default: false },
    },
  });
  const builds = new Map([['', defaultBundle]]);
  for (const text of values['ours-bin']) {
    const [label, file] = text.includes('=') ? text.split('=') : ['', text];
    builds.set(label ?? '', path.resolve(file ?? ''));
  }
  const { quick } = values;
  return {
    families: (list(values.families) ?? families).map(toFamily),
    methods: list(values.methods) ?? (quick ? quickMethods : ['auto', 'random', ...peerNames]),
    problems: list(values.problems ?? values.functions) ?? (quick ? quickProblems : []),
    seeds: whole(values.seeds ?? (quick ? '3' : '20'), 'seeds'),
    firstSeed: whole(values['first-seed'], 'first-seed'),
    trials: whole(values.trials ?? (quick ? '50' : '200'), 'trials'),
    jobs: Math.max(1, whole(values.jobs ?? String(Math.ceil(availableParallelism() / 2)), 'jobs')),
    limitSeconds: whole(values.limit, 'limit'),
    ours: { builds, tag: values.tag },
    builds: values['ours-bin'].every((text) => text.includes('=')),
    onlyTable: values.table,
    detail: values.detail,
    record: values.record,
    list: values.list,
    output: values.output === undefined ? undefined : path.resolve(process.cwd(), values.output),
  };
};
