import { at } from '../numeric/at.ts';
import { normalCdf, normalDensity, normalQuantile } from '../numeric/normal.ts';

/** Beyond this many standard deviations a tail (below 1e-10) no longer changes a bandwidth's normalisation. */
const farAway = 6.4;
const nodesPerUnit = 32;

/**
 * Φ at 0, 1/32, 2/32 … and the slope there times 1/32: between nodes a cubic through values and slopes is within 3e-9
 * (h⁴ / 384 times the largest fourth derivative, 1.4), which is much faster than Φ itself.
 */
const nodes = Array.from({ length: farAway * nodesPerUnit + 2 }, (_, i) => i / nodesPerUnit);
const heights = Float64Array.from(nodes, normalCdf);
const slopes = Float64Array.from(nodes, (z) => normalDensity(z) / nodesPerUnit);

/** Φ(z) for `z >= 0`. */
const cdfAbove = (z: number): number => {
  if (z > farAway) return 1;
  const node = Math.floor(z * nodesPerUnit);
  const t = z * nodesPerUnit - node;
  const rise = at(heights, node + 1) - at(heights, node);
  const first = at(slopes, node) - rise;
  const second = rise - at(slopes, node + 1);
  return at(heights, node) + t * (rise + (1 - t) * (first * (1 - t) + second * t));
};

/** Logarithm of the mass that a Gaussian at `mu` in `[0, 1]` has inside `[0, 1]`, to 1e-8. */
export const logMassInside = (mu: number, sigma: number): number => {
  const below = mu / sigma;
  const above = (1 - mu) / sigma;
  if (below > farAway && above > farAway) return 0;
  return Math.log(cdfAbove(below) + cdfAbove(above) - 1);
};

const cdf = (z: number): number => (z < 0 ? 1 - cdfAbove(-z) : cdfAbove(z));

/** What is left of a mass that rounds to nothing. */
const tiny = 1e-12;

/**
 * Logarithm of the share of the truncated Gaussian that lies in `[low, high]`, given `logMassInside`; to 1e-8 of the
 * whole, so that adjoining cells add up to it. Of far cells it is only an upper bound, next to nothing.
 */
export const logMassOf = (
  low: number,
  high: number,
  mu: number,
  sigma: number,
  logInside: number,
): number => {
  const below = (low - mu) / sigma;
  const above = (high - mu) / sigma;
  if (below > farAway) return -0.5 * below * below;
  if (above < -farAway) return -0.5 * above * above;
  return Math.log(Math.max(tiny, cdf(above) - cdf(below))) - logInside;
};

/** Beyond this many standard deviations Φ is 0 or 1 to the last digit that a draw can show. */
const outOfReach = 9;

/** A draw from the Gaussian truncated to `[0, 1]` by inverting its distribution function at `u` in `[0, 1)`. */
export const truncatedNormal = (mu: number, sigma: number, u: number): number => {
  const below = mu / sigma;
  const above = (1 - mu) / sigma;
  const low = below > outOfReach ? 0 : normalCdf(-below);
  const high = above > outOfReach ? 1 : normalCdf(above);
  return Math.min(1, Math.max(0, mu + sigma * normalQuantile(low + u * (high - low))));
};
