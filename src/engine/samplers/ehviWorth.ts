// Expected gains over the columns of a space's features.
import { at, itemAt } from '../numeric/at.ts';
import type { GaussianProcess } from '../numeric/gaussianProcess.ts';
import type { Gain } from './ehviGain.ts';
import type { Worthiness } from './pointSearch.ts';

/** The logarithm of the expected gain; one process an objective. */
export const gainWorth = (gps: readonly GaussianProcess[], gain: Gain): Worthiness => {
  const size = gps.length;
  const make = (): Float64Array => new Float64Array(size);
  const [mean, deviation, byMean, byDeviation] = [make(), make(), make(), make()];
  const pair = new Float64Array(2);
  return {
    many: (columns, count, values) => {
      const means = gps.map(() => new Float64Array(count));
      const variances = gps.map(() => new Float64Array(count));
      for (let m = 0; m < size; m++)
        itemAt(gps, m).predict(columns, count, itemAt(means, m), itemAt(variances, m));
      for (let i = 0; i < count; i++) {
        for (let m = 0; m < size; m++) {
          mean[m] = at(itemAt(means, m), i);
          deviation[m] = Math.sqrt(at(itemAt(variances, m), i));
        }
        values[i] = gain.log(mean, deviation);
      }
    },
    withGradient: (columns, gradient) => {
      const width = gradient.length;
      const slopes = gps.map((gp, m) => {
        const [ofMean, ofVariance] = [new Float64Array(width), new Float64Array(width)];
        gp.predictWithGradient(columns, pair, ofMean, ofVariance);
        mean[m] = at(pair, 0);
        deviation[m] = Math.sqrt(at(pair, 1));
        return { ofMean, ofVariance };
      });
      const value = gain.withGradient(mean, deviation, byMean, byDeviation);
      gradient.fill(0);
      slopes.forEach(({ ofMean, ofVariance }, m) => {
        const byVariance = at(byDeviation, m) / (2 * at(deviation, m));
        for (let c = 0; c < width; c++)
          gradient[c] = at(gradient, c) + at(byMean, m) * at(ofMean, c) + byVariance * at(ofVariance, c);
      });
      return value;
    },
  };
};
