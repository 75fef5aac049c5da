// Which parameters matter: PED-ANOVA (Watanabe, Bansal, Hutter, "PED-ANOVA: Efficiently Quantifying Hyperparameter
// Importance in Arbitrary Subspaces", IJCAI 2023). A parameter matters as much as the good trials' distribution of
// its values differs from that of all trials, by the Pearson divergence ∫ (p_good / p_all - 1)² p_all (eq. 12).
import { at, itemAt } from '../numeric/at.ts';
import { shownName } from '../space/composite.ts';
import { toUnit, valueCount } from '../space/encode.ts';
import type { Parameter, SearchSpace } from '../space/parameter.ts';
import { failure, type Result, success } from '../space/result.ts';
import { isFeasible } from '../study/feasibility.ts';
import { isBetter, type Objective } from '../study/objective.ts';
import type { Trial } from '../study/trial.ts';

export interface ParameterImportance {
  readonly parameter: string;
  /** From 0 to 1; over all parameters they add up to 1. */
  readonly importance: number;
}

/** Complete trials below which differences are mostly chance. */
const fewestTrials = 10;
/** Share of trials that count as good, and the fewest. */
const goodShare = 0.1;
const fewestGood = 5;

/**
 * How much of what makes trials good each parameter explains, most important first (the space's order among equals).
 * A conditional parameter is judged among the trials in which it was active, and counts by their share. A composite
 * matters as much as its parts together.
 *
 * Even a parameter without effect differs a little by chance in a handful of good trials; what chance alone would
 * give on average (the good trials being any as many of all) is taken off, which the paper does not do.
 * @returns a sentence when there are fewer than 10 complete trials with a finite value, or all values are equal.
 */
export const importance = (
  space: SearchSpace,
  trials: readonly Trial[],
  objective: Objective,
  index = 0,
): Result<readonly ParameterImportance[], string> => {
  const judged = rankedTrials(trials, objective, index);
  if (judged.length < fewestTrials) {
    return failure(
      `Importance needs ${fewestTrials} complete trials with a finite value; there are ${judged.length}.`,
    );
  }
  const [best, worst] = [itemAt(judged, 0), itemAt(judged, judged.length - 1)];
  if (best.value === worst.value)
    return failure(`All ${judged.length} trials have the same value, ${best.value}.`);
  const divergences = space.parameters.map((parameter) => divergence(parameter, judged));
  const net = shares(divergences.map(({ observed, byChance }) => Math.max(0, observed - byChance)));
  // Where nothing stands out from chance, the raw divergences still say what stands out most.
  const found = net ?? shares(divergences.map(({ observed }) => observed)) ?? space.parameters.map(() => 0);
  const byName = new Map<string, number>();
  space.parameters.forEach(({ name }, i) => {
    const shown = shownName(space, name);
    byName.set(shown, (byName.get(shown) ?? 0) + itemAt(found, i));
  });
  return success(
    [...byName]
      .map(([parameter, share]) => ({ parameter, importance: share }))
      .sort((a, b) => b.importance - a.importance),
  );
};

interface RankedTrial {
  readonly trial: Trial;
  readonly value: number;
}

/** Best first. */
const rankedTrials = (
  trials: readonly Trial[],
  { direction }: Objective,
  index: number,
): readonly RankedTrial[] =>
  trials
    .map((trial) => ({ trial, value: trial.values?.[index] ?? Number.NaN }))
    .filter(({ trial, value }) => trial.state === 'complete' && Number.isFinite(value) && isFeasible(trial))
    .sort((a, b) =>
      isBetter(direction, a.value, b.value) ? -1 : isBetter(direction, b.value, a.value) ? 1 : 0,
    );

const shares = (amounts: readonly number[]): readonly number[] | undefined => {
  const sum = amounts.reduce((a, b) => a + b, 0);
  return sum > 0 ? amounts.map((amount) => amount / sum) : undefined;
};

