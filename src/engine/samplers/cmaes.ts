// Covariance matrix adaptation evolution strategy (Hansen: The CMA Evolution Strategy: A Tutorial, arXiv 1604.00772),
// with margins for discrete coordinates, categorical distributions, restarts and warm starts.
import { at, itemAt } from '../numeric/at.ts';
import type { RandomStream } from '../numeric/random.ts';
import { addDerived, type Draft, isActive } from '../space/assignment.ts';
import type { Assignment, SearchSpace } from '../space/parameter.ts';
import { planOf } from '../space/plan.ts';
import { reconcile } from '../space/reconcile.ts';
import type { Proposal, SampleContext, Sampler } from '../study/sampler.ts';
import { drawCategory } from './cmaesCategories.ts';
import { type Coordinates, centreAt, coordinatesOf, valueAt } from './cmaesCoordinates.ts';
import type { Beginning, Distribution } from './cmaesDistribution.ts';
import { cmaesFold, type FoldOptions, type SearchState } from './cmaesFold.ts';
import { type Restart, restarts } from './cmaesRun.ts';
import { beginningFrom } from './cmaesWarmStart.ts';
import { createHistoryReader, type History, positionsOf } from './history.ts';
import { createHistoryFold, type Fold } from './historyFold.ts';
import { proposeAtRandom, proposeDrawn } from './variationFresh.ts';

export interface CmaesOptions {
  /** Standard deviation at the beginning, as a share of each range. Default 1/6. */
  readonly sigma?: number;
  /** λ: trials in a generation of the first run; 0, the default, means 4 + ⌊3 ln d⌋. */
  readonly population?: number;
  /** What follows when a run has converged or learns nothing more. Default bipop. */
  readonly restart?: Restart;
  /** Begins where the best trials of an earlier study lay, if there is one. Default true. */
  readonly warmStart?: boolean;
  /**
   * The first so many finished trials, whoever proposed them, only tell where to begin; until they are there, proposals
   * are random. Default 0.
   */
  readonly warmStartAfter?: number;
  /**
   * Believes each generation less where generations contradict each other, so that it narrows later on noisy objectives
   * and ones with many valleys. Meant for tens of thousands of trials: a sphere takes twice as many. Default false.
   */
  readonly adaptRates?: boolean;
}

/** As `CmaesOptions`, for a strategy's text. */
export const cmaesOptions = {
  sigma: { default: 1 / 6, min: 1e-6, max: 1 },
  population: { default: 0, min: 0, max: 10_000, whole: true },
  restart: { default: 'bipop', choices: restarts },
  warmStart: { default: true },
  warmStartAfter: { default: 0, min: 0, max: 1_000_000, whole: true },
  adaptRates: { default: false },
} as const;

/**
 * Proposes draws from a Gaussian and categorical distributions that learn from each generation of finished trials, in
 * number order. Trials of other samplers among them count as well. With several objectives a generation is ordered by
 * fronts.
 */
export const cmaesSampler = ({
  sigma = 1 / 6,
  population = 0,
  restart = 'bipop',
  warmStart = true,
  warmStartAfter = 0,
  adaptRates = false,
}: CmaesOptions = {}): Sampler => {
  const read = createHistoryReader();
  const coordinatesFor = createCoordinates();
  const begin = createBeginning(sigma, warmStart);
  const foldHistory = createHistoryFold<SearchState>();
  const foldFrom = createFolds({ sigma, population, restart, after: warmStartAfter, adaptRates });
  return {
    name: 'cmaes',
    sample: (context) => {
      const { space, objectives, trials } = context;
      const history = read(space, objectives, trials);
      const coordinates = coordinatesFor(space, history);
      const folded = foldHistory(history, foldFrom(coordinates, begin(context, coordinates)));
      if (folded === undefined) {
        const because = `fewer than ${warmStartAfter} trials are done, which tell where to begin.`;
        return proposeAtRandom(context, history, because);
      }
      return proposeFrom(context, history, coordinates, folded.state);
    },
  };
};

const createCoordinates = (): ((space: SearchSpace, history: History) => Coordinates) => {
  let known: Coordinates | undefined;
  return (space, { axes }) => {
    if (known?.axes !== axes) known = coordinatesOf(space.parameters, axes);
    return known;
  };
};

/** The same fold for the same beginning, so that it is not begun anew. */
const createFolds = (
  options: FoldOptions,
): ((coordinates: Coordinates, beginning: Beginning) => Fold<SearchState>) => {
  let known: { readonly key: readonly unknown[]; readonly fold: Fold<SearchState> } | undefined;
  return (coordinates, beginning) => {
    if (known?.key[0] !== coordinates || known.key[1] !== beginning)
      known = { key: [coordinates, beginning], fold: cmaesFold(options, coordinates, beginning) };
    return known.fold;
  };
};

