import { createSampler, samplerNames } from '../../src/engine/samplers/registry.ts';
import { samplerConformance } from './sampler.ts';

for (const name of samplerNames) {
  samplerConformance(name, () => {
    const sampler = createSampler({ name, options: {} });
    if (!sampler.ok) throw new Error(sampler.error);
    return sampler.value;
  });
}
