// Which of several trials stands best, by one loss or by several.
import { itemAt } from '../numeric/at.ts';
import { compareNumbers, crowdingDistances, nonDominatedFronts } from '../numeric/nonDominated.ts';

/**
 * Indices of `losses` from best to worst. With several objectives by front of non-domination, within a front the ones
 * with most room around them first (as NSGA-II selects; Schmucker et al., "Multi-objective Asynchronous Successive
 * Halving", 2021, found this and epsilon-net selection alike). Equals in index order; NaN last.
 */
export const bestFirst = (losses: readonly (readonly number[])[]): readonly number[] => {
  const width = losses[0]?.length ?? 0;
  if (width <= 1)
    return losses
      .map((_, index) => index)
      .sort((a, b) => compareNumbers(firstOf(losses, a), firstOf(losses, b)) || a - b);
  return nonDominatedFronts(losses).flatMap((front) => {
    const room = crowdingDistances(front.map((index) => itemAt(losses, index)));
    return front
      .map((_, place) => place)
      .sort((a, b) => compareNumbers(itemAt(room, b), itemAt(room, a)) || a - b)
      .map((place) => itemAt(front, place));
  });
};

/** How many of `others` stand strictly better than `own`: by value, or in an earlier front of non-domination. */
export const countBetter = (own: readonly number[], others: readonly (readonly number[])[]): number => {
  if (own.length <= 1) {
    const value = own[0] ?? Number.NaN;
    return others.filter((other) => compareNumbers(other[0] ?? Number.NaN, value) < 0).length;
  }
  let better = 0;
  for (const front of nonDominatedFronts([own, ...others])) {
    if (front.includes(0)) return better;
    better += front.length;
  }
  return better;
};

const firstOf = (losses: readonly (readonly number[])[], index: number): number =>
  itemAt(losses, index)[0] ?? Number.NaN;
