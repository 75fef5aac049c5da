import { normalCdf, normalMass, normalQuantile } from '../numeric/normal.ts';

/** Beyond this many standard deviations a tail (below 1e-10) no longer changes a bandwidth's normalisation. */
const farAway = 6.4;

/** Logarithm of the mass that a Gaussian at `mu` in `[0, 1]` has inside `[0, 1]`. */
export const logMassInside = (mu: number, sigma: number): number => {
  const below = mu / sigma;
  const above = (1 - mu) / sigma;
  if (below > farAway && above > farAway) return 0;
  return Math.log(1 - (below > farAway ? 0 : normalCdf(-below)) - (above > farAway ? 0 : normalCdf(-above)));
};

/** A cell this many standard deviations away has a mass below 1e-19, of which only that it is tiny matters. */
const outOfReach = 9;

/**
 * Logarithm of the share of the truncated Gaussian that lies in `[low, high]`, given `logMassInside`. Of far cells it
 * is only an upper bound, next to nothing.
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
  if (below > outOfReach) return -0.5 * below * below;
  if (above < -outOfReach) return -0.5 * above * above;
  return Math.log(normalMass(below, above)) - logInside;
};

/** A draw from the Gaussian truncated to `[0, 1]` by inverting its distribution function at `u` in `[0, 1)`. */
export const truncatedNormal = (mu: number, sigma: number, u: number): number => {
  const [low, high] = [normalCdf(-mu / sigma), normalCdf((1 - mu) / sigma)];
  return Math.min(1, Math.max(0, mu + sigma * normalQuantile(low + u * (high - low))));
};
