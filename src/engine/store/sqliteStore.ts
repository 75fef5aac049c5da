import { randomBytes } from 'node:crypto';
import type { Objective } from '../study/objective.ts';
import {
  type Changes,
  type CorruptRecord,
  type IngestBatch,
  type LeaseOwner,
  type NewStudy,
  type NewTrial,
  StoreError,
  type StudyChange,
  type StudyRecord,
  type TrialChange,
  type TrialRecord,
} from '../study/store.ts';
import type { IntermediateValue } from '../study/trial.ts';
import type { KeptStore, Upkeep } from '../study/upkeep.ts';
import type { Connection, Stamp } from './connection.ts';
import { Curves } from './curves.ts';
import { isSameOwner, type Lease, LeaseTable } from './leaseTable.ts';
import { MetricTable } from './metricTable.ts';
import { ReportTable } from './reportTable.ts';
import { type StudyHead, StudyTable } from './studyTable.ts';
import { TrialTable } from './trialTable.ts';
import { SqliteUpkeep } from './upkeep.ts';

/** A store in a SQLite database, shared by as many processes as open it: each method is a transaction over the tables. */
export class SqliteStore implements KeptStore {
  readonly upkeep: Upkeep;
  private readonly connection: Connection;
  private readonly studyTable: StudyTable;
  private readonly trialTable: TrialTable;
  private readonly reportTable: ReportTable;
  private readonly leaseTable: LeaseTable;

  constructor(connection: Connection) {
    const { db } = connection;
    const metrics = new MetricTable(db);
    this.connection = connection;
    this.upkeep = new SqliteUpkeep(connection);
    this.studyTable = new StudyTable(db, metrics);
    this.trialTable = new TrialTable(db, new Curves(db));
    this.reportTable = new ReportTable(db, metrics);
    this.leaseTable = new LeaseTable(db);
  }

  get revision(): number {
    return this.connection.revision();
  }

  createStudy(study: NewStudy, nowMs: number): StudyRecord {
    const id = study.id ?? randomBytes(6).toString('hex');
    return this.write((stamp) => {
      this.studyTable.add(id, study, nowMs, stamp);
      return this.studyTable.record(id);
    });
  }

  study(id: string): StudyRecord {
    return this.read(() => this.studyTable.record(id));
  }

  studies(): readonly StudyRecord[] {
    return this.read(() => this.studyTable.since(-1));
  }

  changeStudy(id: string, change: StudyChange, nowMs: number, by?: LeaseOwner): StudyRecord {
    return this.write((stamp) => {
      const row = this.studyTable.row(id);
      this.mustHold(row.key, by);
      if (change.from !== undefined && row.state !== change.from) return this.studyTable.record(id);
      if (this.studyTable.change(row, change, nowMs, stamp)) this.trialTable.touchAll(row, stamp);
      return this.studyTable.record(id);
    });
  }

  setObjectives(study: string, objectives: readonly Objective[], nowMs: number): StudyRecord {
    return this.write((stamp) => {
      const row = this.studyTable.row(study);
      const spec = { ...this.studyTable.specOf(row), objectives };
      if (this.studyTable.change(row, { spec }, nowMs, stamp)) this.trialTable.touchAll(row, stamp);
      return this.studyTable.record(study);
    });
  }

  removeStudy(id: string): void {
    this.write((stamp) => this.studyTable.delete(this.studyTable.headOf(id), stamp));
    this.trialTable.forget();
  }

  addTrial(study: string, trial: NewTrial, by?: LeaseOwner): TrialRecord {
    return this.write((stamp) => {
      const head = this.studyTable.headOf(study);
      this.mustHold(head.key, by);
      return this.trialTable.record(head, this.trialTable.add(head, trial, stamp));
    });
  }

  trial(study: string, number: number): TrialRecord {
    return this.read(() => this.trialTable.record(this.studyTable.headOf(study), number));
  }

  trials(study: string): readonly TrialRecord[] {
    return this.read(() => this.trialTable.all(this.studyTable.headOf(study)));
  }

  changeTrial(study: string, number: number, change: TrialChange, by?: LeaseOwner): TrialRecord {
    return this.write((stamp) => {
      const head = this.studyTable.headOf(study);
      this.mustHold(head.key, by);
      this.trialTable.change(this.trialTable.row(head, number), change, stamp);
      return this.trialTable.record(head, number);
    });
  }

