import { tpeSampler } from '../../src/engine/samplers/tpe.ts';
import { samplerConformance } from './sampler.ts';

// The forms of TPE that its options choose between.
samplerConformance('univariate tpe', () => tpeSampler({ multivariate: false }));
samplerConformance('grouped tpe', () => tpeSampler({ group: true }));
samplerConformance('tpe by recency with Scott’s bandwidths', () =>
  tpeSampler({ weights: 'recency', bandwidth: 'scott', gamma: 'sqrt', share: 0.25, liar: false }),
);
samplerConformance('tpe with infeasible trials behind all others', () => tpeSampler({ constrained: false }));
samplerConformance('tpe at the highest fidelity', () =>
  tpeSampler({ fidelity: 'highest', weights: 'equal' }),
);
