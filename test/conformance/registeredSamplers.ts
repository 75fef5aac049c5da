import { createSampler, samplerNames } from '../../src/engine/samplers/registry.ts';
import { samplerConformance } from './sampler.ts';

/** Every second sampler, so that two files can run at once. */
export const conformanceOfHalf = (remainder: 0 | 1): void => {
  for (const name of samplerNames.filter((_, i) => i % 2 === remainder)) {
    samplerConformance(name, () => {
      const sampler = createSampler({ name, options: {} });
      if (!sampler.ok) throw new Error(sampler.error);
      return sampler.value;
    });
  }
};
