// Search close to the best trial: a Gaussian process of its nearest trials alone, in a box that is as wide as they
// lie apart. As trials gather the box shrinks, and when one at its edge is better it moves there and widens: a trust
// region (in the manner of TuRBO, Eriksson et al., NeurIPS 2019) whose size is read from the trials themselves.
import { at, itemAt } from '../numeric/at.ts';
import type { GaussianProcess } from '../numeric/gaussianProcess.ts';
import type { KernelName } from '../numeric/linear.ts';
import { selectRank } from '../numeric/select.ts';
import type { SearchSpace } from '../space/parameter.ts';
import type { SampleContext } from '../study/sampler.ts';
import { createAcquisition } from './acquisition.ts';
import { createFeatures, type Features } from './features.ts';
import { explainPrediction, pendingInputs, percent, rowsOf, worthOf } from './gp.ts';
import type { History } from './history.ts';
import { type Domain, type FoundPoint, searchPoints, type Worthiness } from './pointSearch.ts';
import { conditionSurrogate, fitSurrogate, type Surrogate, toInputs, withPending } from './surrogate.ts';

export interface NearbyOptions {
  readonly kernel?: KernelName;
  /** Trials the model is made of, as a multiple of the number of parameters. */
  readonly neighbours?: number;
  /** Row of the trial to search around; the best one when absent. */
  readonly centre?: number;
}

export interface NearbySearch {
  /** The best first. */
  readonly found: readonly FoundPoint[];
  /** Half-width of the box, as a share of the range. */
  readonly radius: number;
  /** Why a point was found worth trying. */
  explain(point: FoundPoint): string;
}

const fewestNeighbours = 24;
const mostNeighbours = 100;
/** Unfinished trials looked at, the newest. */
const mostPending = 64;
/** Of which hyperparameters are fitted to so many. */
const mostFitted = 100;

/** Undefined when there are too few trials with numbers to go by. */
export const searchNearby = (
  context: SampleContext,
  history: History,
  { kernel = 'matern52', neighbours = 8, centre: wished }: NearbyOptions = {},
): NearbySearch | undefined => {
  const { space, random } = context;
  const { axes } = history;
  const features = createFeatures(space, axes);
  const ranked = bestRows(history, mostLookedAt);
  if (ranked.length < 3) return undefined;
  const centreRow = wished ?? bestRow(history, ranked);
  const inputs = toInputs(features, history.positions, ranked, axes.length);
  const centre = new Float64Array(features.width);
  features.encode(history.positions, centreRow * axes.length, centre, 0);
  const distances = Float64Array.from(ranked, (_, k) => gap(inputs.x, k * features.width, centre));
  const order = Array.from(ranked, (_, k) => k).sort((a, b) => at(distances, a) - at(distances, b) || a - b);
  const wanted = Math.min(mostNeighbours, Math.max(fewestNeighbours, Math.round(neighbours * axes.length)));
  const chosen = order.slice(0, wanted);
  const size = Math.min(chosen.length - 1, axes.length + 1);
  const radius = Math.max(1e-9, at(distances, itemAt(chosen, size)));
  const half = Math.min(0.5, Math.max(1e-8, radius / Math.sqrt(Math.max(1, axes.length))));
  const scale = createScale(features, centre, half);
  const local = { ...inputs, x: new Float64Array(chosen.length * features.width), count: chosen.length };
  chosen.forEach((k, i) => {
    scale.into(inputs.x, k * features.width, local.x, i * features.width);
  });
  const losses = Float64Array.from(chosen, (k) => at(history.score, itemAt(ranked, k)));
  const fitted = fitSurrogate(
    { inputs: local, losses },
    { kernel, shape: 'auto', minNoise: 1e-7, mostFitted },
  );
  const surrogate = conditionSurrogate({ inputs: local, losses }, fitted);
  const pending = pendingInputs(history, features, mostPending);
  const pendingLocal = { ...pending, x: new Float64Array(pending.x.length) };
  for (let i = 0; i < pending.count; i++)
    scale.into(pending.x, i * features.width, pendingLocal.x, i * features.width);
  const gp = withPending(surrogate, pendingLocal);
  const positions = history.positions.slice(centreRow * axes.length, (centreRow + 1) * axes.length);
  const box = boxAround(features, centre, half);
  const domain: Domain = { space, axes, features, box };
  const worth = scaledWorth(gp, surrogate, scale, features.width);
  const found = searchPoints(
    domain,
    worth,
    { draws: 256, near: 64, centres: [positions], climbs: 4 },
    random,
  );
  const explain = (point: FoundPoint): string => {
    const columns = new Float64Array(features.width);
    const scaled = new Float64Array(features.width);
    features.encode(point.positions, 0, columns, 0);
    scale.into(columns, 0, scaled, 0);
    const best = history.trials[centreRow]?.number ?? 0;
    const where = `Within ${percent(half)} of each range around trial ${best}, a local Gaussian process`;
    return explainPrediction(context, surrogate, scaled, where);
  };
  return { found, radius: half, explain };
};

