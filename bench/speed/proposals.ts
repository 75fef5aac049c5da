// How long a proposal takes by the number of trials, beside peers on the same histories.
import type { SearchSpace } from '../../src/engine/index.ts';
import { atMost, type Limit, type Outcome, type Row } from '../figure.ts';
import { median } from '../statistics.ts';
import { openPeer, type Peer, type PeerKind, peerNames } from './peers.ts';
import { createFloats, makeHistory, OwnStudy, type Timed } from './studies.ts';

interface Size {
  readonly trials: number;
  /** Histories made anew, and proposals timed on each. */
  readonly histories: number;
  readonly proposals: number;
  readonly peers: readonly PeerKind[];
  /** Proposals of a peer timed on each history, where they take long. */
  readonly peerProposals?: number;
  readonly budgetMs?: number;
}

export interface Race {
  readonly samplers: readonly string[];
  readonly sizes: readonly Size[];
}

const tpePeers = ['optuna-tpe', 'hyperopt-tpe'] as const;

/** Hyperopt at 100,000 trials would take minutes a proposal. */
export const tpeRace: Race = {
  samplers: ['tpe'],
  sizes: [
    { trials: 100, histories: 6, proposals: 20, peers: tpePeers, peerProposals: 10 },
    { trials: 1_000, histories: 4, proposals: 25, peers: tpePeers, peerProposals: 8, budgetMs: 0.5 },
    { trials: 10_000, histories: 2, proposals: 40, peers: tpePeers, peerProposals: 4 },
    { trials: 100_000, histories: 1, proposals: 80, peers: ['optuna-tpe'], peerProposals: 3, budgetMs: 1 },
  ],
};

export const modelRace = (samplers: readonly string[]): Race => ({
  samplers,
  sizes: [
    { trials: 50, histories: 3, proposals: 20, peers: ['optuna-gp'], peerProposals: 6, budgetMs: 30 },
    { trials: 100, histories: 3, proposals: 20, peers: ['optuna-gp'], peerProposals: 6, budgetMs: 10 },
    { trials: 200, histories: 2, proposals: 20, peers: ['optuna-gp'], peerProposals: 4, budgetMs: 30 },
    { trials: 400, histories: 2, proposals: 20, peers: ['optuna-gp'], peerProposals: 3, budgetMs: 30 },
    { trials: 1_000, histories: 1, proposals: 30, peers: ['optuna-gp'], peerProposals: 2, budgetMs: 30 },
  ],
});

/** Proposals that come before the timed ones: compilers warm up, and a history is read. */
const unused = 3;

const measureOwn = (sampler: string, { trials, histories, proposals }: Size, space: SearchSpace): Timed[] => {
  const timed: Timed[] = [];
  for (let seed = 0; seed < histories; seed++) {
    const study = new OwnStudy({ name: sampler, options: {} }, space, makeHistory(space, trials, seed), seed);
    for (let i = 0; i < unused; i++) study.propose();
    for (let i = 0; i < proposals; i++) timed.push(study.propose());
  }
  return timed;
};

const measurePeer = async (
  kind: PeerKind,
  { trials, histories, proposals, peerProposals = proposals }: Size,
  space: SearchSpace,
  peer: Peer,
): Promise<Timed[]> => {
  const timed: Timed[] = [];
  for (let seed = 0; seed < histories; seed++) {
    await peer.load(kind, makeHistory(space, trials, seed), seed);
    await peer.propose(space); // reads the history, too
    for (let i = 0; i < peerProposals; i++) timed.push(await peer.propose(space));
  }
  return timed;
};

const warmUp = (samplers: readonly string[], space: SearchSpace): void => {
  for (const name of samplers) {
    const study = new OwnStudy({ name, options: {} }, space, makeHistory(space, 300, 99), 99);
    const until = performance.now() + 2_000;
    while (performance.now() < until) study.propose();
  }
};

const medianOf = (timed: readonly Timed[]): number => median(timed.map(({ cpuMs }) => cpuMs));

/** One row a size, sampler and peer; a row without peer where there is none. */
export const race = async ({ samplers, sizes }: Race, progress: (text: string) => void): Promise<Outcome> => {
  const space = createFloats();
  const found = await openPeer(progress);
  const peer = 'peer' in found ? found.peer : undefined;
  try {
    warmUp(samplers, space);
    const rows: Row[] = [];
    for (const size of sizes) {
      progress(`${size.trials.toLocaleString('en-US')} trials`);
      const peers: { readonly name: string; readonly measured: number }[] = [];
      if ('peer' in found) {
        for (const kind of size.peers) {
          const timed = await measurePeer(kind, size, space, found.peer);
          peers.push({ name: peerNames(found.versions)[kind], measured: medianOf(timed) });
        }
      }
      for (const sampler of samplers)
        rows.push(...rowsOf(sampler, size, measureOwn(sampler, size, space), peers));
    }
    return { rows, notes: 'missing' in found ? [`No peer: ${found.missing}.`] : [] };
  } finally {
    peer?.end();
  }
};

const rowsOf = (
  sampler: string,
  { trials, budgetMs }: Size,
  timed: readonly Timed[],
  peers: readonly { readonly name: string; readonly measured: number }[],
): readonly Row[] => {
  const budget: { readonly budget?: Limit } = budgetMs === undefined ? {} : { budget: atMost(budgetMs) };
  const row: Row = {
    what: `${sampler} at ${trials.toLocaleString('en-US')} × 10`,
    measured: medianOf(timed),
    unit: 'ms',
    runs: timed.length,
    ...budget,
  };
  return peers.length === 0 ? [row] : peers.map((peer) => ({ ...row, peer }));
};
