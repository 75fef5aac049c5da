// A policy over choices that learns by its rewards: REINFORCE (Williams, Machine Learning 8, 1992) with a baseline and
// an entropy bonus, as controllers of architecture search use it (Zoph, Le: Neural Architecture Search with Reinforcement
// Learning, ICLR 2017).
import { at, itemAt } from '../numeric/at.ts';

/** The preferences of each decision, and what Adam remembers of their gradients. Values, never changed. */
export interface Policy {
  /** A number for each option of each decision; their softmax is the chance of the options. */
  readonly logits: readonly Float64Array[];
  readonly first: readonly Float64Array[];
  readonly second: readonly Float64Array[];
  /** Updates so far. */
  readonly steps: number;
}

export const evenPolicy = (counts: readonly number[]): Policy => {
  const zeros = (): readonly Float64Array[] => counts.map((count) => new Float64Array(count));
  return { logits: zeros(), first: zeros(), second: zeros(), steps: 0 };
};

export const chancesOf = (logits: Float64Array): Float64Array => {
  const largest = logits.reduce((a, b) => Math.max(a, b), -Infinity);
  const weights = logits.map((logit) => Math.exp(logit - largest));
  const sum = weights.reduce((a, b) => a + b, 0);
  return weights.map((weight) => weight / sum);
};

/** What was chosen, and by how much better than expected it turned out. */
export interface Episode {
  /** The option taken at each decision; NaN where it did not arise. */
  readonly choices: Float64Array;
  readonly advantage: number;
}

export interface Learning {
  /** Adam's step. */
  readonly rate: number;
  /** Weight of the entropy in what is maximised. */
  readonly entropy: number;
}

/**
 * One step up the mean over the episodes of advantage · ∇ log π(choices) + entropy · ∇ H(π); decisions that did not
 * arise in an episode learn nothing from it.
 */
export const reinforced = (
  { logits, first, second, steps }: Policy,
  episodes: readonly Episode[],
  { rate, entropy }: Learning,
): Policy => {
  const gradients = logits.map((each, i) => gradientOf(chancesOf(each), i, episodes, entropy));
  const next = { first: [] as Float64Array[], second: [] as Float64Array[], logits: [] as Float64Array[] };
  const [unbias1, unbias2] = [1 - beta1 ** (steps + 1), 1 - beta2 ** (steps + 1)];
  for (const [i, gradient] of gradients.entries()) {
    const m = itemAt(first, i).map((x, k) => beta1 * x + (1 - beta1) * at(gradient, k));
    const v = itemAt(second, i).map((x, k) => beta2 * x + (1 - beta2) * at(gradient, k) ** 2);
    next.first.push(m);
    next.second.push(v);
    next.logits.push(
      itemAt(logits, i).map(
        (x, k) => x + (rate * at(m, k)) / unbias1 / (Math.sqrt(at(v, k) / unbias2) + tiny),
      ),
    );
  }
  return { ...next, steps: steps + 1 };
};

/** Adam's memories and its guard against division by nothing (Kingma, Ba, ICLR 2015). */
const [beta1, beta2, tiny] = [0.9, 0.999, 1e-8];

const gradientOf = (
  chances: Float64Array,
  decision: number,
  episodes: readonly Episode[],
  entropyWeight: number,
): Float64Array => {
  const gradient = new Float64Array(chances.length);
  for (const { choices, advantage } of episodes) {
    const choice = at(choices, decision);
    if (Number.isNaN(choice)) continue;
    for (let k = 0; k < gradient.length; k++)
      gradient[k] = at(gradient, k) + (advantage * (Number(k === choice) - at(chances, k))) / episodes.length;
  }
  const entropy = entropyOf(chances);
  // ∂H/∂logitₖ = -pₖ (log pₖ + H)
  return gradient.map((x, k) => {
    const chance = at(chances, k);
    return chance > 0 ? x - entropyWeight * chance * (Math.log(chance) + entropy) : x;
  });
};

/** In nats. */
export const entropyOf = (chances: Float64Array): number =>
  chances.reduce((sum, chance) => (chance > 0 ? sum - chance * Math.log(chance) : sum), 0);
