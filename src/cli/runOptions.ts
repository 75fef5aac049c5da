import { statSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { type Direction, guessDirection, type StudyRequest } from '../engine/index.ts';
import { existingFolder, folderOf } from './openEngine.ts';
import { UsageError } from './usageError.ts';

export interface RunOptions {
  readonly request: StudyRequest;
  readonly folder: string;
  readonly json: boolean;
  readonly quiet: boolean;
  /** Name or id of the study whose schedule is replayed. */
  readonly replay?: string;
}

const wholeNumber = (flag: string, text: string | undefined, least = 1): number | undefined => {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < least || text.trim() === '')
    throw new UsageError(`--${flag} must be a whole number of at least ${least}, not “${text}”.`);
  return value;
};

const unitMs: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };

const duration = (text: string | undefined): number | undefined => {
  if (text === undefined) return undefined;
  const match = /^(\d+(?:\.\d+)?)\s*([smhd])$/.exec(text);
  const unit = unitMs[match?.[2] ?? ''];
  if (match === null || unit === undefined)
    throw new UsageError(`--time must be like 90s, 30m or 2h, not “${text}”.`);
  return Number(match[1]) * unit;
};

const directionOf = (text: string | undefined, metric: string): Direction => {
  if (text === undefined) return guessDirection(metric);
  if (text === 'maximize' || text === 'minimize') return text;
  throw new UsageError(`--direction must be maximize or minimize, not “${text}”.`);
};

const flags = {
  trials: { type: 'string' },
  time: { type: 'string' },
  parallel: { type: 'string' },
  sampler: { type: 'string' },
  pruner: { type: 'string' },
  seed: { type: 'string' },
  metric: { type: 'string' },
  direction: { type: 'string' },
  python: { type: 'string' },
  with: { type: 'string', multiple: true },
  data: { type: 'string', multiple: true },
  replay: { type: 'string' },
  folder: { type: 'string' },
  json: { type: 'boolean' },
  quiet: { type: 'boolean' },
} as const;

const parse = (args: readonly string[]) => {
  try {
    return parseArgs({ args: [...args], options: flags, allowPositionals: true });
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)} See tunelens help.`);
  }
};

const existingScript = (script: string | undefined): string => {
  if (script === undefined)
    throw new UsageError('Which script? For example: tunelens run train.py --trials 20');
  const absolute = path.resolve(script);
  const stat = statSync(absolute, { throwIfNoEntry: false });
  if (stat === undefined) throw new UsageError(`There is no file ${absolute}.`);
  if (!stat.isFile()) throw new UsageError(`${absolute} is not a file.`);
  return absolute;
};

/** Reads the command line of `run`. Throws `UsageError` with what to do. */
export const parseRunOptions = (args: readonly string[]): RunOptions => {
  const split = args.indexOf('--');
  const own = split < 0 ? args : args.slice(0, split);
  const scriptArgs = split < 0 ? [] : args.slice(split + 1);
  const { values, positionals } = parse(own);
  const script = existingScript(positionals[0]);
  if (positionals.length > 1)
    throw new UsageError(
      `One script at a time: “${positionals[1]}” is too much. Arguments of the script go behind --.`,
    );
  const trials = wholeNumber('trials', values.trials);
  const timeMs = duration(values.time);
  const parallel = wholeNumber('parallel', values.parallel);
  const seed = wholeNumber('seed', values.seed, 0);
  return {
    request: {
      script,
      interpreter: values.python ?? 'python3',
      ...(values.with === undefined
        ? {}
        : { commands: { [path.extname(script).toLowerCase()]: values.with } }),
      args: scriptArgs,
      ...(trials === undefined ? {} : { trials }),
      ...(timeMs === undefined ? {} : { timeMs }),
      ...(parallel === undefined ? {} : { parallel }),
      ...(values.sampler === undefined ? {} : { sampler: values.sampler }),
      ...(values.pruner === undefined ? {} : { pruner: values.pruner }),
      ...(seed === undefined ? {} : { seed }),
      ...(values.data === undefined ? {} : { dataFiles: values.data }),
      ...(values.metric === undefined
        ? {}
        : {
            objectives: [{ metric: values.metric, direction: directionOf(values.direction, values.metric) }],
          }),
    },
    folder: values.folder === undefined ? folderOf(script) : existingFolder(values.folder),
    json: values.json ?? false,
    quiet: values.quiet ?? false,
    ...(values.replay === undefined ? {} : { replay: values.replay }),
  };
};
