import type { Assignment } from '../space/parameter.ts';
import type { RunCursor, RunHandle } from './launcher.ts';
import type { Objective } from './objective.ts';
import type { StudySpec, StudyState } from './study.ts';
import type { IntermediateValue, TrialState } from './trial.ts';

/** A study as stored. Paths are relative to the workspace folder, with forward slashes. */
export interface StudyRecord {
  readonly id: string;
  /** Unique per script, e.g. `train-3`. */
  readonly name: string;
  readonly script: string;
  readonly state: StudyState;
  /** Why it is in this state, for a person: the traceback's last line, "100 trials done" … */
  readonly message?: string;
  readonly spec: StudySpec;
  /** How to run it: argv after the interpreter, interpreter, snapshot, environment facts. JSON of the tuner. */
  readonly plan: string;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  /** Wall time spent running so far, milliseconds. */
  readonly elapsedMs: number;
  /** A person's words about it. */
  readonly note?: string;
  /** A person's words to find it by; absent when there are none. */
  readonly tags?: readonly string[];
  readonly revision: number;
}

export interface TrialRecord {
  readonly study: string;
  readonly number: number;
  readonly state: TrialState;
  readonly params: Assignment;
  /** Why the sampler proposed it. */
  readonly reason: string;
  readonly seed: number;
  readonly values?: readonly number[];
  readonly constraints?: readonly number[];
  /** The value of the budget annotation that its newest attempt has; absent when it runs in full. */
  readonly fidelity?: number;
  /** What it came to with each budget it was run to the end with, in ascending order. */
  readonly rungs?: readonly RungResult[];
  /** The trial from whose checkpoint it began, and the step of that checkpoint. */
  readonly parent?: number;
  readonly parentStep?: number;
  /** The trial that it repeats exactly. */
  readonly replicaOf?: number;
  /** Present while its newest attempts were interrupted. */
  readonly losses?: Losses;
  /** The first objective's metric by step (empty while no objective is known). */
  readonly intermediate: readonly IntermediateValue[];
  /** Newest value of every metric reported. */
  readonly metrics: Readonly<Record<string, number>>;
  /** Counts from 1; 0 before the first start. */
  readonly attempt: number;
  /** Counts from 1; the slot it runs or ran in. */
  readonly slot?: number;
  readonly handle?: RunHandle;
  readonly cursor?: RunCursor;
  /** Run folder of the newest attempt, absolute. */
  readonly folder?: string;
  readonly createdAtMs: number;
  readonly startedAtMs?: number;
  readonly endedAtMs?: number;
  /** Why it failed, was pruned or stopped. */
  readonly message?: string;
  /**
   * Whether ending was asked for and by whom; survives a restart of the engine. A paused trial with `pause` waits for a
   * person, one without for its scheduler.
   */
  readonly asked?: 'stop' | 'prune' | 'pause';
  readonly star: boolean;
  /** A person's words about it. */
  readonly note?: string;
  /** A person's words to find it by; absent when there are none. */
  readonly tags?: readonly string[];
  /** Records of its runs that could not be read, each different one of an attempt once; absent when there are none. */
  readonly corrupt?: number;
  readonly revision: number;
}

/** What a trial came to with a smaller budget than the full one, or with that. */
export interface RungResult {
  readonly fidelity: number;
  /** One per objective. */
  readonly values: readonly number[];
}

/**
 * Attempts that vanished (killed, power cut, machine stopped), one after the other without getting any further; none
 * where a person interrupted the last one.
 */
export interface Losses {
  readonly count: number;
  /** The highest step that any metric had at the last of them. */
  readonly step?: number;
}

export type NewStudy = Omit<StudyRecord, 'id' | 'revision' | 'updatedAtMs' | 'elapsedMs'> & {
  readonly id?: string;
};
export type NewTrial = Pick<
  TrialRecord,
  'params' | 'reason' | 'seed' | 'createdAtMs' | 'fidelity' | 'parent' | 'parentStep' | 'replicaOf'
>;

export interface StudyChange {
  readonly state?: StudyState;
  /** Only where the study is in this state by now; elsewhere nothing changes. */
  readonly from?: StudyState;
  readonly message?: string | null;
  readonly spec?: StudySpec;
  readonly elapsedMs?: number;
  readonly note?: string | null;
  readonly tags?: readonly string[] | null;
}

export interface TrialChange {
  readonly state?: TrialState;
  readonly values?: readonly number[];
  readonly constraints?: readonly number[];
  readonly fidelity?: number;
  readonly rungs?: readonly RungResult[];
  readonly losses?: Losses | null;
  readonly attempt?: number;
  readonly slot?: number;
  readonly handle?: RunHandle | null;
  readonly cursor?: RunCursor | null;
  readonly folder?: string;
  readonly startedAtMs?: number;
  readonly endedAtMs?: number;
  readonly message?: string | null;
  readonly asked?: 'stop' | 'prune' | 'pause' | null;
  readonly star?: boolean;
  readonly note?: string | null;
  readonly tags?: readonly string[] | null;
}

