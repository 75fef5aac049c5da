import { lstat, rm } from 'node:fs/promises';
import path from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { bestTrial } from '../analysis/best.ts';
import { failure, type Result, success } from '../space/result.ts';
import { StoreError, type StudyRecord } from '../study/store.ts';
import { isFinished } from '../study/trial.ts';
import type { KeptStore } from '../study/upkeep.ts';
import { entriesOf, sizeOf } from './folderSize.ts';
import type { Layout } from './layout.ts';
import type { RunPlan } from './plan.ts';
import { studyFolders } from './studyFile.ts';
import { toTrial } from './trialModel.ts';

/** Whose run folders are kept; those of best and starred trials are in any case. */
export type Retention =
  | { readonly kind: 'forever' }
  | { readonly kind: 'days' | 'studies'; readonly count: number };

/** `forever`, `30 days` or `20 studies`. */
export const parseRetention = (text: string): Result<Retention, string> => {
  if (text.trim() === 'forever') return success({ kind: 'forever' });
  const match = /^(\d{1,6}) (days?|stud(?:y|ies))$/.exec(text.trim());
  if (match === null)
    return failure(`What to keep must be “forever”, “30 days” or “20 studies”, not “${text}”.`);
  const [, count = '', unit = ''] = match;
  return success({ kind: unit.startsWith('day') ? 'days' : 'studies', count: Number(count) });
};

/** What a clean-up takes away, or would take away. */
export interface CleanupItem {
  readonly kind: 'run' | 'removed-study' | 'source' | 'leftover';
  readonly path: string;
  readonly bytes: number;
}

export interface CleanupPlan {
  readonly items: readonly CleanupItem[];
  /** Of the database, in the end. */
  readonly databaseBytes: number;
  /** All that is kept for this workspace now. */
  readonly totalBytes: number;
}

export interface CleanupPorts {
  readonly store: KeptStore;
  readonly layout: Layout;
  readonly nowMs: number;
}

const dayMs = 86_400_000;

/** A source is written before its study is stored, a temporary file before it gets its name: those are left alone. */
const youngMs = 3_600_000;

/** Longest stretch of giving pages back without letting others have the thread. */
const shrinkMs = 15;

const isOld = async (name: string, nowMs: number): Promise<boolean> => {
  const stats = await lstat(name).catch(() => undefined); // gone meanwhile
  return stats !== undefined && nowMs - stats.mtimeMs > youngMs;
};

/** Nobody runs a trial of it, and nobody is about to. */
const isAtRest = (store: KeptStore, study: StudyRecord): boolean =>
  study.state !== 'running' && store.trials(study.id).every(({ state }) => isFinished(state));

/** Studies at rest whose run folders need not be kept any longer. */
const beyondRetention = ({ store, nowMs }: CleanupPorts, retention: Retention): readonly StudyRecord[] => {
  if (retention.kind === 'forever') return [];
  const newestFirst = store.studies().toSorted((a, b) => b.updatedAtMs - a.updatedAtMs);
  const old =
    retention.kind === 'studies'
      ? newestFirst.slice(retention.count)
      : newestFirst.filter(({ updatedAtMs }) => nowMs - updatedAtMs > retention.count * dayMs);
  return old.filter((study) => isAtRest(store, study));
};

const runsOf = (ports: CleanupPorts, study: StudyRecord): readonly string[] => {
  const trials = ports.store.trials(study.id);
  const best = bestTrial(
    trials.map((trial) => toTrial(trial)),
    study.spec.objectives,
  );
  const isBest = (number: number): boolean => number === 0 || number === best;
  // What a repeated or continued trial began from is kept with it.
  const origins = new Set(trials.flatMap(({ parent, replicaOf }) => [parent, replicaOf]));
  return trials
    .filter(({ number, star }) => !isBest(number) && !star && !origins.has(number))
    .map(({ number }) => path.join(ports.layout.runs, study.id, String(number)));
};

