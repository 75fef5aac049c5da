// What NSGA-II and NSGA-III have in common: a population that follows from the history, and children of its members.
import { itemAt } from '../numeric/at.ts';
import type { RandomStream } from '../numeric/random.ts';
import type { SampleContext, Sampler } from '../study/sampler.ts';
import { createHistoryReader, type History } from './history.ts';
import { createHistoryFold, type Fold } from './historyFold.ts';
import { childOf, expressed, genesOf, type Recombination } from './variation.ts';
import { proposeAtRandom, proposeDrawn } from './variationFresh.ts';

export interface GeneticOptions {
  /** Most members of the population; it grows to that with the study. Default 50. */
  readonly population?: number;
  /** Finished trials before there are children; until then proposals are random. Default 20. */
  readonly startup?: number;
  /** Chance that parents are crossed. Default 0.9. */
  readonly crossover?: number;
  /** Distribution index of the crossover: children are the nearer to a parent the larger it is. Default 5. */
  readonly etaCrossover?: number;
  /** Distribution index of the mutation. Default 10. */
  readonly etaMutation?: number;
}

/** As `GeneticOptions`, for a strategy's text. */
export const geneticOptions = {
  population: { default: 50, min: 2, max: 10_000, whole: true },
  startup: { default: 20, min: 2, max: 10_000, whole: true },
  crossover: { default: 0.9, min: 0, max: 1 },
  etaCrossover: { default: 5, min: 0, max: 1000 },
  etaMutation: { default: 10, min: 0, max: 1000 },
} as const;

/**
 * How many of the best are parents: a twentieth of the finished trials, at least 12. On ZDT1, ZDT3 and DTLZ2 (400 trials,
 * 8 seeds) 50 parents reach after 400 trials what 12 to 20 reach after 200; with thousands of trials variety counts.
 */
const parentsAfter = (finished: number): number => Math.max(12, Math.ceil(finished / 20));

/** A trial of the population, and its place in tournaments: the lower wins, equal ones by lot. */
export interface Member {
  readonly row: number;
  readonly place: number;
}

/** The `count` rows that survive, or all when there are fewer. */
export type Survival = (history: History, rows: readonly number[], count: number) => readonly Member[];

/**
 * Each proposal is the child of two winners of binary tournaments within the best `population` trials of all finished
 * ones. That is the (µ + 1) form of the algorithm and not the generational one: with the hundreds of trials of a study
 * and not the tens of thousands that the algorithms were published with, a good trial should be a parent at once, and
 * no trial has to wait for the end of a generation when several run at a time.
 */
export const geneticSampler = (
  name: string,
  survival: Survival,
  { population = 50, startup = 20, crossover = 0.9, etaCrossover = 5, etaMutation = 10 }: GeneticOptions = {},
): Sampler => {
  const read = createHistoryReader();
  const foldHistory = createHistoryFold<readonly number[]>();
  const fold = populationFold(survival, population);
  const recombination: Recombination = { crossover, etaCrossover, etaMutation };
  return {
    name,
    sample: (context) => {
      const { space, objectives, trials } = context;
      const history = read(space, objectives, trials);
      const folded = foldHistory(history, fold);
      const known = folded?.telling.length ?? 0;
      if (folded === undefined || known < startup || history.axes.length === 0) {
        return proposeAtRandom(
          context,
          history,
          `${known} of ${startup} trials are done that can be parents.`,
        );
      }
      const rows = [...folded.state, ...folded.telling.slice(folded.taken)];
      const members = survival(history, rows, Math.min(population, parentsAfter(known)));
      return proposeChild(context, history, members, known, recombination);
    },
  };
};

/** The survivors of each `population` trials and those before: what the newest are then compared with. */
const populationFold = (survival: Survival, population: number): Fold<readonly number[]> => ({
  begin: () => ({ taken: 0, state: [] }),
  next: ({ taken, state }, history, telling) => {
    if (telling.length - taken < population) return undefined;
    const rows = [...state, ...telling.slice(taken, taken + population)];
    const survivors = survival(history, rows, population);
    return { taken: taken + population, state: survivors.map(({ row }) => row) };
  },
});

const proposeChild = (
  context: SampleContext,
  history: History,
  members: readonly Member[],
  known: number,
  recombination: Recombination,
): ReturnType<Sampler['sample']> => {
  const { space, random } = context;
  const mother = winner(members, random);
  const father = winner(members.length > 1 ? members.filter((each) => each !== mother) : members, random);
  const numberOf = ({ row }: Member): number => itemAt(history.trials, row).number;
  const reason =
    `Child of trials ${numberOf(mother)} and ${numberOf(father)}, numbers ${mother.place + 1} and ` +
    `${father.place + 1} in the order of the ${members.length} best of ${known} finished ones.`;
  const [first, second] = [genesOf(history, mother.row), genesOf(history, father.row)];
  return proposeDrawn(context, history, reason, () => {
    const child = childOf(history.axes, first, second, recombination, random);
    return { complete: expressed(space, history.axes, child, random) };
  });
};

/** Of two different members, the one with the lower place. */
const winner = (members: readonly Member[], random: RandomStream): Member => {
  const first = random.integer(members.length);
  const other =
    members.length < 2 ? first : (first + 1 + random.integer(members.length - 1)) % members.length;
  const [a, b] = [itemAt(members, first), itemAt(members, other)];
  return b.place < a.place ? b : a;
};