/** A metric value at a step, of one attempt. */
export interface Report {
  readonly step: number;
  readonly metric: string;
  readonly value: number;
}

export interface IngestBatch {
  readonly study: string;
  readonly trial: number;
  readonly attempt: number;
  readonly cursor: RunCursor;
  readonly reports: readonly Report[];
  /** Records that could not be read; kept and counted. */
  readonly corrupt: readonly string[];
  readonly atMs: number;
}

export interface CorruptRecord {
  readonly trial: number;
  readonly attempt: number;
  readonly text: string;
}

export interface Changes {
  /** The store's revision when this was read. */
  readonly revision: number;
  readonly studies: readonly StudyRecord[];
  readonly trials: readonly TrialRecord[];
  readonly removedStudies: readonly string[];
}

/** Who drives a study. Identity is pid plus process start time, so that a reused pid is not mistaken for it. */
export interface LeaseOwner {
  readonly id: string;
  readonly pid: number;
  readonly startTime: string;
  readonly host: string;
}

/**
 * Remembers studies and trials. One transaction per call; each change raises one revision number for the whole
 * store and stamps it on the rows changed. Times are milliseconds since the epoch, given by the caller.
 * NaN and infinities survive. Unknown ids throw `StoreError` with reason `not-found`; an illegal trial state
 * change throws with reason `illegal-state`. Changes with a last argument `by` are a driver's: they are made only
 * while that owner has the study's lease, and throw with reason `lease-lost` otherwise. Those without are a person's.
 */
export interface Store {
  readonly revision: number;
  createStudy(study: NewStudy, nowMs: number): StudyRecord;
  study(id: string): StudyRecord;
  studies(): readonly StudyRecord[];
  changeStudy(id: string, change: StudyChange, nowMs: number, by?: LeaseOwner): StudyRecord;
  /** The study with its trials, reports and lease; files are the caller's. */
  removeStudy(id: string): void;
  /** Numbers are given out without gaps from 0. */
  addTrial(study: string, trial: NewTrial, by?: LeaseOwner): TrialRecord;
  trial(study: string, number: number): TrialRecord;
  trials(study: string): readonly TrialRecord[];
  changeTrial(study: string, number: number, change: TrialChange, by?: LeaseOwner): TrialRecord;
  /**
   * Reports and the cursor they were read up to, in one transaction. A batch of an attempt that is not the
   * trial's newest changes nothing (fencing). A report for a (metric, step) already there replaces it.
   * Returns whether it was taken, per batch.
   */
  ingest(batches: readonly IngestBatch[], by?: LeaseOwner): readonly boolean[];
  /** Every metric's values of one trial, by metric, in step order; the newest attempt's where both reported a step. */
  reports(study: string, trial: number): Readonly<Record<string, readonly IntermediateValue[]>>;
  /** Records of a study that could not be read, by trial and attempt; the same text of one attempt once. */
  corruptRecords(study: string): readonly CorruptRecord[];
  /** Chooses which metric fills `TrialRecord.intermediate`; called when objectives become known. */
  setObjectives(study: string, objectives: readonly Objective[], nowMs: number): StudyRecord;
  /**
   * With `mostPoints` only about as many points of curves, so that a large store is read a part at a time: the
   * result's revision is then the one from which to go on. Studies are all there in each part.
   */
  changesSince(revision: number, mostPoints?: number): Changes;
  /**
   * Ids of the studies that somebody has to drive: those that run, those of whose trials one runs or is to be repeated,
   * and those ended that still have trials to end.
   */
  needingDriver(): readonly string[];
  /**
   * Takes or renews the right to drive a study; false while another live owner has it. `isAlive` is asked about that
   * owner and may judge by its heartbeat, which is the time it gave when it took or renewed the lease last.
   */
  acquireLease(
    study: string,
    owner: LeaseOwner,
    nowMs: number,
    isAlive: (owner: LeaseOwner, heartbeatMs: number) => boolean,
  ): boolean;
  /** Renews the lease of an owner who has it still; false when it was taken or given up, also where it is free now. */
  renewLease(study: string, owner: LeaseOwner, nowMs: number): boolean;
  /** Gives the right back; nothing where the study is gone or another owner has it. */
  releaseLease(study: string, owner: LeaseOwner): void;
  leaseOwner(study: string): LeaseOwner | undefined;
  close(): void;
}

export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly reason:
    | 'not-found'
    | 'illegal-state'
    | 'lease-lost'
    | 'newer-version'
    | 'not-a-database'
    | 'read-only'
    | 'disk-full'
    | 'damaged'
    | 'busy'
    | 'native-module';
  constructor(reason: StoreError['reason'], message: string) {
    super(message);
    this.reason = reason;
  }
}
