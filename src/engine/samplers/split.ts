// The trials a TPE holds to be good, and the others.
import { at, intAt, itemAt } from '../numeric/at.ts';
import { selectRank } from '../numeric/select.ts';
import { createFrontOrder, type FrontOrder } from './fronts.ts';
import { type History, standingCode } from './history.ts';

export interface Split {
  readonly good: WeightedRows;
  /** Pending trials included; a weighted sample when there are many. */
  readonly others: WeightedRows;
  /** Finished trials that say something, good or not. */
  readonly finished: number;
  readonly pending: number;
}

/** Rows of the history, and for how much each counts. */
export interface WeightedRows {
  readonly rows: Int32Array;
  readonly weights: Float64Array;
}

/** By what rule trials are good, and for how much each counts. */
export interface SplitOptions {
  /**
   * How the number of good trials grows: `linear`, `share · n` (Watanabe, arXiv 2304.11127, section 3.1: 0.15), or
   * `sqrt`, `share · √n` (Bergstra et al., as in Hyperopt: 0.25).
   */
  readonly gamma: 'linear' | 'sqrt';
  readonly share: number;
  readonly mostGood: number;
  /**
   * `ei`: a good trial counts by how much it improves on the best of the others (Watanabe, section 3.2); with several
   * objectives by what it alone adds to the volume that the good ones dominate (Ozaki et al., 2022, section 4.2).
   * `recency`: older ones count less, in both models (Bergstra et al., 2013: ones for the newest 25, falling to 1/n).
   */
  readonly weights: 'ei' | 'equal' | 'recency';
  /** Do unfinished trials count among the others? */
  readonly liar: boolean;
}

/**
 * Of the trials that are not good, 200 of the best are kept and 100 taken evenly from the rest, each standing for
 * several: the time of a proposal stops growing with the study, while next to the good trials, where candidates are
 * told apart, little is lost. (With 64 and 64 a 10-dimensional sphere ends half as high again after 600 trials.)
 */
const nearestOthers = 200;
const sampledOthers = 100;
/** Pending trials looked at, the newest; more run only where something is wrong. */
const mostPending = 256;

/** What a row is to a splitter. `leader`: of the best ranked ones, kept in order. `taken`: while a split is made. */
const roles = { none: 0, leader: 1, ranked: 2, worse: 3, infeasible: 4, pending: 5, taken: 6 } as const;

/**
 * Splits the trials in which one axis is active, or all where `axis` is undefined. Follows the history from call to
 * call, so that a split costs the same however many trials there are; it depends on nothing but the trials.
 */
export const createSplitter = (
  axis: number | undefined,
  options: SplitOptions,
): ((history: History) => Split) => {
  const state: Splitter = {
    axis,
    options,
    kept: options.mostGood + nearestOthers,
    epoch: -1,
    source: undefined,
    count: 0,
    role: new Uint8Array(0),
    counts: new Int32Array(7),
    leaders: [],
    pending: [],
    fronts: createFrontOrder(options.mostGood + nearestOthers),
  };
  return (history) => {
    follow(state, history);
    return split(state, history);
  };
};

interface Splitter {
  readonly axis: number | undefined;
  readonly options: SplitOptions;
  /** As many leaders are known as there are ranked rows, up to this number at least. */
  readonly kept: number;
  epoch: number;
  source: History | undefined;
  count: number;
  role: Uint8Array;
  /** How many rows have each role. */
  readonly counts: Int32Array;
  /** Rows of the best ranked trials, best first, the earlier of equals first; unused with several objectives. */
  readonly leaders: number[];
  /** In order. */
  readonly pending: number[];
  readonly fronts: FrontOrder;
}

