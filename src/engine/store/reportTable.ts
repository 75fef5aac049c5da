import type { Database, Statement } from 'better-sqlite3';
import type { CorruptRecord, IngestBatch } from '../study/store.ts';
import type { IntermediateValue } from '../study/trial.ts';
import type { Stamp } from './connection.ts';
import type { MetricTable } from './metricTable.ts';
import { decodeNewest, encodeNewest, type NewestMetric } from './newestMetrics.ts';
import type { ProgressRow } from './trialRow.ts';

type Point = [metric: string, step: number, value: number | null];
type NewReport = [trial: number, metric: number, step: number, attempt: number, value: number | null];
type NewProgress = [metrics: string, rewrites: number, cursor: string, revision: number, trial: number];
type Corrupt = [trial: number, attempt: number, text: string, atMs: number];

/** Of a record that cannot be read, this many characters are kept: enough to see what wrote it. */
export const corruptTextLimit = 2000;

/** Metric numbers already looked up in this transaction; not kept longer, as it may be undone. */
export type MetricIds = Map<string, number>;

/** What a batch changed of its trial. */
export interface Progress {
  readonly newest: ReadonlyMap<string, NewestMetric>;
  /** Every report came after all of its metric that were there. */
  readonly appended: boolean;
  /** Those of the metric that fills the trial's curve. */
  readonly curve: readonly IntermediateValue[];
  /** There were records that could not be read. */
  readonly corrupt: boolean;
  readonly revision: number;
}

/** What became of a batch: it is of an attempt that is over, it said nothing new, or it was stored. */
export type Taken = 'fenced' | 'known' | Progress;

/** Trials whose newest values are remembered. */
const mostRemembered = 10_000;

/** Rows of reports, and of records that should have been some. */
export class ReportTable {
  private readonly metrics: MetricTable;
  private readonly ofTrial: Statement<[number], Point>;
  private readonly put: Statement<NewReport>;
  private readonly progress: Statement<NewProgress>;
  private readonly putCorrupt: Statement<Corrupt>;
  private readonly corruptOfStudy: Statement<[number], CorruptRecord>;
  /** By trial, with the text they were written as: whoever finds that text need not read it. */
  private readonly newest = new Map<
    number,
    { readonly text: string; readonly values: Map<string, NewestMetric> }
  >();

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
    this.progress = db.prepare<NewProgress>(
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

  /** Stores what a batch says of a trial. `curveMetric` is the number of the metric that fills its curve. */
  take(
    row: ProgressRow,
    batch: IngestBatch,
    curveMetric: number | null,
    ids: MetricIds,
    stamp: Stamp,
  ): Taken {
    if (batch.attempt !== row.attempt) return 'fenced';
    const cursor = JSON.stringify(batch.cursor); // offsets and JSON: nothing that `encodeJson` is for
    if (batch.reports.length === 0 && batch.corrupt.length === 0 && cursor === row.cursor) return 'known';
    const newest = this.newestOf(row);
    const curve: IntermediateValue[] = [];
    let appended = true;
    let corrupt = batch.corrupt.length > 0;
    for (const { metric, step, value } of batch.reports) {
      if (!Number.isFinite(step)) {
        corrupt = true;
        this.keepCorrupt(row, batch, `step ${step} of ${metric}`);
        continue;
      }
      const id = this.idOf(metric, ids);
      this.put.run(row.key, id, step, row.attempt, Number.isNaN(value) ? null : value);
      const lastStep = newest.get(metric)?.lastStep ?? Number.NEGATIVE_INFINITY;
      newest.set(metric, { value, lastStep: Math.max(step, lastStep) });
      if (step <= lastStep) appended = false;
      if (id === curveMetric) curve.push({ step, value });
    }
    for (const text of batch.corrupt) this.keepCorrupt(row, batch, text);
    const [revision, text] = [stamp(), encodeNewest(newest)];
    this.progress.run(text, row.rewrites + (appended ? 0 : 1), cursor, revision, row.key);
    this.remember(row.key, text, newest);
    return { newest, appended, curve, corrupt, revision };
  }

  private newestOf({ key, metrics }: ProgressRow): Map<string, NewestMetric> {
    const known = this.newest.get(key);
    this.newest.delete(key); // it is about to be changed
    return known?.text === metrics ? known.values : decodeNewest(metrics);
  }

  private remember(key: number, text: string, values: Map<string, NewestMetric>): void {
    if (this.newest.size >= mostRemembered) this.newest.clear();
    this.newest.set(key, { text, values });
  }

  private keepCorrupt(row: ProgressRow, batch: IngestBatch, text: string): void {
    this.putCorrupt.run(row.key, batch.attempt, text.slice(0, corruptTextLimit), batch.atMs);
  }

  private idOf(metric: string, ids: MetricIds): number {
    const known = ids.get(metric) ?? this.metrics.idOf(metric);
    ids.set(metric, known);
    return known;
  }
}
