import { failure, type Result, success } from '../space/result.ts';
import type { Pruner } from '../study/pruner.ts';
import { type Option, type OptionValues, readOptions, unknownStrategy } from '../study/strategyOptions.ts';
import type { Strategy } from '../study/study.ts';
import { divergedPruner } from './diverged.ts';
import { extrapolatePruner } from './extrapolate.ts';
import { medianPruner } from './median.ts';
import { nonePruner } from './none.ts';
import { paretoPruner } from './pareto.ts';
import { patiencePruner } from './patience.ts';
import { percentilePruner } from './percentile.ts';
import { noBound, thresholdPruner } from './threshold.ts';
import { wilcoxonPruner } from './wilcoxon.ts';

/** A pruner's options and how it is made of them. */
interface Entry {
  readonly options: Readonly<Record<string, Option>>;
  create(strategy: Strategy): Result<Pruner, string>;
}

const entry = <const Options extends Readonly<Record<string, Option>>>(
  options: Options,
  create: (values: OptionValues<Options>) => Pruner,
): Entry => ({
  options,
  create: (strategy) => {
    const values = readOptions(strategy, options);
    return values.ok ? success(create(values.value)) : values;
  },
});

/** Rules that `patience` may ask before it stops a trial. */
const innerPruners = { none: undefined, median: medianPruner, percentile: percentilePruner };

const startup = { default: 5, min: 1, whole: true } as const;
const warmup = { default: 0, min: 0 } as const;

/** A pruner joins with one line; the conformance suite then runs on it. */
const entries = {
  median: entry({ startup, warmup }, medianPruner),
  percentile: entry({ percentile: { default: 25, min: 0, max: 100 }, startup, warmup }, percentilePruner),
  threshold: entry(
    { lower: { default: -noBound, min: -noBound }, upper: { default: noBound, min: -noBound }, warmup },
    thresholdPruner,
  ),
  patience: entry(
    {
      reports: { default: 10, min: 1, whole: true },
      minDelta: { default: 0, min: 0 },
      inner: { default: 'none', choices: ['none', 'median', 'percentile'] },
    },
    ({ inner, ...options }) => {
      const rule = innerPruners[inner]?.();
      return patiencePruner(rule === undefined ? options : { ...options, inner: rule });
    },
  ),
  diverged: entry(
    {
      reports: { default: 2, min: 1, whole: true },
      factor: { default: 10, min: 1 },
      deviations: { default: 20, min: 1 },
      startup: { default: 8, min: 2, whole: true },
    },
    divergedPruner,
  ),
  wilcoxon: entry(
    { p: { default: 0.1, min: 0, max: 1 }, startup: { default: 2, min: 2, whole: true } },
    wilcoxonPruner,
  ),
  extrapolate: entry(
    {
      chance: { default: 0.05, min: 0, max: 1 },
      reports: { default: 4, min: 2, whole: true },
      warmup,
      race: { default: 5, min: 0, whole: true },
    },
    extrapolatePruner,
  ),
  pareto: entry({ startup, warmup, share: { default: 0.5, min: 0, max: 1 } }, paretoPruner),
  none: entry({}, nonePruner),
} satisfies Readonly<Record<string, Entry>>;

export type PrunerName = keyof typeof entries;

// The keys of a record are known to the compiler only as strings.
export const prunerNames = Object.keys(entries) as readonly PrunerName[];

/** The options of each pruner by name, with their defaults and ranges; for help texts. */
export const prunerOptions = (name: PrunerName): Readonly<Record<string, Option>> => entries[name].options;

/** The pruner a strategy names; a sentence listing what there is when the name or an option is unknown. */
export const createPruner = (strategy: Strategy): Result<Pruner, string> => {
  const known: Readonly<Record<string, Entry>> = entries;
  const found = Object.hasOwn(known, strategy.name) ? known[strategy.name] : undefined;
  return found?.create(strategy) ?? failure(unknownStrategy('pruner', strategy.name, prunerNames));
};
