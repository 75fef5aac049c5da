import { failure, type Result, success } from '../space/result.ts';
import type { Pruner } from '../study/pruner.ts';
import { readOptions, unknownStrategy } from '../study/strategyOptions.ts';
import type { Strategy } from '../study/study.ts';
import { medianPruner } from './median.ts';
import { nonePruner } from './none.ts';

export const prunerNames = ['median', 'none'] as const;

/** The pruner a strategy names; a sentence listing what there is when the name or an option is unknown. */
export const createPruner = (strategy: Strategy): Result<Pruner, string> => {
  switch (strategy.name) {
    case 'none': {
      const options = readOptions(strategy, {});
      return options.ok ? success(nonePruner()) : options;
    }
    case 'median': {
      const options = readOptions(strategy, {
        startup: { default: 5, min: 1, whole: true },
        warmup: { default: 0, min: 0 },
      });
      return options.ok ? success(medianPruner(options.value)) : options;
    }
    default:
      return failure(unknownStrategy('pruner', strategy.name, prunerNames));
  }
};
