import type { Sampler } from '../study/sampler.ts';
import { drawFresh, repeatReason } from './fresh.ts';
import { createHistoryReader } from './history.ts';

/**
 * Independent uniform draws (log-uniform on a logarithmic scale) over the configurations that keep the constraints,
 * without repeats while a finite space has others.
 */
export const randomSampler = (): Sampler => {
  const read = createHistoryReader();
  return {
    name: 'random',
    sample: ({ space, objectives, trials, random }) => {
      const history = read(space, objectives, trials);
      const { params, isFresh } = drawFresh(space, history, random);
      return {
        params,
        reason: isFresh ? 'Drawn at random from the whole space.' : repeatReason(history.seen, space),
      };
    },
  };
};
