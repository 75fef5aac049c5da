import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';

export interface PeerSpaceEntry {
  readonly name: string;
  readonly low: number;
  readonly high: number;
  readonly log: boolean;
  readonly step?: number;
}

export interface PeerHistory {
  readonly space: readonly PeerSpaceEntry[];
  readonly trials: readonly { readonly params: Readonly<Record<string, number>>; readonly value: number }[];
  readonly seed: number;
  /** Null leaves it to the version. */
  readonly multivariate: boolean | null;
}

export interface PeerVersions {
  readonly optuna: string;
  readonly numpy: string;
  /** Is its TPE multivariate unless told otherwise? */
  readonly multivariate: boolean;
}

/** Optuna in a process of its own; see `serve.py`. Every call rejects once that process has ended. */
export class OptunaPeer {
  private readonly child: ChildProcess;
  private readonly lines: AsyncIterator<string>;

  constructor(python: string) {
    this.child = spawn(python, [path.join(import.meta.dirname, 'serve.py')], {
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const { stdout } = this.child;
    if (stdout === null) throw new Error('asked for a pipe above');
    this.lines = createInterface({ input: stdout })[Symbol.asyncIterator]();
  }

  versions(): Promise<PeerVersions> {
    return this.call('versions', {});
  }

  load(history: PeerHistory): Promise<{ readonly trials: number }> {
    return this.call('load', history);
  }

  ask(): Promise<{ readonly ms: number; readonly params: Readonly<Record<string, number>> }> {
    return this.call('ask', {});
  }

  tell(value: number): Promise<object> {
    return this.call('tell', { value });
  }

  /** Reports one by one into a storage of Optuna's, for about `seconds`; it has no way to give it many at once. */
  report(task: {
    readonly storage: 'sqlite' | 'journal';
    readonly file: string;
    readonly trials: number;
    readonly seconds: number;
  }): Promise<{ readonly reports: number; readonly seconds: number }> {
    return this.call('report', task);
  }

  end(): void {
    this.child.stdin?.end();
  }

  private async call<T>(op: string, body: object): Promise<T> {
    this.child.stdin?.write(`${JSON.stringify({ op, ...body })}\n`);
    const { value, done } = await this.lines.next();
    if (done) throw new Error(`Optuna's process ended at “${op}”`);
    return JSON.parse(value) as T; // serve.py answers each operation with the type above
  }
}