/** The best of an earlier study, else the first assignment of the queue, else the middle. */
const createBeginning = (
  sigma: number,
  warmStart: boolean,
): ((context: SampleContext, coordinates: Coordinates) => Beginning) => {
  const readPast = createHistoryReader();
  let known: { readonly key: readonly unknown[]; readonly beginning: Beginning } | undefined;
  return ({ space, past, queue }, coordinates) => {
    const earlier = warmStart ? past?.[0] : undefined;
    const key = [coordinates, earlier?.trials, earlier?.objectives, queue?.[0]];
    if (known?.key.every((part, i) => part === key[i])) return known.beginning;
    const history = earlier && readPast(space, earlier.objectives, earlier.trials);
    const fromPast =
      history &&
      beginningFrom(
        history,
        Array.from({ length: history.count }, (_, row) => row),
        // Axes of the reader's own, equal to those of this study.
        coordinates,
      );
    const found = fromPast ?? { mean: placeOf(space, queue?.[0], coordinates), sigma };
    // The same object when it says the same, so that nothing is folded anew.
    const beginning = known && sameBeginning(known.beginning, found) ? known.beginning : found;
    known = { key, beginning };
    return beginning;
  };
};

const sameBeginning = (a: Beginning, b: Beginning): boolean =>
  a.sigma === b.sigma &&
  sameNumbers(a.mean, b.mean) &&
  a.covariance?.logDeterminant === b.covariance?.logDeterminant &&
  a.mean.every((_, j) => a.covariance?.variance(j) === b.covariance?.variance(j)) &&
  a.chances?.length === b.chances?.length &&
  (a.chances ?? []).every((chances, i) => sameNumbers(chances, b.chances?.[i] ?? chances));

const sameNumbers = (a: Float64Array, b: Float64Array): boolean =>
  a.length === b.length && a.every((x, i) => x === b[i]);

const placeOf = (
  space: SearchSpace,
  wanted: Assignment | undefined,
  coordinates: Coordinates,
): Float64Array => {
  const mean = new Float64Array(coordinates.numeric.length).fill(0.5);
  if (wanted === undefined) return mean;
  const positions = new Float64Array(coordinates.axes.length);
  positionsOf(coordinates.axes, reconcile(space, wanted), positions, 0);
  return mean.map((middle, j) => {
    const coordinate = itemAt(coordinates.numeric, j);
    const position = at(positions, coordinate.axis);
    return Number.isNaN(position) ? middle : centreAt(coordinate, position);
  });
};

const proposeFrom = (
  context: SampleContext,
  history: History,
  coordinates: Coordinates,
  state: SearchState,
): Proposal => {
  const { space, random } = context;
  const { distribution } = state;
  return proposeDrawn(context, history, explain(state), () => {
    const numbers = drawNumbers(distribution, random);
    const complete = assignmentAt(space, coordinates, distribution, numbers, random);
    return { complete, isRepeat: () => areEndsTried(history, coordinates, numbers, complete) };
  });
};

/** Were these values tried, all continuous ones being ends of their ranges? Others do not repeat. */
const areEndsTried = (
  { trials, seen }: History,
  { numeric }: Coordinates,
  numbers: Float64Array,
  complete: Assignment,
): boolean => {
  if (seen.size > 0) return false;
  if (numeric.some(({ edges }, j) => edges === undefined && at(numbers, j) > 0 && at(numbers, j) < 1))
    return false;
  const entries = Object.entries(complete);
  return trials.some(({ params }) => entries.every(([name, value]) => params[name] === value));
};

const drawNumbers = (
  { mean, sigma, covariance, scale }: Distribution,
  random: RandomStream,
): Float64Array => {
  const y = covariance.colour(mean.map(() => random.normal()));
  return mean.map((m, j) => m + sigma * at(scale, j) * at(y, j));
};

/** Values and derived values down the declared tree, without inactive ones; of one-value parameters the only one. */
const assignmentAt = (
  space: SearchSpace,
  coordinates: Coordinates,
  { categories: { chances } }: Distribution,
  numbers: Float64Array,
  random: RandomStream,
): Assignment => {
  const { axes, numeric, categories } = coordinates;
  const values = new Map(
    numeric.map((coordinate, j) => [coordinate.axis, valueAt(coordinates, coordinate, at(numbers, j))]),
  );
  for (const [i, { axis }] of categories.entries()) {
    values.set(axis, itemAt(axes, axis).value(drawCategory(itemAt(chances, i), random)));
  }
  const assignment: Draft = {};
  let index = 0;
  for (const item of planOf(space).items) {
    if (item.kind === 'derived') {
      addDerived(item.derived, assignment);
      continue;
    }
    const axis = index++;
    if (!isActive(item.parameter, assignment)) continue;
    const value = values.get(axis);
    assignment[item.parameter.name] = value === undefined ? itemAt(axes, axis).value(0) : value;
  }
  return assignment;
};

const explain = ({ distribution, run, stopped }: SearchState): string => {
  const { generation, sigma, mean, covariance } = distribution;
  const width =
    mean.length === 0
      ? ''
      : `, ${percent(sigma * Math.exp(covariance.logDeterminant / (2 * mean.length)))} of the range wide on average`;
  const began = stopped === undefined ? '' : `; restart ${run.index}, since the run before ${ends[stopped]}`;
  return `Drawn from the distribution of generation ${generation + 1} of CMA-ES (${run.population} trials each)${width}${began}.`;
};

const ends = {
  flat: 'saw no more change',
  narrow: 'had converged',
  lopsided: 'had become too narrow in one direction',
  long: 'had used its share of trials',
} as const;

const percent = (share: number): string => `${Number((100 * share).toPrecision(2))}%`;
