import type { Database, Statement } from 'better-sqlite3';
import type { LeaseOwner } from '../study/store.ts';

export interface Lease {
  readonly owner: LeaseOwner;
  readonly heartbeatMs: number;
}

interface LeaseRow {
  readonly owner: string;
  readonly pid: number;
  readonly start_time: string;
  readonly host: string;
  readonly heartbeat_ms: number;
}

export const isSameOwner = (a: LeaseOwner, b: LeaseOwner): boolean =>
  a.id === b.id && a.pid === b.pid && a.startTime === b.startTime && a.host === b.host;

/** Rows of leases: who drives which study. */
export class LeaseTable {
  private readonly one: Statement<[number], LeaseRow>;
  private readonly put: Statement<[LeaseRow & { readonly study: number }]>;
  private readonly remove: Statement<[number]>;

  constructor(db: Database) {
    this.one = db.prepare<[number], LeaseRow>('SELECT * FROM lease WHERE study = ?');
    this.put = db.prepare<[LeaseRow & { readonly study: number }]>(`
      INSERT OR REPLACE INTO lease (study, owner, pid, start_time, host, heartbeat_ms)
      VALUES (@study, @owner, @pid, @start_time, @host, @heartbeat_ms)`);
    this.remove = db.prepare<[number]>('DELETE FROM lease WHERE study = ?');
  }

  get(study: number): Lease | undefined {
    const row = this.one.get(study);
    if (row === undefined) return undefined;
    const owner = { id: row.owner, pid: row.pid, startTime: row.start_time, host: row.host };
    return { owner, heartbeatMs: row.heartbeat_ms };
  }

  set(study: number, { id, pid, startTime, host }: LeaseOwner, nowMs: number): void {
    this.put.run({ study, owner: id, pid, start_time: startTime, host, heartbeat_ms: nowMs });
  }

  delete(study: number): void {
    this.remove.run(study);
  }
}
