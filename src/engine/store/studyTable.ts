import type { Database, Statement } from 'better-sqlite3';
import { type NewStudy, type StudyChange, type StudyRecord, StoreError } from '../study/store.ts';
import type { StudySpec, StudyState } from '../study/study.ts';
import type { Stamp } from './connection.ts';
import type { MetricTable } from './metricTable.ts';
import { decodeJson, encodeJson } from '../study/json.ts';
import { decodeSpec, encodeSpec } from '../study/specText.ts';

export interface StudyRow {
  readonly key: number;
  readonly id: string;
  readonly name: string;
  readonly script: string;
  readonly state: StudyState;
  readonly message: string | null;
  readonly spec: string;
  readonly plan: string;
  readonly created_ms: number;
  readonly updated_ms: number;
  readonly elapsed_ms: number;
  readonly curve_metric: number | null;
  readonly note: string | null;
  readonly tags: string | null;
  readonly revision: number;
}

/** What trials need to know of their study. */
export type StudyHead = Pick<StudyRow, 'key' | 'id' | 'curve_metric'>;

type InsertRow = Omit<StudyRow, 'key'>;
type UpdateRow = Pick<
  StudyRow,
  | 'key'
  | 'state'
  | 'message'
  | 'spec'
  | 'updated_ms'
  | 'elapsed_ms'
  | 'curve_metric'
  | 'note'
  | 'tags'
  | 'revision'
>;

const missing = (id: string): never => {
  throw new StoreError('not-found', `There is no study ${id}; it may have been removed.`);
};

/** Rows of studies and of the memory that some were removed. */
export class StudyTable {
  private readonly metrics: MetricTable;
  /** A space is costly to read and hardly ever changes: the last one read of each study, by its text. */
  private readonly specs = new Map<number, { readonly text: string; readonly spec: StudySpec }>();
  private readonly byId: Statement<[string], StudyRow>;
  private readonly head: Statement<[string], StudyHead>;
  private readonly allHeads: Statement<[], StudyHead>;
  private readonly newerThan: Statement<[number], StudyRow>;
  private readonly nameTaken: Statement<[string, string], number>;
  private readonly insert: Statement<[InsertRow]>;
  private readonly update: Statement<[UpdateRow]>;
  private readonly remove: Statement<[number]>;
  private readonly bury: Statement<[string, number]>;
  private readonly isBuried: Statement<[string], number>;
  private readonly buriedSince: Statement<[number], string>;

  constructor(db: Database, metrics: MetricTable) {
    this.metrics = metrics;
    this.byId = db.prepare<[string], StudyRow>('SELECT * FROM study WHERE id = ?');
    this.head = db.prepare<[string], StudyHead>('SELECT key, id, curve_metric FROM study WHERE id = ?');
    this.allHeads = db.prepare<[], StudyHead>('SELECT key, id, curve_metric FROM study');
    this.newerThan = db.prepare<[number], StudyRow>('SELECT * FROM study WHERE revision > ? ORDER BY key');
    this.nameTaken = db
      .prepare<[string, string], number>('SELECT 1 FROM study WHERE script = ? AND name = ?')
      .pluck();
    this.insert = db.prepare<[InsertRow]>(`
      INSERT INTO study (id, name, script, state, message, spec, plan, curve_metric, created_ms, updated_ms, elapsed_ms, note, tags, revision)
      VALUES (@id, @name, @script, @state, @message, @spec, @plan, @curve_metric, @created_ms, @updated_ms, @elapsed_ms, @note, @tags, @revision)`);
    this.update = db.prepare<[UpdateRow]>(`
      UPDATE study SET state = @state, message = @message, spec = @spec, curve_metric = @curve_metric,
        updated_ms = @updated_ms, elapsed_ms = @elapsed_ms, note = @note, tags = @tags, revision = @revision WHERE key = @key`);
    this.remove = db.prepare<[number]>('DELETE FROM study WHERE key = ?');
    this.bury = db.prepare<[string, number]>('INSERT INTO removed (id, revision) VALUES (?, ?)');
    this.isBuried = db.prepare<[string], number>('SELECT 1 FROM removed WHERE id = ?').pluck();
    this.buriedSince = db
      .prepare<[number], string>('SELECT id FROM removed WHERE revision > ? ORDER BY revision')
      .pluck();
  }

