// Learning rates that follow the signal in what is learnt (Nomura, Akimoto, Ono: CMA-ES with Learning Rate Adaptation,
// GECCO 2023): where a function is noisy or has many valleys, generations contradict each other, and less is believed.
import { at } from '../numeric/at.ts';
import type { Covariance } from './cmaesCovariance.ts';

export interface Rates {
  readonly mean: Rate;
  readonly covariance: Rate;
}

export interface Rate {
  /** η: the share of each change that is made. */
  readonly eta: number;
  /** Moving averages of the changes, in the coordinates of the distribution they were made to, and of their squares. */
  readonly drift: Float64Array;
  readonly power: number;
}

/** The paper's α, γ, and speeds β of the averages. */
const wantedSignal = 1.4;
const damping = 0.1;
const betaMean = 0.1;
const betaCovariance = 0.03;

export const fullRates = (covariance: Covariance): Rates => ({
  mean: { eta: 1, drift: new Float64Array(covariance.dimension), power: 0 },
  covariance: { eta: 1, drift: new Float64Array(covariance.entries.length), power: 0 },
});

interface Gaussian {
  readonly mean: Float64Array;
  readonly sigma: number;
  readonly covariance: Covariance;
}

/** Takes back a share of the change from `before` to `after`, and learns what share the next one should be. */
export const withRates = (
  before: Gaussian,
  after: Gaussian,
  rates: Rates,
): Gaussian & { readonly rates: Rates } => {
  const moved = after.mean.map((m, j) => m - at(before.mean, j));
  const grown = (after.sigma / before.sigma) ** 2;
  const turned = after.covariance.entries.map((x, k) => grown * x - at(before.covariance.entries, k));
  const localMove = before.covariance.whiten(moved).map((x) => x / before.sigma);
  const localTurn = before.covariance.whitenBoth(turned).map((x) => x / Math.SQRT2);
  const mean = adapted(rates.mean, localMove, betaMean);
  const covariance = adapted(rates.covariance, localTurn, betaCovariance);
  const blended = before.covariance.withEntries(
    before.covariance.entries.map((x, k) => x + covariance.eta * at(turned, k)),
  );
  const size = Math.exp(blended.logDeterminant / (2 * blended.dimension));
  return {
    mean: before.mean.map((m, j) => m + mean.eta * at(moved, j)),
    // The step size that is best for slower means is larger in proportion.
    sigma: (before.sigma * size * rates.mean.eta) / mean.eta,
    covariance: blended.withEntries(blended.entries.map((x) => x / size ** 2)),
    rates: { mean, covariance },
  };
};

/** The rate after a change, by how much of it was signal. */
const adapted = ({ eta, drift, power }: Rate, change: Float64Array, beta: number): Rate => {
  const nextDrift = drift.map((x, k) => (1 - beta) * x + beta * at(change, k));
  const nextPower = (1 - beta) * power + beta * squareOf(change);
  const signal = squareOf(nextDrift);
  const noise = nextPower - signal;
  const ratio = noise > 0 ? (signal - (beta / (2 - beta)) * nextPower) / noise : 0;
  const excess = Math.min(1, Math.max(-1, ratio / (wantedSignal * eta) - 1));
  return {
    eta: Math.min(1, eta * Math.exp(Math.min(damping * eta, beta) * excess)),
    drift: nextDrift,
    power: nextPower,
  };
};

const squareOf = (vector: Float64Array): number => vector.reduce((sum, x) => sum + x * x, 0);
