// Default strategy parameters of CMA-ES (Hansen: The CMA Evolution Strategy: A Tutorial, arXiv 1604.00772, table 1).

export interface CmaConstants {
  /** λ: points in a generation. */
  readonly population: number;
  /** μ: points with positive weight. */
  readonly parents: number;
  /** wᵢ by rank, best first; the positive ones sum to one, the rest are negative (eq. 49 to 53). */
  readonly weights: Float64Array;
  /** μ_eff of the positive weights (eq. 8). */
  readonly effective: number;
  /** c_σ, d_σ: cumulation and damping of the step size (eq. 55). */
  readonly cSigma: number;
  readonly dSigma: number;
  /** c_c: cumulation of the covariance's path (eq. 56). */
  readonly cPath: number;
  /** c_1, c_μ: learning rates of the rank-one and rank-μ updates (eq. 57 and 58). */
  readonly cOne: number;
  readonly cMu: number;
  /** E‖N(0, I)‖, by the series in the tutorial. */
  readonly expectedLength: number;
}

/** λ = 4 + ⌊3 ln d⌋ (eq. 48). */
export const defaultPopulation = (dimension: number): number =>
  4 + Math.floor(3 * Math.log(Math.max(1, dimension)));

/**
 * The constants for a dimension and population. `isDiagonal`: only variances are learnt, by rates (d + 2) / 3 times
 * as high, as in sep-CMA-ES (Ros, Hansen: A Simple Modification in CMA-ES Achieving Linear Time and Space
 * Complexity, PPSN 2008).
 */
export const cmaConstants = (dimension: number, population: number, isDiagonal = false): CmaConstants => {
  const parents = Math.floor(population / 2);
  const raw = Float64Array.from(
    { length: population },
    (_, i) => Math.log((population + 1) / 2) - Math.log(i + 1),
  );
  const effective = effectiveSize(raw.subarray(0, parents));
  const effectiveMinus = effectiveSize(raw.subarray(parents));
  const faster = isDiagonal ? (dimension + 2) / 3 : 1;
  const cOne = Math.min(0.5, (faster * 2) / ((dimension + 1.3) ** 2 + effective));
  const cMu = Math.min(
    1 - cOne - 1e-8,
    (faster * 2 * (effective - 2 + 1 / effective)) / ((dimension + 2) ** 2 + effective),
  );
  const negativeSum = Math.min(
    1 + cOne / cMu,
    1 + (2 * effectiveMinus) / (effective + 2),
    (1 - cOne - cMu) / (dimension * cMu),
  );
  const up = raw.reduce((sum, w) => sum + Math.max(0, w), 0);
  const down = raw.reduce((sum, w) => sum - Math.min(0, w), 0);
  const cSigma = (effective + 2) / (dimension + effective + 5);
  return {
    population,
    parents,
    weights: raw.map((w) => (w >= 0 ? w / up : (negativeSum * w) / down)),
    effective,
    cSigma,
    dSigma: 1 + 2 * Math.max(0, Math.sqrt((effective - 1) / (dimension + 1)) - 1) + cSigma,
    cPath: (4 + effective / dimension) / (dimension + 4 + (2 * effective) / dimension),
    cOne,
    cMu,
    expectedLength: Math.sqrt(dimension) * (1 - 1 / (4 * dimension) + 1 / (21 * dimension ** 2)),
  };
};

/** (Σw)² / Σw² */
const effectiveSize = (weights: Float64Array): number => {
  let sum = 0;
  let squares = 0;
  for (const w of weights) {
    sum += w;
    squares += w * w;
  }
  return squares === 0 ? 1 : (sum * sum) / squares;
};
