// Where CMA-ES begins when trials are known that it did not propose (Nomura, Watanabe, Akimoto, Ozaki, Onishi: Warm
// Starting CMA-ES for Hyperparameter Optimization, AAAI 2021).
import { at } from '../numeric/at.ts';
import { type Coordinates, centreAt } from './cmaesCoordinates.ts';
import { identityCovariance } from './cmaesCovariance.ts';
import type { Beginning } from './cmaesDistribution.ts';
import type { History } from './history.ts';
import { isRanked, orderRows } from './rowOrder.ts';

/** γ: the share of the trials that counts as good; α: the standard deviation round each of them. */
const goodShare = 0.1;
const roundEach = 0.1;

/**
 * The Gaussian closest to the mixture of a narrow one round each of the best tenth of these rows, and the
 * categories in their proportions. Undefined when no row is ranked.
 */
export const beginningFrom = (
  history: History,
  rows: readonly number[],
  coordinates: Coordinates,
): Beginning | undefined => {
  const ranked = rows.filter((row) => isRanked(history, row));
  if (ranked.length === 0) return undefined;
  const placed = orderRows(history, ranked).slice(0, Math.max(1, Math.ceil(goodShare * ranked.length)));
  const good = placed.map(({ row }) => row);
  return { ...gaussianOf(history, good, coordinates), chances: chancesOf(history, good, coordinates) };
};

const gaussianOf = (
  history: History,
  rows: readonly number[],
  { numeric }: Coordinates,
): Pick<Beginning, 'mean' | 'sigma' | 'covariance'> => {
  const d = numeric.length;
  const mean = new Float64Array(d);
  const places = rows.map(() => new Float64Array(d));
  for (const [j, coordinate] of numeric.entries()) {
    const known = rows.map((row) => at(history.positions, row * history.axes.length + coordinate.axis));
    const centres = known.map((position) =>
      Number.isNaN(position) ? position : centreAt(coordinate, position),
    );
    const active = centres.filter((x) => !Number.isNaN(x));
    mean[j] = active.length === 0 ? 0.5 : active.reduce((sum, x) => sum + x, 0) / active.length;
    for (const [i, x] of centres.entries()) {
      const place = places[i];
      if (place !== undefined) place[j] = Number.isNaN(x) ? 0 : x - at(mean, j);
    }
  }
  if (d === 0) return { mean, sigma: roundEach };
  const variance = roundEach ** 2;
  const terms = places.map((y) => ({ y, weight: 1 / rows.length / variance }));
  const wide = identityCovariance(d).updated(1, terms, true);
  // Σ = σ² C with det C = 1, so that the step size stands for all of the width.
  const sigma = Math.exp(wide.logDeterminant / (2 * d));
  return { mean, sigma: sigma * roundEach, covariance: wide.updated(1 / sigma ** 2, [], true) };
};

const chancesOf = (
  history: History,
  rows: readonly number[],
  { categories }: Coordinates,
): readonly Float64Array[] =>
  categories.map(({ axis, count }) => {
    // As if one uniform draw had been among them.
    const seen = new Float64Array(count).fill(1 / count);
    let total = 1;
    for (const row of rows) {
      const position = at(history.positions, row * history.axes.length + axis);
      if (Number.isNaN(position)) continue;
      seen[position] = at(seen, position) + 1;
      total++;
    }
    return seen.map((times) => times / total);
  });
