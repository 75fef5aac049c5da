// What a point is worth trying for, from a model's mean and variance there. To be maximised; the function is minimised.
import { logNormalCdf, normalCdf, normalDensity } from '../numeric/normal.ts';

export const acquisitionNames = ['logei', 'ei', 'ucb', 'pi'] as const;
export type AcquisitionName = (typeof acquisitionNames)[number];

/** Those that take more of a model than mean and variance at one point. */
export const jointAcquisitionNames = ['thompson', 'kg'] as const;
export type JointAcquisitionName = (typeof jointAcquisitionNames)[number];

/** A worth and its derivatives by mean and standard deviation. */
export interface Worth {
  value: number;
  byMean: number;
  byDeviation: number;
}

export interface Acquisition {
  readonly name: AcquisitionName;
  /** Writes into `out`. */
  worth(mean: number, deviation: number, out: Worth): void;
}

const logSqrtTwoPi = 0.9189385332046728;

/** log(φ(z) + z Φ(z)), accurate to z = -1e5 (Ament et al., "Unexpected Improvements to Expected Improvement", 2023). */
export const logImprovement = (z: number): number => {
  if (z > -1) return Math.log(normalDensity(z) + z * normalCdf(z));
  if (z > -25) {
    // φ(z) (1 + z Φ(z)/φ(z)); the two terms nearly cancel, but each is accurate.
    const ratio = Math.exp(logNormalCdf(z) + 0.5 * z * z + logSqrtTwoPi);
    return -0.5 * z * z - logSqrtTwoPi + Math.log1p(z * ratio);
  }
  const inverse = 1 / (z * z);
  const series = 1 - inverse * (3 - inverse * (15 - inverse * 105));
  return -0.5 * z * z - logSqrtTwoPi + Math.log(inverse * series);
};

/** @param best the value to improve on @param beta standard deviations that `ucb` gives to what is unknown */
export const createAcquisition = (name: AcquisitionName, best: number, beta: number): Acquisition => {
  switch (name) {
    case 'logei':
      return { name, worth: (mean, deviation, out) => logExpectedImprovement(best, mean, deviation, out) };
    case 'ei':
      return { name, worth: (mean, deviation, out) => expectedImprovement(best, mean, deviation, out) };
    case 'ucb':
      return {
        name,
        worth: (mean, deviation, out) => {
          out.value = -mean + beta * deviation;
          out.byMean = -1;
          out.byDeviation = beta;
        },
      };
    case 'pi':
      return { name, worth: (mean, deviation, out) => logProbability(best, mean, deviation, out) };
  }
};

const logExpectedImprovement = (best: number, mean: number, deviation: number, out: Worth): void => {
  const z = (best - mean) / deviation;
  const log = logImprovement(z);
  out.value = Math.log(deviation) + log;
  // d log h / dz = Φ(z) / h(z)
  const slope = Math.exp(logNormalCdf(z) - log);
  out.byMean = -slope / deviation;
  out.byDeviation = (1 - z * slope) / deviation;
};

const expectedImprovement = (best: number, mean: number, deviation: number, out: Worth): void => {
  const z = (best - mean) / deviation;
  out.value = deviation * (normalDensity(z) + z * normalCdf(z));
  out.byMean = -normalCdf(z);
  out.byDeviation = normalDensity(z);
};

const logProbability = (best: number, mean: number, deviation: number, out: Worth): void => {
  const z = (best - mean) / deviation;
  out.value = logNormalCdf(z);
  const slope = Math.exp(-0.5 * z * z - logSqrtTwoPi - out.value);
  out.byMean = -slope / deviation;
  out.byDeviation = (-z * slope) / deviation;
};
