import { failure, type Result, success } from '../space/result.ts';
import type { Sampler } from '../study/sampler.ts';
import { readOptions, unknownStrategy } from '../study/strategyOptions.ts';
import type { Strategy } from '../study/study.ts';
import { exhaustiveSampler } from './exhaustive.ts';
import { gridSampler } from './grid.ts';
import { randomSampler } from './random.ts';
import { tpeSampler } from './tpe.ts';

export const samplerNames = ['auto', 'tpe', 'random', 'grid'] as const;

/** Spaces up to this size are tried throughout by `auto`. */
const mostTriedThroughout = 64;

const tpeOptions = {
  startup: { default: 10, min: 1, whole: true },
  candidates: { default: 24, min: 1, max: 10_000, whole: true },
} as const;

/**
 * The sampler a strategy names; a sentence listing what there is when the name or an option is unknown.
 * `auto` tries every configuration of a space of at most 64, and is `tpe` for larger ones.
 */
export const createSampler = (strategy: Strategy): Result<Sampler, string> => {
  switch (strategy.name) {
    case 'random':
      return withOptions(strategy, {}, randomSampler);
    case 'grid':
      return withOptions(strategy, { points: { default: 5, min: 1, max: 1000, whole: true } }, gridSampler);
    case 'tpe':
      return withOptions(strategy, tpeOptions, tpeSampler);
    case 'auto':
      return withOptions(strategy, tpeOptions, (options) =>
        exhaustiveSampler('auto', mostTriedThroughout, tpeSampler(options)),
      );
    default:
      return failure(unknownStrategy('sampler', strategy.name, samplerNames));
  }
};

const withOptions = <Name extends string>(
  strategy: Strategy,
  known: Parameters<typeof readOptions<Name>>[1],
  create: (options: Readonly<Record<Name, number>>) => Sampler,
): Result<Sampler, string> => {
  const options = readOptions<Name>(strategy, known);
  return options.ok ? success(create(options.value)) : options;
};
