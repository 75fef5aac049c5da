// From runs to tables: regrets, ranks and their confidence, all pure.

/** One method on one problem with one seed. */
export interface Run {
  readonly problem: string;
  readonly family: string;
  readonly method: string;
  readonly seed: number;
  /** By budget, the true value of the trial a user would take then; budgets that the run did not reach are missing. */
  readonly values: ReadonlyMap<number, number>;
  /** The least true value, where it is known. */
  readonly optimum: number | null;
  /** By budget, seconds of processor time spent in proposing until then, where they were measured. */
  readonly suggestSeconds: ReadonlyMap<number, number>;
}

/** How regrets are made comparable: linearly, or in orders of magnitude above `floor`. */
export type Scale = { readonly kind: 'linear' } | { readonly kind: 'log'; readonly floor: number };

export interface Interval {
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

export interface Row {
  readonly method: string;
  /** Pairs of problem and seed behind the regret. */
  readonly runs: number;
  /** Mean normalised regret; of the problems' means, each problem counting the same. */
  readonly regret: Interval;
  /** Undefined for a method that ran on too few pairs to be ranked with the others. */
  readonly rank: Interval | undefined;
  /** Rank on the pairs on which every method shown ran, slow ones included. */
  readonly rankOfAll: Interval | undefined;
  /** Share of the common pairs on which the first method was better than this one; ties count half. */
  readonly beaten: Interval | undefined;
  readonly beatenPairs: number;
  /** Mean milliseconds of processor time a proposal up to the budget; undefined when no run was timed. */
  readonly suggestMs: number | undefined;
}

export interface Table {
  readonly family: string;
  readonly budget: number;
  readonly rows: readonly Row[];
  /** Pairs of problem and seed on which every ranked method ran. */
  readonly rankedPairs: number;
  readonly problems: number;
  /** Pairs on which every method shown ran. */
  readonly pairsOfAll: number;
}

/** mulberry32: the bootstrap gives the same intervals every time. */
const generator = (seed: number): (() => number) => {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
};

export const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  const upper = sorted[Math.floor(middle)] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2;
};

const resamples = 1000;

const sampleMean = (values: readonly number[], random: () => number): number => {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[Math.floor(random() * values.length)] ?? 0;
  return sum / values.length;
};

/**
 * Mean of the problems' means with its 95 % interval, by resampling the seeds within each problem: the list of problems
 * is what it is, the seeds are the chance. Where most problems have a single seed that says nothing, and the problems are
 * resampled instead.
 */
export const interval = (byProblem: readonly (readonly number[])[]): Interval => {
  const groups = byProblem.filter((values) => values.length > 0);
  const centres = groups.map(mean);
  const random = generator(groups.length);
  const severalSeeds = mean(groups.map(({ length }) => length)) >= 2;
  const means = Array.from({ length: resamples }, () =>
    severalSeeds ? mean(groups.map((values) => sampleMean(values, random))) : sampleMean(centres, random),
  ).sort((a, b) => a - b);
  return {
    mean: mean(centres),
    low: means[Math.floor(0.025 * resamples)] ?? Number.NaN,
    high: means[Math.ceil(0.975 * resamples) - 1] ?? Number.NaN,
  };
};

/** Ranks from 1, lower values first; ties share the mean of their places. */
export const ranks = (values: readonly number[]): readonly number[] =>
  values.map((value) => {
    const before = values.filter((other) => other < value).length;
    const same = values.filter((other) => other === value).length;
    return before + (same + 1) / 2;
  });

export const normalise = (regret: number, reference: number, scale: Scale): number => {
  if (scale.kind === 'linear')
    return reference > 0 ? Math.min(1, Math.max(0, regret / reference)) : regret > 0 ? 1 : 0;
  const size = (value: number): number => Math.log10(Math.max(value, scale.floor) / scale.floor);
  const whole = size(reference);
  return whole > 0 ? Math.min(1, size(regret) / whole) : regret > scale.floor ? 1 : 0;
};

const pairOf = ({ problem, seed }: Run): string => `${problem}#${seed}`;

/** Trials of random search whose median best value is regret 1. */
export const referenceTrials = 25;

/** A method must have run on this share of the first method's pairs to be ranked. */
const rankedShare = 0.5;

const groupBy = <T>(values: readonly T[], key: (value: T) => string): ReadonlyMap<string, readonly T[]> => {
  const groups = new Map<string, T[]>();
  for (const value of values) {
    const group = groups.get(key(value));
    if (group === undefined) groups.set(key(value), [value]);
    else group.push(value);
  }
  return groups;
};

/** Least true value of each problem: the known one, else the least that any run found. */
const optimaOf = (runs: readonly Run[]): ReadonlyMap<string, number> =>
  new Map(
    [...groupBy(runs, ({ problem }) => problem)].map(([problem, group]) => [
      problem,
      Math.min(...group.flatMap(({ values }) => [...values.values()])),
    ]),
  );

/**
 * One family at one budget. `runs` holds all cached runs of the family (random search's, and others' for the least value
 * of problems without a known one); `methods` are those shown, of which the first is compared with each other one.
 */
