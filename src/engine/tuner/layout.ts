import { existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { StoreError } from '../study/store.ts';

/** Where a workspace folder keeps its studies. All paths absolute. */
export interface Layout {
  readonly folder: string;
  readonly home: string;
  readonly database: string;
  readonly runs: string;
  readonly snapshots: string;
  /** Of the process that goes on with studies when no window does. */
  readonly keeper: {
    /** Who it is. */
    readonly lock: string;
    /** Which window wants it. */
    readonly wanted: string;
    readonly log: string;
  };
}

export const layoutOf = (folder: string): Layout => {
  const home = path.join(folder, '.tunelens');
  return {
    folder,
    home,
    database: path.join(home, 'tunelens.db'),
    runs: path.join(home, 'runs'),
    snapshots: path.join(home, 'snapshots'),
    keeper: {
      lock: path.join(home, 'keeper.lock'),
      wanted: path.join(home, 'keeper.wanted'),
      log: path.join(home, 'keeper.log'),
    },
  };
};

/** Throws `StoreError` where the folder that was opened is no longer in its place. */
export const mustStillBe = ({ home, runs }: Layout): void => {
  if (!existsSync(runs)) throw new StoreError('not-found', `${home} was moved or deleted while it was open.`);
};

const reasonOf = (code: string | undefined): StoreError['reason'] => {
  if (code === 'ENOSPC') return 'disk-full';
  if (code === 'EROFS' || code === 'EACCES' || code === 'EPERM') return 'read-only';
  return 'not-a-database';
};

/**
 * Makes the folders, and a `.gitignore` by which they ignore themselves.
 * Throws `StoreError` with what to do.
 */
export const prepareLayout = (layout: Layout): void => {
  try {
    mkdirSync(layout.runs, { recursive: true });
    mkdirSync(layout.snapshots, { recursive: true });
    const ignore = path.join(layout.home, '.gitignore');
    if (statSync(ignore, { throwIfNoEntry: false }) === undefined) writeFileSync(ignore, '*\n');
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code; // only file-system calls above
    const reason = reasonOf(code);
    const advice =
      reason === 'read-only'
        ? 'Studies are kept there: make the folder writable, or open a copy of it.'
        : reason === 'disk-full'
          ? 'The disk is full: free some space and try again.'
          : code === 'EEXIST' || code === 'ENOTDIR'
            ? 'It has to be a folder, and studies are kept there: move the file of that name away and try again.'
            : `${error instanceof Error ? error.message : String(error)}.`;
    throw new StoreError(reason, `Cannot write ${layout.home}. ${advice}`);
  }
};
