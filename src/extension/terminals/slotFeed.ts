import * as l10n from '@vscode/l10n';
import type { Disposable } from '../platform/events.ts';
import { LogTail } from './logTail.ts';
import { TerminalText, toEndLine, toHeaderLine } from './terminalText.ts';

/** One attempt of a trial, as a slot's terminal follows it. */
export interface FollowedRun {
  readonly study: string;
  readonly trial: number;
  readonly attempt: number;
  /** Absolute path of its output. */
  readonly log: string;
  readonly header: string;
}

export interface SlotFeedOptions {
  readonly onText: (text: string) => void;
  /** Another run is shown from here on. */
  readonly onRun: (run: FollowedRun) => void;
  /** All of a run is shown. */
  readonly onEnd?: (run: FollowedRun) => void;
  /** How a run ended, in words; undefined while it goes on. */
  readonly endOf: (run: FollowedRun) => string | undefined;
  readonly intervalMs?: number;
}

/** A person sees output as live at this rate. */
const defaultIntervalMs = 150;

/** Shows one run after the other, each to its last byte before the next begins. */
export class SlotFeed implements Disposable {
  private readonly options: SlotFeedOptions;
  private readonly queue: FollowedRun[] = [];
  private current:
    | { readonly run: FollowedRun; readonly tail: LogTail; readonly text: TerminalText; atLineStart: boolean }
    | undefined;
  private newest: FollowedRun | undefined;
  private timer: NodeJS.Timeout | undefined;
  private disposed = false;

  constructor(options: SlotFeedOptions) {
    this.options = options;
  }

  /** The run that is followed; undefined between two. */
  get run(): FollowedRun | undefined {
    return this.current?.run;
  }

  /** The run whose output stands last, ended or not. */
  get shown(): FollowedRun | undefined {
    return this.newest;
  }

  follow(run: FollowedRun): void {
    this.queue.push(run);
    if (this.timer === undefined) this.schedule(0);
  }

  dispose(): void {
    this.disposed = true;
    clearTimeout(this.timer);
  }

  private schedule(afterMs: number): void {
    if (!this.disposed) this.timer = setTimeout(() => void this.step(), afterMs);
  }

  private async step(): Promise<void> {
    this.current ??= this.begin(this.queue.shift());
    if (this.current === undefined) {
      this.timer = undefined;
      return;
    }
    // Asked before reading: what a run wrote before its end is then surely read.
    const end = this.options.endOf(this.current.run);
    const grew = await this.show(this.current);
    if (this.disposed) return;
    if (end !== undefined && !grew) {
      this.options.onText(toEndLine(end, this.current.atLineStart));
      this.options.onEnd?.(this.current.run);
      this.current = undefined;
      this.schedule(0);
    } else this.schedule(end === undefined ? (this.options.intervalMs ?? defaultIntervalMs) : 0);
  }

  private begin(run: FollowedRun | undefined): SlotFeed['current'] {
    if (run === undefined) return undefined;
    this.newest = run;
    this.options.onRun(run);
    this.options.onText(toHeaderLine(run.header));
    return { run, tail: new LogTail(run.log), text: new TerminalText(), atLineStart: true };
  }

  private async show(current: NonNullable<SlotFeed['current']>): Promise<boolean> {
    const { bytes, skipped } = await current.tail.read();
    if (bytes.length === 0 || this.disposed) return false;
    if (skipped > 0)
      this.options.onText(
        `\u001b[2m[${l10n.t('{0} kB left out here; the log has them', Math.ceil(skipped / 1024))}]\u001b[0m\r\n`,
      );
    const text = current.text.convert(bytes);
    if (text !== '') {
      this.options.onText(text);
      current.atLineStart = text.endsWith('\n');
    }
    return true;
  }
}
