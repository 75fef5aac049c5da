import { type ChildProcess, spawn } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { build } from 'esbuild';
import { randomStream } from '../../src/engine/numeric/random.ts';
import { openStore, type Store, type StudyRecord } from '../../src/engine/node.ts';
import type { StudyRequest } from '../../src/engine/index.ts';
import { type Account, readAccount } from './account.ts';
import type { HostOrders } from './host.ts';

/** What runs an engine in these tests, bundled once as it ships. */
export interface Bundles {
  readonly host: string;
  readonly commandLine: string;
  readonly runtime: string;
  readonly nativeBinding: string;
  remove(): void;
}

export const bundle = async (): Promise<Bundles> => {
  const folder = mkdtempSync(path.join(tmpdir(), 'tunelens crash bündle '));
  const [host, commandLine] = [path.join(folder, 'host.js'), path.join(folder, 'tunelens.js')];
  const shared = {
    bundle: true,
    platform: 'node',
    format: 'cjs',
    mainFields: ['module', 'main'] as string[], // as `esbuild.mjs`
    target: 'node22',
    logLevel: 'error',
  } as const;
  await build({ ...shared, entryPoints: [path.join(import.meta.dirname, 'host.ts')], outfile: host });
  await build({ ...shared, entryPoints: ['src/cli/main.ts'], outfile: commandLine });
  const runtime = path.join(folder, 'runtime');
  cpSync('src/runtime', runtime, { recursive: true });
  mkdirSync(path.join(folder, 'native'));
  cpSync('node_modules/better-sqlite3/prebuilds', path.join(folder, 'native'), { recursive: true });
  const nativeBinding = path.join(folder, 'native', `${process.platform}-${process.arch}.node`);
  return {
    host,
    commandLine,
    runtime,
    nativeBinding,
    remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }),
  };
};

/** Leases run out after this long here; the real ones take more patience than a test has. */
export const leaseExpiryMs = 1_500;

/** How long a study may take to get to its end once nothing disturbs it any more. */
const endWithinMs = 120_000;

const contains = (pid: number, file: 'environ' | 'cmdline', text: string): boolean => {
  try {
    return readFileSync(`/proc/${pid}/${file}`).includes(text);
  } catch {
    return false; // gone
  }
};

const isKeeper = (pid: number): boolean => contains(pid, 'cmdline', 'tunelens.js\0keep\0');