const follow = (state: Splitter, history: History): void => {
  const isNext = state.source === history && state.epoch === history.epoch - 1;
  if (state.source === history && state.epoch === history.epoch) return;
  if (state.role.length < history.count) {
    const role = new Uint8Array(Math.ceil(1.5 * history.count));
    role.set(state.role);
    state.role = role;
  }
  if (isNext && history.changed !== undefined) {
    for (let row = history.count; row < state.count; row++) remove(state, row);
    // All go before any comes: the columns hold the new scores already, by which those left are still in order.
    for (const row of history.changed) if (row < state.count) remove(state, row);
    for (const row of history.changed) add(state, history, row);
    if (state.leaders.length < Math.min(state.kept, rankedCount(state)) && history.objectives < 2)
      findLeaders(state, history);
  } else readAll(state, history);
  [state.source, state.epoch, state.count] = [history, history.epoch, history.count];
};

const rankedCount = ({ counts }: Splitter): number =>
  intAt(counts, roles.leader) + intAt(counts, roles.ranked);

const readAll = (state: Splitter, history: History): void => {
  state.counts.fill(0);
  state.leaders.length = 0;
  state.pending.length = 0;
  for (let row = 0; row < history.count; row++) {
    const role = roleOf(state, history, row);
    state.role[row] = role;
    state.counts[role] = intAt(state.counts, role) + 1;
    if (role === roles.pending) state.pending.push(row);
  }
  state.fronts.forgetAll();
  if (history.objectives < 2) findLeaders(state, history);
};

const roleOf = ({ axis }: Splitter, history: History, row: number): number => {
  if (axis !== undefined && !(at(history.positions, row * history.axes.length + axis) >= 0))
    return roles.none;
  switch (history.standing[row]) {
    case standingCode.ranked:
      return roles.ranked;
    case standingCode.worse:
      return roles.worse;
    case standingCode.infeasible:
      return roles.infeasible;
    case standingCode.pending:
      return roles.pending;
    default:
      return roles.none;
  }
};

const setRole = (state: Splitter, row: number, role: number): void => {
  const before = state.role[row] ?? 0;
  state.counts[before] = intAt(state.counts, before) - 1;
  state.counts[role] = intAt(state.counts, role) + 1;
  state.role[row] = role;
};

const remove = (state: Splitter, row: number): void => {
  const role = state.role[row] ?? 0;
  if (role === roles.leader) state.leaders.splice(state.leaders.indexOf(row), 1);
  if (role === roles.pending) state.pending.splice(state.pending.indexOf(row), 1);
  if (role === roles.ranked || role === roles.leader) state.fronts.forgetAll();
  state.counts[role] = intAt(state.counts, role) - 1;
  state.role[row] = roles.none;
};

const add = (state: Splitter, history: History, row: number): void => {
  const role = roleOf(state, history, row);
  state.role[row] = role;
  state.counts[role] = intAt(state.counts, role) + 1;
  if (role === roles.pending) insertSorted(state.pending, row, (a, b) => a - b);
  if (role !== roles.ranked) return;
  if (history.objectives > 1) state.fronts.add(row);
  else lead(state, history, row);
};

/** Takes a ranked row among the leaders where it belongs there. */
const lead = (state: Splitter, history: History, row: number): void => {
  const { leaders, kept } = state;
  const compare = byScore(history.score);
  const last = leaders.at(-1);
  const knowsAll = leaders.length === rankedCount(state) - 1;
  if (!knowsAll && (last === undefined || compare(row, last) > 0)) return;
  insertSorted(leaders, row, compare);
  setRole(state, row, roles.leader);
  if (leaders.length < 2 * kept) return;
  for (let place = kept; place < leaders.length; place++)
    setRole(state, itemAt(leaders, place), roles.ranked);
  leaders.length = kept;
};

const byScore =
  (score: Float64Array) =>
  (a: number, b: number): number =>
    at(score, a) - at(score, b) || a - b;

const insertSorted = (rows: number[], row: number, compare: (a: number, b: number) => number): void => {
  let low = 0;
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compare(itemAt(rows, middle), row) < 0) low = middle + 1;
    else high = middle;
  }
  rows.splice(low, 0, row);
};

