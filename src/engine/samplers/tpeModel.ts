// What a TPE makes of a history: for each group of parameters the densities of good trials and of the others.
import { itemAt } from '../numeric/at.ts';
import type { Parameter, SearchSpace } from '../space/parameter.ts';
import type { BandwidthRule } from './bandwidth.ts';
import type { Chooser, Source } from './candidates.ts';
import { constrainedSplits } from './constrainedSplit.ts';
import type { History } from './history.ts';
import { createMixture, type KernelChoice, type Mixture } from './mixture.ts';
import { createSplitter, type Split, type SplitOptions, type WeightedRows } from './split.ts';

export interface ModelOptions extends SplitOptions {
  /** One density over all parameters of a group; otherwise each parameter has its own. */
  readonly multivariate: boolean;
  /** Parameters of different conditions have densities of their own, made of the trials in which they are active. */
  readonly group: boolean;
  readonly bandwidth: BandwidthRule;
  /** For how much the uniform kernel counts, relative to the mean kernel of a trial. */
  readonly priorWeight: number;
  /** Output constraints have densities of their own. */
  readonly constrained: boolean;
}

/** How all trials split, and what models to make of them once they are wanted. */
export interface Reading {
  readonly split: Split;
  model(): TpeModel;
}

export interface TpeModel {
  readonly groups: readonly Chooser[];
  /** Where whole candidates are drawn from, in turn. */
  readonly sources: readonly Source[];
  /** Over all groups: the logarithm of how much denser good trials are. */
  score(positions: Float64Array, offset: number): number;
}

/** Reads histories of one study after another; quickly, when most of one was there at the last call. */
export const createModeller = (
  options: ModelOptions,
): ((space: SearchSpace, history: History) => Reading) => {
  let known: { readonly space: SearchSpace; readonly groups: readonly GroupPlan[] } | undefined;
  const splitAll = createSplitter(undefined, options);
  return (space, history) => {
    if (known?.space !== space) known = { space, groups: planGroups(space, options, splitAll) };
    const { groups } = known;
    const splits = new Map<Splitter, Split>([[splitAll, splitAll(history)]]);
    for (const { splitter } of groups) if (!splits.has(splitter)) splits.set(splitter, splitter(history));
    const splitOf = (splitter: Splitter): Split => splits.get(splitter) ?? splitter(history);
    return {
      split: splitOf(splitAll),
      model: () => assemble(groups.map((plan) => modelGroup(history, plan, splitOf(plan.splitter), options))),
    };
  };
};

type Splitter = (history: History) => Split;

interface GroupPlan {
  readonly columns: readonly number[];
  /** The group is active where this axis is; everywhere when undefined. */
  readonly axis: number | undefined;
  readonly splitter: Splitter;
}

const planGroups = (
  { parameters }: SearchSpace,
  options: ModelOptions,
  splitAll: Splitter,
): readonly GroupPlan[] => {
  if (options.multivariate && !options.group)
    return [{ columns: parameters.map((_, column) => column), axis: undefined, splitter: splitAll }];
  const byCondition = new Map<
    string | undefined,
    { readonly axis: number | undefined; readonly splitter: Splitter }
  >([[undefined, { axis: undefined, splitter: splitAll }]]);
  const groups: { columns: number[]; axis: number | undefined; splitter: Splitter }[] = [];
  for (const [column, parameter] of parameters.entries()) {
    const condition = conditionText(parameter);
    const activation = byCondition.get(condition) ?? {
      axis: column,
      splitter: createSplitter(column, options),
    };
    byCondition.set(condition, activation);
    const group = options.multivariate
      ? groups.find(({ splitter }) => splitter === activation.splitter)
      : undefined;
    if (group === undefined) groups.push({ columns: [column], ...activation });
    else group.columns.push(column);
  }
  return groups;
};

const conditionText = ({ condition }: Parameter): string | undefined => condition?.text;

interface GroupModel extends Chooser {
  readonly sources: readonly Mixture[];
}

const assemble = (groups: readonly GroupModel[]): TpeModel => ({
  groups,
  sources: itemAt(groups, 0).sources.map((_, k) =>
    groups.map(({ sources }) => itemAt(sources, k % sources.length)),
  ),
  score: (positions, offset) => {
    let sum = 0;
    for (const group of groups) sum += group.score(positions, offset);
    return sum;
  },
});

const modelGroup = (
  history: History,
  { columns, axis }: GroupPlan,
  split: Split,
  options: ModelOptions,
): GroupModel => {
  const mixtureOf = ({ rows, weights }: WeightedRows, priorWeight: number): Mixture => {
    const { axes, positions } = history;
    const choice: KernelChoice = {
      axes,
      positions,
      columns,
      rows,
      weights,
      priorWeight,
      bandwidth: options.bandwidth,
    };
    return createMixture(choice);
  };
  const goodMixture = (good: WeightedRows): Mixture =>
    mixtureOf(good, options.priorWeight * meanOf(good.weights));
  const splits =
    options.constrained && history.constrained > 0 ? constrainedSplits(history, axis, split, options) : [];
  if (splits.length === 0) {
    const good = goodMixture(split.good);
    const others = mixtureOf(split.others, options.priorWeight);
    return {
      columns,
      sources: [good],
      score: (positions, offset) => good.logDensity(positions, offset) - others.logDensity(positions, offset),
    };
  }
  const terms = splits.map(({ good, others, share }) => ({
    good: goodMixture(good),
    others: mixtureOf(others, options.priorWeight),
    share,
  }));
  return {
    columns,
    sources: terms.map(({ good }) => good),
    score: (positions, offset) => {
      let sum = 0;
      for (const { good, others, share } of terms) {
        const ratio = others.logDensity(positions, offset) - good.logDensity(positions, offset);
        sum -= logShareMix(share, ratio);
      }
      return sum;
    },
  };
};

/** log(γ + (1 - γ) e^ratio) without overflow. */
const logShareMix = (share: number, ratio: number): number =>
  ratio < 500 ? Math.log(share + (1 - share) * Math.exp(ratio)) : Math.log1p(-share) + ratio;

const meanOf = (weights: Float64Array): number => {
  let sum = 0;
  for (const weight of weights) sum += weight;
  return weights.length === 0 ? 1 : sum / weights.length;
};
