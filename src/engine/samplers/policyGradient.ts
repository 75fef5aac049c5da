// A controller that learns which choices pay (Zoph, Le: Neural Architecture Search with Reinforcement Learning, ICLR
// 2017), here a softmax for each parameter instead of a recurrent network: a study has hundreds of trials, not thousands.
import { at, itemAt } from '../numeric/at.ts';
import type { RandomStream } from '../numeric/random.ts';
import type { Proposal, SampleContext, Sampler } from '../study/sampler.ts';
import type { Axis } from './axis.ts';
import { createHistoryReader, type History } from './history.ts';
import { createHistoryFold, type Fold } from './historyFold.ts';
import {
  chancesOf,
  type Episode,
  evenPolicy,
  type Learning,
  type Policy,
  reinforced,
} from './policyGradientWeights.ts';
import { rowComparison } from './rowOrder.ts';
import { expressed, genesOf } from './variation.ts';
import { proposeDrawn } from './variationFresh.ts';

export interface PolicyGradientOptions {
  /** Finished trials for an update. Default 2. */
  readonly batch?: number;
  /** Adam's step. Default 0.15. */
  readonly rate?: number;
  /** Weight of the entropy, which keeps choices from dying out. Default 0.02. */
  readonly entropy?: number;
  /** Bins for numbers with more values; within its bin a number is uniform. Default 8. */
  readonly bins?: number;
}

/** As `PolicyGradientOptions`, for a strategy's text. */
export const policyGradientOptions = {
  batch: { default: 2, min: 1, max: 1000, whole: true },
  rate: { default: 0.15, min: 1e-6, max: 10 },
  entropy: { default: 0.02, min: 0, max: 10 },
  bins: { default: 8, min: 2, max: 1000, whole: true },
} as const;

/** What is decided of a parameter: one of `options` values or bins. */
interface Decision {
  readonly options: number;
  /** Do options stand for intervals of [0, 1]? */
  readonly isBinned: boolean;
}

interface Controller {
  readonly decisions: readonly Decision[];
  readonly policy: Policy;
}

/**
 * Draws each active parameter's choice by its chances, which rise with the rewards of trials that made it. The reward is
 * how many of the newest trials one beats, so that no scale of the objective matters, and the expected one is the
 * baseline.
 */
export const policyGradientSampler = ({
  batch = 2,
  rate = 0.15,
  entropy = 0.02,
  bins = 8,
}: PolicyGradientOptions = {}): Sampler => {
  const read = createHistoryReader();
  const foldHistory = createHistoryFold<Controller>();
  const fold = controllerFold(batch, bins, { rate, entropy });
  return {
    name: 'policy',
    sample: (context) => {
      const { space, objectives, trials } = context;
      const history = read(space, objectives, trials);
      const folded = foldHistory(history, fold);
      const controller = folded?.state ?? controllerFor(history.axes, bins);
      return proposeByPolicy(context, history, controller, folded?.taken ?? 0);
    },
  };
};

const controllerFor = (axes: readonly Axis[], bins: number): Controller => {
  const decisions = axes.map((axis): Decision => {
    if (axis.kind === 'smooth') return { options: bins, isBinned: true };
    const isBinned = axis.kind === 'cells' && axis.values.length > bins;
    return { options: isBinned ? bins : axis.values.length, isBinned };
  });
  return { decisions, policy: evenPolicy(decisions.map(({ options }) => options)) };
};

/** Trials that a reward compares with. */
const compared = 50;

const controllerFold = (batch: number, bins: number, learning: Learning): Fold<Controller> => ({
  begin: (history) => ({ taken: 0, state: controllerFor(history.axes, bins) }),
  next: ({ taken, state }, history, telling) => {
    const end = taken + batch;
    if (telling.length < end) return undefined;
    const rows = telling.slice(Math.max(0, end - Math.max(compared, batch)), end);
    const fresh = telling.slice(taken, end);
    const rewards = rewardsOf(history, fresh, rows);
    const episodes = fresh.map(
      (row, i): Episode => ({
        choices: choicesOf(history, row, state.decisions),
        advantage: itemAt(rewards, i),
      }),
    );
    return { taken: end, state: { ...state, policy: reinforced(state.policy, episodes, learning) } };
  },
});

/** Of the other rows, the share that a row is better than less the share that is better: 1 for the best, -1 for the worst. */
const rewardsOf = (
  history: History,
  fresh: readonly number[],
  rows: readonly number[],
): readonly number[] => {
  const compare = rowComparison(history, rows);
  return fresh.map((row) => {
    let balance = 0;
    for (const other of rows) balance += Math.sign(compare(other, row));
    return rows.length < 2 ? 0 : balance / (rows.length - 1);
  });
};

const choicesOf = (history: History, row: number, decisions: readonly Decision[]): Float64Array =>
  genesOf(history, row).map((gene, i) => {
    const { options, isBinned } = itemAt(decisions, i);
    const axis = itemAt(history.axes, i);
    if (Number.isNaN(gene)) return gene;
    if (isBinned) return Math.min(options - 1, Math.floor(gene * options));
    return axis.kind === 'cells' ? at(history.positions, row * history.axes.length + i) : gene;
  });

const proposeByPolicy = (
  context: SampleContext,
  history: History,
  { decisions, policy }: Controller,
  learnt: number,
): Proposal => {
  const { space, random } = context;
  const chances = policy.logits.map(chancesOf);
  return proposeDrawn(context, history, explain(chances, policy, learnt), () => {
    const genes = Float64Array.from(decisions, (decision, i) =>
      geneOf(itemAt(history.axes, i), decision, optionBy(itemAt(chances, i), random), random),
    );
    return { complete: expressed(space, history.axes, genes, random) };
  });
};

const optionBy = (chances: Float64Array, random: RandomStream): number => {
  let left = random.uniform();
  for (let k = 0; k < chances.length - 1; k++) {
    left -= at(chances, k);
    if (left < 0) return k;
  }
  return chances.length - 1;
};

const geneOf = (
  axis: Axis,
  { options, isBinned }: Decision,
  option: number,
  random: RandomStream,
): number => {
  if (isBinned) return (option + random.uniform()) / options;
  return axis.kind === 'cells' ? at(axis.centres, option) : option;
};

const explain = (chances: readonly Float64Array[], { steps }: Policy, learnt: number): string => {
  if (steps === 0) return 'Drawn by a policy that has learnt nothing yet: every choice is as likely.';
  const likeliest = chances.reduce((sum, each) => sum + each.reduce((a, b) => Math.max(a, b), 0), 0);
  const mean = chances.length === 0 ? 1 : likeliest / chances.length;
  return `Drawn by a policy that ${learnt} trials have taught in ${steps} steps; the likeliest choices have a chance of ${Math.round(100 * mean)}% on average.`;
};
