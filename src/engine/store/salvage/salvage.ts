import Sqlite, { type Database, type Statement } from 'better-sqlite3';
import { studyStates } from '../../study/study.ts';
import { trialStates } from '../../study/trial.ts';
import { decodeJson } from '../../study/json.ts';
import { decodeSpec } from '../../study/specText.ts';
import { rowsOf, type Stored, type StoredRow } from './cells.ts';
import type { DatabaseImage } from './image.ts';
import { pageOwners } from './pageOwners.ts';

export interface Salvaged {
  readonly studies: number;
  readonly trials: number;
  readonly reports: number;
  /** Trials by the key of a study whose own row could not be read, with the study's id where a trial says it. */
  readonly withoutStudy: ReadonlyMap<number, string>;
}

type TableName = 'study' | 'trial' | 'metric' | 'report' | 'corrupt' | 'removed';

/** Of two rows with one key the newer is kept: where pages not in use cannot be told, old copies turn up as well. */
const newerWins: Readonly<Record<TableName, string>> = {
  study: 'excluded.revision >= study.revision',
  trial: 'excluded.revision >= trial.revision',
  metric: '0',
  report: 'excluded.attempt >= report.attempt',
  corrupt: '0',
  removed: '0',
};

const isText = (value: Stored | undefined): value is string => typeof value === 'string';
const isNumber = (value: Stored | undefined): value is number => typeof value === 'number';
const isOneOf = (values: readonly string[], value: Stored | undefined): boolean =>
  isText(value) && values.includes(value);

/** The table that a row can only be of, by its shape; for pages whose table cannot be told any more. */
const tableByShape = ({ rowid, values }: StoredRow): TableName | undefined => {
  const [a, b, c, d, e] = values;
  if (rowid === undefined) {
    const startsAsReport = isNumber(a) && isNumber(b);
    if (values.length === 5 && startsAsReport && isNumber(c) && isNumber(d) && !isText(e)) return 'report';
    return values.length === 4 && startsAsReport && isText(c) && isNumber(d) ? 'corrupt' : undefined;
  }
  if (a !== null) return undefined;
  if (values.length === 2 && isText(b)) return 'metric';
  if (values.length >= 23 && isNumber(b) && isNumber(c) && isOneOf(trialStates, d)) return 'trial';
  return values.length >= 13 && isText(b) && isText(c) && isText(d) && isOneOf(studyStates, e)
    ? 'study'
    : undefined;
};

const isReadable = (work: () => unknown): boolean => {
  try {
    work();
    return true;
  } catch {
    return false; // not what we write: the row is damaged
  }
};

const jsonColumns = [
  'params',
  'objective_values',
  'constraint_values',
  'rungs',
  'metrics',
  'handle',
  'cursor',
  'plan',
  'tags',
];

/** Would the store be able to read this row? */
const isWhole = (table: TableName, row: ReadonlyMap<string, Stored>): boolean => {
  const texts = jsonColumns.map((name) => row.get(name)).filter(isText);
  if (!texts.every((text) => isReadable(() => decodeJson(text)))) return false;
  if (table === 'trial') return isOneOf(trialStates, row.get('state'));
  const spec = row.get('spec');
  return table !== 'study' || (isText(spec) && isReadable(() => decodeSpec(spec)));
};

/** Puts rows into a new database. */
class RowWriter {
  private readonly db: Database;
  private readonly columns = new Map<TableName, readonly string[]>();
  private readonly statements = new Map<string, Statement<Stored[]>>();

  constructor(db: Database) {
    this.db = db;
  }

  /** Columns only ever came at the end: those an old row has not keep their defaults. */
  put(table: TableName, { rowid, values }: StoredRow): void {
    const columns = this.columnsOf(table).slice(0, values.length);
    const keyed = rowid !== undefined && values[0] === null ? [rowid, ...values.slice(1)] : values;
    const row = keyed.slice(0, columns.length);
    if (!isWhole(table, new Map(columns.map((name, index) => [name, row[index] ?? null])))) return;
    try {
      this.statement(table, columns).run(...row);
    } catch (error) {
      // A row that breaks a rule of its table was overwritten; anything else, such as a full disk, is no fault of its.
      if (!(error instanceof Sqlite.SqliteError && error.code.startsWith('SQLITE_CONSTRAINT'))) throw error;
    }
  }

