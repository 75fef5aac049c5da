import path from 'node:path';
import type { RunBuild, RunSpec } from '../study/launcher.ts';
import { findProgram, isPython } from './interpreter.ts';
import { runFile } from './runFolder.ts';

/** Names a run's input; no other run's processes have the same. */
export const runVariable = 'TUNELENS_RUN';

export const runMarker = (folder: string): string => `${runVariable}=${path.join(folder, runFile.input)}`;

/** Where the trial keeps its checkpoint, and whether there is one already: for scripts in any language. */
const checkpointVariables = ({ input }: RunSpec): Readonly<Record<string, string>> =>
  input.checkpoint === undefined
    ? {}
    : {
        TUNELENS_CHECKPOINT_DIR: input.checkpoint.folder,
        ...(input.checkpoint.resume ? { TUNELENS_RESUME: '1' } : {}),
      };

/** One environment variable is refused by Linux above 128 KiB; such values are still in `run.json`. */
const longestVariable = 100_000;

/**
 * Environment of a run: what the engine has, what the run asks for, then ours. Values and seed are there for
 * scripts in any language. Python's sets have the same order in every trial, however it is started, unless the run
 * sets a hash seed of its own.
 */
export const runEnvironment = (
  run: RunSpec,
  base: NodeJS.ProcessEnv,
  runtimeFolder: string,
): NodeJS.ProcessEnv => {
  const { input } = run;
  const merged = { ...base, ...run.env };
  const params = JSON.stringify(input.params);
  return {
    PYTHONHASHSEED: '0',
    ...merged,
    PYTHONUNBUFFERED: '1',
    PYTHONPATH: [runtimeFolder, merged.PYTHONPATH]
      .filter((part) => part !== undefined && part !== '')
      .join(path.delimiter),
    [runVariable]: path.join(input.folder, runFile.input),
    TUNELENS_SEED: String(input.seed),
    ...checkpointVariables(run),
    ...(params.length <= longestVariable ? { TUNELENS_PARAMS: params } : {}),
  };
};

/** `python SCRIPT …`: our wrapper, or a warm parent, runs the script. */
export const isWrapped = ({ argv: [name = '', script] }: Pick<RunSpec, 'argv'>): boolean =>
  isPython(name) && script !== undefined && !script.startsWith('-');

/**
 * The command with its program found, and, for `python SCRIPT`, with our wrapper in between. With interpreter
 * options in between, or `-m`, `sitecustomize` does the same a little slower.
 */
export const runCommand = (
  run: RunSpec,
  env: NodeJS.ProcessEnv,
  runtimeFolder: string,
): readonly string[] => {
  const [name = '', ...rest] = run.argv;
  if (run.build !== undefined) return buildCommand(run.build, run, env, runtimeFolder);
  const program = findProgram(name, run.cwd, env.PATH ?? '');
  if (!isWrapped(run)) return [program, ...rest];
  return [program, path.join(runtimeFolder, 'tunelens_main.py'), ...rest];
};

/** Making the program is part of the run: it outlives the editor, and what the compiler says is the run's output. */
const buildCommand = (
  { program, command: [compiler = '', ...options] }: RunBuild,
  { argv, cwd }: RunSpec,
  env: NodeJS.ProcessEnv,
  runtimeFolder: string,
): readonly string[] => {
  const words = [findProgram(compiler, cwd, env.PATH ?? ''), ...options];
  const build = path.join(runtimeFolder, 'build.sh');
  return ['/bin/sh', build, program, String(words.length), ...words, ...argv.slice(1)];
};
