// Wilcoxon's signed-rank test of paired differences (F. Wilcoxon, Biometrics Bulletin 1, 1945).
import { at, itemAt } from './at.ts';
import { normalCdf } from './normal.ts';

/** Up to here the distribution is worked out exactly. */
const mostExact = 60;

/**
 * The probability, were positive and negative differences alike, of a sum of positive ranks at least as large as seen:
 * small when the differences tend to be positive. Zeros are ranked with the others and half of each of their ranks is
 * counted as positive ("zsplit"); ties share their mean rank. Up to 60 differences the distribution is exact, given
 * the ranks; beyond it is normal with the variance of those ranks. 1 without any differences.
 */
export const signedRankPValue = (differences: readonly number[]): number => {
  // Twice the rank, so that the halves of tied ranks are whole.
  const ranks = doubledRanks(differences.map(Math.abs));
  let seen = 0;
  let fromZeros = 0;
  const free: number[] = [];
  for (const [i, difference] of differences.entries()) {
    const rank = itemAt(ranks, i);
    if (difference === 0) fromZeros += rank / 2;
    else free.push(rank);
    if (difference > 0) seen += rank;
  }
  if (free.length === 0) return differences.length === 0 ? 1 : 0.5;
  return differences.length <= mostExact ? exactTail(free, seen) : normalTail(free, seen, fromZeros);
};

/** Ranks from 2 upwards in steps of 2; equals share their mean. */
const doubledRanks = (values: readonly number[]): readonly number[] => {
  const order = values.map((_, i) => i).sort((a, b) => itemAt(values, a) - itemAt(values, b));
  const ranks = values.map(() => 0);
  for (let start = 0; start < order.length; ) {
    let end = start;
    while (end < order.length && itemAt(values, itemAt(order, end)) === itemAt(values, itemAt(order, start)))
      end++;
    for (let i = start; i < end; i++) ranks[itemAt(order, i)] = start + 1 + end;
    start = end;
  }
  return ranks;
};

/** P(sum ≥ seen) when each rank counts or does not with probability one half. */
const exactTail = (ranks: readonly number[], seen: number): number => {
  const total = ranks.reduce((sum, rank) => sum + rank, 0);
  const probability = new Float64Array(total + 1);
  probability[0] = 1;
  let reach = 0;
  for (const rank of ranks) {
    reach += rank;
    for (let sum = reach; sum >= 0; sum--)
      probability[sum] = (at(probability, sum) + (sum >= rank ? at(probability, sum - rank) : 0)) / 2;
  }
  let tail = 0;
  for (let sum = total; sum >= seen; sum--) tail += at(probability, sum);
  return Math.min(1, tail);
};

/** The share of the zeros is on both sides and cancels. */
const normalTail = (ranks: readonly number[], seen: number, fromZeros: number): number => {
  const mean = ranks.reduce((sum, rank) => sum + rank, 0) / 2 + fromZeros;
  const variance = ranks.reduce((sum, rank) => sum + rank * rank, 0) / 4;
  return normalCdf((mean - (seen + fromZeros)) / Math.sqrt(variance));
};
