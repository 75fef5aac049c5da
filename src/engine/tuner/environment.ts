import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { type DataFiles, describeDataFiles } from './dataFiles.ts';
import type { Runner } from './runner.ts';

/** What surrounded a study when it was started, so that its results can be understood later. */
export interface Environment {
  readonly interpreter: string;
  /** `3.11.7`; null when the interpreter did not say. */
  readonly pythonVersion: string | null;
  /** Installed distributions, name to version. */
  readonly packages: Readonly<Record<string, string>>;
  /** What runs or compiles a script that Python does not run, with what it says of its version. */
  readonly program?: { readonly words: readonly string[]; readonly version: string | null };
  readonly git: { readonly commit: string; readonly dirty: boolean } | null;
  /** Files that a person named as data; absent when none were. */
  readonly data?: DataFiles;
}

export interface Surroundings {
  readonly interpreter: string;
  readonly runner?: Pick<Runner, 'words'>;
  readonly cwd: string;
  /** What patterns of data files are relative to; `cwd` when absent. */
  readonly folder?: string;
  readonly dataFiles?: readonly string[];
}

const execute = promisify(execFile);
const timeoutMs = 20_000;

const describePython = `import json, sys
try:
    from importlib.metadata import distributions
    packages = {d.metadata["Name"]: d.version for d in distributions() if d.metadata["Name"]}
except Exception:
    packages = {}
print(json.dumps({"version": ".".join(map(str, sys.version_info[:3])), "packages": packages}))`;

const askPython = async (
  interpreter: string,
  cwd: string,
): Promise<Pick<Environment, 'pythonVersion' | 'packages'>> => {
  try {
    const { stdout } = await execute(interpreter, ['-I', '-c', describePython], {
      cwd,
      timeout: timeoutMs,
      maxBuffer: 1e7,
    });
    const answer = JSON.parse(stdout) as { version: string; packages: Record<string, string> }; // printed by the line above
    return { pythonVersion: answer.version, packages: answer.packages };
  } catch {
    return { pythonVersion: null, packages: {} }; // the first trial says what is wrong with the interpreter
  }
};

/** The first line that a program prints when it is asked for its version. */
const askProgram = async (
  { words }: Pick<Runner, 'words'>,
  cwd: string,
): Promise<NonNullable<Environment['program']>> => {
  const [program = ''] = words;
  try {
    const { stdout, stderr } = await execute(program, ['--version'], {
      cwd,
      timeout: timeoutMs,
      maxBuffer: 1e7,
    });
    const line = `${stdout}\n${stderr}`.split('\n').find((each) => each.trim() !== '');
    return { words, version: line?.trim() ?? null };
  } catch {
    return { words, version: null }; // not there, or without such an option: the first trial says what is wrong
  }
};

const askGit = async (cwd: string): Promise<Environment['git']> => {
  try {
    const options = { cwd, timeout: timeoutMs, maxBuffer: 1e7 };
    const commit = (await execute('git', ['rev-parse', 'HEAD'], options)).stdout.trim();
    const changes = (await execute('git', ['status', '--porcelain', '--untracked-files=no'], options)).stdout;
    return { commit, dirty: changes.trim() !== '' };
  } catch {
    return null; // not a repository, or no git
  }
};

/** Beside a study's runs. */
export const environmentFile = 'environment.json';

const fileOf = (runs: string, study: string): string => path.join(runs, study, environmentFile);

/** Asks the interpreter and git, and hashes the data files that were named. Takes its time. */
export const describeEnvironment = async ({
  interpreter,
  cwd,
  folder = cwd,
  dataFiles = [],
  runner,
}: Surroundings): Promise<Environment> => {
  const [python, program, git, data] = await Promise.all([
    // A shell script may start Python too, and then it is no matter which, as long as it is there.
    runner === undefined ? askPython(interpreter, cwd) : { pythonVersion: null, packages: {} },
    runner === undefined ? undefined : askProgram(runner, cwd),
    askGit(cwd),
    dataFiles.length === 0 ? undefined : describeDataFiles(folder, dataFiles),
  ]);
  return {
    interpreter,
    ...python,
    ...(program === undefined ? {} : { program }),
    git,
    ...(data === undefined ? {} : { data }),
  };
};

/** Writes what surrounds a study beside its runs; needed by no trial. */
export const recordEnvironment = async (
  runs: string,
  study: string,
  surroundings: Surroundings,
): Promise<Environment> => {
  const environment = await describeEnvironment(surroundings);
  const file = fileOf(runs, study);
  // Not the folder of runs itself: a workspace that was moved or deleted meanwhile must not come back.
  await mkdir(path.dirname(file)).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  await writeFile(file, `${JSON.stringify(environment, null, 2)}\n`);
  return environment;
};

/** What was recorded; undefined when nothing (yet) was. */
export const readEnvironment = async (runs: string, study: string): Promise<Environment | undefined> => {
  try {
    return JSON.parse(await readFile(fileOf(runs, study), 'utf8')) as Environment; // written by recordEnvironment
  } catch {
    return undefined; // removed, or the engine ended before it was written
  }
};
