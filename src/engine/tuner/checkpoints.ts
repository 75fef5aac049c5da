// What trials keep so as to go on: `runs/STUDY/TRIAL/checkpoint`, beside the attempts, written by the script alone.
// Under population-based training the folder is copied whenever a trial has reached the end of a stretch
// (`kept/STEP`): by the time another one begins from there, the trial itself may have trained on.
import { randomUUID } from 'node:crypto';
import { constants, readdirSync, readFileSync, rmdirSync, rmSync, statSync } from 'node:fs';
import { copyFile, cp, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { isWrittenAside } from '../launch/checkpointMark.ts';
import { folderSize } from './folderSize.ts';

/** A trial's folder among the runs. */
export const trialFolder = (runs: string, study: string, trial: number): string =>
  path.join(runs, study, String(trial));

export const checkpointOf = (folder: string): string => path.join(folder, 'checkpoint');

const keptOf = (folder: string): string => path.join(folder, 'kept');

/** Beside the copy of a checkpoint: the steps that its trial's metrics had then. */
const stepsFile = 'steps.json';
/** In the folder of a trial that began from another's checkpoint: the steps of that one's metrics. */
const inheritedFile = 'inherited.json';

const namesIn = (folder: string): readonly string[] => {
  try {
    return readdirSync(folder);
  } catch {
    return []; // never made, or removed
  }
};

export const hasCheckpoint = (folder: string): boolean =>
  namesIn(checkpointOf(folder)).some((name) => !isWrittenAside(name));

/** When the newest file below a folder was written, milliseconds since the epoch; undefined when there is none. */
export const savedAtMs = (folder: string): number | undefined => {
  let newest: number | undefined;
  for (const name of namesIn(folder)) {
    if (isWrittenAside(name)) continue;
    const entry = path.join(folder, name);
    const stat = statSync(entry, { throwIfNoEntry: false });
    const own = stat?.isDirectory() === true ? savedAtMs(entry) : stat?.mtimeMs;
    if (own !== undefined && own > (newest ?? -Infinity)) newest = own;
  }
  return newest;
};

/**
 * Was anything saved during a run? Judged against the file that the run was started with, by the clock of the same
 * file system.
 */
export const savedDuring = (folder: string, runFolder: string): boolean => {
  const startedMs = statSync(path.join(runFolder, 'run.json'), { throwIfNoEntry: false })?.mtimeMs;
  const savedMs = savedAtMs(checkpointOf(folder));
  return savedMs !== undefined && startedMs !== undefined && savedMs >= startedMs;
};

/** Takes away the folder of a trial that saved nothing. */
export const tidyCheckpoint = (folder: string): void => {
  try {
    rmdirSync(checkpointOf(folder));
  } catch {
    // something is in it, or it was never made
  }
};

/** Fills a folder aside and puts it in its place, so that it is there whole or not at all. */
const place = async (folder: string, fill: (aside: string) => Promise<void>): Promise<void> => {
  const [parent, own] = [path.dirname(folder), path.basename(folder)];
  // What a process left that ended midway.
  for (const name of namesIn(parent))
    if (name.startsWith(`${own}.`) && name.endsWith('.tmp'))
      await rm(path.join(parent, name), { recursive: true, force: true });
  const aside = `${folder}.${randomUUID()}.tmp`;
  await mkdir(parent, { recursive: true });
  await fill(aside);
  await rm(folder, { recursive: true, force: true });
  await rename(aside, folder);
};

/** Blocks are shared where the file system can; never the files themselves, which scripts write again. */
const copy = (from: string, to: string): Promise<void> =>
  cp(from, to, {
    recursive: true,
    mode: constants.COPYFILE_FICLONE,
    preserveTimestamps: true,
    verbatimSymlinks: true,
  });

/** Keeps the checkpoint as it is now, as that of a step; an older copy goes, since nobody begins from it any more. */
export const keepCheckpoint = async (
  folder: string,
  step: number,
  steps: Readonly<Record<string, number>>,
): Promise<void> => {
  const kept = keptOf(folder);
  const own = String(step);
  await place(path.join(kept, own), async (aside) => {
    await copy(checkpointOf(folder), checkpointOf(aside));
    await writeFile(path.join(aside, stepsFile), JSON.stringify(steps));
  });
  for (const name of namesIn(kept))
    if (name !== own) await rm(path.join(kept, name), { recursive: true, force: true });
};

export const isKept = (folder: string, step: number): boolean =>
  hasCheckpoint(path.join(keptOf(folder), String(step)));

/** Puts another trial's kept checkpoint into a new trial's folder; nothing where that has one already. */
export const inheritCheckpoint = async (from: string, step: number, to: string): Promise<void> => {
  if (hasCheckpoint(to)) return;
  const kept = path.join(keptOf(from), String(step));
  await mkdir(to, { recursive: true });
  await copyFile(path.join(kept, stepsFile), path.join(to, inheritedFile));
  await place(checkpointOf(to), (aside) => copy(checkpointOf(kept), aside));
};

/** The steps of the metrics of the trial whose checkpoint this one began from, as they were then. */
export const inheritedSteps = (folder: string): Readonly<Record<string, number>> => {
  try {
    return JSON.parse(readFileSync(path.join(folder, inheritedFile), 'utf8')) as Record<string, number>; // keepCheckpoint's
  } catch {
    return {}; // it began at the beginning
  }
};

/** Size of a trial's checkpoint with the copy kept of it, in bytes; 0 when it has none. */
export const checkpointBytes = async (folder: string): Promise<number> =>
  (await folderSize(checkpointOf(folder))) + (await folderSize(keptOf(folder)));

export const removeCheckpoint = (folder: string): void => {
  rmSync(checkpointOf(folder), { recursive: true, force: true });
  rmSync(keptOf(folder), { recursive: true, force: true });
};
