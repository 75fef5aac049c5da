import { type FSWatcher, watch, type WatchListener } from 'node:fs';
import type { RunHandle, RunNews } from '../study/launcher.ts';
import { runFile } from './runFolder.ts';

/** More events than this within `busyMs`, and a run is looked at unasked for a while. */
const busyEvents = 32;
const busyMs = 500;
/** How often, and how many times, before the system is asked again to tell. */
const lookEveryMs = 50;
const looks = 10;

/**
 * Calls back when a run's folder changes. A change of content of its spool or log is output; all else may be its end.
 * Being told of each of ten thousand lines a second would cost more than reading them: a busy run's lines are not told.
 */
export const watchRun = (handle: RunHandle, onNews: (news: RunNews) => void): (() => void) => {
  let stop: () => void = () => undefined;

  const listen = (): void => {
    let events = 0;
    let sinceMs = performance.now();
    stop = watchFolder(handle.folder, (kind, name) => {
      const output = kind === 'change' && (name === runFile.spool || name === runFile.log);
      onNews(output ? 'output' : 'all');
      if (!output || ++events < busyEvents) return;
      const nowMs = performance.now();
      const busy = nowMs - sinceMs < busyMs;
      [events, sinceMs] = [0, nowMs];
      if (busy) look();
    });
  };

  const look = (): void => {
    stop();
    let left = looks;
    const timer = setInterval(() => {
      if (--left > 0) return onNews('output');
      stop();
      listen();
      onNews('all'); // what was done meanwhile was told by nobody
    }, lookEveryMs);
    timer.unref();
    stop = () => clearInterval(timer);
  };

  listen();
  return () => stop();
};

const watchFolder = (folder: string, onEvent: WatchListener<string>): (() => void) => {
  let watcher: FSWatcher;
  try {
    watcher = watch(folder, { persistent: false }, onEvent);
  } catch {
    return () => undefined; // no watches left, or no such folder: polling finds the news a little later
  }
  watcher.on('error', () => watcher.close());
  return () => watcher.close();
};
