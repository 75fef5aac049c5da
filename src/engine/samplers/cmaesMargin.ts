// CMA-ES with margin for discrete coordinates (Hamano, Saito, Nomura, Shirakawa: CMA-ES with Margin, GECCO 2022).
import { at } from '../numeric/at.ts';
import { normalCdf, normalQuantile } from '../numeric/normal.ts';
import { cellOf } from './cells.ts';

/** The distribution of one coordinate: its mean, and the factor A on its standard deviation when values are drawn. */
export interface Marginal {
  readonly mean: number;
  readonly scale: number;
}

/**
 * Moves the mean and scale of a discrete coordinate so that each neighbouring value keeps a probability of `alpha`
 * (`alpha / 2` on either side of an inner cell). `spread` is σ √C_jj.
 */
export const withMargin = (edges: Float64Array, now: Marginal, spread: number, alpha: number): Marginal => {
  const last = edges.length - 2;
  const cell = cellOf(edges, now.mean);
  if (cell === 0 || cell === last)
    return withOuterMargin(at(edges, cell === 0 ? 1 : last), now, spread, alpha);
  return withInnerMargin(at(edges, cell), at(edges, cell + 1), now, spread, alpha);
};

/** In an end cell only the mean moves, towards the threshold. */
const withOuterMargin = (
  threshold: number,
  { mean, scale }: Marginal,
  spread: number,
  alpha: number,
): Marginal => {
  const reach = -normalQuantile(alpha) * spread * scale;
  const distance = mean - threshold;
  return Math.abs(distance) <= reach
    ? { mean, scale }
    : { mean: threshold + Math.sign(distance) * reach, scale };
};

/** In an inner cell the three probabilities (below, inside, above) are raised to their least, then met exactly. */
const withInnerMargin = (
  low: number,
  high: number,
  { mean, scale }: Marginal,
  spread: number,
  alpha: number,
): Marginal => {
  const deviation = spread * scale;
  const below = chanceBelow((low - mean) / deviation);
  const above = chanceBelow((mean - high) / deviation);
  if (below >= alpha / 2 && above >= alpha / 2) return { mean, scale };
  const [raisedBelow, raisedAbove] = [Math.max(alpha / 2, below), Math.max(alpha / 2, above)];
  const inside = 1 - below - above;
  const excess = 1 - raisedBelow - raisedAbove - inside;
  const room = raisedBelow + raisedAbove + inside - 1.5 * alpha;
  const down = -normalQuantile(raisedBelow + (excess / room) * (raisedBelow - alpha / 2));
  const up = -normalQuantile(raisedAbove + (excess / room) * (raisedAbove - alpha / 2));
  return { mean: (low * up + high * down) / (up + down), scale: (high - low) / (down + up) / spread };
};

/**
 * A trial tells in which cell a number was, not the number. It is drawn again from what is known: the Gaussian
 * truncated to the cell, at the quantile `u`; over trials this has the distribution of the numbers drawn at first.
 */
export const numberInCell = (
  edges: Float64Array,
  cell: number,
  mean: number,
  deviation: number,
  u: number,
): number => {
  const last = edges.length - 2;
  const low = cell === 0 ? -Infinity : (at(edges, cell) - mean) / deviation;
  const high = cell === last ? Infinity : (at(edges, cell + 1) - mean) / deviation;
  // In the lower tail, where probabilities are exact.
  return low > 0 ? mean - deviation * truncated(-high, -low, u) : mean + deviation * truncated(low, high, u);
};

const truncated = (low: number, high: number, u: number): number => {
  const start = chanceBelow(low);
  const z = normalQuantile(start + u * (chanceBelow(high) - start));
  // So far out that the mass is 0 as a number: all of it lies at the near edge.
  return Number.isFinite(z) ? Math.min(high, Math.max(low, z)) : high;
};

/** Φ(z), also where z is infinite. */
const chanceBelow = (z: number): number => (z < -40 ? 0 : z > 40 ? 1 : normalCdf(z));
