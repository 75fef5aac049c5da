import type { Database, Statement } from 'better-sqlite3';
import type { CorruptRecord, IngestBatch, Report } from '../study/store.ts';
import type { IntermediateValue } from '../study/trial.ts';
import type { Stamp } from './connection.ts';
import { encodeJson } from './json.ts';
import type { MetricTable } from './metricTable.ts';
import { decodeNewest, encodeNewest, type NewestMetric } from './newestMetrics.ts';
import type { TrialRow } from './trialRow.ts';

type Point = [metric: string, step: number, value: number | null];
type NewReport = [trial: number, metric: number, step: number, attempt: number, value: number | null];
type Progress = [metrics: string, rewrites: number, cursor: string, revision: number, trial: number];
type Corrupt = [trial: number, attempt: number, text: string, atMs: number];

/** Of a record that cannot be read, this many characters are kept: enough to see what wrote it. */
export const corruptTextLimit = 2000;

/** Metric numbers already looked up in this transaction; not kept longer, as it may be undone. */
export type MetricIds = Map<string, number>;

/** Rows of reports, and of records that should have been some. */
export class ReportTable {
  private readonly metrics: MetricTable;
  private readonly ofTrial: Statement<[number], Point>;
  private readonly put: Statement<NewReport>;
  private readonly progress: Statement<Progress>;
  private readonly putCorrupt: Statement<Corrupt>;
  private readonly corruptOfStudy: Statement<[number], CorruptRecord>;

  constructor(db: Database, metrics: MetricTable) {
    this.metrics = metrics;
    this.ofTrial = db
      .prepare<[number], Point>(`
        SELECT metric.name, report.step, report.value FROM report JOIN metric ON metric.id = report.metric
        WHERE report.trial = ? ORDER BY report.metric, report.step`)
      .raw();
    this.put = db.prepare<NewReport>(`
      INSERT INTO report (trial, metric, step, attempt, value) VALUES (?, ?, ?, ?, ?)
      ON CONFLICT DO UPDATE SET attempt = excluded.attempt, value = excluded.value`);
    this.progress = db.prepare<Progress>(
      'UPDATE trial SET metrics = ?, rewrites = ?, cursor = ?, revision = ? WHERE key = ?',
    );
    // A run whose records are read again from the start must not have its corrupt ones counted twice.
    this.putCorrupt = db.prepare<Corrupt>(
      'INSERT OR IGNORE INTO corrupt (trial, attempt, text, at_ms) VALUES (?, ?, ?, ?)',
    );
    this.corruptOfStudy = db.prepare<[number], CorruptRecord>(`
      SELECT trial.number AS trial, corrupt.attempt, corrupt.text FROM corrupt JOIN trial ON trial.key = corrupt.trial
      WHERE trial.study = ? ORDER BY trial.number, corrupt.attempt, corrupt.at_ms`);
  }

  corruptOf(study: number): readonly CorruptRecord[] {
    return this.corruptOfStudy.all(study);
  }

  /** Every metric's values in step order. */
  of(trial: number): Readonly<Record<string, readonly IntermediateValue[]>> {
    const curves = new Map<string, IntermediateValue[]>();
    for (const [metric, step, value] of this.ofTrial.iterate(trial)) {
      const point = { step, value: value ?? Number.NaN };
      const curve = curves.get(metric);
      if (curve === undefined) curves.set(metric, [point]);
      else curve.push(point);
    }
    return Object.fromEntries(curves);
  }

  /** Stores what a batch says of a trial; false when it is of an attempt that is over (fencing). */
  take(row: TrialRow, batch: IngestBatch, ids: MetricIds, stamp: Stamp): boolean {
    if (batch.attempt !== row.attempt) return false;
    const cursor = encodeJson(batch.cursor);
    if (batch.reports.length === 0 && batch.corrupt.length === 0 && cursor === row.cursor) return true;
    const newest = decodeNewest(row.metrics);
    let appended = true;
    for (const report of batch.reports) {
      if (!Number.isFinite(report.step))
        this.keepCorrupt(row, batch, `step ${report.step} of ${report.metric}`);
      else appended = this.takeReport(row, report, newest, ids) && appended;
    }
    for (const text of batch.corrupt) this.keepCorrupt(row, batch, text);
    this.progress.run(encodeNewest(newest), row.rewrites + (appended ? 0 : 1), cursor, stamp(), row.key);
    return true;
  }

  /** Returns whether the report came after all of its metric that were there. */
  private takeReport(
    row: TrialRow,
    report: Report,
    newest: Map<string, NewestMetric>,
    ids: MetricIds,
  ): boolean {
    const { metric, step, value } = report;
    const lastStep = newest.get(metric)?.lastStep ?? Number.NEGATIVE_INFINITY;
    this.put.run(row.key, this.idOf(metric, ids), step, row.attempt, Number.isNaN(value) ? null : value);
    newest.set(metric, { value, lastStep: Math.max(step, lastStep) });
    return step > lastStep;
  }

  private keepCorrupt(row: TrialRow, batch: IngestBatch, text: string): void {
    this.putCorrupt.run(row.key, batch.attempt, text.slice(0, corruptTextLimit), batch.atMs);
  }

  private idOf(metric: string, ids: MetricIds): number {
    const known = ids.get(metric) ?? this.metrics.idOf(metric);
    ids.set(metric, known);
    return known;
  }
}
