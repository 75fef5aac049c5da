import type { Database, Statement } from 'better-sqlite3';
import { StoreError } from '../study/store.ts';
import { toStoreError } from './errors.ts';

/** The revision of the transaction under way; raised once, by the first call, so that a call that changes nothing raises none. */
export type Stamp = () => number;

/** An open database: runs work in one transaction each and tells of failures as `StoreError`. */
export class Connection {
  readonly db: Database;
  /** Called when a call met damage, before that call throws. */
  onDamage: () => void = () => undefined;
  private readonly file: string;
  private readonly begin: Statement<[]>;
  private readonly beginWriting: Statement<[]>;
  private readonly commit: Statement<[]>;
  private readonly rollback: Statement<[]>;
  private readonly current: Statement<[], number>;
  private readonly raise: Statement<[], number>;

  constructor(db: Database, file: string) {
    this.db = db;
    this.file = file;
    this.begin = db.prepare('BEGIN');
    this.beginWriting = db.prepare('BEGIN IMMEDIATE');
    this.commit = db.prepare('COMMIT');
    this.rollback = db.prepare('ROLLBACK');
    this.current = db.prepare<[], number>('SELECT revision FROM meta').pluck();
    this.raise = db.prepare<[], number>('UPDATE meta SET revision = revision + 1 RETURNING revision').pluck();
  }

  /** All that `work` reads is of one moment. Never waits for a writer nor holds one up. */
  read<T>(work: () => T): T {
    return this.transact(this.begin, work);
  }

  /** All that `work` writes is there afterwards, or nothing if it throws. */
  write<T>(work: (stamp: Stamp) => T): T {
    let revision: number | undefined;
    const stamp = (): number => {
      revision ??= Number(this.raise.get());
      return revision;
    };
    return this.transact(this.beginWriting, () => work(stamp));
  }

  revision(): number {
    return this.guard(() => Number(this.current.get()));
  }

  close(): void {
    this.guard(() => this.db.close());
  }

  private transact<T>(begin: Statement<[]>, work: () => T): T {
    return this.guard(() => {
      begin.run();
      try {
        const result = work();
        this.commit.run();
        return result;
      } catch (error) {
        // SQLite has rolled back by itself after some failures, such as a full disk.
        if (this.db.inTransaction) this.rollback.run();
        throw error;
      }
    });
  }

  private guard<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      const told = toStoreError(error, this.file);
      if (told instanceof StoreError && told.reason === 'damaged') this.onDamage();
      throw told;
    }
  }
}
