import {
  completeAssignment,
  createSampler,
  createSpace,
  type Objective,
  randomStream,
  type Sampler,
  sampleUniform,
  type SearchSpace,
  toUnit,
  type Trial,
} from '../../src/engine/index.ts';
import { atMost, type Bench, type Figure, type Outcome, type Row } from '../figure.ts';
import { optunaPython } from '../optuna/environment.ts';
import { OptunaPeer, type PeerSpaceEntry, type PeerVersions } from '../optuna/peer.ts';
import { median } from '../statistics.ts';

/** Ten floats: four plain, four on a log scale, two stepped. */
const entries: readonly PeerSpaceEntry[] = [
  ...[0, 1, 2, 3].map((i) => ({ name: `plain${i}`, low: -5, high: 5, log: false })),
  ...[0, 1, 2, 3].map((i) => ({ name: `log${i}`, low: 1e-5, high: 0.1, log: true })),
  ...[0, 1].map((i) => ({ name: `stepped${i}`, low: 0, high: 0.6, log: false, step: 0.05 })),
];
const objectives: readonly Objective[] = [{ metric: 'loss', direction: 'minimize' }];

/** Histories of each size are made anew a few times, and a few proposals are timed on each. */
const sizes = [
  { trials: 100, histories: 6, proposals: 10 },
  { trials: 1_000, histories: 4, proposals: 10 },
  { trials: 10_000, histories: 3, proposals: 6 },
] as const;

type Params = Readonly<Record<string, number>>;

const createFloats = (): SearchSpace => {
  const space = createSpace({
    parameters: entries.map((entry) => ({ kind: 'float', ...entry })),
    derived: [],
    constraints: [],
  });
  if (!space.ok) throw new Error(space.error.map(({ message }) => message).join(' '));
  return space.value;
};

/** A bowl in the unit cube with its bottom off the centre: something for a model to find. */
const lossOf = (space: SearchSpace, params: Params): number =>
  space.parameters.reduce(
    (sum, parameter) => sum + (toUnit(parameter, params[parameter.name] ?? 0) - 0.3) ** 2,
    0,
  );

const asNumbers = (params: Readonly<Record<string, unknown>>): Params =>
  Object.fromEntries(Object.entries(params).map(([name, value]) => [name, Number(value)]));

const makeHistory = (space: SearchSpace, size: number, seed: number): Trial[] =>
  Array.from({ length: size }, (_, number) => {
    const params = asNumbers(sampleUniform(space, randomStream(seed, 'history', number)));
    return { number, state: 'complete', params, values: [lossOf(space, params)], intermediate: [] };
  });

const cpuMs = (since: NodeJS.CpuUsage): number => {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1_000;
};

/** Our side of one study: asks and tells as `tunelens ask` does. */
class OwnStudy {
  private readonly space: SearchSpace;
  private readonly trials: Trial[];
  private readonly sampler: Sampler;
  private readonly seed: number;

  constructor(space: SearchSpace, trials: Trial[], seed: number) {
    const sampler = createSampler({ name: 'tpe', options: {} });
    if (!sampler.ok) throw new Error(sampler.error);
    this.space = space;
    this.trials = trials;
    this.sampler = sampler.value;
    this.seed = seed;
  }

  /** CPU time of one proposal, of this whole process. The trial is told at once. */
  proposalMs(): number {
    const { space, trials } = this;
    const number = trials.length;
    const since = process.cpuUsage();
    const random = randomStream(this.seed, number, 'sample');
    const proposal = this.sampler.sample({ space, objectives, trials, random });
    const params = completeAssignment(space, proposal.params);
    const ms = cpuMs(since);
    trials.push({
      number,
      state: 'complete',
      params,
      values: [lossOf(space, asNumbers(params))],
      intermediate: [],
    });
    return ms;
  }
}

interface Times {
  readonly ours: number[];
  /** First proposals: every trial of the history is read. */
  readonly first: number[];
  readonly peer: number[];
}

const peerProposalMs = async (peer: OptunaPeer, space: SearchSpace): Promise<number> => {
  const { ms, params } = await peer.ask();
  await peer.tell(lossOf(space, params));
  return ms;
};

const measureSize = async (
  { trials: size, histories, proposals }: (typeof sizes)[number],
  space: SearchSpace,
  peer: OptunaPeer | undefined,
): Promise<Times> => {
  const times: Times = { ours: [], first: [], peer: [] };
  for (let seed = 0; seed < histories; seed++) {
    const history = makeHistory(space, size, seed);
    const told = history.map(({ params, values }) => ({
      params: asNumbers(params),
      value: values?.[0] ?? 0,
    }));
    await peer?.load({ space: entries, trials: told, seed, multivariate: null });
    const own = new OwnStudy(space, history, seed);
    times.first.push(own.proposalMs());
    if (peer !== undefined) await peerProposalMs(peer, space); // its first one reads the history, too
    for (let i = 0; i < proposals; i++) {
      times.ours.push(own.proposalMs());
      if (peer !== undefined) times.peer.push(await peerProposalMs(peer, space));
    }
  }
  return times;
};

const rowsOf = (size: number, times: Times, versions: PeerVersions | undefined): readonly Row[] => {
  const what = `proposal at ${size.toLocaleString('en-US')} trials × 10 parameters`;
  const row: Row = { what, measured: median(times.ours), unit: 'ms', runs: times.ours.length };
  const budget = size === 1_000 ? { budget: atMost(1) } : {};
  const peer =
    versions === undefined
      ? {}
      : { peer: { name: `Optuna ${versions.optuna} TPE`, measured: median(times.peer) } };
  if (size < 10_000) return [{ ...row, ...budget, ...peer }];
  return [
    { ...row, ...budget, ...peer },
    { what: `${what}, first one`, measured: median(times.first), unit: 'ms', runs: times.first.length },
  ];
};

const warmUp = async (space: SearchSpace, peer: OptunaPeer | undefined): Promise<void> => {
  const study = new OwnStudy(space, makeHistory(space, 1_000, 99), 99);
  for (let i = 0; i < 60; i++) study.proposalMs();
  await peer?.load({ space: entries, trials: [], seed: 99, multivariate: null });
  for (let i = 0; peer !== undefined && i < 20; i++) await peerProposalMs(peer, space);
};

const measure = async ({ progress }: Bench): Promise<Outcome> => {
  const found = await optunaPython(progress);
  const peer = 'python' in found ? new OptunaPeer(found.python) : undefined;
  try {
    const versions = await peer?.versions();
    const space = createFloats();
    await warmUp(space, peer);
    const rows: Row[] = [];
    for (const size of sizes) {
      progress(`${size.trials} trials`);
      rows.push(...rowsOf(size.trials, await measureSize(size, space, peer), versions));
    }
    return { rows, notes: notesOf(versions, found) };
  } finally {
    peer?.end();
  }
};

const notesOf = (
  versions: PeerVersions | undefined,
  found: Awaited<ReturnType<typeof optunaPython>>,
): readonly string[] => [
  'Median CPU time of a whole process per proposal, told at once, one at a time; in-memory studies of 4 plain, 4 log and',
  '2 stepped floats on the same random histories; ours and the peer take turns. Warmed up; “first one” reads all trials anew.',
  versions === undefined
    ? `No peer: ${'missing' in found ? found.missing : 'unknown'}.`
    : `Peer: TPESampler() as it comes, multivariate: ${versions.multivariate ? 'yes' : 'no'}; Optuna ${versions.optuna}, numpy ${versions.numpy}, one thread.`,
];

export const tpe: Figure = { name: 'tpe', measure };
