import type { Database, Statement } from 'better-sqlite3';

/** Gives each metric name a small number, so that a report does not repeat it. */
export class MetricTable {
  private readonly find: Statement<[string], number>;
  private readonly insert: Statement<[string], number>;

  constructor(db: Database) {
    this.find = db.prepare<[string], number>('SELECT id FROM metric WHERE name = ?').pluck();
    this.insert = db.prepare<[string], number>('INSERT INTO metric (name) VALUES (?) RETURNING id').pluck();
  }

  /** The metric's number, given out if it has none; only within a write. */
  idOf(name: string): number {
    return this.find.get(name) ?? Number(this.insert.get(name));
  }
}