const unusedSources = async ({ store, layout, nowMs }: CleanupPorts): Promise<readonly string[]> => {
  const used = new Set(
    store
      .studies()
      .flatMap(({ plan }) => (JSON.parse(plan) as Partial<RunPlan>).files ?? []) // of our own store
      .map(({ snapshot }) => snapshot),
  );
  const unused: string[] = [];
  for (const { name } of await entriesOf(layout.snapshots))
    for (const entry of await entriesOf(path.join(layout.snapshots, name))) {
      const source = path.join(layout.snapshots, name, entry.name);
      if (!used.has(source) && (await isOld(source, nowMs))) unused.push(source);
    }
  return unused;
};

/** What an engine that was killed in the midst left behind. Damaged and replaced databases are none: a person decides. */
const leftovers = async ({ layout, nowMs }: CleanupPorts): Promise<readonly string[]> => {
  const names = [
    ...(await entriesOf(layout.home)).map(({ name }) => path.join(layout.home, name)),
    ...(await entriesOf(layout.runs)).map(({ name }) => path.join(layout.runs, name)),
  ].filter((name) => /\.tmp$|\.(saving|mending)-\d+|^\.importing-/.test(path.basename(name)));
  const old = await Promise.all(names.map((name) => isOld(name, nowMs)));
  return names.filter((_, index) => old[index]);
};

/** What would be taken away. Changes nothing. */
export const planCleanup = async (ports: CleanupPorts, retention: Retention): Promise<CleanupPlan> => {
  const { store, layout } = ports;
  const removed = studyFolders(layout.runs).filter((id) => store.upkeep.knows(id) === 'once');
  const found: readonly (readonly [CleanupItem['kind'], readonly string[]])[] = [
    ['run', beyondRetention(ports, retention).flatMap((study) => runsOf(ports, study))],
    ['removed-study', removed.map((id) => path.join(layout.runs, id))],
    ['source', await unusedSources(ports)],
    ['leftover', await leftovers(ports)],
  ];
  const items: CleanupItem[] = [];
  for (const [kind, names] of found)
    for (const name of names) {
      const bytes = await sizeOf(name);
      if (bytes > 0) items.push({ kind, path: name, bytes });
    }
  return {
    items,
    databaseBytes: store.upkeep.size().freeBytes,
    totalBytes: await sizeOf(layout.home),
  };
};

/** Takes away what a plan says, if it still may. Returns why the database was left as it is, where it was. */
export const cleanUp = async (ports: CleanupPorts, plan: CleanupPlan): Promise<string | undefined> => {
  const { store, layout } = ports;
  const live = new Set(
    store
      .studies()
      .filter((study) => !isAtRest(store, study))
      .map(({ id }) => path.join(layout.runs, id)),
  );
  for (const item of plan.items)
    if (item.kind !== 'run' || !live.has(path.dirname(item.path)))
      await rm(item.path, { recursive: true, force: true });
  try {
    while (store.upkeep.shrink(shrinkMs)) await turn();
    return undefined;
  } catch (error) {
    if (error instanceof StoreError && error.reason === 'busy') return error.message;
    throw error;
  }
};

const kindWords: Readonly<Record<CleanupItem['kind'], string>> = {
  run: 'run folders of older studies',
  'removed-study': 'folders of removed studies',
  source: 'sources that no study uses',
  leftover: 'leftovers of interrupted work',
};

/** `12.3 MB`. */
export const shortBytes = (bytes: number): string => {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
  const power = bytes < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(bytes) / 3));
  const value = bytes / 1000 ** power;
  return `${power === 0 ? value : value.toPrecision(3)} ${units[power]}`;
};

/** What a plan takes away, a line a kind, for a person. */
export const describeCleanup = ({ items, databaseBytes, totalBytes }: CleanupPlan): readonly string[] => {
  const lines = (Object.keys(kindWords) as CleanupItem['kind'][]).flatMap((kind) => {
    const own = items.filter((item) => item.kind === kind);
    const bytes = own.reduce((sum, item) => sum + item.bytes, 0);
    return own.length === 0 ? [] : [`${own.length} ${kindWords[kind]}: ${shortBytes(bytes)}`];
  });
  const database = databaseBytes === 0 ? [] : [`free space in the database: ${shortBytes(databaseBytes)}`];
  const freed = items.reduce((sum, { bytes }) => sum + bytes, databaseBytes);
  return [...lines, ...database, `${shortBytes(freed)} of ${shortBytes(totalBytes)} in all`];
};