  private columnsOf(table: TableName): readonly string[] {
    const known =
      this.columns.get(table) ??
      this.db
        .prepare<[string], string>('SELECT name FROM pragma_table_info(?) ORDER BY cid')
        .pluck()
        .all(table);
    this.columns.set(table, known);
    return known;
  }

  private statement(table: TableName, columns: readonly string[]): Statement<Stored[]> {
    const name = `${table} ${columns.length}`;
    const known =
      this.statements.get(name) ??
      this.db.prepare<Stored[]>(`
        INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})
        ON CONFLICT DO UPDATE SET ${columns.map((column) => `${column} = excluded.${column}`).join(', ')}
        WHERE ${newerWins[table]}`);
    this.statements.set(name, known);
    return known;
  }
}

/**
 * Copies every row that can still be read from a damaged database into a new one, page by page: neither a header nor a
 * whole tree is needed. Foreign keys must be off; `dropOrphans` afterwards takes away what has lost its owner.
 */
export const salvage = (image: DatabaseImage, db: Database): Salvaged => {
  const owners = pageOwners(image);
  const writer = new RowWriter(db);
  let revision = 0;
  for (let number = 1; number <= image.pageCount; number += 1) {
    const page = image.page(number);
    const owner = owners.get(number);
    if (page === undefined || owner === '') continue;
    for (const row of readRows(image, page, number)) {
      if (owner === 'meta') revision = Math.max(revision, Number(row.values[1]));
      const table = owner === undefined ? tableByShape(row) : owner in newerWins ? owner : undefined;
      if (table !== undefined) writer.put(table as TableName, row); // a key of `newerWins`
    }
  }
  nameCurveMetrics(db);
  db.exec(`UPDATE meta SET revision = max(${Number.isSafeInteger(revision) ? revision : 0}, revision,
    (SELECT coalesce(max(revision), 0) FROM study), (SELECT coalesce(max(revision), 0) FROM trial))`);
  const count = (table: TableName): number =>
    Number(db.prepare<[], number>(`SELECT count(*) FROM ${table}`).pluck().get());
  return {
    studies: count('study'),
    trials: count('trial'),
    reports: count('report'),
    withoutStudy: studiesMissing(db),
  };
};

const readRows = (image: DatabaseImage, page: Buffer, number: number): readonly StoredRow[] => {
  try {
    return rowsOf(image, page, number);
  } catch (error) {
    if (error instanceof RangeError) return []; // offsets beyond the page: overwritten
    throw error;
  }
};

/** A metric's name stands in one place; that of a first objective in its study as well. */
const nameCurveMetrics = (db: Database): void => {
  const unnamed = db
    .prepare<[], { metric: number; spec: string }>(
      'SELECT curve_metric AS metric, spec FROM study WHERE curve_metric NOT IN (SELECT id FROM metric)',
    )
    .all();
  const insert = db.prepare<[number, string]>('INSERT OR IGNORE INTO metric (id, name) VALUES (?, ?)');
  for (const { metric, spec } of unnamed) {
    const name = decodeSpec(spec).objectives[0]?.metric;
    if (name !== undefined) insert.run(metric, name);
  }
};

const studiesMissing = (db: Database): ReadonlyMap<number, string> =>
  new Map(
    db
      .prepare<[], [number, string]>(`
        SELECT study, max(coalesce(json_extract(handle, '$.key.study'), '')) FROM trial
        WHERE study NOT IN (SELECT key FROM study) GROUP BY study`)
      .raw()
      .all(),
  );

/** Takes away rows whose study, trial or metric was lost; returns how many trials and reports that were. */
export const dropOrphans = (db: Database): { readonly trials: number; readonly reports: number } => {
  const run = (sql: string): number => db.prepare(sql).run().changes;
  run('UPDATE study SET curve_metric = NULL WHERE curve_metric NOT IN (SELECT id FROM metric)');
  const trials = run('DELETE FROM trial WHERE study NOT IN (SELECT key FROM study)');
  run('DELETE FROM corrupt WHERE trial NOT IN (SELECT key FROM trial)');
  const reports = run(
    'DELETE FROM report WHERE trial NOT IN (SELECT key FROM trial) OR metric NOT IN (SELECT id FROM metric)',
  );
  return { trials, reports };
};