interface Divergence {
  readonly observed: number;
  /** Its expectation if the good trials were drawn from all without regard to this parameter. */
  readonly byChance: number;
}

const nothing: Divergence = { observed: 0, byChance: 0 };

const divergence = (parameter: Parameter, judged: readonly RankedTrial[]): Divergence => {
  const active = judged.filter(({ trial }) => Object.hasOwn(trial.params, parameter.name));
  const good = Math.max(Math.ceil(goodShare * active.length), Math.min(fewestGood, active.length >> 1));
  if (active.length < fewestTrials / 2 || good >= active.length) return nothing;
  const bins = Math.min(mostBins, valueCount(parameter));
  const places = active.map(({ trial }) => binOf(parameter, trial, bins));
  const smoothing = smoothingOf(parameter, places, bins);
  const share = active.length / judged.length;
  const { observed, byChance } = compare(
    histogram(places, bins),
    histogram(places.slice(0, good), bins),
    smoothing,
  );
  return { observed: share * observed, byChance: share * byChance };
};

/** Grid on which densities are compared; finite parameters with fewer values have a bin for each. */
const mostBins = 64;

const binOf = (parameter: Parameter, { params }: Trial, bins: number): number =>
  Math.min(bins - 1, Math.floor(toUnit(parameter, params[parameter.name] ?? null) * bins));

const histogram = (places: readonly number[], bins: number): Float64Array => {
  const counts = new Float64Array(bins);
  for (const place of places) counts[place] = at(counts, place) + 1;
  return counts;
};

/** `kernel[from * bins + to]`: what a trial in one bin adds to the density in another; each row sums to 1. */
type Smoothing = Float64Array;

const smoothingOf = (parameter: Parameter, places: readonly number[], bins: number): Smoothing => {
  const isOrdered =
    parameter.kind === 'float' || parameter.kind === 'int' || ('ordered' in parameter && parameter.ordered);
  const bandwidth = isOrdered ? scottBandwidth(places) : 0;
  const kernel = new Float64Array(bins * bins);
  for (let from = 0; from < bins; from++) {
    let sum = 0;
    for (let to = 0; to < bins; to++) {
      const weight = isOrdered ? Math.exp(-0.5 * ((to - from) / bandwidth) ** 2) : Number(to === from);
      kernel[from * bins + to] = weight;
      sum += weight;
    }
    for (let to = 0; to < bins; to++) kernel[from * bins + to] = at(kernel, from * bins + to) / sum;
  }
  return kernel;
};

/** Scott's rule, 1.06 σ n^(-1/5), in bins and at least half of one. */
const scottBandwidth = (places: readonly number[]): number => {
  const mean = places.reduce((a, b) => a + b, 0) / places.length;
  const variance = places.reduce((sum, place) => sum + (place - mean) ** 2, 0) / places.length;
  return Math.max(0.5, 1.06 * Math.sqrt(variance) * places.length ** -0.2);
};

const compare = (all: Float64Array, good: Float64Array, smoothing: Smoothing): Divergence => {
  const bins = all.length;
  const [allCount, goodCount] = [sumOf(all), sumOf(good)];
  // Variance of a mean of `goodCount` drawn without replacement from `allCount`.
  const chanceFactor = (allCount - goodCount) / (Math.max(1, allCount - 1) * goodCount);
  let observed = 0;
  let byChance = 0;
  for (let to = 0; to < bins; to++) {
    let [mean, square, goodMean] = [0, 0, 0];
    for (let from = 0; from < bins; from++) {
      const weight = at(smoothing, from * bins + to);
      mean += (at(all, from) * weight) / allCount;
      square += (at(all, from) * weight * weight) / allCount;
      goodMean += (at(good, from) * weight) / goodCount;
    }
    if (mean < 1e-12) continue;
    observed += (goodMean - mean) ** 2 / mean;
    byChance += (chanceFactor * (square - mean * mean)) / mean;
  }
  return { observed, byChance };
};

const sumOf = (values: Float64Array): number => values.reduce((a, b) => a + b, 0);
