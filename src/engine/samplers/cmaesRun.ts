// When a run of CMA-ES has ended, and what the next one is like: IPOP (Auger, Hansen: A Restart CMA Evolution Strategy
// With Increasing Population Size, CEC 2005) and BIPOP (Hansen: Benchmarking a BI-Population CMA-ES on the BBOB-2009
// Function Testbed, GECCO 2009).
import { at } from '../numeric/at.ts';
import type { RandomStream } from '../numeric/random.ts';
import type { Coordinates } from './cmaesCoordinates.ts';
import { type Distribution, deviationAt } from './cmaesDistribution.ts';

export const restarts = ['bipop', 'ipop', 'none'] as const;
export type Restart = (typeof restarts)[number];

export interface Run {
  /** 0 for the first. */
  readonly index: number;
  /** λ */
  readonly population: number;
  /** σ at its beginning. */
  readonly sigma: number;
  readonly trials: number;
  /** Trials after which it ends in any case. */
  readonly most: number;
  /** Smallest and largest loss of its last generations; undefined where nothing was ranked. */
  readonly recent: readonly (LossRange | undefined)[];
  /** Over all of its generations. */
  readonly seen?: LossRange | undefined;
  readonly first: FirstRun;
  /** BIPOP's two budgets: trials used by runs of either kind before this one, and of which kind this one is. */
  readonly isLarge: boolean;
  readonly spentSmall: number;
  readonly spentLarge: number;
  /** How often the population was doubled, and trials of the last run for which it was. */
  readonly doublings: number;
  readonly lastLarge: number;
}

interface LossRange {
  readonly low: number;
  readonly high: number;
}

interface FirstRun {
  readonly population: number;
  readonly sigma: number;
  /** Coordinates of any kind. */
  readonly dimension: number;
}

export const firstRun = (first: FirstRun): Run => ({
  ...begun(first.population, first.sigma),
  index: 0,
  first,
  isLarge: false,
  spentSmall: 0,
  spentLarge: 0,
  doublings: 0,
  lastLarge: 0,
});

const begun = (
  population: number,
  sigma: number,
  most = Infinity,
): Pick<Run, 'population' | 'sigma' | 'trials' | 'most' | 'recent'> => ({
  population,
  sigma,
  trials: 0,
  most,
  recent: [],
});

/** The run after one more generation with these losses. */
export const withGeneration = (run: Run, losses: readonly number[]): Run => {
  const range = losses.length === 0 ? undefined : { low: Math.min(...losses), high: Math.max(...losses) };
  return {
    ...run,
    trials: run.trials + run.population,
    recent: [...run.recent, range].slice(-flatGenerations(run)),
    seen: range === undefined ? run.seen : union(run.seen, range),
  };
};

const union = (a: LossRange | undefined, b: LossRange): LossRange =>
  a === undefined ? b : { low: Math.min(a.low, b.low), high: Math.max(a.high, b.high) };

/** Generations over which losses must not have changed (Hansen's tutorial, B.3, TolHistFun): 10 + ⌈30 d / λ⌉. */
const flatGenerations = ({ first, population }: Pick<Run, 'first' | 'population'>): number =>
  10 + Math.ceil((30 * first.dimension) / population);

export type StopReason = 'flat' | 'narrow' | 'lopsided' | 'long';

/**
 * Every deviation has fallen to this share of σ at the beginning: with the default, 2e-7 of a range. The tutorial's 1e-12
 * is for functions; a study has better uses for the trials that lie between.
 */
const tolX = 1e-6;
/** Losses differ by no more than this share of the range that the run has seen. */
const tolFun = 1e-9;
/** Of the longest axis to the shortest, as variances. */
const mostLopsided = 1e14;

/** Which stopping test fires (tutorial, B.3): nothing more is to be learnt from where this run is. */
export const stopReason = (
  run: Run,
  distribution: Distribution,
  coordinates: Coordinates,
): StopReason | undefined => {
  if (run.trials >= run.most) return 'long';
  if (isFlat(run)) return 'flat';
  if (distribution.covariance.condition > mostLopsided) return 'lopsided';
  return isNarrow(run, distribution, coordinates) ? 'narrow' : undefined;
};

/** The best of each of the last generations, and all of the very last, are as good as equal. */
const isFlat = ({ recent, seen, ...run }: Run): boolean => {
  const last = recent.at(-1);
  if (recent.length < flatGenerations(run) || last === undefined || seen === undefined) return false;
  let { low, high } = last;
  for (const range of recent) {
    if (range === undefined) return false;
    low = Math.min(low, range.low);
    high = Math.max(high, range.low);
  }
  return high - low <= tolFun * (seen.high - seen.low);
};

/** Every continuous coordinate is, or one no longer changes when it is moved. */
const isNarrow = ({ sigma }: Run, distribution: Distribution, { numeric }: Coordinates): boolean => {
  let widest = 0;
  let count = 0;
  for (const [j, { edges }] of numeric.entries()) {
    if (edges !== undefined) continue;
    count++;
    const deviation = deviationAt(distribution, j);
    const mean = at(distribution.mean, j);
    if (mean + 0.2 * deviation === mean) return true;
    widest = Math.max(widest, deviation, distribution.sigma * Math.abs(at(distribution.pathC, j)));
  }
  return count > 0 && widest < tolX * sigma;
};

/** The run that follows one that has ended. `random` decides how a small one of BIPOP differs. */
export const nextRun = (run: Run, restart: Exclude<Restart, 'none'>, random: RandomStream): Run => {
  const spentSmall = run.spentSmall + (run.isLarge ? 0 : run.trials);
  const spentLarge = run.spentLarge + (run.isLarge ? run.trials : 0);
  const lastLarge = run.isLarge ? run.trials : run.lastLarge;
  const shared = { index: run.index + 1, first: run.first, spentSmall, spentLarge, lastLarge };
  const { population, sigma } = run.first;
  if (restart === 'ipop' || spentLarge <= spentSmall) {
    const doublings = run.doublings + 1;
    return { ...shared, ...begun(population * 2 ** doublings, sigma), isLarge: true, doublings };
  }
  const [u, v] = [random.uniform(), random.uniform()];
  const large = 2 ** run.doublings;
  return {
    ...shared,
    ...begun(Math.floor(population * (large / 2) ** (u * u)), sigma * 10 ** (-2 * v), lastLarge / 2),
    isLarge: false,
    doublings: run.doublings,
  };
};
