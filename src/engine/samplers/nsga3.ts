// NSGA-III (Deb, Jain: An Evolutionary Many-Objective Optimization Algorithm Using Reference-Point-Based Nondominated
// Sorting Approach, part I, IEEE TEVC 18, 2014; constraints as in part II by Jain, Deb).
import { itemAt } from '../numeric/at.ts';
import { nonDominatedFronts, type Point } from '../numeric/nonDominated.ts';
import type { Sampler } from '../study/sampler.ts';
import type { History } from './history.ts';
import { fillNiches, nicheOf, normalised } from './nsga3Niches.ts';
import { referencePoints } from './nsga3ReferencePoints.ts';
import { isRanked, lossesAt, orderRows } from './rowOrder.ts';
import { type GeneticOptions, geneticSampler, type Member } from './variationSampler.ts';

/**
 * As NSGA-II, but of the last front that fits those survive that lie nearest to evenly spread directions with few trials
 * near them, which keeps its meaning with four objectives and more.
 */
export const nsga3Sampler = (options: GeneticOptions = {}): Sampler =>
  geneticSampler('nsga3', survivors, options);

const survivors = (history: History, rows: readonly number[], count: number): readonly Member[] => {
  const ranked = rows.filter((row) => isRanked(history, row));
  if (history.objectives < 2 || ranked.length === 0) return orderRows(history, rows).slice(0, count);
  const chosen = survivingRanked(history, ranked, count);
  const last = chosen.length;
  const others = rows.filter((row) => !isRanked(history, row));
  const placed = orderRows(history, others).map(({ row, place }) => ({ row, place: last + place }));
  return [...chosen, ...placed].slice(0, count);
};

/** All members of a front have the same place: which of them are parents is left to chance (part I, section IV-F). */
const survivingRanked = (history: History, ranked: readonly number[], count: number): readonly Member[] => {
  const points = ranked.map((row) => lossesAt(history, row));
  const members: Member[] = [];
  const chosen: number[] = [];
  for (const front of nonDominatedFronts(points, count)) {
    const left = count - chosen.length;
    const taken = front.length <= left ? front : fromLastFront(points, chosen, front, count);
    const place = chosen.length;
    for (const i of taken) {
      members.push({ row: itemAt(ranked, i), place });
      chosen.push(i);
    }
  }
  return members;
};

const fromLastFront = (
  points: readonly Point[],
  chosen: readonly number[],
  front: readonly number[],
  count: number,
): readonly number[] => {
  const directions = directionsFor(itemAt(points, 0).length, count);
  const places = normalised([...chosen, ...front].map((i) => itemAt(points, i)));
  const niches = places.map((place) => nicheOf(place, directions));
  const [taken, candidates] = [niches.slice(0, chosen.length), niches.slice(chosen.length)];
  const filled = fillNiches(directions.length, taken, candidates, count - chosen.length);
  return filled.map((i) => itemAt(front, i));
};

const known = new Map<string, readonly Point[]>();

/** As many directions as the population has members, or a few less; worked out once. */
const directionsFor = (objectives: number, population: number): readonly Point[] => {
  const key = `${objectives},${population}`;
  const directions = known.get(key) ?? referencePoints(objectives, population);
  known.set(key, directions);
  return directions;
};
