import { closeSync, existsSync, linkSync, openSync, readSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { freeNameBeside } from '../store/mend.ts';
import { applicationId } from '../store/schema.ts';
import { StoreError } from '../study/store.ts';
import type { KeptStore } from '../study/upkeep.ts';
import { type HomeTrouble, HomeWatch } from './homeWatch.ts';
import { type Layout, prepareLayout } from './layout.ts';
import { mendAndOpen, type Opened, openKept } from './openKept.ts';
import { relocateStudies } from './relocate.ts';

export type StoreTrouble = HomeTrouble;

export interface KeepingOptions {
  readonly nativeBinding?: string;
  readonly nowMs: () => number;
  /** A call met damage in the database. */
  readonly onDamage: () => void;
}

const mostRecoveries = 6;
const recoveryWindowMs = 600_000;

const logEndings = ['-wal', '-shm'];

/** Where in a database's header its owner's number stands. */
const applicationIdAt = 68;

/** What whoever followed the store before has to be told. */
interface Followed {
  readonly revision: number;
  readonly studies: readonly string[];
}

const noneFollowed: Followed = { revision: 0, studies: [] };

/**
 * The store of a workspace folder, through everything that happens to its files while it is open. The store is another
 * object after `recover`; nobody may keep it.
 */
export class Keeping {
  private readonly layout: Layout;
  private readonly options: KeepingOptions;
  private opened: KeptStore;
  private watch: HomeWatch;
  private isOpen = true;
  private followed = noneFollowed;
  /** The folder was moved away; its store can still be read, and nothing may be started. */
  private away = false;
  /** When the store was made a good one again. */
  private recoveries: number[] = [];
  /** The database was mended or replaced when it was opened: every run folder is to be read again. */
  readonly anew: boolean;
  /** What happened when it was opened, for a person. */
  readonly notes: readonly string[];

  /** Makes what is missing. Throws `StoreError` with what to do. */
  constructor(layout: Layout, options: KeepingOptions) {
    this.layout = layout;
    this.options = options;
    prepareLayout(layout);
    const { store, mended } = openKept(layout, this.openOptions());
    this.opened = store;
    this.anew = mended !== undefined;
    const moved = relocateStudies(store, layout, options.nowMs());
    this.notes = [...(mended === undefined ? [] : [mended]), ...moved];
    this.watch = new HomeWatch(layout);
    store.upkeep.onDamage(() => options.onDamage());
  }

  get store(): KeptStore {
    return this.opened;
  }

  get isAway(): boolean {
    return this.away;
  }

  /**
   * Trouble that comes again and again is none that this can mend: a failing disk, a file system that numbers files
   * anew. Each time may leave a damaged file behind, so that an end is made of it.
   */
  mayRecover(): boolean {
    const now = performance.now();
    this.recoveries = this.recoveries.filter((at) => now - at < recoveryWindowMs);
    return this.recoveries.length < mostRecoveries;
  }

  /** What has to be recovered from now. */
  look(): StoreTrouble | undefined {
    const trouble = this.watch.look();
    if (trouble !== undefined && !this.mayRecover()) return undefined;
    if (trouble === undefined) this.away = false;
    else if (trouble === 'folder-moved' && this.away) return undefined;
    return trouble;
  }

  /** Makes the store a good one again. Nobody may use it meanwhile. Returns what happened, for a person. */
  recover(trouble: StoreTrouble): string {
    this.recoveries.push(performance.now());
    if (this.isOpen) this.followed = this.readFollowed();
    switch (trouble) {
      case 'folder-moved':
        this.away = true;
        return `${this.layout.home} was moved away. Trials that run go on; open the folder in its new place to go on with its studies.`;
      case 'folder-deleted':
        return this.beginAnew();
      case 'database-deleted':
        return this.putBack();
      case 'database-replaced':
        return this.takeReplacement();
      case 'damaged':
        return this.mendIt();
    }
  }

  close(): void {
    if (this.isOpen) this.opened.close();
    this.watch.close();
  }

  private openOptions(): { readonly nativeBinding?: string; readonly nowMs: number } {
    const { nativeBinding, nowMs } = this.options;
    return { nowMs: nowMs(), ...(nativeBinding === undefined ? {} : { nativeBinding }) };
  }

  private readFollowed(): Followed {
    try {
      return { revision: this.opened.revision, studies: this.opened.studies().map(({ id }) => id) };
    } catch {
      return this.followed; // damaged: whoever follows keeps what it cannot be told to forget
    }
  }

  private mendIt(): string {
    // Its log holds what was written last: mending reads it, then puts it aside.
    if (this.isOpen) this.closeOld();
    this.isOpen = false;
    return this.reopen(() => mendAndOpen(this.layout, this.openOptions())) ?? 'The database was damaged.';
  }

  private beginAnew(): string {
    this.reopen(() => {
      prepareLayout(this.layout);
      return openKept(this.layout, this.openOptions());
    });
    this.watch.close();
    this.watch = new HomeWatch(this.layout);
    return `${this.layout.home} was deleted while it was open, and its studies with it. Their running trials are stopped.`;
  }

  /** SQLite still has the file that has no name any more. */
  private putBack(): string {
    const saved = this.save();
    this.reopen(() => {
      place(saved, this.layout.database);
      return openKept(this.layout, this.openOptions());
    });
    return `${this.layout.database} was deleted while it was open. It has been written again; nothing is lost.`;
  }

  private takeReplacement(): string {
    const { database } = this.layout;
    if (isOurs(database)) {
      const mended = this.reopen(() => openKept(this.layout, this.openOptions()));
      return `${database} was replaced by another database while it was open; its studies are shown now. ${mended ?? ''}`.trim();
    }
    const saved = this.save();
    const aside = freeNameBeside(database, 'replaced', this.options.nowMs());
    this.reopen(() => {
      renameSync(database, aside);
      place(saved, database);
      return openKept(this.layout, this.openOptions());
    });
    return `${database} was replaced by a file that is no database of TuneLens. It has been written again, and that file is kept as ${path.basename(aside)}.`;
  }

  private save(): string {
    if (!this.isOpen) throw new StoreError('damaged', 'There is nothing left to write the database from.');
    const saved = `${this.layout.database}.saving-${process.pid}`;
    rmSync(saved, { force: true });
    this.opened.upkeep.saveTo(saved);
    return saved;
  }

  /** Opens the store anew, and makes those who followed the old one see it whole. Returns how it was mended. */
  private reopen(open: () => Opened): string | undefined {
    if (this.isOpen) {
      const isOwnLog = this.watch.isOwnLog();
      this.closeOld();
      if (isOwnLog) for (const end of logEndings) rmSync(`${this.layout.database}${end}`, { force: true });
    }
    this.isOpen = false;
    const { store, mended } = open();
    this.opened = store;
    this.isOpen = true;
    store.upkeep.onDamage(() => this.options.onDamage());
    const { revision, studies } = this.followed;
    store.upkeep.announceAll(revision, studies);
    relocateStudies(store, this.layout, this.options.nowMs());
    this.watch.adopt();
    return mended;
  }

  /**
   * On closing SQLite removes the write-ahead log by its name, which by now may be that of another database, in use by
   * another process: that one gets its name back.
   */
  private closeOld(): void {
    const names = this.watch.isOwnLog() ? [] : logEndings.map((end) => `${this.layout.database}${end}`);
    const kept = names
      .filter((name) => existsSync(name))
      .map((name) => [name, `${name}.${process.pid}`] as const);
    for (const [name, second] of kept) linkSync(name, second);
    try {
      this.opened.close();
    } catch {
      // a damaged database cannot always be closed properly; its files are let go of all the same
    }
    for (const [name, second] of kept) {
      if (!existsSync(name)) linkSync(second, name);
      rmSync(second, { force: true });
    }
  }
}

/** Under its name unless another process was faster: then that one's is as good. */
const place = (saved: string, database: string): void => {
  try {
    linkSync(saved, database);
  } catch (error) {
    if (existsSync(database)) return;
    renameSync(saved, database); // a file system without second names
    if (!existsSync(database)) throw error;
  } finally {
    rmSync(saved, { force: true });
  }
};

/** A file that was put in place of ours is not open in this process, so that it may be read plainly. */
const isOurs = (file: string): boolean => {
  try {
    const head = Buffer.alloc(100);
    const descriptor = openSync(file, 'r');
    const length = readSync(descriptor, head, 0, head.length, 0);
    closeSync(descriptor);
    return length === head.length && head.readUInt32BE(applicationIdAt) === applicationId;
  } catch {
    return false; // a folder, or gone again
  }
};
