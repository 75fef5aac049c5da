import { createPruner, prunerNames, prunerOptions } from '../pruners/registry.ts';
import { createSampler, samplerNames, samplerOptions } from '../samplers/registry.ts';
import {
  createRungRule,
  createScheduler,
  rungRuleNames,
  rungRuleOptions,
  schedulerNames,
  schedulerOptions,
} from '../schedulers/registry.ts';
import { failure, type Result, success } from '../space/result.ts';
import type { Pruner } from '../study/pruner.ts';
import type { Sampler } from '../study/sampler.ts';
import type { Scheduler } from '../study/scheduler.ts';
import { type Option, unknownStrategy } from '../study/strategyOptions.ts';
import type { Strategy } from '../study/study.ts';

/** Rules that stop trials early come from two rooms; by name they are one choice. */
export const stoppingRuleNames: readonly string[] = [...prunerNames, ...rungRuleNames];

const isOneOf = (names: readonly string[], name: string): boolean => names.includes(name);

/** Fails with a sentence that lists what there is. */
export const createStoppingRule = (strategy: Strategy): Result<Pruner, string> => {
  if (isOneOf(rungRuleNames, strategy.name)) return createRungRule(strategy);
  if (isOneOf(prunerNames, strategy.name)) return createPruner(strategy);
  return failure(unknownStrategy('pruner', strategy.name, stoppingRuleNames));
};

/**
 * Schedulers known under a name of their own together with a sampler. BOHB is Hyperband whose new trials come from a
 * density model on the highest fidelity that has enough of them (Falkner, Klein, Hutter, ICML 2018).
 */
const pairs: Readonly<Record<string, { readonly scheduler: string; readonly sampler: Strategy }>> = {
  bohb: { scheduler: 'hyperband', sampler: { name: 'bohb', options: {} } },
};

export interface WantedStrategies {
  readonly sampler?: Strategy;
  readonly pruner?: Strategy;
  readonly scheduler?: Strategy;
  /** Several objectives are pruned by dominance. */
  readonly objectives: number;
}

export interface Strategies {
  readonly sampler: Sampler;
  readonly pruner: Pruner;
  readonly scheduler?: Scheduler;
  /** By name and options, defaults filled in by name. */
  readonly names: { readonly sampler: Strategy; readonly pruner: Strategy; readonly scheduler?: Strategy };
}

/** The sampler that belongs to a scheduler under one name, as BOHB's to Hyperband. */
export const pairedSampler = (name: string): Strategy | undefined =>
  Object.hasOwn(pairs, name) ? pairs[name]?.sampler : undefined;

/** The strategy without its sampler where its name stands for a pair; undefined when it names no scheduler. */
export const schedulerOf = (strategy: Strategy): Strategy | undefined => {
  const name = Object.hasOwn(pairs, strategy.name) ? pairs[strategy.name]?.scheduler : strategy.name;
  const known = schedulerNames.find((one) => one === name);
  return known === undefined ? undefined : { ...strategy, name: known };
};

const plain = (name: string): Strategy => ({ name, options: {} });

/** The stopping rule where neither a person nor a scheduler says which: a trial is behind only when it is so in all. */
export const usualStoppingRule = (objectives: number): Strategy =>
  plain(objectives > 1 ? 'pareto' : 'extrapolate');

/**
 * The strategies of a study. Without a name the sampler is `auto` (or that of a pair such as BOHB), and trials are
 * stopped by `extrapolate`, `pareto` when there are several objectives, or only by the scheduler where there is one.
 */
export const createStrategies = (wanted: WantedStrategies): Result<Strategies, string> => {
  const given = wanted.scheduler;
  const pair = given !== undefined && Object.hasOwn(pairs, given.name) ? pairs[given.name] : undefined;
  const scheduler = given !== undefined && pair !== undefined ? { ...given, name: pair.scheduler } : given;
  const names = {
    sampler: wanted.sampler ?? pair?.sampler ?? plain('auto'),
    pruner: wanted.pruner ?? (scheduler === undefined ? usualStoppingRule(wanted.objectives) : plain('none')),
    ...(scheduler === undefined ? {} : { scheduler }),
  };
  const sampler = createSampler(names.sampler);
  if (!sampler.ok) return sampler;
  const pruner = createStoppingRule(names.pruner);
  if (!pruner.ok) return pruner;
  const made = { sampler: sampler.value, pruner: pruner.value, names };
  if (scheduler === undefined) return success(made);
  const created = createScheduler(scheduler);
  return created.ok ? success({ ...made, scheduler: created.value }) : created;
};

type Options = Readonly<Record<string, Option>>;

const byName = <Name extends string>(
  names: readonly Name[],
  optionsOf: (name: Name) => Options,
): Readonly<Record<string, Options>> => Object.fromEntries(names.map((name) => [name, optionsOf(name)]));

/** Every sampler, pruner and scheduler by name with its options, their defaults and ranges. */
export const listStrategies = (): Readonly<
  Record<'samplers' | 'pruners' | 'schedulers', Readonly<Record<string, Options>>>
> => ({
  samplers: byName(samplerNames, samplerOptions),
  pruners: { ...byName(prunerNames, prunerOptions), ...byName(rungRuleNames, rungRuleOptions) },
  schedulers: {
    ...byName(schedulerNames, schedulerOptions),
    ...Object.fromEntries(
      Object.entries(pairs).map(([name, { scheduler }]) => [name, optionsOfScheduler(scheduler)]),
    ),
    replay: {},
  },
});

const optionsOfScheduler = (name: string): Options => {
  const known = schedulerNames.find((one) => one === name);
  return known === undefined ? {} : schedulerOptions(known);
};
