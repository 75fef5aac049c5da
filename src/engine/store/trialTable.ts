import type { Database, Statement } from 'better-sqlite3';
import {
  type IngestBatch,
  type NewTrial,
  StoreError,
  type TrialChange,
  type TrialRecord,
} from '../study/store.ts';
import { isFinished } from '../study/trial.ts';
import type { Stamp } from './connection.ts';
import type { Curves } from './curves.ts';
import { encodeJson } from '../study/json.ts';
import type { StudyHead } from './studyTable.ts';
import type { Progress } from './reportTable.ts';
import { changedRow, type ProgressRow, toTrialRecord, type TrialRow } from './trialRow.ts';

interface NewRow {
  readonly study: number;
  readonly params: string;
  readonly reason: string;
  readonly seed: number;
  readonly createdMs: number;
  readonly fidelity: number | null;
  readonly parent: number | null;
  readonly parentStep: number | null;
  readonly replicaOf: number | null;
  readonly revision: number;
}

/** More changed rows than this are read in one go rather than one by one. */
const mostOneByOne = 2_000;

/** A trial without a curve takes as long as that many points. */
const pointsOfTrial = 20;

/**
 * Rows of trials. Records of unfinished ones are remembered by their revision: a thousand live trials are asked for many
 * times a second by whoever drives and whoever watches, and are made once for all of them.
 */
export class TrialTable {
  private readonly curves: Curves;
  private readonly remembered = new Map<number, TrialRecord>();
  private readonly one: Statement<[number, number], TrialRow>;
  private readonly ofStudy: Statement<[number], TrialRow>;
  private readonly newerThan: Statement<[number], TrialRow>;
  private readonly newerKeys: Statement<[number], [key: number, revision: number]>;
  private readonly byKey: Statement<[number], TrialRow>;
  private readonly progressOf: Statement<[number, number], ProgressRow>;
  private readonly insert: Statement<[NewRow], number>;
  private readonly update: Statement<[TrialRow]>;
  private readonly stampAll: Statement<[number, number]>;
  private readonly unsettled: Statement<[], string>;

  constructor(db: Database, curves: Curves) {
    this.curves = curves;
    const rows =
      'SELECT *, (SELECT count(*) FROM corrupt WHERE corrupt.trial = trial.key) AS corrupt FROM trial';
    this.one = db.prepare<[number, number], TrialRow>(`${rows} WHERE study = ? AND number = ?`);
    this.ofStudy = db.prepare<[number], TrialRow>(`${rows} WHERE study = ? ORDER BY number`);
    // In the order of the index: any other would make SQLite read the whole table instead.
    const newer = 'WHERE revision > ? ORDER BY revision, key';
    this.newerThan = db.prepare<[number], TrialRow>(`${rows} ${newer}`);
    this.newerKeys = db
      .prepare<[number], [key: number, revision: number]>(`SELECT key, revision FROM trial ${newer}`)
      .raw();
    this.byKey = db.prepare<[number], TrialRow>(`${rows} WHERE key = ?`);
    this.progressOf = db.prepare<[number, number], ProgressRow>(
      'SELECT key, attempt, metrics, rewrites, cursor, revision FROM trial WHERE study = ? AND number = ?',
    );
    this.insert = db
      .prepare<[NewRow], number>(`
        INSERT INTO trial (study, number, state, params, reason, seed, metrics, rewrites, attempt, created_ms, fidelity, parent, parent_step, replica_of, star, revision)
        SELECT @study, coalesce(max(number) + 1, 0), 'waiting', @params, @reason, @seed, '[]', 0, 0, @createdMs, @fidelity, @parent, @parentStep, @replicaOf, 0, @revision
        FROM trial WHERE study = @study RETURNING number`)
      .pluck();
    this.update = db.prepare<[TrialRow]>(`
      UPDATE trial SET state = @state, objective_values = @objective_values, constraint_values = @constraint_values,
        fidelity = @fidelity, rungs = @rungs, losses = @losses,
        attempt = @attempt, slot = @slot, handle = @handle, cursor = @cursor, folder = @folder,
        started_ms = @started_ms, ended_ms = @ended_ms, message = @message, asked = @asked, star = @star, note = @note, tags = @tags,
        revision = @revision
      WHERE key = @key`);
    this.stampAll = db.prepare<[number, number]>('UPDATE trial SET revision = ? WHERE study = ?');
    // The list of states is that of the partial index `trial_unfinished`, word by word, or it is not used.
    const unfinished = "trial.study = study.key AND trial.state IN ('waiting', 'running', 'paused')";
    this.unsettled = db
      .prepare<[], string>(`
        SELECT id FROM study WHERE state = 'running'
          OR EXISTS (SELECT 1 FROM trial WHERE ${unfinished} AND trial.state = 'running')
          OR (state IN ('stopped', 'failed') AND EXISTS (SELECT 1 FROM trial WHERE ${unfinished}))
          OR EXISTS (SELECT 1 FROM trial WHERE ${unfinished} AND trial.replica_of IS NOT NULL)
        ORDER BY key`)
      .pluck();
  }

