import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { LaunchError, type RunSpec } from '../study/launcher.ts';
import { identify, isAlive, parsePidFile, type ProcessIdentity } from './processIdentity.ts';
import { prepareOverlay } from './overlay.ts';
import { runCommand, runEnvironment } from './runCommand.ts';
import { folderError, messageOf, prepareRunFolder, runFile } from './runFolder.ts';
import { becomeSubreaper } from './subreaper.ts';
import type { PreparedRun, WarmPool } from './warmPool.ts';

/** The wrapper writes its `pid` file within milliseconds; this covers a machine that is swapping. */
const pidFileLimitMs = 3_000;
const pollMs = 20;

/**
 * Starts a run in its folder unless it was started before, by whomever; returns its leader either way.
 * The claim file, created exclusively, decides who starts it. Rejects with `LaunchError`.
 */
export const startRun = async (
  run: RunSpec,
  runtimeFolder: string,
  warm?: Pick<WarmPool, 'start'>,
): Promise<ProcessIdentity> => {
  const { folder } = run.input;
  const before = await startedBefore(folder);
  if (before !== undefined) return before;
  const prepared = prepareRun(run, runtimeFolder);
  if (!claim(folder)) return (await startedBefore(folder)) ?? startRun(run, runtimeFolder, warm);
  try {
    closeSync(openLog(folder)); // there from the start, whoever is the first to write
    const forked = await warm?.start(prepared);
    if (forked?.leader !== undefined) return forked.leader;
    const spawned = await spawnDetached(prepared, runtimeFolder);
    // A warm parent that failed may have begun the run all the same: the one who made the `pid` file leads it.
    return forked === undefined ? spawned : ((await untilRecorded(folder)) ?? spawned);
  } catch (error) {
    rmSync(path.join(folder, runFile.claim), { force: true });
    throw error;
  }
};

/** Finds the program and writes the run's input down. Throws `LaunchError`. */
export const prepareRun = (run: RunSpec, runtimeFolder: string): PreparedRun => {
  if (statSync(run.cwd, { throwIfNoEntry: false })?.isDirectory() !== true)
    throw new LaunchError('other', `The working folder ${run.cwd} does not exist.`);
  const env = runEnvironment(run, process.env, runtimeFolder);
  const command = runCommand(run, env, runtimeFolder);
  refuseOverruled(run, env);
  prepareRunFolder(run);
  try {
    prepareOverlay(run.input);
    if (run.build !== undefined) mkdirSync(path.dirname(run.build.program), { recursive: true });
  } catch (error) {
    throw error instanceof LaunchError ? error : folderError(run.input.folder, error);
  }
  return { run, command, env };
};

/** A default such as `${LR:-0.1}` is never looked at where the environment has the variable. */
const refuseOverruled = ({ input: { files } }: RunSpec, env: NodeJS.ProcessEnv): void => {
  for (const { patches } of files)
    for (const { binding, id } of patches)
      if (binding.kind === 'variable' && (env[binding.name] ?? '') !== '')
        throw new LaunchError(
          'other',
          `${binding.name} is set in the environment, so that the default of ${id} would not count. Unset it and start again.`,
        );
};

const readText = (file: string): string | undefined => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined; // not there (yet)
  }
};

/** The leader as the wrapper wrote it down; undefined while it has not. */
export const recordedLeader = (folder: string): ProcessIdentity | undefined =>
  parsePidFile(readText(path.join(folder, runFile.pid)) ?? '');

const untilRecorded = async (folder: string): Promise<ProcessIdentity | undefined> => {
  const deadline = performance.now() + pidFileLimitMs;
  for (;;) {
    const leader = recordedLeader(folder);
    if (leader !== undefined || performance.now() > deadline) return leader;
    await delay(pollMs);
  }
};

const startedBefore = async (folder: string): Promise<ProcessIdentity | undefined> => {
  const file = path.join(folder, runFile.claim);
  const held = readText(file);
  if (held === undefined) return undefined;
  const leader = await untilRecorded(folder);
  if (leader !== undefined) return leader;
  const holder = parsePidFile(held);
  if (holder !== undefined && holder.pid !== process.pid && isAlive(holder))
    throw new LaunchError('busy', `Another process is starting the run in ${folder}.`);
  // The holder died between its claim and the wrapper's first line: nothing of the run has begun.
  rmSync(file, { force: true });
  return undefined;
};

const claim = (folder: string): boolean => {
  const { pid, startTime, bootId } = identify(process.pid);
  try {
    writeFileSync(path.join(folder, runFile.claim), `${pid} ${startTime} ${bootId}\n`, { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false; // file calls throw errno errors
    throw folderError(folder, error);
  }
};

const openLog = (folder: string): number => {
  try {
    return openSync(path.join(folder, runFile.log), 'a');
  } catch (error) {
    throw folderError(folder, error);
  }
};

/** In a session of its own, with its output in the run folder: nothing of ours is needed for it to go on. */
const spawnDetached = async (
  { run, command, env }: PreparedRun,
  runtimeFolder: string,
): Promise<ProcessIdentity> => {
  if (process.platform === 'win32')
    throw new LaunchError('other', 'Runs on this machine need a POSIX shell: open the folder in WSL.');
  const log = openLog(run.input.folder);
  try {
    const wrapper = path.join(runtimeFolder, 'run.sh');
    const starter = becomeSubreaper(command[0] ?? '', env);
    const [program, ...words] = [...starter.words, '/bin/sh', wrapper, run.input.folder, ...command];
    const child = spawn(program ?? '/bin/sh', words, {
      cwd: run.cwd,
      env: { ...env, ...starter.env },
      detached: true,
      stdio: ['ignore', log, log],
    });
    // Before anything can reap it, so that even a run of a millisecond is identified.
    const leader = child.pid === undefined ? undefined : identify(child.pid);
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', (error) =>
        reject(new LaunchError('other', `The run could not be started: ${messageOf(error)}.`)),
      );
    });
    child.unref();
    if (leader === undefined)
      throw new LaunchError('other', 'The run could not be started: the system gave it no process.');
    return leader;
  } finally {
    closeSync(log);
  }
};
