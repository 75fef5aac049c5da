import type { Database, Statement } from 'better-sqlite3';
import { type IntermediateValue, isFinished, type TrialState } from '../study/trial.ts';

/** The part of a trial's row that says which curve is wanted and whether a remembered one still holds. */
export interface CurveSource {
  readonly key: number;
  readonly state: TrialState;
  readonly curveMetric: number | null;
  readonly rewrites: number;
}

interface Remembered {
  readonly metric: number;
  readonly rewrites: number;
  readonly values: readonly IntermediateValue[];
}

type Point = [step: number, value: number | null];

const toIntermediate = ([step, value]: Point): IntermediateValue => ({ step, value: value ?? Number.NaN });

/**
 * Reads curves of trials. That of an unfinished trial is remembered, and only what was appended since is read:
 * a thousand live trials are asked for many times a second. Curves are never changed in place.
 */
export class Curves {
  private readonly remembered = new Map<number, Remembered>();
  private readonly whole: Statement<[number, number], Point>;
  private readonly tail: Statement<[number, number, number], Point>;

  constructor(db: Database) {
    const sql = 'SELECT step, value FROM report WHERE trial = ? AND metric = ?';
    this.whole = db.prepare<[number, number], Point>(`${sql} ORDER BY step`).raw();
    this.tail = db.prepare<[number, number, number], Point>(`${sql} AND step > ? ORDER BY step`).raw();
  }

  of(source: CurveSource): readonly IntermediateValue[] {
    const { key, curveMetric: metric, rewrites } = source;
    if (metric === null) return [];
    const known = this.remembered.get(key);
    const usable = known !== undefined && known.metric === metric && known.rewrites === rewrites;
    const values = usable ? this.extend(key, known) : this.whole.all(key, metric).map(toIntermediate);
    if (isFinished(source.state)) this.remembered.delete(key);
    else if (!usable || values !== known.values) this.remembered.set(key, { metric, rewrites, values });
    return values;
  }

  /** The curve of an unfinished trial is now this one; it grew at its end. */
  follow(key: number, values: readonly IntermediateValue[]): void {
    const known = this.remembered.get(key);
    if (known !== undefined) this.remembered.set(key, { ...known, values });
  }

  /** Forgets what may be of a transaction that was undone, or of a study that is gone. */
  forget(): void {
    this.remembered.clear();
  }

  private extend(key: number, known: Remembered): readonly IntermediateValue[] {
    const last = known.values.at(-1);
    const news = this.tail.all(key, known.metric, last?.step ?? Number.NEGATIVE_INFINITY);
    return news.length === 0 ? known.values : [...known.values, ...news.map(toIntermediate)];
  }
}
