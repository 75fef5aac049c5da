import { statSync } from 'node:fs';
import path from 'node:path';
import { type Mended, mend } from '../store/mend.ts';
import { openStore, type StoreOptions } from '../store/openStore.ts';
import { StoreError } from '../study/store.ts';
import type { KeptStore } from '../study/upkeep.ts';
import type { Layout } from './layout.ts';
import { hasStudyFile, readStudyFile, studyFolders } from './studyFile.ts';

export interface Opened {
  readonly store: KeptStore;
  /** How the database was mended, for a person; absent when nothing was wrong. */
  readonly mended?: string;
}

type KeptOptions = Pick<StoreOptions, 'nativeBinding'> & { readonly nowMs: number };

/**
 * After an unclean end a database up to this size is checked when it is opened, in a few tenths of a second. Damage in
 * a larger one is noticed when it is met.
 */
const mostCheckedBytes = 32e6;

/** Are there studies that only a database of ours can have been for? */
const hasStudyFiles = ({ runs }: Layout): boolean =>
  studyFolders(runs).some((study) => hasStudyFile(runs, study));

const sizeOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;

const isDamage = (error: unknown): error is StoreError =>
  error instanceof StoreError && (error.reason === 'damaged' || error.reason === 'not-a-database');

/** `1 study`, `2 studies`. */
export const counted = (count: number, one: string): string =>
  `${count.toLocaleString('en')} ${count === 1 ? one : `${one.replace(/y$/, 'ie')}s`}`;

const sentenceOf = ({ aside, studies, trials, reports }: Mended): string =>
  `The database was damaged and has been mended: ${counted(studies, 'study')}, ${counted(trials, 'trial')} and ${counted(reports, 'report')} could be read; what else the run folders hold is read from there. The damaged file is kept as ${path.basename(aside)}.`;

/** Mends the workspace's database, which nobody of this process may have open. Throws `StoreError` where it is no database of ours. */
const mendDatabase = (layout: Layout, { nativeBinding, nowMs }: KeptOptions): string => {
  const mended = mend({
    file: layout.database,
    nowMs,
    studyFor: (id) => readStudyFile(layout.runs, id),
    evenIfEmpty: hasStudyFiles(layout),
    ...(nativeBinding === undefined ? {} : { nativeBinding }),
  });
  return mended === undefined
    ? 'The database was damaged, and another window or process has mended it.'
    : sentenceOf(mended);
};

/** Mends the database, then opens it. */
export const mendAndOpen = (layout: Layout, options: KeptOptions): Opened => {
  const mended = mendDatabase(layout, options);
  return { store: openPlain(layout, options), mended };
};

const openPlain = (layout: Layout, { nativeBinding }: KeptOptions): KeptStore =>
  openStore({ file: layout.database, ...(nativeBinding === undefined ? {} : { nativeBinding }) });

/** Throws where what every opening reads cannot be read, or a check finds something. */
const probe = (store: KeptStore, check: boolean): void => {
  store.studies();
  store.needingDriver();
  const problems = check ? store.upkeep.problems('quick') : [];
  if (problems.length > 0) throw new StoreError('damaged', problems.join('; '));
};

/** Opens the workspace's store, and mends it where it is damaged. Throws `StoreError` with what to do. */
export const openKept = (layout: Layout, options: KeptOptions): Opened => {
  const wasUnclean = sizeOf(`${layout.database}-wal`) > 0 && sizeOf(layout.database) <= mostCheckedBytes;
  try {
    const store = openPlain(layout, options);
    try {
      probe(store, wasUnclean);
      return { store };
    } catch (error) {
      store.close();
      throw error;
    }
  } catch (error) {
    if (!isDamage(error) || !statSync(layout.database, { throwIfNoEntry: false })?.isFile()) throw error;
    return mendOrRefuse(layout, options, error);
  }
};

/** Where nothing of ours can be found, the first complaint says it best. */
const mendOrRefuse = (layout: Layout, options: KeptOptions, complaint: StoreError): Opened => {
  try {
    return mendAndOpen(layout, options);
  } catch (error) {
    if (error instanceof StoreError && error.reason === 'not-a-database') throw complaint;
    throw error;
  }
};
