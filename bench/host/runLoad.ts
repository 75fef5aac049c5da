import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import type { EngineFiles } from '../../src/extension/platform/engineClient.ts';
import { prepareLoad } from './prepareLoad.ts';
import type { StandInResult, StandInTask } from './standIn.ts';
import type { WriterTask } from './writeReports.ts';

export interface LoadTask {
  readonly folder: string;
  readonly files: EngineFiles;
  readonly trials: number;
  readonly perSecond: number;
  /** In all; endless when absent, and then the watch lasts for `loadMs`. */
  readonly reports?: number;
  readonly idleMs: number;
  readonly settleMs: number;
  readonly loadMs: number;
}

export interface LoadResult extends StandInResult {
  /** How long writing took; undefined for endless writing. */
  readonly writingSeconds: number | undefined;
}

const start = (file: string): ChildProcess => fork(path.join(import.meta.dirname, file));

/** One process writes the spools of many runs, another has the engine and a mirror of what they report. */
export const runLoad = async (load: LoadTask): Promise<LoadResult> => {
  const { folder, files, trials, perSecond, reports, idleMs, settleMs, loadMs } = load;
  const writer = start('writeReports.ts');
  try {
    await once(writer, 'spawn');
    if (writer.pid === undefined) throw new Error('a spawned process has an id');
    const { study, folders } = prepareLoad(folder, trials, writer.pid);
    let writingSeconds: number | undefined;
    writer.once('message', (done: { readonly seconds: number }) => {
      writingSeconds = done.seconds;
    });
    const task: WriterTask = { folders, perSecond, ...(reports === undefined ? {} : { reports }) };
    // A burst comes when the engine is there; a steady load is there when the engine comes.
    if (reports === undefined) writer.send(task);
    const until = reports === undefined ? {} : { until: reports };
    const result = await perform({ folder, files, study, trials, idleMs, settleMs, loadMs, ...until }, () => {
      if (reports !== undefined) writer.send(task);
    });
    return { ...result, writingSeconds };
  } finally {
    writer.kill();
  }
};

const perform = (task: StandInTask, onReady: () => void): Promise<StandInResult> =>
  new Promise((resolve, reject) => {
    const child = start('standIn.ts');
    child.on('message', (message: 'ready' | StandInResult) => {
      if (message === 'ready') onReady();
      else resolve(message);
    });
    child.once('exit', (code) =>
      reject(new Error(`the stand-in for the extension host ended with code ${code} and no result`)),
    );
    child.send(task);
  });