  find(id: string): StudyHead | undefined {
    return this.head.get(id);
  }

  headOf(id: string): StudyHead {
    return this.find(id) ?? missing(id);
  }

  /** Of every study, by key. */
  heads(): ReadonlyMap<number, StudyHead> {
    return new Map(this.allHeads.all().map((head) => [head.key, head]));
  }

  row(id: string): StudyRow {
    return this.byId.get(id) ?? missing(id);
  }

  record(id: string): StudyRecord {
    return this.toRecord(this.row(id));
  }

  /** Those changed after a revision, in the order created. */
  since(revision: number): readonly StudyRecord[] {
    return this.newerThan.all(revision).map((row) => this.toRecord(row));
  }

  removedSince(revision: number): readonly string[] {
    return this.buriedSince.all(revision);
  }

  /** An id may be used once: those who mirror the store could not tell a new study from a removed one. */
  add(id: string, study: NewStudy, nowMs: number, stamp: Stamp): void {
    if (this.find(id) !== undefined || this.isBuried.get(id) !== undefined)
      throw new Error(`a study with id ${id} exists or did`);
    this.insert.run({
      id,
      name: this.freeName(study.script, study.name),
      script: study.script,
      state: study.state,
      message: study.message ?? null,
      spec: encodeSpec(study.spec),
      plan: study.plan,
      curve_metric: this.curveMetric(study.spec),
      created_ms: study.createdAtMs,
      updated_ms: nowMs,
      elapsed_ms: 0,
      note: study.note ?? null,
      tags: study.tags === undefined ? null : encodeJson(study.tags),
      revision: stamp(),
    });
  }

  /** Returns whether another metric than before now fills the intermediate values of the study's trials. */
  change(row: StudyRow, change: StudyChange, nowMs: number, stamp: Stamp): boolean {
    const { spec } = change;
    const curveMetric = spec === undefined ? row.curve_metric : this.curveMetric(spec);
    this.update.run({
      key: row.key,
      state: change.state ?? row.state,
      message: change.message === undefined ? row.message : change.message,
      spec: spec === undefined ? row.spec : encodeSpec(spec),
      updated_ms: nowMs,
      elapsed_ms: change.elapsedMs ?? row.elapsed_ms,
      curve_metric: curveMetric,
      note: change.note === undefined ? row.note : change.note,
      tags: change.tags === undefined ? row.tags : change.tags === null ? null : encodeJson(change.tags),
      revision: stamp(),
    });
    return curveMetric !== row.curve_metric;
  }

  delete(row: StudyHead, stamp: Stamp): void {
    this.remove.run(row.key);
    this.bury.run(row.id, stamp());
    this.specs.delete(row.key);
  }

  specOf(row: StudyRow): StudySpec {
    const known = this.specs.get(row.key);
    if (known?.text === row.spec) return known.spec;
    const spec = decodeSpec(row.spec);
    this.specs.set(row.key, { text: row.spec, spec });
    return spec;
  }

  private curveMetric(spec: StudySpec): number | null {
    const metric = spec.objectives[0]?.metric;
    return metric === undefined ? null : this.metrics.idOf(metric);
  }

  private freeName(script: string, name: string): string {
    let free = name;
    for (let n = 2; this.nameTaken.get(script, free) !== undefined; n += 1) free = `${name}-${n}`;
    return free;
  }

  private toRecord(row: StudyRow): StudyRecord {
    return {
      id: row.id,
      name: row.name,
      script: row.script,
      state: row.state,
      ...(row.message === null ? {} : { message: row.message }),
      spec: this.specOf(row),
      plan: row.plan,
      createdAtMs: row.created_ms,
      updatedAtMs: row.updated_ms,
      elapsedMs: row.elapsed_ms,
      ...(row.note === null ? {} : { note: row.note }),
      ...(row.tags === null ? {} : { tags: decodeJson(row.tags) as readonly string[] }), // written above
      revision: row.revision,
    };
  }
}