/** Half as many again as are needed, so that some can go before all have to be looked at again. */
const findLeaders = (state: Splitter, history: History): void => {
  for (const row of state.leaders) setRole(state, row, roles.ranked);
  state.leaders.length = 0;
  const ranked = rowsWith(state, history, roles.ranked);
  const { rows } = smallest(history.score, ranked, Math.ceil(1.5 * state.kept));
  for (let i = 0; i < rows.length; i++) {
    state.leaders.push(intAt(rows, i));
    setRole(state, intAt(rows, i), roles.leader);
  }
};

const rowsWith = ({ role }: Splitter, { count }: History, wanted: number): Int32Array => {
  const rows = new Int32Array(count);
  let found = 0;
  for (let row = 0; row < count; row++) if (role[row] === wanted) rows[found++] = row;
  return rows.subarray(0, found);
};

/** The `wanted` rows with the smallest scores, in order, the earlier of equals first. */
const smallest = (score: Float64Array, rows: Int32Array, wanted: number): { readonly rows: Int32Array } => {
  const most = Math.min(rows.length, wanted);
  if (most === 0) return { rows: rows.subarray(0, 0) };
  const scores = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) scores[i] = at(score, intAt(rows, i));
  const threshold = selectRank(scores, scores.length, most - 1);
  const kept = rows.filter((row) => at(score, row) <= threshold);
  return { rows: kept.sort(byScore(score)).subarray(0, most) };
};

/** How many trials are good, of so many that are finished. */
export const goodCount = ({ gamma, share, mostGood }: SplitOptions, finished: number): number =>
  Math.min(Math.ceil(share * (gamma === 'linear' ? finished : Math.sqrt(finished))), mostGood, finished);

const split = (state: Splitter, history: History): Split => {
  const { counts, options } = state;
  const finished = rankedCount(state) + intAt(counts, roles.worse) + intAt(counts, roles.infeasible);
  const { good, next } = order(state, history, goodCount(options, finished));
  const pending = options.liar ? state.pending.slice(-mostPending) : [];
  const others = weighOthers(state, history, { good: good.rows, next, finished, pending });
  return { good, others, finished, pending: intAt(counts, roles.pending) };
};

interface Order {
  readonly good: WeightedRows;
  /** The best after the good ones. */
  readonly next: Int32Array;
}

const order = (state: Splitter, history: History, wanted: number): Order => {
  if (rankedCount(state) === 0) return orderInfeasible(state, history, wanted);
  if (history.objectives > 1) return orderByFronts(state, history, wanted);
  const { leaders, options } = state;
  const rows = Int32Array.from(leaders.slice(0, wanted));
  const next = Int32Array.from(leaders.slice(wanted, wanted + nearestOthers));
  const bestOther = next.length === 0 ? Infinity : at(history.score, intAt(next, 0));
  const weights =
    options.weights === 'recency'
      ? recencies(rows)
      : options.weights === 'equal'
        ? new Float64Array(rows.length).fill(1)
        : improvements(history.score, rows, bestOther);
  return { good: { rows, weights }, next };
};

/** By how much each good trial improves on the best of the others (Watanabe, section 3.2, "EI"). */
const improvements = (score: Float64Array, good: Int32Array, bestOther: number): Float64Array => {
  const weights = new Float64Array(good.length);
  for (let i = 0; i < good.length; i++) weights[i] = Math.max(1e-12, bestOther - at(score, intAt(good, i)));
  return weights.every(Number.isFinite) ? weights : weights.fill(1);
};

/** While nothing is feasible, those are good that come closest to it. */
const orderInfeasible = (state: Splitter, history: History, wanted: number): Order => {
  const infeasible = rowsWith(state, history, roles.infeasible);
  const { rows } = smallest(history.score, infeasible, wanted + nearestOthers);
  const good = rows.slice(0, wanted).filter((row) => at(history.score, row) < Infinity);
  return { good: equallyWeighted(good), next: rows.slice(wanted) };
};

