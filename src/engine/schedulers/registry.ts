import { failure, type Result, success } from '../space/result.ts';
import type { Pruner } from '../study/pruner.ts';
import type { Scheduler } from '../study/scheduler.ts';
import { type Option, type OptionValues, readOptions, unknownStrategy } from '../study/strategyOptions.ts';
import type { Strategy } from '../study/study.ts';
import { ashaPromotionScheduler } from './ashaPromotion.ts';
import { dehbScheduler } from './dehb.ts';
import { halvingScheduler } from './halving.ts';
import { hyperbandScheduler } from './hyperband.ts';
import { pashaScheduler } from './pasha.ts';
import { pb2Scheduler } from './pb2.ts';
import { pbtScheduler } from './pbt.ts';
import { fidelityOptions } from './rungs.ts';
import { successiveHalving } from './successiveHalving.ts';

/** What a strategy makes, its options and how it is made of them. */
interface Entry<T> {
  readonly options: Readonly<Record<string, Option>>;
  create(strategy: Strategy): Result<T, string>;
}

const entry = <T, const Options extends Readonly<Record<string, Option>>>(
  options: Options,
  create: (values: OptionValues<Options>) => T,
): Entry<T> => ({
  options,
  create: (strategy) => {
    const values = readOptions(strategy, options);
    return values.ok ? success(create(values.value)) : values;
  },
});

const asLongAsItLasts = { default: 0, min: 0, whole: true } as const;

const populationOptions = {
  population: { default: 8, min: 2, whole: true },
  interval: { default: 0, min: 0 },
  maxFidelity: { default: 100, min: 1e-6 },
  quantile: { default: 0.25, min: 0.01, max: 0.5 },
} as const;

/** A scheduler joins with one line; the conformance suite then runs on it. */
const schedulers = {
  halving: entry(
    { ...fidelityOptions, width: { default: 0, min: 0, whole: true }, rounds: asLongAsItLasts },
    halvingScheduler,
  ),
  hyperband: entry({ ...fidelityOptions, rounds: asLongAsItLasts }, hyperbandScheduler),
  'asha-promotion': entry({ ...fidelityOptions, trials: asLongAsItLasts }, ashaPromotionScheduler),
  pasha: entry({ ...fidelityOptions, trials: asLongAsItLasts }, pashaScheduler),
  dehb: entry(
    {
      ...fidelityOptions,
      scale: { default: 0.5, min: 0, max: 2 },
      crossover: { default: 0.5, min: 0, max: 1 },
    },
    dehbScheduler,
  ),
  pbt: entry({ ...populationOptions, resample: { default: 0.25, min: 0, max: 1 } }, pbtScheduler),
  pb2: entry(populationOptions, pb2Scheduler),
} satisfies Readonly<Record<string, Entry<Scheduler>>>;

/** Rules of successive halving that only ever stop trials, and so need none to be taken up again. */
const stoppingRules = {
  asha: entry(
    { eta: { default: 3, min: 2 }, minReports: { default: 1, min: 1, whole: true } },
    successiveHalving,
  ),
} satisfies Readonly<Record<string, Entry<Pruner>>>;

export type SchedulerName = keyof typeof schedulers;
export type RungRuleName = keyof typeof stoppingRules;

// The keys of a record are known to the compiler only as strings.
export const schedulerNames = Object.keys(schedulers) as readonly SchedulerName[];
export const rungRuleNames = Object.keys(stoppingRules) as readonly RungRuleName[];

/** The options of each by name, with their defaults and ranges; for help texts. */
export const schedulerOptions = (name: SchedulerName): Readonly<Record<string, Option>> =>
  schedulers[name].options;
export const rungRuleOptions = (name: RungRuleName): Readonly<Record<string, Option>> =>
  stoppingRules[name].options;

/** The scheduler a strategy names; a sentence listing what there is when the name or an option is unknown. */
export const createScheduler = (strategy: Strategy): Result<Scheduler, string> => {
  const made = createFrom(schedulers, 'scheduler', strategy);
  if (!made.ok) return made;
  const options: Readonly<Record<string, Option>> = schedulers[strategy.name as SchedulerName].options; // known, since made
  const given = (name: string): number => Number(strategy.options[name] ?? options[name]?.default);
  return given('minFidelity') >= given('maxFidelity')
    ? failure(`${strategy.name}: minFidelity must be below maxFidelity.`)
    : made;
};

/** The stopping rule a strategy names. */
export const createRungRule = (strategy: Strategy): Result<Pruner, string> =>
  createFrom(stoppingRules, 'stopping rule', strategy);

const createFrom = <T>(
  known: Readonly<Record<string, Entry<T>>>,
  kind: string,
  strategy: Strategy,
): Result<T, string> => {
  const found = Object.hasOwn(known, strategy.name) ? known[strategy.name] : undefined;
  return found?.create(strategy) ?? failure(unknownStrategy(kind, strategy.name, Object.keys(known)));
};
