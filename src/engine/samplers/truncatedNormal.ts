import { normalCdf, normalMass, normalQuantile } from '../numeric/normal.ts';

/** Beyond this many standard deviations a tail (below 1e-10) no longer changes a bandwidth's normalisation. */
const farAway = 6.4;

/** Mass that a Gaussian at `mu` in `[0, 1]` has inside `[0, 1]`. */
export const massInside = (mu: number, sigma: number): number => {
  const [below, above] = [mu / sigma, (1 - mu) / sigma];
  if (below > farAway && above > farAway) return 1;
  return 1 - (below > farAway ? 0 : normalCdf(-below)) - (above > farAway ? 0 : normalCdf(-above));
};

/** Logarithm of the share of the truncated Gaussian that lies in `[low, high]`; far cells have next to none. */
export const logMassOf = (low: number, high: number, mu: number, sigma: number): number =>
  Math.log(
    Math.max(normalMass((low - mu) / sigma, (high - mu) / sigma) / massInside(mu, sigma), Number.MIN_VALUE),
  );

/** A draw from the Gaussian truncated to `[0, 1]` by inverting its distribution function at `u` in `[0, 1)`. */
export const truncatedNormal = (mu: number, sigma: number, u: number): number => {
  const [low, high] = [normalCdf(-mu / sigma), normalCdf((1 - mu) / sigma)];
  return Math.min(1, Math.max(0, mu + sigma * normalQuantile(low + u * (high - low))));
};
