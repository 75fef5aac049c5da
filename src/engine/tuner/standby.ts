import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { closeSync, existsSync, openSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { identify, isAlive, parsePidFile } from '../launch/processIdentity.ts';
import type { Layout } from './layout.ts';

/** A keeper that was started and has not claimed its place yet is given this long before another is started. */
const startAgainAfterMs = 5_000;

/** A log that has grown beyond this is begun anew. */
const mostLogBytes = 1 << 20;

const read = (file: string): string => {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return ''; // not there, or not to be read: as good as not there
  }
};

/** The process that keeps the studies of a folder when nobody else does; undefined when there is none. */
export const keeperOf = ({ keeper }: Layout): number | undefined => {
  const holder = parsePidFile(read(keeper.lock));
  return holder !== undefined && isAlive(holder) ? holder.pid : undefined;
};

const ownLine = (): string => {
  const { pid, startTime, bootId } = identify(process.pid);
  return `${pid} ${startTime} ${bootId}\n`;
};

/** Takes the keeper's place for this process; false while another live process has it. */
export const takeKeeperPlace = (layout: Layout): boolean => {
  if (keeperOf(layout) !== undefined) return hasKeeperPlace(layout);
  rmSync(layout.keeper.lock, { force: true });
  try {
    writeFileSync(layout.keeper.lock, ownLine(), { flag: 'wx' });
  } catch {
    return false; // another was quicker
  }
  return true;
};

/** Of two that took it at the very same moment one has to leave. */
export const hasKeeperPlace = (layout: Layout): boolean => read(layout.keeper.lock) === ownLine();

export const leaveKeeperPlace = (layout: Layout): void => {
  if (hasKeeperPlace(layout)) rmSync(layout.keeper.lock, { force: true });
};

/** Which window wants studies kept: the newest. A keeper of any other leaves, so that the window takes over from it. */
export const wantedKeeper = (layout: Layout): string => read(layout.keeper.wanted).trim();

/**
 * Sees to it that a process stands by that goes on with the folder's studies when this one is gone: a detached
 * `tunelens keep`. It holds no lease while we live, and ends by itself when no study is left to drive.
 */
export class Standby {
  private readonly layout: Layout;
  private readonly onLog: (level: 'info' | 'warning', text: string) => void;
  private readonly token = randomUUID();
  private commandLine: string | undefined;
  private startedMs = Number.NEGATIVE_INFINITY;

  constructor(layout: Layout, onLog: (level: 'info' | 'warning', text: string) => void) {
    this.layout = layout;
    this.onLog = onLog;
  }

  /** With the path of the bundled command line: wanted. Without: not, and one that an earlier window left goes. */
  use(commandLine: string | undefined): void {
    this.commandLine = commandLine;
    try {
      if (commandLine !== undefined) writeFileSync(this.layout.keeper.wanted, `${this.token}\n`);
      // Not to be made for nothing where nothing can be written.
      else if (existsSync(this.layout.keeper.wanted)) rmSync(this.layout.keeper.wanted);
    } catch (error) {
      this.onLog('warning', `Studies cannot be kept when the window closes: ${String(error)}`);
    }
  }

  /** Starts the process where it is wanted and there is none. To be called while studies need a driver. */
  ensure(): void {
    const { commandLine, layout } = this;
    if (commandLine === undefined || performance.now() - this.startedMs < startAgainAfterMs) return;
    if (keeperOf(layout) !== undefined) return;
    this.startedMs = performance.now();
    if (wantedKeeper(layout) !== this.token) this.use(commandLine); // a later window wanted it, and has gone with its keeper
    try {
      this.start(commandLine);
    } catch (error) {
      this.onLog('warning', `Studies cannot be kept when the window closes: ${String(error)}`);
    }
  }

  /** In a session of its own, like the trials: it outlives the editor, its server and a closed terminal. */
  private start(commandLine: string): void {
    const log = openSync(this.layout.keeper.log, this.isLogLong() ? 'w' : 'a');
    try {
      const words = [commandLine, 'keep', '--folder', this.layout.folder, '--token', this.token];
      const child = spawn(process.execPath, words, {
        cwd: this.layout.folder,
        detached: true,
        stdio: ['ignore', log, log],
        // In an extension host the program is the editor itself, which this makes a plain Node.
        env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' },
      });
      child.on('error', (error) =>
        this.onLog('warning', `Studies cannot be kept when the window closes: ${error.message}`),
      );
      child.on('exit', (code, signal) => {
        if (code !== 0)
          this.onLog(
            'warning',
            `The process that keeps studies ended (${signal ?? code}); see ${this.layout.keeper.log}.`,
          );
      });
      child.unref();
      this.onLog('info', `Process ${child.pid} goes on with the studies when this window closes.`);
    } finally {
      closeSync(log);
    }
  }

  private isLogLong(): boolean {
    return (statSync(this.layout.keeper.log, { throwIfNoEntry: false })?.size ?? 0) > mostLogBytes;
  }
}
