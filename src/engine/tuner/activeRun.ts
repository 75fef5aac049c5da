import path from 'node:path';
import type {
  JsonValue,
  Launcher,
  RunCursor,
  RunHandle,
  RunLook,
  RunNews,
  RunRecord,
  RunState,
} from '../study/launcher.ts';
import type { IngestBatch, Report } from '../study/store.ts';

/** A program that writes rubbish into the spool must not fill the database: of each attempt so many are kept. */
const mostCorrupt = 1_000;

/** What one look at a run brought. */
export interface RunRead {
  readonly reports: readonly Report[];
  readonly corrupt: readonly string[];
  /** About as many were read. */
  readonly bytes: number;
}

/** What includes what. */
const weight: Readonly<Record<RunNews, number>> = { output: 0, life: 1, all: 2 };

const distance = (from: number, to: number): number => Math.abs(to - from);

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
  /** Copying its checkpoint was begun. */
  keptAsked = false;
  /** What the launcher told of since the last look; undefined when of nothing. */
  news: RunNews | undefined = 'all';
  /** A report came since the pruner was last asked. */
  reported = false;
  private cursor: RunCursor;
  /** Records that could not be read; a set, since one that is read again is the same. */
  private readonly corrupt = new Set<string>();
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
    look: RunLook = { at: 'all', mostBytes: Number.POSITIVE_INFINITY },
  ): Promise<RunRead | undefined> {
    this.news = undefined; // before the look: news that come during it are looked for again
    // How a run stands is not forgotten when it is only read on.
    const at = this.ended ? 'all' : look.at;
    const update = await launcher.poll(this.handle, this.cursor, { ...look, at });
    if (update.more) this.tell(at);
    const moved =
      distance(this.cursor.spool, update.cursor.spool) + distance(this.cursor.log, update.cursor.log);
    const reports: Report[] = [];
    const corrupt: string[] = [];
    for (const record of update.records) this.take(record, reports, corrupt);
    this.state = update.state;
    this.cursor = update.cursor;
    if (reports.length > 0) this.reported = true;
    const silent = moved === 0 && reports.length === 0 && corrupt.length === 0;
    return silent ? undefined : { reports, corrupt, bytes: moved };
  }

  /** The batch that makes the store agree with what was read. */
  batch(study: string, reports: readonly Report[], corrupt: readonly string[], atMs: number): IngestBatch {
    return { study, trial: this.trial, attempt: this.attempt, cursor: this.cursor, reports, corrupt, atMs };
  }

  watch(launcher: Launcher, onNews: () => void): void {
    this.unwatch = launcher.watch(this.handle, (news) => {
      this.tell(news);
      onNews();
    });
  }

  detach(): void {
    this.unwatch();
  }

  /** Something may be new: the next look is for that as well. */
  tell(news: RunNews): void {
    if (this.news === undefined || weight[news] > weight[this.news]) this.news = news;
  }

  private take(record: RunRecord, reports: Report[], corrupt: string[]): void {
    switch (record.kind) {
      case 'bound':
        Object.assign(this.bound, record.values);
        return;
      case 'report':
        Object.assign(this.metrics, record.metrics);
        for (const metric of Object.keys(record.metrics))
          reports.push({ step: record.step, metric, value: record.metrics[metric] ?? Number.NaN });
        return;
      case 'notice':
        this.notices.push(record.text);
        return;
      case 'corrupt':
        if (this.corrupt.has(record.text) || this.corrupt.size >= mostCorrupt) return;
        this.corrupt.add(record.text);
        corrupt.push(record.text);
        return;
    }
  }
}
