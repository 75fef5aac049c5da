import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Readable, Writable } from 'node:stream';
import type { JsonValue, RunSpec } from '../study/launcher.ts';
import { isObject } from './jsonObject.ts';
import type { ProcessIdentity } from './processIdentity.ts';
import { currentBootId } from './processIdentity.ts';
import { runFile } from './runFolder.ts';

/** What a warm parent needs to be told to start a run. */
export interface WarmStart {
  readonly folder: string;
  /** Program, script and its arguments. */
  readonly argv: readonly string[];
  /** The variables in which runs of one parent differ. */
  readonly env: Readonly<Record<string, string>>;
}

/** `preparing`: not usable yet; `unfit`: trials start cold, for a reason; `idle`: ended since it was not asked for long. */
export type WarmState =
  | { readonly kind: 'preparing' }
  | { readonly kind: 'ready'; readonly imported: readonly string[] }
  | { readonly kind: 'unfit'; readonly reason: string }
  | { readonly kind: 'idle' }
  | { readonly kind: 'gone' };

/** Requests and replies; 0 is `/dev/null`, 1 and 2 a file for what the imports say. */
const requests = 3;
const replies = 4;
/** A parent that answers nothing for so long, while it is asked, is given up. */
const silenceMs = 5_000;
/** Room for a trial's command line and for its marker in the environment, see `warmcheck.show_as`. */
const titleRoom = ' '.repeat(2_000);
const markerRoom = 'x'.repeat(4_200);

/** An anonymous file. */
const openScratch = (): number => {
  const folder = mkdtempSync(path.join(tmpdir(), 'tunelens-'));
  try {
    return openSync(path.join(folder, 'warm'), 'ax+');
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

/** A process that has imported what a script imports from libraries, and forks a process for each trial. */
export class WarmParent {
  state: WarmState = { kind: 'preparing' };
  usedMs = performance.now();
  private readonly child: ChildProcess;
  private readonly input: Writable;
  private readonly waiting = new Map<number, (leader: ProcessIdentity | undefined) => void>();
  /** Resolves once it is ready, unfit or gone. */
  readonly settled: Promise<void>;
  private settle: () => void = () => undefined;
  private next = 0;
  private text = '';
  private silence: NodeJS.Timeout | undefined;

  /** Starts it for runs like this one; `env` is theirs without what they differ in. Throws when it cannot be started. */
  constructor(run: RunSpec, program: string, env: NodeJS.ProcessEnv, runtimeFolder: string) {
    this.settled = new Promise((resolve) => {
      this.settle = resolve;
    });
    const scratch = openScratch();
    try {
      this.child = spawn(program, [path.join(runtimeFolder, 'tunelens_warm.py'), titleRoom], {
        cwd: run.cwd,
        env: { ...env, TUNELENS_ROOM: markerRoom },
        detached: true,
        stdio: ['ignore', scratch, scratch, 'pipe', 'pipe'],
      });
    } finally {
      closeSync(scratch);
    }
    // Pipes by the options above.
    this.input = this.child.stdio[requests] as Writable;
    const output = this.child.stdio[replies] as Readable;
    this.child.once('error', () => this.end());
    this.child.once('exit', () => this.end());
    this.input.on('error', () => this.end());
    output.on('error', () => this.end());
    output.setEncoding('utf8').on('data', (text: string) => this.take(text));
    for (const part of [this.child, this.input, output]) letGo(part);
    const [, script = ''] = run.argv;
    this.say({
      prepare: { run: path.join(run.input.folder, runFile.input), script: path.resolve(run.cwd, script) },
    });
  }

  /** As `settled`, for one who has nothing else to wait for. */
  async untilSettled(): Promise<void> {
    const alive = setInterval(() => undefined, silenceMs); // nothing else keeps this process from ending
    await this.settled;
    clearInterval(alive);
  }

  /** The leader of the run, or undefined when the run has to be started in another way: it may have begun or not. */
  async start(run: WarmStart): Promise<ProcessIdentity | undefined> {
    if (this.state.kind !== 'ready') return undefined;
    this.usedMs = performance.now();
    const id = this.next++;
    return new Promise((resolve) => {
      this.waiting.set(id, resolve);
      this.listen();
      this.say({ start: { id, ...run } });
    });
  }

  /** Trials go on. */
  close(): void {
    this.end();
  }

  private say(message: JsonValue | { readonly start: WarmStart & { readonly id: number } }): void {
    this.input.write(`${JSON.stringify(message)}\n`);
  }

  /** Expects an answer within the limit, counted from now. */
  private listen(): void {
    clearTimeout(this.silence);
    this.silence = this.waiting.size === 0 ? undefined : setTimeout(() => this.end(), silenceMs);
  }

  private take(text: string): void {
    const lines = (this.text + text).split('\n');
    this.text = lines.pop() ?? '';
    for (const line of lines) this.hear(JSON.parse(line) as JsonValue); // written by our own runtime
  }

  private hear(message: JsonValue): void {
    if (!isObject(message)) return;
    const { ready, unfit, started, pid, startTime, stale, failed, idle } = message;
    if (Array.isArray(ready)) this.become({ kind: 'ready', imported: ready.map(String) });
    if (typeof unfit === 'string') this.become({ kind: 'unfit', reason: unfit });
    if (typeof started === 'number' && typeof pid === 'number' && typeof startTime === 'string')
      this.answer(started, { pid, startTime, bootId: currentBootId() });
    if (typeof failed === 'number') this.answer(failed, undefined);
    if (idle === true) this.become({ kind: 'idle' });
    if (typeof stale === 'number') this.end();
  }

  private become(state: WarmState): void {
    this.state = state;
    this.settle();
  }

  private answer(id: number, leader: ProcessIdentity | undefined): void {
    const resolve = this.waiting.get(id);
    this.waiting.delete(id);
    this.listen();
    resolve?.(leader);
  }

  /** For good, whatever it was doing. What it has forked goes on. */
  private end(): void {
    if (this.state.kind === 'preparing' || this.state.kind === 'ready') this.state = { kind: 'gone' };
    clearTimeout(this.silence);
    this.child.kill('SIGKILL');
    this.input.destroy();
    this.settle();
    for (const id of [...this.waiting.keys()]) this.answer(id, undefined);
  }
}

/** Nothing of a warm parent keeps this process from ending. */
const letGo = (part: object): void => {
  if ('unref' in part && typeof part.unref === 'function') part.unref();
};
