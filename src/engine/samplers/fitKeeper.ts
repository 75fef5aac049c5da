// Fitting is what takes a model's time: its hyperparameters are kept while they hold.
import { itemAt } from '../numeric/at.ts';
import type { SearchSpace } from '../space/parameter.ts';
import type { Trial } from '../study/trial.ts';
import type { Evidence, FittedShape } from './surrogate.ts';
import { fitSurrogate, type SurrogateOptions } from './surrogate.ts';

interface Kept {
  readonly space: SearchSpace;
  readonly trials: readonly Trial[];
  readonly losses: Float64Array;
  readonly fitted: FittedShape;
}

/**
 * Fits to the first `count` rows of the evidence; the last fit is kept for as long as these rows are the same trials
 * with the same losses. One keeper serves one kind of loss.
 */
export const createFitKeeper = (): ((
  space: SearchSpace,
  trials: readonly Trial[],
  evidence: Evidence,
  count: number,
  options: SurrogateOptions,
) => FittedShape) => {
  let kept: Kept | undefined;
  return (space, trials, { inputs, losses }, count, options) => {
    const known = losses.slice(0, count);
    const isKept =
      kept?.space === space &&
      kept.losses.length === count &&
      kept.losses.every((loss, i) => loss === known[i] && kept?.trials[i] === trials[i]);
    if (kept === undefined || !isKept) {
      const part = {
        inputs: { ...inputs, x: inputs.x.subarray(0, count * inputs.width), count },
        losses: known,
      };
      const fitted = fitSurrogate(part, options);
      kept = {
        space,
        trials: Array.from({ length: count }, (_, i) => itemAt(trials, i)),
        losses: known,
        fitted,
      };
    }
    return kept.fitted;
  };
};
