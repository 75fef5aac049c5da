// The state of CMA-ES, worked out from the trials alone: finished ones in number order, a generation at a time,
// whoever proposed them.
import { at, itemAt } from '../numeric/at.ts';
import { type RandomStream, randomStream } from '../numeric/random.ts';
import { type CmaConstants, cmaConstants, defaultPopulation } from './cmaesConstants.ts';
import type { Coordinates } from './cmaesCoordinates.ts';
import { mostFull } from './cmaesCovariance.ts';
import {
  type Beginning,
  type Distribution,
  deviationAt,
  distributionFrom,
  isFar,
  learnt,
  type Point,
} from './cmaesDistribution.ts';
import { numberInCell } from './cmaesMargin.ts';
import { weightsOf } from './cmaesRanks.ts';
import {
  firstRun,
  nextRun,
  type Restart,
  type Run,
  type StopReason,
  stopReason,
  withGeneration,
} from './cmaesRun.ts';
import { beginningFrom } from './cmaesWarmStart.ts';
import type { History } from './history.ts';
import type { Fold, Snapshot } from './historyFold.ts';
import { isRanked, orderRows, type Placed } from './rowOrder.ts';

export interface FoldOptions {
  readonly restart: Restart;
  /** λ of the first run; 0 for the default of the dimension. */
  readonly population: number;
  /** Finished trials that only tell where to begin; the fold begins after them. */
  readonly after: number;
  readonly sigma: number;
  /** Whether learning rates adapt. */
  readonly adaptRates: boolean;
}

/** Where a study's search stands. */
export interface SearchState {
  readonly distribution: Distribution;
  readonly constants: CmaConstants;
  readonly run: Run;
  /** Why the run before ended. */
  readonly stopped?: StopReason;
  /** Trials in here were proposed by the run before. */
  readonly left?: Region;
  /** The loss of the last generation's worst parent; undefined when it was not ranked, or there are several losses. */
  readonly parentLoss?: number | undefined;
  /** The points, by row, of a generation that is not complete. */
  readonly begun: ReadonlyMap<number, Point>;
}

/** Where an ended run had converged to: the box of `reach` round the mean, on continuous coordinates. */
interface Region {
  readonly mean: Float64Array;
  readonly reach: Float64Array;
}

/** How the state follows from trials. */
export const cmaesFold = (
  { sigma, after, population, restart, adaptRates }: FoldOptions,
  coordinates: Coordinates,
  beginning: Beginning,
): Fold<SearchState> => ({
  begin: (history, telling) => {
    if (telling.length < after) return undefined;
    const start =
      after === 0 ? beginning : (beginningFrom(history, telling.slice(0, after), coordinates) ?? beginning);
    const dimension = coordinates.numeric.length + coordinates.categories.length;
    const run = firstRun({
      population: population === 0 ? defaultPopulation(dimension) : population,
      sigma,
      dimension,
    });
    const constants = constantsFor(coordinates, run.population);
    return {
      taken: after,
      state: {
        distribution: distributionFrom(coordinates, start, adaptRates),
        constants,
        run,
        begun: new Map(),
      },
    };
  },
  next: (before, history, telling) => afterGeneration(before, restart, history, telling, coordinates),
});

const constantsFor = ({ numeric }: Coordinates, population: number): CmaConstants =>
  cmaConstants(Math.max(1, numeric.length), population, numeric.length > mostFull);

/** The state a generation later, or with the trials left taken into one that is not complete; undefined when none is. */
const afterGeneration = (
  { taken, state }: Snapshot<SearchState>,
  restart: Restart,
  history: History,
  telling: readonly number[],
  coordinates: Coordinates,
): Snapshot<SearchState> | undefined => {
  const { population } = state.run;
  if (taken === telling.length) return undefined;
  const found = new Map(state.begun);
  let end = taken;
  while (found.size < population && end < telling.length) {
    const row = itemAt(telling, end++);
    const point = pointOf(history, row, coordinates, state.distribution);
    if (isEvidence(history, row, point, coordinates, state)) found.set(row, point);
  }
  if (found.size < population) return { taken: end, state: { ...state, begun: found } };
  const rows = [...found.keys()];
  const placed = orderRows(history, rows);
  const points = placed.flatMap(({ row }) => found.get(row) ?? []);
  const weights = weightsOf(placed, state.constants.weights);
  const distribution = learnt(state.distribution, coordinates, state.constants, points, weights);
  const run = withGeneration(state.run, lossesOf(history, placed));
  const worstParent = placed[state.constants.parents - 1]?.row;
  const parentLoss =
    worstParent !== undefined && history.objectives === 1 && isRanked(history, worstParent)
      ? at(history.score, worstParent)
      : undefined;
  const next = { ...state, distribution, run, parentLoss, begun: new Map() };
  const reason = stopReason(run, distribution, coordinates);
  return {
    taken: end,
    state:
      restart === 'none' || reason === undefined
        ? next
        : restarted(next, reason, restart, coordinates, seedOf(history, itemAt(rows, rows.length - 1), run)),
  };
};

