import { readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Launcher, RunHandle, RunInput, RunKey, RunSpec } from '../study/launcher.ts';
import { FollowedFiles } from './followedFiles.ts';
import { forgetFiles, pollRun } from './pollRun.ts';
import { type ProcessIdentity, toIdentity } from './processIdentity.ts';
import { runMarker } from './runCommand.ts';
import { assignedMetrics } from './reportedElsewhere.ts';
import { readRunInput, runFile } from './runFolder.ts';
import { prepareRun, recordedLeader, startRun } from './startRun.ts';
import { stopTree } from './stopTree.ts';
import type { WarmState } from './warmParent.ts';
import { createWarmPool, type WarmPool } from './warmPool.ts';
import { watchRun } from './watchRun.ts';

export interface LocalLauncherOptions {
  /** Where `src/runtime` was put: `run.sh`, `sitecustomize.py` and the rest. Absolute. */
  readonly runtimeFolder: string;
  /** Runs are `<runsFolder>/<study>/<trial>/<attempt>`; only `list` needs it, and lists nothing without it. */
  readonly runsFolder?: string;
  /** Fork trials from a process that has imported their libraries already, where that is safe. On when absent. */
  readonly warm?: boolean;
  readonly onLog?: (level: 'info', text: string) => void;
}

export interface LocalLauncher extends Launcher {
  /** Waits until runs like this one start warm, or it is known that they do not; needed by no one but measurements. */
  warmUp(run: RunSpec): Promise<WarmState>;
  close(): void;
}

const launcherName = 'local';

/**
 * Runs on this machine: each in a session of its own, with its output in files, so that it outlives the editor.
 * All state is in the run folder and the process table; the launcher itself remembers nothing that matters.
 * Linux is what it is tested on; macOS should do, with a weaker `stop` (no orphans found); Windows is refused.
 */
export const localLauncher = (options: LocalLauncherOptions): LocalLauncher => {
  /** Starts in progress in this process, by folder. */
  const starting = new Map<string, Promise<RunHandle>>();
  const files = new FollowedFiles();
  const warm = options.warm === false ? undefined : warmPoolOf(options);
  return {
    name: launcherName,
    start: (run) => {
      const { folder, key } = run.input;
      const begun = starting.get(folder);
      if (begun !== undefined) return begun;
      const start = startRun(run, options.runtimeFolder, warm)
        .then((leader) => toHandle(key, folder, leader, run.input))
        .finally(() => starting.delete(folder));
      starting.set(folder, start);
      return start;
    },
    poll: async (handle, from, look) => pollRun(handle, from, files, look),
    watch: (handle, onNews) => {
      const end = watchRun(handle, onNews);
      return () => {
        end();
        forgetFiles(handle, files);
      };
    },
    stop,
    list: async (study) => (options.runsFolder === undefined ? [] : listRuns(options.runsFolder, study)),
    warmUp: async (run) =>
      (await warm?.warmUp(prepareRun(run, options.runtimeFolder))) ?? {
        kind: 'unfit',
        reason: 'it is switched off',
      },
    close: () => warm?.close(),
  };
};

const warmPoolOf = ({ runtimeFolder, onLog }: LocalLauncherOptions): WarmPool =>
  createWarmPool({
    runtimeFolder,
    onUnfit: (reason) =>
      onLog?.('info', `Each trial imports its libraries anew, since they cannot be kept ready: ${reason}.`),
  });

const toHandle = (
  key: RunKey,
  folder: string,
  leader: ProcessIdentity,
  input: Pick<RunInput, 'files' | 'checkpoint'>,
): RunHandle => {
  const { pid, startTime, bootId } = leader;
  const steps = input.checkpoint?.steps;
  return {
    launcher: launcherName,
    key,
    folder,
    ref: {
      pid,
      startTime,
      bootId,
      assigned: assignedMetrics(input),
      ...(steps === undefined ? {} : { steps }),
    },
  };
};

const stop = async (handle: RunHandle, graceMs: number): Promise<void> => {
  try {
    writeFileSync(path.join(handle.folder, runFile.stop), '');
  } catch {
    // a full disk must not keep a run alive: the signal says the same
  }
  const leader = toIdentity(handle.ref) ?? recordedLeader(handle.folder);
  await stopTree(leader, runMarker(handle.folder), graceMs);
};

const numberedFolders = (folder: string): readonly number[] => {
  try {
    return readdirSync(folder)
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      .sort((a, b) => a - b);
  } catch {
    return []; // never made
  }
};

/** Runs whose folder shows a leader, in order of trial and attempt. */
const listRuns = (runsFolder: string, study: string): readonly RunHandle[] =>
  numberedFolders(path.join(runsFolder, study)).flatMap((trial) =>
    numberedFolders(path.join(runsFolder, study, String(trial))).flatMap((attempt) => {
      const folder = path.join(runsFolder, study, String(trial), String(attempt));
      const leader = recordedLeader(folder);
      const input = readRunInput(folder);
      return leader === undefined || input === undefined
        ? []
        : [toHandle({ study, trial, attempt }, folder, leader, input)];
    }),
  );
