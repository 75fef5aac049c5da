import path from 'node:path';
import { localLauncher, type Store } from '../../src/engine/node.ts';
import type { ActiveRun } from '../../src/engine/tuner/activeRun.ts';
import { atLeast, type Bench, type Figure, type Outcome, type Row } from '../figure.ts';
import { optunaPython } from '../optuna/environment.ts';
import { OptunaPeer } from '../optuna/peer.ts';
import { median } from '../statistics.ts';
import {
  checkAllThere,
  createDatabase,
  lossAt,
  nowMs,
  reports,
  stepsPerTrial,
  study,
  trials,
  writeRuns,
} from '../store/load.ts';

/** Reports of one trial in one transaction of 1,000. */
const stepsPerBatch = 1_000 / trials;
const repetitions = 5;

/** Reports a second, ready-made ones, a transaction for each 1,000. */
const storeRate = (store: Store): number => {
  const batches = Array.from({ length: stepsPerTrial / stepsPerBatch }, (_, batch) =>
    Array.from({ length: trials }, (__, trial) => ({
      study,
      trial,
      attempt: 1,
      cursor: { spool: 100 * (batch + 1), log: 0, print: null },
      reports: Array.from({ length: stepsPerBatch }, (___, i) => {
        const step = batch * stepsPerBatch + i;
        return { step, metric: 'loss', value: lossAt(trial, step) };
      }),
      corrupt: [],
      atMs: nowMs,
    })),
  );
  const since = performance.now();
  for (const batch of batches) store.ingest(batch);
  const seconds = (performance.now() - since) / 1_000;
  checkAllThere(store);
  return reports / seconds;
};

/** Reports a second from the files of runs into the database, by the driver's own steps: poll all, ingest, repeat. */
const readRate = async (store: Store, runs: readonly ActiveRun[]): Promise<number> => {
  const launcher = localLauncher({ runtimeFolder: path.join(import.meta.dirname, '../../src/runtime') });
  const since = performance.now();
  while (runs.some((run) => !run.ended)) {
    const read = await Promise.all(
      runs
        .filter((run) => !run.ended)
        .map(async (run) => {
          const news = await run.poll(launcher);
          return news === undefined ? [] : [run.batch(study, news.reports, news.corrupt, nowMs)];
        }),
    );
    store.ingest(read.flat());
  }
  const seconds = (performance.now() - since) / 1_000;
  checkAllThere(store);
  return reports / seconds;
};

interface PeerRates {
  readonly version: string;
  readonly sqlite: number[];
  readonly journal: number[];
}

const peerSeconds = 0.7;

const peerRate = async (peer: OptunaPeer, storage: 'sqlite' | 'journal', file: string): Promise<number> => {
  const { reports: taken, seconds } = await peer.report({ storage, file, trials: 10, seconds: peerSeconds });
  return taken / seconds;
};

/** A new database file for each measurement. */
const withStore = async (file: string, rate: (store: Store) => Promise<number> | number): Promise<number> => {
  const store = createDatabase(file);
  try {
    return await rate(store);
  } finally {
    store.close();
  }
};

interface Rates {
  readonly ready: number[];
  readonly spool: number[];
  readonly log: number[];
}

/** Each of ours once, in a folder of its own. */
const measureOwn = async (folder: string, rates: Rates): Promise<void> => {
  const [spoolRuns, logRuns] = [
    writeRuns(path.join(folder, 'spool'), 'spool'),
    writeRuns(path.join(folder, 'log'), 'log'),
  ];
  rates.ready.push(await withStore(path.join(folder, 'ready.db'), storeRate));
  rates.spool.push(await withStore(path.join(folder, 'spool.db'), (store) => readRate(store, spoolRuns)));
  rates.log.push(await withStore(path.join(folder, 'log.db'), (store) => readRate(store, logRuns)));
};

const measure = async ({ folder, progress }: Bench): Promise<Outcome> => {
  const found = await optunaPython(progress);
  const peer = 'python' in found ? new OptunaPeer(found.python) : undefined;
  try {
    const rates: Rates = { ready: [], spool: [], log: [] };
    const peerRates: PeerRates | undefined = peer && {
      version: (await peer.versions()).optuna,
      sqlite: [],
      journal: [],
    };
    await measureOwn(path.join(folder, 'warm'), { ready: [], spool: [], log: [] });
    for (let i = 1; i <= repetitions; i++) {
      progress(`${i} of ${repetitions}`);
      await measureOwn(path.join(folder, String(i)), rates);
      if (peer === undefined || peerRates === undefined) continue;
      peerRates.sqlite.push(await peerRate(peer, 'sqlite', path.join(folder, `peer-${i}.db`)));
      peerRates.journal.push(await peerRate(peer, 'journal', path.join(folder, `peer-${i}.journal`)));
    }
    return outcomeOf(rates, peerRates ?? ('missing' in found ? found.missing : 'no Python'));
  } finally {
    peer?.end();
  }
};

const outcomeOf = (rates: Rates, peer: PeerRates | string): Outcome => {
  const row = { unit: '/s', budget: atLeast(100_000), runs: repetitions } as const;
  const beside = (storage: 'sqlite' | 'journal', words: string): Pick<Row, 'peer'> =>
    typeof peer === 'string'
      ? {}
      : { peer: { name: `Optuna ${peer.version} ${words}`, measured: median(peer[storage]) } };
  return {
    rows: [
      {
        ...row,
        what: 'reports stored, 1,000 a transaction',
        measured: median(rates.ready),
        ...beside('sqlite', 'SQLite'),
      },
      {
        ...row,
        what: 'reports from spools to database',
        measured: median(rates.spool),
        ...beside('journal', 'journal file'),
      },
      { ...row, what: 'reports from printed lines to database', measured: median(rates.log) },
    ],
    notes: [
      `${reports.toLocaleString('en-US')} reports of ${trials} trials into a new database file each time, one thread, wall time; every report checked to be there.`,
      'First row: ready-made batches. The others: files of run folders read by the launcher, parsed and stored, as the driver does.',
      typeof peer === 'string'
        ? `No peer: ${peer}.`
        : 'Peer: `trial.report` of 10 trials in turn, one report a transaction, since it takes no more at once.',
      'Not covered: that nothing is lost when the process is killed; a test says so, not a number.',
    ],
  };
};

export const store: Figure = { name: 'store', measure };
