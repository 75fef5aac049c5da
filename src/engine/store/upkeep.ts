import type { Statement } from 'better-sqlite3';
import Sqlite from 'better-sqlite3';
import { StoreError, type StudyRecord } from '../study/store.ts';
import type {
  AttemptCurve,
  PortableStudy,
  PortableTrial,
  Relocation,
  StoreSize,
  TrialContents,
  Upkeep,
} from '../study/upkeep.ts';
import type { Connection, Stamp } from './connection.ts';
import { encodeJson } from '../study/json.ts';
import { MetricTable } from './metricTable.ts';
import { encodeNewest, type NewestMetric } from './newestMetrics.ts';
import { StudyTable } from './studyTable.ts';
import { corruptTextLimit } from './reportTable.ts';

type CurvePoint = [metric: string, attempt: number, step: number, value: number | null];

/** Of many trials that are written at once, as many have one revision. */
const trialsARevision = 100;

/** SQLite stops looking after this many; one is enough to know. */
const mostProblems = 20;

/** Pages given back at a time: a few milliseconds. */
const shrinkPages = 500;

const busyTimeoutMs = 5000;

/** A database made before free pages could be given back bit by bit is rewritten whole, if it is no larger. */
const mostRewrittenBytes = 256e6;

/** What a trial's row keeps of its metrics: newest values in the order first seen, each with its highest step. */
const newestOf = ({ trial, curves }: TrialContents): ReadonlyMap<string, NewestMetric> =>
  new Map(
    Object.entries(trial.metrics).map(([metric, value]) => {
      const last = curves.filter((curve) => curve.metric === metric).map(({ steps }) => steps.at(-1) ?? 0);
      return [metric, { value, lastStep: Math.max(...last) }];
    }),
  );

const orNull = <T>(value: T | undefined): T | null => value ?? null;
const jsonOrNull = (value: unknown): string | null => (value === undefined ? null : encodeJson(value));

export class SqliteUpkeep implements Upkeep {
  private readonly connection: Connection;
  private readonly metrics: MetricTable;
  private readonly studyTable: StudyTable;

  constructor(connection: Connection) {
    this.connection = connection;
    this.metrics = new MetricTable(connection.db);
    this.studyTable = new StudyTable(connection.db, this.metrics);
  }

  onDamage(listener: () => void): void {
    this.connection.onDamage = listener;
  }

  curves(study: string, trial: number): readonly AttemptCurve[] {
    const points = this.connection.db
      .prepare<[string, number], CurvePoint>(`
        SELECT metric.name, report.attempt, report.step, report.value
        FROM study JOIN trial ON trial.study = study.key JOIN report ON report.trial = trial.key
          JOIN metric ON metric.id = report.metric
        WHERE study.id = ? AND trial.number = ? ORDER BY report.metric, report.step`)
      .raw();
    return this.connection.read(() => {
      const curves = new Map<
        string,
        { metric: string; attempt: number; steps: number[]; values: number[] }
      >();
      for (const [metric, attempt, step, value] of points.iterate(study, trial)) {
        const name = `${attempt} ${metric}`;
        const curve = curves.get(name) ?? { metric, attempt, steps: [], values: [] };
        curve.steps.push(step);
        curve.values.push(value ?? Number.NaN);
        curves.set(name, curve);
      }
      return [...curves.values()];
    });
  }

  knows(id: string): 'now' | 'once' | undefined {
    const { db } = this.connection;
    return this.connection.read(() => {
      if (this.studyTable.find(id) !== undefined) return 'now';
      return db.prepare('SELECT 1 FROM removed WHERE id = ?').get(id) === undefined ? undefined : 'once';
    });
  }

  trialCount(study: string): number {
    const count = this.connection.db
      .prepare<[string], number>(
        'SELECT count(*) FROM trial WHERE study = (SELECT key FROM study WHERE id = ?)',
      )
      .pluck();
    return this.connection.read(() => Number(count.get(study)));
  }

