// The sampler of BOHB (Falkner, Klein, Hutter, "BOHB: Robust and Efficient Hyperparameter Optimization at Scale", ICML
// 2018, section 4), for a scheduler that ends most trials early.
import type { Sampler } from '../study/sampler.ts';
import type { OptionValues } from '../study/strategyOptions.ts';
import { randomSampler } from './random.ts';
import { tpeSampler } from './tpe.ts';

/** The paper's settings (its appendix): a third of the trials at random, 64 candidates, the best 15 % are good. */
export const bohbOptions = {
  randomShare: { default: 1 / 3, min: 0, max: 1 },
  candidates: { default: 64, min: 1, max: 10_000, whole: true },
  share: { default: 0.15, min: 0.001, max: 1 },
} as const;

export type BohbOptions = OptionValues<typeof bohbOptions>;

/**
 * Every third trial is random, which keeps Hyperband's guarantee; the others come from densities of the good and the
 * other trials at the highest fidelity that d + 2 trials have reached, so that values of different fidelities are
 * never mixed. The paper draws candidates from kernels three times as wide as those it scores them by; here the
 * densities have a kernel of the whole space among them instead.
 */
export const bohbSampler = ({ randomShare, candidates, share }: BohbOptions): Sampler => {
  const random = randomSampler();
  // By the number of trials that a model needs, which depends on the space.
  const models = new Map<number, Sampler>();
  const modelFor = (startup: number): Sampler => {
    let model = models.get(startup);
    if (model === undefined) {
      model = tpeSampler(
        { startup, candidates, share, mostGood: 10_000, weights: 'equal', fidelity: 'highest' },
        'bohb',
      );
      models.set(startup, model);
    }
    return model;
  };
  return {
    name: 'bohb',
    sample: (context) =>
      context.random.uniform() < randomShare
        ? random.sample(context)
        : modelFor(context.space.parameters.length + 2).sample(context),
  };
};
