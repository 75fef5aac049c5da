import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type JsonValue, LaunchError, type RunInput, type RunSpec } from '../study/launcher.ts';
import { isObject } from './jsonObject.ts';
import { writeWhole } from './writeWhole.ts';

/** What stands in a run folder. The runtime (`src/runtime`) and the wrapper `run.sh` use the same names. */
export const runFile = {
  /** `RunInput` as JSON; written whole before anything is started. */
  input: 'run.json',
  /** Who starts this run: held by whoever created it. */
  claim: 'claim',
  /** `PID STARTTIME BOOTID` of the leader, by the wrapper. */
  pid: 'pid',
  /** Standard output and error. */
  log: 'log',
  /** One record a line, see `spoolLine.ts`. */
  spool: 'spool.jsonl',
  /** `CODE` and a newline, by the wrapper. */
  exit: 'exit',
  /** Its presence asks the script to stop. */
  stop: 'stop',
} as const;

/** Makes the run's folder and puts its input there. Throws `LaunchError`. Repeating it changes nothing. */
export const prepareRunFolder = (run: RunSpec): void => {
  const { folder } = run.input;
  try {
    if (run.input.checkpoint !== undefined) mkdirSync(run.input.checkpoint.folder, { recursive: true });
    writeWhole(path.join(folder, runFile.input), JSON.stringify(run.input));
  } catch (error) {
    throw folderError(folder, error);
  }
};

/** The input of a run as `prepareRunFolder` left it; undefined when there is none, or it is damaged. */
export const readRunInput = (folder: string): RunInput | undefined => {
  try {
    const input: JsonValue = JSON.parse(readFileSync(path.join(folder, runFile.input), 'utf8'));
    // Written by us under this version, whole or not at all.
    return isObject(input) && input.v === 1 ? (input as unknown as RunInput) : undefined;
  } catch {
    return undefined;
  }
};

/** What went wrong with a run's folder, with what to do about it. */
export const folderError = (folder: string, error: unknown): LaunchError => {
  const code = (error as NodeJS.ErrnoException).code; // read only; undefined for anything else thrown
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new LaunchError('disk-full', `The disk is full: free some space for ${folder} and start again.`);
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS' || code === 'ENOTDIR')
    return new LaunchError(
      'folder-not-writable',
      `Runs are kept in ${folder}, which cannot be written (${code}). Make it writable.`,
    );
  return new LaunchError('other', `The run's folder ${folder} could not be used: ${messageOf(error)}.`);
};

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