  row(study: StudyHead, number: number): TrialRow {
    return this.one.get(study.key, number) ?? missing(study, number);
  }

  /** As far as reports change it. */
  progress(study: StudyHead, number: number): ProgressRow {
    return this.progressOf.get(study.key, number) ?? missing(study, number);
  }

  /** Makes the remembered record say what was just stored of reports, so that it need not be read again. */
  follow(row: ProgressRow, { cursor }: IngestBatch, progress: Progress): void {
    const known = this.remembered.get(row.key);
    if (known === undefined) return;
    // Changed by another process meanwhile, or otherwise than at its end: it is read anew when it is asked for.
    if (known.revision !== row.revision || !progress.appended || progress.corrupt) {
      this.remembered.delete(row.key);
      return;
    }
    const { curve, newest, revision } = progress;
    const intermediate = curve.length === 0 ? known.intermediate : known.intermediate.concat(curve);
    const metrics = Object.fromEntries([...newest].map(([name, { value }]) => [name, value]));
    this.remembered.set(row.key, { ...known, metrics, cursor, intermediate, revision });
    this.curves.follow(row.key, intermediate);
  }

  /** Forgets what may be of a transaction that was undone, or of a study that is gone. */
  forget(): void {
    this.remembered.clear();
    this.curves.forget();
  }

  record(study: StudyHead, number: number): TrialRecord {
    return this.toRecord(study, this.row(study, number));
  }

  all(study: StudyHead): readonly TrialRecord[] {
    return this.ofStudy.all(study.key).map((row) => this.toRecord(study, row));
  }

  /** Studies that run, and those that have a trial somebody must see to the end of. */
  unsettledStudies(): readonly string[] {
    return this.unsettled.all();
  }

  /** Those changed after a revision, of every study, in the order changed. */
  since(revision: number, studies: ReadonlyMap<number, StudyHead>): readonly TrialRecord[] {
    const toRecords = (row: TrialRow | undefined): readonly TrialRecord[] => {
      if (row === undefined) return [];
      const study = studies.get(row.study);
      return study === undefined ? [] : [this.toRecord(study, row)];
    };
    const keys = this.newerKeys.all(revision);
    if (keys.length > mostOneByOne) return this.newerThan.all(revision).flatMap((row) => toRecords(row));
    return keys.flatMap(([key, newest]) => {
      const known = this.remembered.get(key);
      return known?.revision === newest ? [known] : toRecords(this.byKey.get(key));
    });
  }

  /**
   * The first of those, up to about `mostPoints` points of curves, with the revision up to which they are all there.
   * What one transaction changed is never taken apart.
   */
  firstSince(
    revision: number,
    studies: ReadonlyMap<number, StudyHead>,
    mostPoints: number,
  ): { readonly trials: readonly TrialRecord[]; readonly upTo: number | undefined } {
    const trials: TrialRecord[] = [];
    let points = 0;
    let taken = revision;
    for (const [key, newest] of this.newerKeys.iterate(revision)) {
      if (points > mostPoints && newest !== taken) return { trials, upTo: taken };
      taken = newest;
      const known = this.remembered.get(key);
      const row = known?.revision === newest ? undefined : this.byKey.get(key);
      const study = row === undefined ? undefined : studies.get(row.study);
      const record = row === undefined || study === undefined ? known : this.toRecord(study, row);
      if (record?.revision !== newest) continue; // of a study removed meanwhile
      trials.push(record);
      points += record.intermediate.length + pointsOfTrial;
    }
    return { trials, upTo: undefined };
  }

  /** Returns the number given out. */
  add(study: StudyHead, trial: NewTrial, stamp: Stamp): number {
    const number = this.insert.get({
      study: study.key,
      params: encodeJson(trial.params),
      reason: trial.reason,
      seed: trial.seed,
      createdMs: trial.createdAtMs,
      fidelity: trial.fidelity ?? null,
      parent: trial.parent ?? null,
      parentStep: trial.parentStep ?? null,
      replicaOf: trial.replicaOf ?? null,
      revision: stamp(),
    });
    return Number(number);
  }

  change(row: TrialRow, change: TrialChange, stamp: Stamp): void {
    this.update.run(changedRow(row, change, stamp()));
  }

  /** Marks every trial of a study as changed. */
  touchAll(study: StudyHead, stamp: Stamp): void {
    this.stampAll.run(stamp(), study.key);
  }

  private toRecord(study: StudyHead, row: TrialRow): TrialRecord {
    const { key, state, rewrites } = row;
    const curve = this.curves.of({ key, state, rewrites, curveMetric: study.curve_metric });
    const record = toTrialRecord(study.id, row, curve);
    if (isFinished(state)) this.remembered.delete(key);
    else this.remembered.set(key, record);
    return record;
  }
}

const missing = (study: StudyHead, number: number): never => {
  throw new StoreError('not-found', `There is no trial ${number} of study ${study.id}.`);
};