/**
 * Does a trial say something of this run? Not when the run before proposed it; and one from far off, by another
 * sampler, only when it would have been a parent: bad ones there fill places in the order that own points should fight
 * for, and the search would stand still.
 */
const isEvidence = (
  history: History,
  row: number,
  { numbers }: Point,
  coordinates: Coordinates,
  { left, parentLoss, distribution }: SearchState,
): boolean => {
  if (left !== undefined && isIn(left, history, row, coordinates)) return false;
  if (parentLoss === undefined || !isFar(distribution, numbers)) return true;
  return isRanked(history, row) && at(history.score, row) < parentLoss;
};

const lossesOf = (history: History, placed: readonly Placed[]): readonly number[] =>
  placed.filter(({ row }) => isRanked(history, row)).map(({ row }) => at(history.score, row));

const restarted = (
  { distribution, run }: SearchState,
  stopped: StopReason,
  restart: Exclude<Restart, 'none'>,
  coordinates: Coordinates,
  random: RandomStream,
): SearchState => {
  const next = nextRun(run, restart, random);
  const mean = distribution.mean.map(() => random.uniform());
  const left = regionOf(distribution, coordinates);
  return {
    distribution: distributionFrom(
      coordinates,
      { mean, sigma: next.sigma },
      distribution.rates !== undefined,
    ),
    constants: constantsFor(coordinates, next.population),
    run: next,
    begun: new Map(),
    stopped,
    ...(left === undefined ? {} : { left }),
  };
};

/** A stream that is another in every study, though the study's seed is not known here. */
const seedOf = (history: History, row: number, { index }: Run): RandomStream => {
  const width = history.axes.length;
  const places = Array.from(history.positions.subarray(row * width, row * width + Math.min(width, 4)));
  return randomStream(0, 'cmaes restart', index, ...places.map(plain), plain(at(history.score, row)));
};

const plain = (value: number): number => (Number.isNaN(value) ? -1 : value);

/** How many standard deviations an ended run's own trials lie from its mean at most. */
const farthest = 10;
/** A run that ended wider than this has not converged anywhere. */
const widestRegion = 0.05;

const regionOf = (distribution: Distribution, { numeric }: Coordinates): Region | undefined => {
  const reach = distribution.mean.map((_, j) => farthest * deviationAt(distribution, j));
  const continuous = reach.filter((_, j) => numeric[j]?.edges === undefined);
  return continuous.length > 0 && continuous.every((width) => width < widestRegion)
    ? { mean: distribution.mean, reach }
    : undefined;
};

/** Trials that were still running when a run ended would pull the next one back to where that run was. */
const isIn = ({ mean, reach }: Region, history: History, row: number, { numeric }: Coordinates): boolean => {
  const offset = row * history.axes.length;
  return numeric.every(({ axis, edges }, j) => {
    const position = at(history.positions, offset + axis);
    return edges !== undefined || !(Math.abs(position - at(mean, j)) > at(reach, j));
  });
};

/** A continuous coordinate at an end of its range is as if in a cell that reaches from there to infinity. */
const box = Float64Array.of(-1, 0, 1, 2);
const inside = 1;
const atEnd = 1e-12;

const sideOf = (position: number): number => (position <= atEnd ? 0 : position >= 1 - atEnd ? 2 : inside);

/**
 * What a trial tells the distribution. Numbers that it does not tell, those of inactive coordinates and where in its
 * cell a discrete one was, are drawn from the distribution, in a stream of the trial's own.
 */
const pointOf = (
  history: History,
  row: number,
  { numeric, categories }: Coordinates,
  distribution: Distribution,
): Point => {
  const offset = row * history.axes.length;
  const { number } = itemAt(history.trials, row);
  const stream = (): RandomStream => randomStream(0, 'cmaes trial', number, plain(at(history.score, row)));
  let random: RandomStream | undefined;
  const active = new Uint8Array(numeric.length);
  const numbers = new Float64Array(numeric.length);
  for (const [j, coordinate] of numeric.entries()) {
    const position = at(history.positions, offset + coordinate.axis);
    active[j] = Number(!Number.isNaN(position));
    const isContinuous = coordinate.edges === undefined;
    const side = isContinuous ? sideOf(position) : 0;
    if (active[j] === 1 && isContinuous && side === inside) {
      numbers[j] = position;
      continue;
    }
    random ??= stream();
    const mean = at(distribution.mean, j);
    const deviation = deviationAt(distribution, j);
    numbers[j] =
      active[j] === 1
        ? numberInCell(
            coordinate.edges ?? box,
            isContinuous ? side : position,
            mean,
            deviation,
            random.uniform(),
          )
        : mean + deviation * random.normal();
  }
  const values = Float64Array.from(categories, ({ axis }) => at(history.positions, offset + axis));
  return { numbers, active, values };
};
