import { Worker } from 'node:worker_threads';
import * as l10n from '@vscode/l10n';
import {
  createRpc,
  type EngineEvents,
  type EngineRequests,
  type Rpc,
  RpcError,
  type RpcPort,
} from '../../protocol/index.ts';
import { type Disposable, Emitter } from './events.ts';

/** Where the parts of the engine lie; absolute paths. */
export interface EngineFiles {
  readonly worker: string;
  readonly runtime: string;
  readonly nativeBinding: string;
}

/** What an engine keeps to from its opening on. */
export type EngineSettings = Pick<EngineRequests['open']['params'], 'warmTrials'>;

type NoRequests = Record<never, never>;
type EngineRpc = Rpc<EngineRequests, NoRequests>;

const portOf = (worker: Worker): RpcPort => ({
  post: (message) => worker.postMessage(message),
  listen: (onMessage) => {
    worker.on('message', onMessage);
    return () => worker.off('message', onMessage);
  },
});

/** Opening may have to migrate a database and take over hundreds of runs. */
const openTimeoutMs = 120_000;
/** Longer than the engine itself waits for stopped trials. */
const requestTimeoutMs = 60_000;
/** Detaching is quick; a hanging engine must not hold up the closing of a window. */
const closeTimeoutMs = 1_500;

interface Connection {
  readonly worker: Worker;
  readonly rpc: EngineRpc;
  readonly ready: Promise<readonly string[]>;
}

/**
 * The engine of one folder, in a thread of its own. Starts on the first request. Requests reject with `RpcError`;
 * when the thread dies, pending ones reject, `onCrash` fires once, and the next request starts a new one.
 */
export class EngineClient implements Disposable {
  readonly folder: string;
  private readonly files: EngineFiles;
  private readonly settings: () => EngineSettings;
  private connection: Connection | undefined;
  private disposed = false;
  private readonly opened = new Emitter<void>();
  private readonly changed = new Emitter<number>();
  private readonly logged = new Emitter<EngineEvents['log']>();
  private readonly failed = new Emitter<EngineEvents['problem']>();
  private readonly crashed = new Emitter<string>();

  /** The engine was opened, for the first time or again after it was lost. */
  readonly onOpened = this.opened.event;
  /** The store's revision rose. */
  readonly onChanged = this.changed.event;
  readonly onLog = this.logged.event;
  readonly onProblem = this.failed.event;
  readonly onCrash = this.crashed.event;

  /** `settings` are asked for whenever the engine is opened. */
  constructor(folder: string, files: EngineFiles, settings: () => EngineSettings = () => ({})) {
    this.folder = folder;
    this.files = files;
    this.settings = settings;
  }

  get started(): boolean {
    return this.connection !== undefined;
  }

  /** Starts the thread and opens the folder's store; gives the engine's warnings. Again while open: nothing. */
  open(): Promise<readonly string[]> {
    if (this.disposed)
      return Promise.reject(new RpcError({ code: 'disposed', message: l10n.t('The engine was closed.') }));
    this.connection ??= this.connect();
    return this.connection.ready;
  }

  async request<Name extends keyof EngineRequests>(
    name: Name,
    params: EngineRequests[Name]['params'],
  ): Promise<EngineRequests[Name]['result']> {
    await this.open();
    const rpc = this.connection?.rpc;
    if (rpc === undefined)
      throw new RpcError({ code: 'disposed', message: l10n.t('The engine was closed.') });
    return rpc.request(name, params, requestTimeoutMs);
  }

  /** Lets go of the engine; trials go on. */
  async close(): Promise<void> {
    this.disposed = true;
    const { connection } = this;
    this.connection = undefined;
    if (connection === undefined) return;
    // A failure to close politely is followed by the impolite way below; the store survives both.
    await connection.rpc.request('close', null, closeTimeoutMs).catch(() => null);
    connection.rpc.dispose();
    await connection.worker.terminate();
  }

  dispose(): void {
    void this.close();
    for (const emitter of [this.opened, this.changed, this.logged, this.failed, this.crashed])
      emitter.dispose();
  }

  private connect(): Connection {
    const worker = new Worker(this.files.worker, { name: 'tunelens' });
    const rpc = createRpc<EngineRequests, NoRequests, EngineEvents, NoRequests>(
      portOf(worker),
      {},
      {
        onEvent: {
          changed: ({ revision }) => this.changed.fire(revision),
          log: (entry) => this.logged.fire(entry),
          problem: (problem) => this.failed.fire(problem),
        },
      },
    );
    worker.on('error', (error) =>
      this.lose(worker, error instanceof Error ? (error.stack ?? error.message) : String(error)),
    );
    worker.on('exit', (code) => this.lose(worker, l10n.t('The engine ended with exit code {0}.', code)));
    const { runtime, nativeBinding } = this.files;
    const ready = rpc
      .request('open', { folder: this.folder, runtime, nativeBinding, ...this.settings() }, openTimeoutMs)
      .then(({ warnings }) => {
        this.opened.fire();
        return warnings;
      })
      .catch(async (error: unknown) => {
        // A store that cannot be opened (newer version, read-only folder) leaves nothing to talk to.
        if (this.connection?.worker === worker) {
          this.connection = undefined;
          rpc.dispose();
          await worker.terminate();
        }
        throw error;
      });
    return { worker, rpc, ready };
  }

  private lose(worker: Worker, reason: string): void {
    if (this.connection?.worker !== worker) return; // closed by us, or told before
    const { rpc } = this.connection;
    this.connection = undefined;
    rpc.dispose();
    this.crashed.fire(reason);
  }
}
