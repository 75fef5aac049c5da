import path from 'node:path';
import { openStore, type Store, type StudyRecord, type TrialRecord } from '../../../src/engine/node.ts';
import { allProcesses } from './processes.ts';
import { until } from './until.ts';

/** A folder's studies, once the editor has made the database. */
export function openWhenMade(folder: string): Promise<Store> {
  return until('the database', () => {
    try {
      return openStore({ file: path.join(folder, '.tunelens/tunelens.db'), readOnly: true });
    } catch {
      return undefined; // not made yet
    }
  });
}

export function newestStudy(store: Store): StudyRecord {
  const newest = store.studies().at(-1);
  if (newest === undefined) throw new Error('no study is stored');
  return newest;
}

export function pidOf(trial: TrialRecord): number {
  return Number((trial.handle?.ref as { pid?: number } | undefined)?.pid);
}

/** Processes that have a folder in their command, killed so that no other test meets them. */
export function killLeftovers(folder: string): readonly (readonly string[])[] {
  const left = allProcesses().filter(({ command }) => command.some((word) => word.includes(folder)));
  for (const { pid } of left) process.kill(pid, 'SIGKILL');
  return left.map(({ command }) => command);
}
