// ParEGO (Knowles, IEEE TEVC 10, 2006): each proposal is made for weights of its own.
import type { RandomStream } from '../numeric/random.ts';
import type { Sampler } from '../study/sampler.ts';
import { createHistoryReader } from './history.ts';
import { proposeScalarized } from './scalarized.ts';

export interface ParegoOptions {
  /** Finished trials before there is a model; 0 (default): as many as the space has parameters, from 4 to 10. */
  readonly startup?: number;
}

/** As `ParegoOptions`, for a strategy's text. */
export const paregoOptions = { startup: { default: 0, min: 0, whole: true } } as const;

/** A Gaussian process of the augmented Tchebycheff norm under weights drawn for each proposal. */
export const paregoSampler = ({ startup = 0 }: ParegoOptions = {}): Sampler => {
  const read = createHistoryReader();
  return {
    name: 'parego',
    sample: (context) => {
      const history = read(context.space, context.objectives, context.trials);
      const weights = drawWeights(context.objectives.length, context.random);
      return proposeScalarized(context, history, { weights, scalarization: 'tchebycheff', startup });
    },
  };
};

/** Uniform on the simplex. */
export const drawWeights = (count: number, random: RandomStream): readonly number[] => {
  const parts = Array.from({ length: count }, () => -Math.log(1 - random.uniform()));
  const sum = parts.reduce((total, part) => total + part, 0);
  return parts.map((part) => (sum > 0 ? part / sum : 1 / count));
};
