// The trials a TPE holds to be good, and the others.
import { at, intAt, itemAt } from '../numeric/at.ts';
import { crowdingDistances, nonDominatedFronts } from '../numeric/nonDominated.ts';
import { selectRank } from '../numeric/select.ts';
import { type History, type Standing, standings } from './history.ts';

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

/** The share of good trials and their most (Watanabe, arXiv 2304.11127, section 3.1: linear, β = 0.15). */
const goodShare = 0.15;
const mostGood = 25;

/**
 * Of the trials that are not good, this many of the best are kept, and as many taken evenly from the rest, each
 * standing for several: the time of a proposal stops growing with the study, while next to the good trials, where
 * candidates are told apart, nothing is lost.
 */
const nearestOthers = 200;
const sampledOthers = 200;
/** Pending trials looked at, the newest; more run only where something is wrong. */
const mostPending = 256;

export const splitHistory = (history: History): Split => {
  const ranked = rowsWith(history, 'ranked');
  const worse = rowsWith(history, 'worse');
  const infeasible = rowsWith(history, 'infeasible');
  const pending = rowsWith(history, 'pending');
  const finished = ranked.length + worse.length + infeasible.length;
  const wanted = Math.min(Math.ceil(goodShare * finished), mostGood);
  const { good, next } = order(history, ranked, infeasible, wanted);
  const rest = {
    taken: markRows(history, [good.rows, next]),
    count: finished - good.rows.length - next.length,
  };
  const others = weighOthers(history, next, rest, pending.slice(-mostPending));
  return { good, others, finished, pending: pending.length };
};

/** 1 where a row is among those given or is none of a finished trial that says something. */
const markRows = (history: History, groups: readonly Int32Array[]): Uint8Array => {
  const marks = new Uint8Array(history.rows.length);
  const lastFinished = standings.indexOf('infeasible');
  for (let row = 0; row < marks.length; row++)
    marks[row] = Number((history.standing[row] ?? 0) > lastFinished);
  for (const rows of groups) for (let i = 0; i < rows.length; i++) marks[intAt(rows, i)] = 1;
  return marks;
};

const rowsWith = (history: History, standing: Standing): Int32Array => {
  const wanted = standings.indexOf(standing);
  const rows = new Int32Array(history.rows.length);
  let count = 0;
  for (let row = 0; row < rows.length; row++) if (history.standing[row] === wanted) rows[count++] = row;
  return rows.subarray(0, count);
};

interface Order {
  readonly good: WeightedRows;
  /** The best after the good ones. */
  readonly next: Int32Array;
}

const order = (history: History, ranked: Int32Array, infeasible: Int32Array, wanted: number): Order => {
  if (ranked.length === 0) return orderInfeasible(history, infeasible, wanted);
  const objectives = itemAt(history.rows, intAt(ranked, 0)).losses.length;
  return objectives > 1 ? orderByFronts(history, ranked, wanted) : orderByLoss(history, ranked, wanted);
};

const orderByLoss = (history: History, ranked: Int32Array, wanted: number): Order => {
  const { first, next } = smallest(history.score, ranked, wanted);
  const bestOther = next.length === 0 ? Infinity : at(history.score, intAt(next, 0));
  return { good: { rows: first, weights: improvements(history.score, first, bestOther) }, next };
};

/** By how much each good trial improves on the best of the others (Watanabe, section 3.2, "EI"). */
const improvements = (score: Float64Array, good: Int32Array, bestOther: number): Float64Array => {
  const weights = new Float64Array(good.length);
  for (let i = 0; i < good.length; i++) weights[i] = Math.max(1e-12, bestOther - at(score, intAt(good, i)));
  return weights.every(Number.isFinite) ? weights : weights.fill(1);
};

/** While nothing is feasible, those are good that come closest to it. */
const orderInfeasible = (history: History, rows: Int32Array, wanted: number): Order => {
  const { first, next } = smallest(history.score, rows, wanted);
  return { good: equallyWeighted(first.filter((row) => at(history.score, row) < Infinity)), next };
};

/** By front; where a front does not fit as a whole, the least crowded of it. */
const orderByFronts = (history: History, ranked: Int32Array, wanted: number): Order => {
  const points = Array.from(ranked, (row) => itemAt(history.rows, row).losses);
  const rows: number[] = [];
  for (const front of nonDominatedFronts(points, wanted + nearestOthers)) {
    const crowding = crowdingDistances(front.map((i) => itemAt(points, i)));
    const places = front.map((_, place) => place);
    places.sort((a, b) => itemAt(crowding, b) - itemAt(crowding, a) || a - b);
    for (const place of places) rows.push(intAt(ranked, itemAt(front, place)));
  }
  const [good, next] = [rows.slice(0, wanted), rows.slice(wanted, wanted + nearestOthers)];
  return { good: equallyWeighted(Int32Array.from(good)), next: Int32Array.from(next) };
};

const equallyWeighted = (rows: Int32Array): WeightedRows => ({
  rows,
  weights: new Float64Array(rows.length).fill(1),
});

/** The `wanted` rows with the smallest scores, and the `nearestOthers` after them; the earlier of equals first. */
const smallest = (
  score: Float64Array,
  rows: Int32Array,
  wanted: number,
): { readonly first: Int32Array; readonly next: Int32Array } => {
  const most = Math.min(rows.length, wanted + nearestOthers);
  if (most === 0) return { first: rows, next: rows };
  const scores = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) scores[i] = at(score, intAt(rows, i));
  const threshold = selectRank(scores, scores.length, most - 1);
  const kept = rows.filter((row) => at(score, row) <= threshold);
  const sorted = kept.sort((a, b) => at(score, a) - at(score, b) || a - b).subarray(0, most);
  return { first: sorted.slice(0, wanted), next: sorted.slice(wanted) };
};

interface Rest {
  /** By row: 0 for those of the rest. */
  readonly taken: Uint8Array;
  readonly count: number;
}

const weighOthers = (history: History, next: Int32Array, rest: Rest, pending: Int32Array): WeightedRows => {
  const sampled = Math.min(rest.count, sampledOthers);
  const rows = new Int32Array(next.length + sampled + pending.length);
  const weights = new Float64Array(rows.length).fill(1);
  rows.set(next);
  let place = next.length;
  let passed = 0;
  for (let row = 0; row < history.rows.length && place < next.length + sampled; row++) {
    if (rest.taken[row] === 1) continue;
    if (passed++ !== Math.floor(((place - next.length + 0.5) * rest.count) / sampled)) continue;
    weights[place] = rest.count / sampled;
    rows[place++] = row;
  }
  rows.set(pending, place);
  return { rows, weights };
};