  restore(study: PortableStudy, trials: Iterable<TrialContents>): StudyRecord {
    const { db } = this.connection;
    return this.connection.write((stamp) => {
      this.studyTable.add(study.id, study, study.updatedAtMs, stamp);
      const { key } = this.studyTable.headOf(study.id);
      db.prepare<[number, number]>('UPDATE study SET elapsed_ms = ? WHERE key = ?').run(study.elapsedMs, key);
      const writer = new TrialWriter(this.connection, this.metrics, stamp);
      for (const contents of trials) writer.put(key, contents);
      this.spreadRevisions('study = @key', key);
      return this.studyTable.record(study.id);
    });
  }

  restoreTrials(study: string, trials: Iterable<TrialContents>): void {
    this.connection.write((stamp) => {
      const { key } = this.studyTable.headOf(study);
      const writer = new TrialWriter(this.connection, this.metrics, stamp);
      for (const contents of trials) writer.put(key, contents);
    });
  }

  relocate(study: string, { plan, runsFrom, runsTo }: Relocation): void {
    const { db } = this.connection;
    this.connection.write((stamp) => {
      const { key } = this.studyTable.headOf(study);
      const values = { key, plan, from: runsFrom, to: runsTo, revision: stamp() };
      db.prepare('UPDATE study SET plan = @plan, revision = @revision WHERE key = @key').run(values);
      const moved = (text: string): string => `@to || substr(${text}, length(@from) + 1)`;
      db.prepare(`
        UPDATE trial SET revision = @revision, folder = ${moved('folder')},
          handle = CASE WHEN handle IS NULL THEN NULL
            ELSE json_set(handle, '$.folder', ${moved("json_extract(handle, '$.folder')")}) END
        WHERE study = @key AND substr(folder, 1, length(@from)) = @from`).run(values);
    });
  }

  problems(how: 'quick' | 'full'): readonly string[] {
    const { db } = this.connection;
    const check = how === 'quick' ? 'quick_check' : 'integrity_check';
    try {
      const found = db.pragma(`${check}(${mostProblems})`) as Record<string, string>[]; // one text a row
      return found.flatMap((row) => Object.values(row)).filter((text) => text !== 'ok');
    } catch (error) {
      if (error instanceof Sqlite.SqliteError && /^SQLITE_(CORRUPT|NOTADB|IOERR_SHORT)/.test(error.code))
        return [error.message];
      throw error;
    }
  }

  size(): StoreSize {
    const number = (name: string): number => Number(this.connection.db.pragma(name, { simple: true }));
    const pageSize = number('page_size');
    return { bytes: number('page_count') * pageSize, freeBytes: number('freelist_count') * pageSize };
  }

  shrink(mostMs: number): boolean {
    const { db } = this.connection;
    db.pragma('busy_timeout = 0');
    try {
      if (Number(db.pragma('auto_vacuum', { simple: true })) !== 2) return this.rewrite();
      const until = performance.now() + mostMs;
      while (this.size().freeBytes > 0) {
        // Read to its end, or it does nothing.
        db.pragma(`incremental_vacuum(${shrinkPages})`);
        if (performance.now() > until) return this.size().freeBytes > 0;
      }
      return false;
    } catch (error) {
      if (error instanceof Sqlite.SqliteError && /^SQLITE_(BUSY|LOCKED)/.test(error.code))
        throw new StoreError('busy', 'Another window or process is writing. Try again when it is done.');
      throw error;
    } finally {
      db.pragma(`busy_timeout = ${busyTimeoutMs}`);
    }
  }

  saveTo(file: string): void {
    this.connection.db.prepare('VACUUM INTO ?').run(file);
  }

  announceAll(seen: number, studies: readonly string[]): void {
    const { db } = this.connection;
    this.connection.write(() => {
      const revision = Math.max(seen, Number(db.prepare('SELECT revision FROM meta').pluck().get())) + 1;
      db.prepare('UPDATE meta SET revision = ?').run(revision);
      for (const table of ['study', 'trial', 'removed'])
        db.prepare(`UPDATE ${table} SET revision = ?`).run(revision);
      this.spreadRevisions('@key = 0', 0);
      const bury = db.prepare('INSERT OR IGNORE INTO removed (id, revision) VALUES (?, ?)');
      for (const id of studies) if (this.studyTable.find(id) === undefined) bury.run(id, revision);
    });
  }

