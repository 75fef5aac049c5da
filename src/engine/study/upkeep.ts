import type { Store, StudyRecord, TrialRecord } from './store.ts';

/** One metric's values of one attempt, in step order. */
export interface AttemptCurve {
  readonly metric: string;
  readonly attempt: number;
  readonly steps: readonly number[];
  /** One per step; NaN and infinities are real. */
  readonly values: readonly number[];
}

/** A study without what only its first store and machine know. */
export type PortableStudy = Omit<StudyRecord, 'revision'>;

/** A trial without its curve and without what belongs to processes and folders of one machine. */
export type PortableTrial = Omit<
  TrialRecord,
  'study' | 'intermediate' | 'revision' | 'handle' | 'cursor' | 'folder'
>;

export interface TrialContents {
  readonly trial: PortableTrial;
  readonly curves: readonly AttemptCurve[];
  readonly corrupt: readonly { readonly attempt: number; readonly text: string }[];
}

/** Where a study's files were and are now. */
export interface Relocation {
  readonly plan: string;
  /** Run folders began with this … */
  readonly runsFrom: string;
  /** … and begin with this now. */
  readonly runsTo: string;
}

export interface StoreSize {
  readonly bytes: number;
  /** Of these, what `shrink` can give back. */
  readonly freeBytes: number;
}

/** What a store offers beside its studies' daily business: moving them in and out, and looking after its file. */
export interface Upkeep {
  /** Who is told when a call meets damage in the database. */
  onDamage(listener: () => void): void;
  /** Every report of one trial, by the attempt that made it. */
  curves(study: string, trial: number): readonly AttemptCurve[];
  /** Is there a study of this id, or was there one? An id is used once. */
  knows(id: string): 'now' | 'once' | undefined;
  /** How many trials a study has; 0 where it is not known. */
  trialCount(study: string): number;
  /** Puts a whole study in, all or nothing. Its name may get a number behind it. */
  restore(study: PortableStudy, trials: Iterable<TrialContents>): StudyRecord;
  /** Puts trials into a study that has none of their numbers. */
  restoreTrials(study: string, trials: Iterable<TrialContents>): void;
  /** Puts new paths in place of those of another folder. */
  relocate(study: string, to: Relocation): void;
  /** What is wrong with the database, in SQLite's words; nothing when all is well. `quick` leaves out its indexes. */
  problems(how: 'quick' | 'full'): readonly string[];
  size(): StoreSize;
  /** Gives free pages back to the disk for about `mostMs`; returns whether there are more. Throws `StoreError` when others write. */
  shrink(mostMs: number): boolean;
  /** Writes everything as it is now to a new file, also when the store's own file was deleted. */
  saveTo(file: string): void;
  /**
   * Makes whoever has followed another store, up to its revision `seen` and with its studies, see this one whole.
   */
  announceAll(seen: number, studies: readonly string[]): void;
}

/** A store with its upkeep. */
export interface KeptStore extends Store {
  readonly upkeep: Upkeep;
}
