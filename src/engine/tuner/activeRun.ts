import path from 'node:path';
import type {
  JsonValue,
  Launcher,
  RunCursor,
  RunHandle,
  RunRecord,
  RunState,
  RunUpdate,
} from '../study/launcher.ts';
import type { IngestBatch, Report } from '../study/store.ts';

/** One attempt of a trial that this engine watches: what it has said so far and what is still to be stored. */
export class ActiveRun {
  readonly trial: number;
  readonly attempt: number;
  readonly slot: number;
  readonly handle: RunHandle;
  readonly bound: Record<string, JsonValue> = {};
  /** Newest value of each metric, of this attempt alone. */
  readonly metrics: Record<string, number> = {};
  readonly notices: string[] = [];
  state: RunState = { kind: 'starting' };
  stopAsked = false;
  /** True from asking to stop until the process tree is verified gone. */
  stopPending = false;
  /** The launcher told of news since the last look. */
  stale = true;
  /** A report came since the pruner was last asked. */
  reported = false;
  private cursor: RunCursor;
  private unwatch: () => void = () => undefined;

  constructor(run: {
    trial: number;
    attempt: number;
    slot: number;
    handle: RunHandle;
    cursor: RunCursor;
  }) {
    this.trial = run.trial;
    this.attempt = run.attempt;
    this.slot = run.slot;
    this.handle = run.handle;
    this.cursor = run.cursor;
  }

  get ended(): boolean {
    return this.state.kind === 'ended' || this.state.kind === 'lost';
  }

  get log(): string {
    return path.join(this.handle.folder, 'log');
  }

  /** Reads on from where reading stopped; undefined when nothing new was there. */
  async poll(
    launcher: Launcher,
  ): Promise<{ update: RunUpdate; reports: readonly Report[]; corrupt: readonly string[] } | undefined> {
    this.stale = false; // before the look: news that come during it are looked for again
    const update = await launcher.poll(this.handle, this.cursor);
    if (update.more) this.stale = true;
    const moved = update.cursor.spool !== this.cursor.spool || update.cursor.log !== this.cursor.log;
    const reports: Report[] = [];
    const corrupt: string[] = [];
    for (const record of update.records) this.take(record, reports, corrupt);
    this.state = update.state;
    this.cursor = update.cursor;
    if (reports.length > 0) this.reported = true;
    return moved || reports.length > 0 || corrupt.length > 0 ? { update, reports, corrupt } : undefined;
  }

  /** The batch that makes the store agree with what was read. */
  batch(study: string, reports: readonly Report[], corrupt: readonly string[], atMs: number): IngestBatch {
    return { study, trial: this.trial, attempt: this.attempt, cursor: this.cursor, reports, corrupt, atMs };
  }

  watch(launcher: Launcher, onNews: () => void): void {
    this.unwatch = launcher.watch(this.handle, () => {
      this.stale = true;
      onNews();
    });
  }

  detach(): void {
    this.unwatch();
  }

  private take(record: RunRecord, reports: Report[], corrupt: string[]): void {
    switch (record.kind) {
      case 'bound':
        Object.assign(this.bound, record.values);
        return;
      case 'report':
        Object.assign(this.metrics, record.metrics);
        for (const [metric, value] of Object.entries(record.metrics))
          reports.push({ step: record.step, metric, value });
        return;
      case 'notice':
        this.notices.push(record.text);
        return;
      case 'corrupt':
        corrupt.push(record.text);
        return;
    }
  }
}