  /** So that who follows the store can read many trials that came at once in parts. */
  private spreadRevisions(where: string, key: number): void {
    const { db } = this.connection;
    db.prepare(
      `UPDATE trial SET revision = revision + number / ${trialsARevision} WHERE (${where}) AND number >= ${trialsARevision}`,
    ).run({ key });
    db.exec('UPDATE meta SET revision = max(revision, (SELECT coalesce(max(revision), 0) FROM trial))');
  }

  /** Rewrites the whole file, which also makes it one that can be shrunk bit by bit. */
  private rewrite(): boolean {
    const { db } = this.connection;
    if (this.size().bytes > mostRewrittenBytes) return false;
    db.pragma('auto_vacuum = INCREMENTAL');
    db.exec('VACUUM');
    return false;
  }
}

/** Inserts trials with their reports, within one write. */
class TrialWriter {
  private readonly metrics: MetricTable;
  private readonly stamp: Stamp;
  private readonly ids = new Map<string, number>();
  private readonly trial: Statement<[Record<string, unknown>], number>;
  private readonly report: Statement<[number, number, number, number, number | null]>;
  private readonly corrupt: Statement<[number, number, string, number]>;

  constructor({ db }: Connection, metrics: MetricTable, stamp: Stamp) {
    this.metrics = metrics;
    this.stamp = stamp;
    this.trial = db
      .prepare<[Record<string, unknown>], number>(`
        INSERT INTO trial (study, number, state, params, reason, seed, objective_values, constraint_values, fidelity,
          rungs, parent, parent_step, replica_of, losses, metrics, rewrites, attempt, slot, created_ms, started_ms, ended_ms, message, asked, star, note, tags, revision)
        VALUES (@study, @number, @state, @params, @reason, @seed, @values, @constraints, @fidelity,
          @rungs, @parent, @parentStep, @replicaOf, @losses, @metrics, 0, @attempt, @slot, @createdMs, @startedMs, @endedMs, @message, @asked, @star, @note, @tags, @revision)
        RETURNING key`)
      .pluck();
    this.report = db.prepare(
      'INSERT INTO report (trial, metric, step, attempt, value) VALUES (?, ?, ?, ?, ?)',
    );
    this.corrupt = db.prepare(
      'INSERT OR IGNORE INTO corrupt (trial, attempt, text, at_ms) VALUES (?, ?, ?, ?)',
    );
  }

  put(study: number, contents: TrialContents): void {
    const { trial, curves, corrupt } = contents;
    const key = Number(
      this.trial.get({ study, metrics: encodeNewest(newestOf(contents)), ...this.row(trial) }),
    );
    for (const { metric, attempt, steps, values } of curves) {
      const id = this.idOf(metric);
      for (const [index, step] of steps.entries()) {
        const value = values[index] ?? Number.NaN;
        this.report.run(key, id, step, attempt, Number.isNaN(value) ? null : value);
      }
    }
    for (const { attempt, text } of corrupt)
      this.corrupt.run(key, attempt, text.slice(0, corruptTextLimit), trial.createdAtMs);
  }

  private row(trial: PortableTrial): Record<string, unknown> {
    return {
      number: trial.number,
      state: trial.state,
      params: encodeJson(trial.params),
      reason: trial.reason,
      seed: trial.seed,
      values: jsonOrNull(trial.values),
      constraints: jsonOrNull(trial.constraints),
      fidelity: orNull(trial.fidelity),
      rungs: jsonOrNull(trial.rungs),
      parent: orNull(trial.parent),
      parentStep: orNull(trial.parentStep),
      replicaOf: orNull(trial.replicaOf),
      losses: jsonOrNull(trial.losses),
      attempt: trial.attempt,
      slot: orNull(trial.slot),
      createdMs: trial.createdAtMs,
      startedMs: orNull(trial.startedAtMs),
      endedMs: orNull(trial.endedAtMs),
      message: orNull(trial.message),
      asked: orNull(trial.asked),
      star: trial.star ? 1 : 0,
      note: orNull(trial.note),
      tags: jsonOrNull(trial.tags),
      revision: this.stamp(),
    };
  }

  private idOf(metric: string): number {
    const id = this.ids.get(metric) ?? this.metrics.idOf(metric);
    this.ids.set(metric, id);
    return id;
  }
}
