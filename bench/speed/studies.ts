import {
  type Assignment,
  completeAssignment,
  createSampler,
  createSpace,
  type Objective,
  randomStream,
  type Sampler,
  sampleUniform,
  type SearchSpace,
  type Strategy,
  toUnit,
  type Trial,
  TrialList,
} from '../../src/engine/index.ts';

export interface FloatEntry {
  readonly name: string;
  readonly low: number;
  readonly high: number;
  readonly log: boolean;
  readonly step?: number;
}

/** Ten floats: four plain, four on a log scale, two stepped. */
export const entries: readonly FloatEntry[] = [
  ...[0, 1, 2, 3].map((i) => ({ name: `plain${i}`, low: -5, high: 5, log: false })),
  ...[0, 1, 2, 3].map((i) => ({ name: `log${i}`, low: 1e-5, high: 0.1, log: true })),
  ...[0, 1].map((i) => ({ name: `stepped${i}`, low: 0, high: 0.6, log: false, step: 0.05 })),
];

export const objectives: readonly Objective[] = [{ metric: 'loss', direction: 'minimize' }];

export const createFloats = (): SearchSpace => {
  const space = createSpace({
    parameters: entries.map((entry) => ({ kind: 'float', ...entry })),
    derived: [],
    constraints: [],
  });
  if (!space.ok) throw new Error(space.error.map(({ message }) => message).join(' '));
  return space.value;
};

/** A bowl in the unit cube with its bottom off the centre: something for a model to find. */
export const lossOf = (space: SearchSpace, params: Assignment): number =>
  space.parameters.reduce(
    (sum, parameter) => sum + (toUnit(parameter, params[parameter.name] ?? 0) - 0.3) ** 2,
    0,
  );

/** Trials at random places. */
export const makeHistory = (space: SearchSpace, size: number, seed: number): readonly Trial[] =>
  Array.from({ length: size }, (_, number) => {
    const params = sampleUniform(space, randomStream(seed, 'history', number));
    return { number, state: 'complete', params, values: [lossOf(space, params)], intermediate: [] };
  });

/** One proposal, told at once. */
export interface Timed {
  /** CPU time of the whole process. */
  readonly cpuMs: number;
  readonly wallMs: number;
}

const cpuMsSince = (since: NodeJS.CpuUsage): number => {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1_000;
};

/** A study of ours in this process. */
export class OwnStudy {
  private readonly space: SearchSpace;
  private readonly list = new TrialList();
  private readonly sampler: Sampler;
  private readonly seed: number;

  constructor(strategy: Strategy, space: SearchSpace, history: readonly Trial[], seed: number) {
    const sampler = createSampler(strategy);
    if (!sampler.ok) throw new Error(sampler.error);
    this.space = space;
    this.sampler = sampler.value;
    this.seed = seed;
    for (const trial of history) this.list.set(trial.number, trial);
  }

  propose(): Timed {
    const { space } = this;
    const { trials } = this.list;
    const number = trials.length;
    const [cpu, wall] = [process.cpuUsage(), performance.now()];
    const random = randomStream(this.seed, number, 'sample');
    const proposal = this.sampler.sample({ space, objectives, trials, random });
    const params = completeAssignment(space, proposal.params);
    const timed = { cpuMs: cpuMsSince(cpu), wallMs: performance.now() - wall };
    this.list.set(number, {
      number,
      state: 'complete',
      params,
      values: [lossOf(space, params)],
      intermediate: [],
    });
    return timed;
  }
}
