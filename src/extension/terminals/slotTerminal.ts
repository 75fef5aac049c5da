import * as l10n from '@vscode/l10n';
import {
  type Event,
  EventEmitter,
  type Pseudoterminal,
  type Terminal,
  ThemeColor,
  ThemeIcon,
  window,
} from 'vscode';
import { type Disposable, Disposables } from '../platform/events.ts';
import { type FollowedRun, SlotFeed } from './slotFeed.ts';

export interface SlotTerminalOptions {
  readonly slot: number;
  /** The trial it is made for; others follow. */
  readonly trial: number;
  readonly endOf: (run: FollowedRun) => string | undefined;
  /** How a run ended, in a word for the terminal's name. */
  readonly outcomeOf: (run: FollowedRun) => string;
  /** Ctrl+C was typed while this run was shown. */
  readonly onInterrupt: (run: FollowedRun) => void;
  /** The person closed the terminal. */
  readonly onClosed: () => void;
}

/** Kept for a terminal nobody has looked at yet; characters. */
const mostUnseen = 256 * 1024;
const renameAfterMs = 250;
/** Nothing can be typed here. */
const hideCursor = '\u001b[?25l';
const interrupt = '\u0003';

/** The terminal of one slot: output of the trials that run there, one after the other. It only shows; it runs nothing. */
export class SlotTerminal implements Disposable {
  private readonly owned = new Disposables();
  private readonly terminal: Terminal;
  private readonly feed: SlotFeed;
  private readonly written = this.owned.add(new EventEmitter<string>());
  private readonly renamed = this.owned.add(new EventEmitter<string>());
  private opened = false;
  private unseen = '';
  private name: string;

  constructor(options: SlotTerminalOptions) {
    this.name = nameOf(options.slot, options.trial);
    this.feed = this.owned.add(
      new SlotFeed({
        onText: (text) => this.write(text),
        onRun: ({ trial }) => this.rename(nameOf(options.slot, trial)),
        onEnd: (run) => this.rename(`${nameOf(options.slot, run.trial)} · ${options.outcomeOf(run)}`),
        endOf: options.endOf,
      }),
    );
    this.terminal = this.owned.add(
      window.createTerminal({
        name: this.name,
        pty: this.pseudoterminal(options),
        iconPath: new ThemeIcon('beaker'),
        color: new ThemeColor(colorOf(options.slot)),
        isTransient: true,
      }),
    );
  }

  /** Is this the editor's terminal of the slot? */
  is(terminal: Terminal): boolean {
    return terminal === this.terminal;
  }

  follow(run: FollowedRun): void {
    this.feed.follow(run);
  }

  /** Does this trial's output stand last, so that one need not search for it? */
  isShowing(study: string, trial: number): boolean {
    return this.feed.shown?.study === study && this.feed.shown.trial === trial;
  }

  /** Puts it on screen; the keyboard stays where it is. */
  show(): void {
    this.terminal.show(true);
  }

  dispose(): void {
    this.owned.dispose();
  }

  private pseudoterminal(options: SlotTerminalOptions): Pseudoterminal & { onDidChangeName: Event<string> } {
    return {
      onDidWrite: this.written.event,
      onDidChangeName: this.renamed.event,
      open: () => {
        this.opened = true;
        this.written.fire(hideCursor + this.unseen);
        this.unseen = '';
        // The editor gives a terminal its first name after this call, over any that is told during it.
        setTimeout(() => this.renamed.fire(this.name), renameAfterMs);
      },
      close: () => {
        this.dispose();
        options.onClosed();
      },
      handleInput: (data) => {
        const { run } = this.feed;
        if (!data.includes(interrupt) || run === undefined) return;
        this.write('^C\r\n');
        options.onInterrupt(run);
      },
    };
  }

  private write(text: string): void {
    if (this.opened) this.written.fire(text);
    else this.unseen = (this.unseen + text).slice(-mostUnseen);
  }

  private rename(name: string): void {
    this.name = name;
    if (this.opened) this.renamed.fire(name);
  }
}

const nameOf = (slot: number | string, trial: number | string): string =>
  l10n.t('Slot {0} · trial {1}', slot, trial);

/** By slot; red is for what went wrong. */
const colors = ['Blue', 'Green', 'Magenta', 'Cyan', 'Yellow', 'BrightBlue', 'BrightGreen', 'BrightMagenta'];
const colorOf = (slot: number): string => `terminal.ansi${colors[slot % colors.length] ?? 'Blue'}`;
