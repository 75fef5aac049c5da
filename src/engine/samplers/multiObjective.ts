// Several objectives: which sampler pays, by their number and that of the trials.
import type { RandomStream } from '../numeric/random.ts';
import type { Proposal, SampleContext, Sampler } from '../study/sampler.ts';
import { proposeByGain } from './ehvi.ts';
import { createMultiModelKeeper } from './ehviModel.ts';
import { defaultStartup, proposeFresh, rowsOf } from './gp.ts';
import { createHistoryReader, type History } from './history.ts';
import { nsga2Sampler } from './nsga2.ts';
import { nsga3Sampler } from './nsga3.ts';
import { drawWeights } from './parego.ts';
import { proposeScalarized } from './scalarized.ts';

export interface MultiObjectiveOptions {
  /** Finished trials before there is a model; 0 (default): as many as the space has parameters, from 4 to 10. */
  readonly startup?: number;
}

/** As `MultiObjectiveOptions`, for a strategy's text. */
export const multiObjectiveOptions = { startup: { default: 0, min: 0, whole: true } } as const;

/** With more objectives nearly every trial is on the front, and its volume tells little. */
const mostForVolume = 3;
/** Finished trials after which every second proposal is a child of good ones: models see only part of the trials. */
const manyTrials = 250;
/** Finished trials before volume is trusted, by objectives: with three the first models lead it to the corners. */
const trialsBeforeVolume: readonly number[] = [0, 0, 0, 36];
/** Every so many proposals one is a compromise even so: a front in pieces says little of where the next begins. */
const compromiseEvery = 3;
/** Chance that a compromise is one objective alone, so that the front's ends are found. */
const endShare = 0.15;

/**
 * Mostly what is expected to add to the volume that the front dominates; with three objectives at first, and with more
 * throughout, a compromise of its own for each proposal, which looks along the whole front.
 */
export const multiObjectiveSampler = ({ startup = 0 }: MultiObjectiveOptions = {}): Sampler => {
  const read = createHistoryReader();
  const model = createMultiModelKeeper();
  const [fewObjectives, manyObjectives] = [nsga2Sampler(), nsga3Sampler()];

  const byVolume = (context: SampleContext, history: History, known: number): Proposal | undefined =>
    known >= (trialsBeforeVolume[context.objectives.length] ?? Infinity) &&
    context.trials.length % compromiseEvery > 0
      ? proposeByGain(context, history, model(context, history, {}))
      : undefined;

  return {
    name: 'multi',
    sample: (context) => {
      const { objectives, trials, random } = context;
      const history = read(context.space, objectives, trials);
      const needed = startup || defaultStartup(history.axes.length);
      const known = rowsOf(history, 'ranked', 'infeasible').length;
      if (objectives.length === 0 || history.axes.length === 0 || known < needed)
        return proposeFresh(context, history, `${known} of the ${needed} trials that a model needs are done`);
      if (known >= manyTrials && trials.length % 4 > 1)
        return (objectives.length > mostForVolume ? manyObjectives : fewObjectives).sample(context);
      const weights = drawCompromise(objectives.length, random);
      return (
        byVolume(context, history, known) ??
        proposeScalarized(context, history, { weights, scalarization: 'tchebycheff', startup: needed })
      );
    },
  };
};

const drawCompromise = (count: number, random: RandomStream): readonly number[] => {
  if (random.uniform() >= endShare) return drawWeights(count, random);
  const end = random.integer(count);
  return Array.from({ length: count }, (_, m) => (m === end ? 1 : 0));
};