/** By front; where a front does not fit as a whole, those of it that add most to the volume. */
const orderByFronts = (state: Splitter, history: History, wanted: number): Order => {
  const ranked = (): Int32Array => rowsWith(state, history, roles.ranked);
  const { good, next, contributions } = state.fronts.order(history, ranked, wanted, nearestOthers);
  const rows = Int32Array.from(good);
  const weights =
    state.options.weights === 'recency'
      ? recencies(rows)
      : state.options.weights === 'ei'
        ? contributions()
        : new Float64Array(rows.length).fill(1);
  return { good: { rows, weights }, next: Int32Array.from(next) };
};

const equallyWeighted = (rows: Int32Array): WeightedRows => ({
  rows,
  weights: new Float64Array(rows.length).fill(1),
});

interface Rest {
  readonly good: Int32Array;
  readonly next: Int32Array;
  readonly finished: number;
  readonly pending: readonly number[];
}

const weighOthers = (
  state: Splitter,
  history: History,
  { good, next, finished, pending }: Rest,
): WeightedRows => {
  const rest = finished - good.length - next.length;
  const taken = [good, next];
  const before = taken.map((rows) => Uint8Array.from(rows, (row) => state.role[row] ?? 0));
  for (const rows of taken) for (let i = 0; i < rows.length; i++) state.role[intAt(rows, i)] = roles.taken;
  const sampled = sampleRest(state.role, history.count, rest);
  for (const [k, rows] of taken.entries())
    for (let i = 0; i < rows.length; i++) state.role[intAt(rows, i)] = before[k]?.[i] ?? 0;
  const rows = new Int32Array(next.length + sampled.length + pending.length);
  rows.set(next);
  rows.set(sampled, next.length);
  rows.set(pending, next.length + sampled.length);
  const weights = new Float64Array(rows.length).fill(1);
  weights.fill(rest / Math.max(1, sampled.length), next.length, next.length + sampled.length);
  if (state.options.weights === 'recency') {
    const size = finished - good.length + pending.length;
    for (let i = 0; i < rows.length; i++) {
      // Its place among the others is about its place among all.
      const place = ((intAt(rows, i) + 0.5) / history.count) * size;
      weights[i] = at(weights, i) * recency(place, size);
    }
  }
  return { rows, weights };
};

/** All rows of the rest, or where they are many one from each of as many stretches of equal length as are wanted. */
const sampleRest = (role: Uint8Array, count: number, rest: number): readonly number[] => {
  const isRest = (row: number): boolean => {
    const own = role[row] ?? 0;
    return own >= roles.leader && own <= roles.infeasible;
  };
  const rows: number[] = [];
  const stretches = rest <= sampledOthers ? 1 : sampledOthers;
  for (let stretch = 0; stretch < stretches && rest > 0; stretch++) {
    const [start, end] = [
      Math.floor((stretch * count) / stretches),
      Math.floor(((stretch + 1) * count) / stretches),
    ];
    if (stretches === 1) {
      for (let row = start; row < end; row++) if (isRest(row)) rows.push(row);
      continue;
    }
    const middle = (start + end) >> 1;
    for (let k = 0; k < end - start; k++) {
      const row = middle + k < end ? middle + k : start + (middle + k - end);
      if (!isRest(row)) continue;
      rows.push(row);
      break;
    }
  }
  return rows;
};

/** Trials that count fully, the newest of a set. */
const fullyRecent = 25;

/** Weight of the trial at a place in a set in trial order: 1 for the newest 25, before them rising from 1/n to 1. */
const recency = (place: number, size: number): number => {
  const ramp = size - fullyRecent;
  if (ramp <= 0 || place >= ramp) return 1;
  return 1 / size + (1 - 1 / size) * (ramp === 1 ? 0 : Math.floor(place) / (ramp - 1));
};

const recencies = (rows: Int32Array): Float64Array => {
  const places = Array.from(rows, (row, i) => ({ row, i })).sort((a, b) => a.row - b.row);
  const weights = new Float64Array(rows.length);
  for (const [place, { i }] of places.entries()) weights[i] = recency(place, rows.length);
  return weights;
};
