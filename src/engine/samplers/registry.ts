import { failure, type Result, success } from '../space/result.ts';
import type { Sampler } from '../study/sampler.ts';
import { type Option, type OptionValues, readOptions, unknownStrategy } from '../study/strategyOptions.ts';
import type { Strategy } from '../study/study.ts';
import { autoOptions, autoSampler } from './auto.ts';
import { bohbOptions, bohbSampler } from './bohb.ts';
import { cmaesOptions, cmaesSampler } from './cmaes.ts';
import { ehviOptions, ehviSampler } from './ehvi.ts';
import { evolutionOptions, evolutionSampler } from './evolution.ts';
import { gpOptions, gpOptionsConflict, gpSampler } from './gp.ts';
import { gridSampler } from './grid.ts';
import { haltonSampler } from './halton.ts';
import { heboOptions, heboSampler } from './hebo.ts';
import { latinHypercubeSampler } from './latinHypercube.ts';
import { nsga2Sampler } from './nsga2.ts';
import { nsga3Sampler } from './nsga3.ts';
import { paregoOptions, paregoSampler } from './parego.ts';
import { seedOption } from './pointWalk.ts';
import { policyGradientOptions, policyGradientSampler } from './policyGradient.ts';
import { randomSampler } from './random.ts';
import { scalarizedOptions, scalarizedSampler } from './scalarized.ts';
import { smacOptions, smacSampler } from './smac.ts';
import { sobolSampler } from './sobol.ts';
import { tpeOptions, tpeSampler } from './tpe.ts';
import { turboOptions, turboSampler } from './turbo.ts';
import { geneticOptions } from './variationSampler.ts';

/** A sampler's options and how it is made of them. */
interface Entry {
  readonly options: Readonly<Record<string, Option>>;
  create(strategy: Strategy): Result<Sampler, string>;
}

const entry = <const Options extends Readonly<Record<string, Option>>>(
  options: Options,
  create: (values: OptionValues<Options>) => Sampler,
  conflict: (values: OptionValues<Options>) => string | undefined = () => undefined,
): Entry => ({
  options,
  create: (strategy) => {
    const values = readOptions(strategy, options);
    if (!values.ok) return values;
    const message = conflict(values.value);
    return message === undefined ? success(create(values.value)) : failure(message);
  },
});

/** A sampler joins with one line; the conformance suite then runs on it. */
const entries = {
  auto: entry(autoOptions, autoSampler),
  random: entry({}, randomSampler),
  grid: entry({ points: { default: 5, min: 1, max: 1000, whole: true } }, gridSampler),
  sobol: entry({ seed: seedOption }, sobolSampler),
  halton: entry({ seed: seedOption }, haltonSampler),
  lhs: entry(
    { seed: seedOption, points: { default: 32, min: 1, max: 10_000, whole: true } },
    latinHypercubeSampler,
  ),
  tpe: entry(tpeOptions, tpeSampler),
  motpe: entry(tpeOptions, (options) => tpeSampler(options, 'motpe')),
  gp: entry(gpOptions, gpSampler, gpOptionsConflict),
  hebo: entry(heboOptions, heboSampler),
  turbo: entry(turboOptions, turboSampler),
  ehvi: entry(ehviOptions, ehviSampler),
  parego: entry(paregoOptions, paregoSampler),
  scalarized: entry(scalarizedOptions, scalarizedSampler),
  smac: entry(smacOptions, smacSampler),
  cmaes: entry(cmaesOptions, cmaesSampler),
  nsga2: entry(geneticOptions, nsga2Sampler),
  nsga3: entry(geneticOptions, nsga3Sampler),
  evolution: entry(evolutionOptions, evolutionSampler),
  policy: entry(policyGradientOptions, policyGradientSampler),
  bohb: entry(bohbOptions, bohbSampler),
} satisfies Readonly<Record<string, Entry>>;

export type SamplerName = keyof typeof entries;

// The keys of a record are known to the compiler only as strings.
export const samplerNames = Object.keys(entries) as readonly SamplerName[];

/** The options of each sampler by name, with their defaults and ranges; for help texts. */
export const samplerOptions = (name: SamplerName): Readonly<Record<string, Option>> => entries[name].options;

/** The sampler a strategy names; a sentence listing what there is when the name or an option is unknown. */
export const createSampler = (strategy: Strategy): Result<Sampler, string> => {
  const known: Readonly<Record<string, Entry>> = entries;
  const found = Object.hasOwn(known, strategy.name) ? known[strategy.name] : undefined;
  return found?.create(strategy) ?? failure(unknownStrategy('sampler', strategy.name, samplerNames));
};