/** Rows with the lowest losses, in order of the rows: as many trials as time is to be spent on. */
const bestRows = (history: History, most: number): readonly number[] => {
  const ranked = rowsOf(history, 'ranked');
  if (ranked.length <= most) return ranked;
  const scores = Float64Array.from(ranked, (row) => at(history.score, row));
  const limit = selectRank(scores, scores.length, most - 1);
  return ranked.filter((row) => at(history.score, row) <= limit).slice(0, most);
};

/** Trials that neighbours are looked for among, and trials looked at as possible bottoms of valleys. */
const mostLookedAt = 1000;
const mostBottoms = 64;

const bestRow = ({ score }: History, rows: readonly number[]): number =>
  rows.reduce((best, row) => (at(score, row) < at(score, best) ? row : best), rows[0] ?? 0);

/**
 * Trials better than all of their nearest neighbours, the best first: the middles of what may be separate valleys.
 */
export const valleys = (space: SearchSpace, history: History, most: number): readonly number[] => {
  const { axes, score } = history;
  const features = createFeatures(space, axes);
  const ranked = bestRows(history, mostLookedAt);
  const { x } = toInputs(features, history.positions, ranked, axes.length);
  const neighbours = Math.min(ranked.length - 1, 2 * axes.length + 1);
  const order = Array.from(ranked, (_, k) => k).sort(
    (a, b) => at(score, itemAt(ranked, a)) - at(score, itemAt(ranked, b)) || a - b,
  );
  const found: number[] = [];
  // Only the better half: the others are on slopes even where they look like bottoms.
  for (const k of order.slice(0, Math.min(mostBottoms, Math.ceil(order.length / 2)))) {
    const own = x.subarray(k * features.width, (k + 1) * features.width);
    const distances = Float64Array.from(ranked, (_, j) => gap(x, j * features.width, own));
    const reach = distances.slice().sort()[neighbours] ?? Infinity;
    const isBottom = ranked.every(
      (row, j) => j === k || at(distances, j) > reach || at(score, row) >= at(score, itemAt(ranked, k)),
    );
    if (isBottom) found.push(itemAt(ranked, k));
    if (found.length === most) break;
  }
  return found;
};

const gap = (x: Float64Array, from: number, centre: Float64Array): number => {
  let sum = 0;
  for (let c = 0; c < centre.length; c++) sum += (at(x, from + c) - at(centre, c)) ** 2;
  return Math.sqrt(sum);
};

interface Scale {
  /** Columns that hold numbers are shifted to the centre and divided by the half-width. */
  readonly factors: Float64Array;
  into(from: Float64Array, start: number, target: Float64Array, to: number): void;
}

const createScale = (features: Features, centre: Float64Array, half: number): Scale => {
  const factors = new Float64Array(features.width).fill(1);
  for (const { axis, column } of features.places) if (axis.kind !== 'choices') factors[column] = 1 / half;
  return {
    factors,
    into: (from, start, target, to) => {
      for (let c = 0; c < features.width; c++)
        target[to + c] = (at(from, start + c) - at(centre, c)) * at(factors, c);
    },
  };
};

const boxAround = (
  features: Features,
  centre: Float64Array,
  half: number,
): { readonly low: Float64Array; readonly high: Float64Array } => {
  const low = new Float64Array(features.groupCount);
  const high = new Float64Array(features.groupCount).fill(1);
  features.places.forEach(({ axis, column }, i) => {
    if (axis.kind === 'choices') return;
    low[i] = Math.max(0, at(centre, column) - half);
    high[i] = Math.min(1, at(centre, column) + half);
  });
  return { low, high };
};

const scaledWorth = (gp: GaussianProcess, surrogate: Surrogate, scale: Scale, width: number): Worthiness => {
  const worth = worthOf(gp, createAcquisition('logei', surrogate.best, 1));
  const one = new Float64Array(width);
  return {
    many: (columns, count, values) => {
      const scaled = new Float64Array(columns.length);
      for (let k = 0; k < count; k++) scale.into(columns, k * width, scaled, k * width);
      worth.many(scaled, count, values);
    },
    withGradient: (columns, gradient) => {
      scale.into(columns, 0, one, 0);
      const value = worth.withGradient(one, gradient);
      for (let c = 0; c < width; c++) gradient[c] = at(gradient, c) * at(scale.factors, c);
      return value;
    },
  };
};
