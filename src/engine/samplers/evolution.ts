// Regularised evolution (Real, Aggarwal, Huang, Le: Regularized Evolution for Image Classifier Architecture Search,
// AAAI 2019): the old die, not the bad.
import { itemAt } from '../numeric/at.ts';
import type { RandomStream } from '../numeric/random.ts';
import type { Proposal, SampleContext, Sampler } from '../study/sampler.ts';
import { createHistoryReader, type History } from './history.ts';
import { isTelling } from './historyFold.ts';
import { orderRows } from './rowOrder.ts';
import { expressed, genesOf, withOneMutation } from './variation.ts';
import { proposeAtRandom, proposeDrawn } from './variationFresh.ts';

export interface EvolutionOptions {
  /** How many of the newest finished trials can be parents. Default 100, the paper's. */
  readonly population?: number;
  /** How many of them, drawn at random, compete to be the parent. Default 25, the paper's. */
  readonly sample?: number;
  /** Finished trials before there are children; until then proposals are random. Default 20. */
  readonly startup?: number;
}

/** As `EvolutionOptions`, for a strategy's text. */
export const evolutionOptions = {
  population: { default: 100, min: 2, max: 10_000, whole: true },
  sample: { default: 25, min: 1, max: 10_000, whole: true },
  startup: { default: 20, min: 1, max: 10_000, whole: true },
} as const;

/**
 * Each proposal is the best of a few of the newest trials with one value changed. That trials leave with age and not
 * with rank keeps a lucky value of a noisy objective from being everyone's ancestor.
 */
export const evolutionSampler = ({
  population = 100,
  sample = 25,
  startup = 20,
}: EvolutionOptions = {}): Sampler => {
  const read = createHistoryReader();
  return {
    name: 'evolution',
    sample: (context) => {
      const { space, objectives, trials } = context;
      const history = read(space, objectives, trials);
      const alive = newest(history, Math.max(population, startup));
      if (alive.length < startup || history.axes.length === 0) {
        const because = `${alive.length} of ${startup} trials are done that can be parents.`;
        return proposeAtRandom(context, history, because);
      }
      return proposeMutant(context, history, alive.slice(0, population), sample);
    },
  };
};

/** The newest telling rows, the newest first. */
const newest = (history: History, most: number): readonly number[] => {
  const rows: number[] = [];
  for (let row = history.count - 1; row >= 0 && rows.length < most; row--)
    if (isTelling(history, row)) rows.push(row);
  return rows;
};

const proposeMutant = (
  context: SampleContext,
  history: History,
  alive: readonly number[],
  sample: number,
): Proposal => {
  const { space, random } = context;
  const rivals = drawn(alive, sample, random);
  const [best] = orderRows(history, rivals);
  const parent = best === undefined ? itemAt(alive, 0) : best.row;
  const genes = genesOf(history, parent);
  const { number } = itemAt(history.trials, parent);
  const reason = `Trial ${number} with one value changed: it is the best of ${rivals.length} drawn from the newest ${alive.length}.`;
  return proposeDrawn(context, history, reason, () => {
    const mutant = withOneMutation(history.axes, genes, random, (place) => moved(place, random));
    return { complete: expressed(space, history.axes, mutant, random) };
  });
};

/** Up to `count` different items, each as likely. */
const drawn = (items: readonly number[], count: number, random: RandomStream): readonly number[] => {
  const left = Int32Array.from(items);
  const chosen: number[] = [];
  for (let end = left.length; end > 0 && chosen.length < count; end--) {
    const pick = random.integer(end);
    chosen.push(left[pick] ?? 0);
    left[pick] = left[end - 1] ?? 0;
  }
  return chosen;
};

/** Standard deviations of a step, as shares of the range: one between these, as likely on a logarithmic scale. */
const [shortest, longest] = [0.01, 0.3];

/** A Gaussian step of a random length; what would leave [0, 1] is reflected. */
const moved = (place: number, random: RandomStream): number => {
  const deviation = shortest * (longest / shortest) ** random.uniform();
  const there = Math.abs(place + deviation * random.normal()) % 2;
  return there > 1 ? 2 - there : there;
};