const parentOf = (pid: number): number => {
  try {
    return Number(/^PPid:\s+(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
  } catch {
    return 0; // gone
  }
};

const isDead = (pid: number): boolean => {
  try {
    return /^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return true;
  }
};

const kill = (pid: number, signal: NodeJS.Signals): void => {
  try {
    process.kill(pid, signal);
  } catch {
    // gone meanwhile: the crash came too late, which is a moment as good as any
  }
};

export interface LaboratoryOptions {
  readonly seed: number;
  readonly folder?: string;
  readonly trials?: number;
  readonly parallel?: number;
  readonly isKept?: boolean;
  readonly pruner?: string;
  readonly sampler?: string;
}

/** One study in a folder of its own, with engines that come and go. */
export class Laboratory {
  readonly folder: string;
  /** Where scripts keep their own account; not in the folder, whose disk may be full. */
  readonly accountFolder: string;
  readonly random: ReturnType<typeof randomStream>;
  readonly journal: string[] = [];
  readonly study: string;
  /** Windows have the setting by which studies go on without them. */
  isKept: boolean;
  private readonly bundles: Bundles;
  private opened: { readonly store: Store; readonly inode: number };
  private engines: ChildProcess[] = [];
  private readonly others: ChildProcess[] = [];
  private readonly startedMs = performance.now();

  private constructor(
    bundles: Bundles,
    places: Pick<Laboratory, 'folder' | 'accountFolder' | 'isKept'>,
    { seed, study }: { readonly seed: number; readonly study: string },
  ) {
    this.bundles = bundles;
    this.folder = places.folder;
    this.accountFolder = places.accountFolder;
    this.isKept = places.isKept;
    this.random = randomStream(seed, 'crashes');
    this.study = study;
    this.opened = this.openStore();
  }

  /** Starts a study by an engine of its own. */
  static async open(
    bundles: Bundles,
    {
      seed,
      folder,
      trials = 16,
      parallel = 3,
      isKept = false,
      pruner = 'none',
      sampler = 'random',
    }: LaboratoryOptions,
  ): Promise<Laboratory> {
    const home = folder ?? mkdtempSync(path.join(tmpdir(), 'crash läb '));
    const accountFolder = mkdtempSync(path.join(tmpdir(), 'crash accöunt '));
    const script = path.join(home, 'träin.py');
    cpSync(path.join(import.meta.dirname, 'script.py'), script);
    const request = {
      script,
      interpreter: 'python3',
      args: [],
      trials,
      parallel,
      seed,
      pruner,
      sampler,
    };
    const places = { folder: home, accountFolder, isKept };
    const first = Laboratory.spawn(bundles, places, request);
    const id = await new Promise<string>((resolve, reject) => {
      let text = '';
      first.stdout?.on('data', (part) => {
        text += part;
        const found = /^study (\S+)$/m.exec(text)?.[1];
        if (found !== undefined) resolve(found);
        if (text.includes('refused')) reject(new Error(text));
      });
      first.once('exit', () => reject(new Error(`the engine ended: ${text}`)));
    });
    const laboratory = new Laboratory(bundles, places, { seed, study: id });
    laboratory.engines.push(first);
    laboratory.listen(first);
    return laboratory;
  }

  private static spawn(
    bundles: Bundles,
    { folder, accountFolder, isKept }: Pick<Laboratory, 'folder' | 'accountFolder' | 'isKept'>,
    request?: StudyRequest,
  ): ChildProcess {
    const orders: HostOrders = {
      folder,
      runtime: bundles.runtime,
      nativeBinding: bundles.nativeBinding,
      leaseExpiryMs,
      clock: path.join(accountFolder, 'clock'),
      ...(isKept ? { keeper: bundles.commandLine } : {}),
      ...(request === undefined ? {} : { request }),
    };
    return spawn(process.execPath, [bundles.host, JSON.stringify(orders)], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, CRASH_LABORATORY: accountFolder },
    });
  }

  get database(): string {
    return path.join(this.folder, '.tunelens', 'tunelens.db');
  }

  get account(): Account {
    return readAccount(this.accountFolder);
  }

  /** Another object once the database is another file. */
  get store(): Store {
    try {
      if (statSync(this.database).ino === this.opened.inode) return this.opened.store;
      const next = this.openStore();
      this.opened.store.close();
      this.opened = next;
    } catch {
      // Gone, or not whole just now: an engine is about to mend it.
    }
    return this.opened.store;
  }

  private openStore(): Laboratory['opened'] {
    const { ino: inode } = statSync(this.database);
    return { store: openStore({ file: this.database, nativeBinding: this.bundles.nativeBinding }), inode };
  }

  record(): StudyRecord {
    return this.store.study(this.study);
  }

  /** A database that was damaged cannot be read until an engine has mended it. */
  private look(): { readonly state: StudyRecord['state'] | 'unreadable'; readonly message?: string } {
    try {
      return this.record();
    } catch (error) {
      return { state: 'unreadable', message: String(error) };
    }
  }

  private isNeeded(): boolean {
    return this.store.needingDriver().includes(this.study);
  }

  note(text: string): void {
    this.journal.push(`${Math.round(performance.now() - this.startedMs)} ms: ${text}`);
  }

  /** One more window on the folder. */
  startEngine(): ChildProcess {
    const engine = Laboratory.spawn(this.bundles, this);
    this.engines.push(engine);
    this.listen(engine);
    this.note(`engine ${engine.pid} starts`);
    return engine;
  }

  /** The command line, at work in the same folder. */
  startCommand(...args: readonly string[]): ChildProcess {
    const child = spawn(process.execPath, [this.bundles.commandLine, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, CRASH_LABORATORY: this.accountFolder },
    });
    this.others.push(child);
    this.listen(child);
    this.note(`tunelens ${args[0]} ${child.pid} starts`);
    return child;
  }

  liveCommands(): readonly ChildProcess[] {
    return this.others.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null);
  }

  liveEngines(): readonly ChildProcess[] {
    this.engines = this.engines.filter(
      ({ exitCode, signalCode }) => exitCode === null && signalCode === null,
    );
    return this.engines;
  }

  /** The engine that drives the study just now, where it is one of ours. */
  driving(): ChildProcess | undefined {
    const pid = this.store.leaseOwner(this.study)?.pid;
    return this.liveEngines().find((engine) => engine.pid === pid);
  }

  /** Processes from which trials are forked; children of an engine, as no trial's Python is. */
  warmParents(): readonly number[] {
    const engines = new Set(
      [...this.engines, ...this.others].map(({ pid }) => pid ?? 0).concat(this.keepers()),
    );
    return this.processes().filter(
      (pid) => contains(pid, 'cmdline', 'tunelens_warm') && engines.has(parentOf(pid)),
    );
  }

  /** Processes that go on with studies when no window does. */
  keepers(): readonly number[] {
    return this.processes().filter(isKeeper);
  }

  private processes(): readonly number[] {
    const own = new Set([...this.engines, ...this.others].map(({ pid }) => pid));
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
      .filter((pid) => !own.has(pid) && !isDead(pid))
      .filter((pid) => contains(pid, 'environ', this.accountFolder) || contains(pid, 'cmdline', this.folder));
  }

  /** Kills one process as kill -9 does, unless the number is another's by now. */
  crash(pid: number | undefined, what: string): void {
    if (pid === undefined || pid === 0) return;
    const ours = contains(pid, 'environ', this.accountFolder) || contains(pid, 'cmdline', this.folder);
    if (!ours) return;
    this.note(`kill -9 ${what} ${pid}`);
    kill(pid, 'SIGKILL');
  }

  signalEngine(engine: ChildProcess, signal: NodeJS.Signals): void {
    this.note(`${signal} to engine ${engine.pid}`);
    kill(engine.pid ?? 0, signal);
  }

  /** All at once, as when the machine stops; after it was started again, process times are of another boot. */
  async stopMachine(): Promise<void> {
    this.note('the machine stops');
    await this.killEngines();
    for (let left = this.processes(); left.length > 0; left = this.processes()) {
      for (const pid of left) kill(pid, 'SIGKILL');
      await sleep(5);
    }
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const other = '00000000-1111-2222-3333-444444444444';
    // By the same library as the store: two in one process would undo each other's locks.
    const db = new Database(this.database, { nativeBinding: this.bundles.nativeBinding });
    db.prepare('UPDATE trial SET handle = replace(handle, ?, ?)').run(boot, other);
    db.prepare('UPDATE lease SET start_time = replace(start_time, ?, ?)').run(boot, other);
    db.close();
    for (const file of readdirSync(path.join(this.folder, '.tunelens', 'runs'), { recursive: true })) {
      const name = path.join(this.folder, '.tunelens', 'runs', String(file));
      if (!['pid', 'claim'].includes(path.basename(name))) continue;
      writeFileSync(name, readFileSync(name, 'utf8').replace(boot, other));
    }
  }

  setClock(errorMs: number): void {
    this.note(`the clock is wrong by ${Math.round(errorMs / 3_600_000)} h`);
    writeFileSync(path.join(this.accountFolder, 'clock'), String(errorMs));
  }

  /** Waits until nobody has to drive the study any more; resumes it when it says that this is what it needs. */
  async untilEnd(): Promise<readonly string[]> {
    const said: string[] = [];
    const deadline = performance.now() + endWithinMs;
    for (;;) {
      const { state, message = '' } = this.look();
      if (state === 'paused' && !this.isNeeded()) {
        said.push(message);
        this.note(`resumed after: ${message}`);
        this.store.changeStudy(this.study, { state: 'running', message: null }, Date.now());
      } else if (state !== 'running' && state !== 'unreadable' && !this.isNeeded()) return said;
      if (this.liveEngines().length + this.liveCommands().length + this.keepers().length === 0)
        this.startEngine();
      if (performance.now() > deadline)
        throw new Error(`the study did not come to its end; it is ${state}: ${message}`);
      await sleep(30);
    }
  }

  /** Nobody stands by for ever in a folder where nothing is left to do. */
  async untilKeepersLeft(): Promise<void> {
    const deadline = performance.now() + 30_000;
    while (this.keepers().length > 0 || this.liveCommands().length > 0) {
      if (performance.now() > deadline) throw new Error('a keeper is left behind');
      await sleep(30);
    }
  }

  /** Kills every engine; whatever is left a moment later should not be there. */
  async leftBehind(): Promise<readonly number[]> {
    await this.killEngines();
    const deadline = performance.now() + 30_000;
    while (this.processes().length > 0 && performance.now() < deadline) await sleep(20);
    return this.processes();
  }

  async close(): Promise<void> {
    await this.killEngines();
    this.opened.store.close();
    for (const pid of this.processes()) kill(pid, 'SIGKILL');
    while (this.processes().length > 0) await sleep(20);
    for (const folder of [this.folder, this.accountFolder])
      rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  }

  /** Those that live still, at once. */
  private async killEngines(): Promise<void> {
    const alive = [...this.liveEngines(), ...this.liveCommands()];
    const ended = alive.map((child) => new Promise((resolve) => child.once('exit', resolve)));
    for (const child of alive) child.kill('SIGKILL');
    await Promise.all(ended);
  }

  private listen(child: ChildProcess): void {
    const said = (part: Buffer): void => {
      for (const line of part.toString().split('\n')) if (line !== '') this.note(`  ${child.pid}: ${line}`);
    };
    child.stdout?.on('data', said);
    child.stderr?.on('data', said);
  }
}