  ingest(batches: readonly IngestBatch[], by?: LeaseOwner): readonly boolean[] {
    return this.write((stamp) => {
      const ids = new Map<string, number>();
      const heads = new Map<string, StudyHead>();
      return batches.map((batch) => {
        const head = heads.get(batch.study) ?? this.held(batch.study, by);
        heads.set(batch.study, head);
        const row = this.trialTable.progress(head, batch.trial);
        const taken = this.reportTable.take(row, batch, head.curve_metric, ids, stamp);
        if (typeof taken === 'object') this.trialTable.follow(row, batch, taken);
        return taken !== 'fenced';
      });
    });
  }

  reports(study: string, trial: number): Readonly<Record<string, readonly IntermediateValue[]>> {
    return this.read(() =>
      this.reportTable.of(this.trialTable.row(this.studyTable.headOf(study), trial).key),
    );
  }

  corruptRecords(study: string): readonly CorruptRecord[] {
    return this.read(() => this.reportTable.corruptOf(this.studyTable.headOf(study).key));
  }

  /** A revision the store has not reached yet is of another store: then everything is new. */
  changesSince(revision: number, mostPoints = Number.POSITIVE_INFINITY): Changes {
    return this.read(() => {
      const current = this.connection.revision();
      if (revision === current) return { revision, studies: [], trials: [], removedStudies: [] };
      const since = revision > current ? -1 : revision;
      const heads = this.studyTable.heads();
      const { trials, upTo = current } =
        mostPoints === Number.POSITIVE_INFINITY
          ? { trials: this.trialTable.since(since, heads) }
          : this.trialTable.firstSince(since, heads, mostPoints);
      return {
        revision: upTo,
        studies: this.studyTable.since(since),
        trials,
        removedStudies: this.studyTable.removedSince(since),
      };
    });
  }

  needingDriver(): readonly string[] {
    return this.read(() => this.trialTable.unsettledStudies());
  }

  /** `isAlive` may take its time: it is asked while nothing is locked. Leases are no part of any record, so they raise no revision. */
  acquireLease(
    study: string,
    owner: LeaseOwner,
    nowMs: number,
    isAlive: (owner: LeaseOwner, heartbeatMs: number) => boolean,
  ): boolean {
    const seen = this.lease(study);
    const held =
      seen !== undefined && !isSameOwner(seen.owner, owner) && isAlive(seen.owner, seen.heartbeatMs);
    if (held) return false;
    return this.write(() => {
      const { key } = this.studyTable.headOf(study);
      const lease = this.leaseTable.get(key);
      const unchanged =
        lease === undefined ||
        (lease.heartbeatMs === seen?.heartbeatMs && isSameOwner(lease.owner, seen.owner));
      if (!unchanged && !isSameOwner(lease.owner, owner)) return false;
      this.leaseTable.set(key, owner, nowMs);
      return true;
    });
  }

  renewLease(study: string, owner: LeaseOwner, nowMs: number): boolean {
    return this.write(() => {
      const key = this.studyTable.find(study)?.key;
      if (key === undefined || !this.holds(key, owner)) return false;
      this.leaseTable.set(key, owner, nowMs);
      return true;
    });
  }

  /** Does nothing when another has the lease by now, or the study is gone. */
  releaseLease(study: string, owner: LeaseOwner): void {
    this.write(() => {
      const key = this.studyTable.find(study)?.key;
      if (key !== undefined && this.holds(key, owner)) this.leaseTable.delete(key);
    });
  }

  leaseOwner(study: string): LeaseOwner | undefined {
    return this.lease(study)?.owner;
  }

  close(): void {
    this.connection.close();
  }

  private holds(key: number, owner: LeaseOwner): boolean {
    const lease = this.leaseTable.get(key);
    return lease !== undefined && isSameOwner(lease.owner, owner);
  }

  /** Asked in the transaction of the change: whoever was held up longer than a lease lasts changes nothing any more. */
  private mustHold(key: number, by: LeaseOwner | undefined): void {
    if (by !== undefined && !this.holds(key, by))
      throw new StoreError('lease-lost', 'Another window or process drives this study now.');
  }

  private held(study: string, by: LeaseOwner | undefined): StudyHead {
    const head = this.studyTable.headOf(study);
    this.mustHold(head.key, by);
    return head;
  }

  private lease(study: string): Lease | undefined {
    return this.read(() => this.leaseTable.get(this.studyTable.headOf(study).key));
  }

  private read<T>(work: () => T): T {
    return this.connection.read(work);
  }

  private write<T>(work: (stamp: Stamp) => T): T {
    try {
      return this.connection.write(work);
    } catch (error) {
      this.trialTable.forget();
      throw error;
    }
  }
}