export const tabulate = (
  runs: readonly Run[],
  methods: readonly string[],
  budget: number,
  about: { readonly family: string; readonly scale: Scale; readonly referenceAt?: number },
): Table => {
  const optima = optimaOf(runs);
  const regretAt = (run: Run, at: number): number | undefined => {
    const value = run.values.get(at);
    if (value === undefined) return undefined;
    return Math.max(0, value - (run.optimum ?? optima.get(run.problem) ?? 0));
  };
  const referenceAt = about.referenceAt ?? referenceTrials;
  const references = new Map(
    [
      ...groupBy(
        runs.filter(({ method }) => method === 'random'),
        ({ problem }) => problem,
      ),
    ].map(([problem, group]) => [problem, median(group.flatMap((run) => regretAt(run, referenceAt) ?? []))]),
  );
  const byMethod = new Map(
    methods.map((method) => [
      method,
      new Map(
        runs
          .filter((run) => run.method === method)
          .flatMap((run) => {
            const regret = regretAt(run, budget);
            return regret === undefined ? [] : [[pairOf(run), { run, regret }] as const];
          }),
      ),
    ]),
  );
  const [first = ''] = methods;
  const pairsOfFirst = byMethod.get(first) ?? new Map<string, never>();
  const counts = methods.map((method) => {
    const own = byMethod.get(method);
    return [...pairsOfFirst.keys()].filter((pair) => own?.has(pair)).length;
  });
  const ranked = methods.filter((_, i) => (counts[i] ?? 0) >= rankedShare * Math.max(1, pairsOfFirst.size));
  const shown = methods.filter((_, i) => (counts[i] ?? 0) > 0);
  const rankedAmong = (among: readonly string[]): ReadonlyMap<string, ReadonlyMap<string, number>> => {
    const own = among.map((method) => byMethod.get(method) ?? new Map<string, never>());
    const pairs = [...(own[0]?.keys() ?? [])].filter((pair) => own.every((each) => each.has(pair)));
    return new Map(
      pairs.map((pair) => {
        const places = ranks(own.map((each) => each.get(pair)?.regret ?? 0));
        return [pair, new Map(among.map((method, i) => [method, places[i] ?? 0]))];
      }),
    );
  };
  const places = rankedAmong(ranked);
  const placesOfAll = rankedAmong(shown);
  const problemOf = (pair: string): string => pair.slice(0, pair.lastIndexOf('#'));
  const grouped = (pairs: readonly string[], value: (pair: string) => number): readonly number[][] =>
    [...groupBy(pairs, problemOf).values()].map((group) => group.map(value));
  const rows = methods.flatMap((method): readonly Row[] => {
    const own = byMethod.get(method);
    if (own === undefined || own.size === 0) return [];
    const rankIn = (all: ReadonlyMap<string, ReadonlyMap<string, number>>): Interval | undefined =>
      all.size === 0 || ![...all.values()][0]?.has(method)
        ? undefined
        : interval(grouped([...all.keys()], (pair) => all.get(pair)?.get(method) ?? 0));
    const timed = [...own.values()].flatMap(({ run }) => run.suggestSeconds.get(budget) ?? []);
    const shared = [...own.keys()].filter((pair) => byMethod.get(first)?.has(pair));
    return [
      {
        method,
        runs: own.size,
        regret: interval(
          grouped([...own.keys()], (pair) =>
            normalise(own.get(pair)?.regret ?? 0, references.get(problemOf(pair)) ?? 0, about.scale),
          ),
        ),
        rank: rankIn(places),
        rankOfAll: rankIn(placesOfAll),
        beaten:
          method === first || shared.length === 0
            ? undefined
            : interval(
                grouped(shared, (pair) => {
                  const [ours, theirs] = [
                    byMethod.get(first)?.get(pair)?.regret ?? 0,
                    own.get(pair)?.regret ?? 0,
                  ];
                  return ours < theirs ? 1 : ours === theirs ? 0.5 : 0;
                }),
              ),
        beatenPairs: shared.length,
        suggestMs: timed.length === 0 ? undefined : (1000 * mean(timed)) / budget,
      },
    ];
  });
  return {
    family: about.family,
    budget,
    rows,
    rankedPairs: places.size,
    problems: new Set([...byMethod.values()].flatMap((own) => [...own.keys()].map(problemOf))).size,
    pairsOfAll: placesOfAll.size,
  };
};

/** Median regret of each method on each problem, in the order of `methods`; undefined where there is no run. */
export const detail = (
  runs: readonly Run[],
  methods: readonly string[],
  budget: number,
): readonly { readonly problem: string; readonly medians: readonly (number | undefined)[] }[] => {
  const optima = optimaOf(runs);
  return [...groupBy(runs, ({ problem }) => problem)].map(([problem, group]) => ({
    problem,
    medians: methods.map((method) => {
      const regrets = group
        .filter((run) => run.method === method)
        .flatMap((run) => {
          const value = run.values.get(budget);
          return value === undefined ? [] : [value - (run.optimum ?? optima.get(problem) ?? 0)];
        });
      return regrets.length === 0 ? undefined : median(regrets);
    }),
  }));
};
