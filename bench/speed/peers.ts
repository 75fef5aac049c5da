import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { SearchSpace, Trial } from '../../src/engine/index.ts';
import { pythonOf } from '../quality/environments.ts';
import { entries, lossOf, type Timed } from './studies.ts';

export type PeerKind = 'optuna-tpe' | 'optuna-gp' | 'hyperopt-tpe';

export interface PeerVersions {
  readonly optuna: string;
  readonly hyperopt: string;
}

/** Optuna and Hyperopt in a process of their own; see `serve.py`. Every call rejects once that process has ended. */
export class Peer {
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

  async load(kind: PeerKind, history: readonly Trial[], seed: number): Promise<void> {
    const trials = history.map(({ params, values }) => ({ params, value: values?.[0] ?? 0 }));
    await this.call('load', { kind, space: entries, trials, seed });
  }

  /** One proposal, told at once. */
  async propose(space: SearchSpace): Promise<Timed> {
    const { params, ...timed } = await this.call<Timed & { readonly params: Record<string, number> }>(
      'ask',
      {},
    );
    await this.call('tell', { value: lossOf(space, params) });
    return timed;
  }

  end(): void {
    this.child.stdin?.end();
  }

  private async call<T>(op: string, body: object): Promise<T> {
    this.child.stdin?.write(`${JSON.stringify({ op, ...body })}\n`);
    const { value, done } = await this.lines.next();
    if (done) throw new Error(`the peers' process ended at “${op}”`);
    return JSON.parse(value) as T; // serve.py answers each operation with the type above
  }
}

/** A peer with its versions; a sentence when there is none on this machine. */
export const openPeer = async (
  progress: (text: string) => void,
): Promise<{ readonly peer: Peer; readonly versions: PeerVersions } | { readonly missing: string }> => {
  const found = await pythonOf('torch', progress);
  if ('missing' in found) return found;
  const peer = new Peer(found.python);
  try {
    return { peer, versions: await peer.versions() };
  } catch (error) {
    return { missing: error instanceof Error ? error.message : String(error) };
  }
};

export const peerNames = ({ optuna, hyperopt }: PeerVersions): Readonly<Record<PeerKind, string>> => ({
  'optuna-tpe': `Optuna ${optuna} TPE`,
  'optuna-gp': `Optuna ${optuna} GP`,
  'hyperopt-tpe': `Hyperopt ${hyperopt} TPE`,
});
