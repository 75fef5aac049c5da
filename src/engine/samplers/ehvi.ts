// Bayesian optimisation of several objectives: tries what is expected to add most to the volume dominated by the
// Pareto front, with one Gaussian process an objective.
import { at, itemAt } from '../numeric/at.ts';
import { type KernelName, kernelNames } from '../numeric/linear.ts';
import type { Proposal, SampleContext, Sampler } from '../study/sampler.ts';
import { valuesAt } from './candidates.ts';
import { gainOver } from './ehviFront.ts';
import type { Gain } from './ehviGain.ts';
import { createMultiModelKeeper, type MultiModel, spreadFront } from './ehviModel.ts';
import { gainWorth } from './ehviWorth.ts';
import { chanceFeasible, withFeasibility } from './feasible.ts';
import { createFeatures } from './features.ts';
import {
  defaultStartup,
  expectedLoss,
  firstFresh,
  pendingInputs,
  percent,
  proposeFresh,
  rowsOf,
} from './gp.ts';
import { createHistoryReader, type History } from './history.ts';
import { type Domain, searchPoints } from './pointSearch.ts';
import { withPending } from './surrogate.ts';

export interface EhviOptions {
  /** Finished trials before there is a model; 0 (default): as many as the space has parameters, from 4 to 10. */
  readonly startup?: number;
  readonly kernel?: KernelName;
  /** Take the same values to give the same results. */
  readonly deterministic?: boolean;
}

/** As `EhviOptions`, for a strategy's text. */
export const ehviOptions = {
  startup: { default: 0, min: 0, whole: true },
  kernel: { default: 'matern52', choices: kernelNames },
  deterministic: { default: false },
} as const;

/** Objectives up to which the undominated region falls into few enough boxes. */
export const mostForEhvi = 4;

export const ehviSampler = (options: EhviOptions = {}): Sampler => {
  const read = createHistoryReader();
  const model = createMultiModelKeeper();
  return {
    name: 'ehvi',
    sample: (context) => {
      const history = read(context.space, context.objectives, context.trials);
      const startup = options.startup || defaultStartup(history.axes.length);
      const known = rowsOf(history, 'ranked', 'infeasible').length;
      if (context.objectives.length === 0 || history.axes.length === 0 || known < startup)
        return proposeFresh(
          context,
          history,
          `${known} of the ${startup} trials that a model needs are done`,
        );
      return (
        proposeByGain(context, history, model(context, history, options)) ??
        proposeFresh(context, history, 'every candidate of the model has been tried')
      );
    },
  };
};

/** Unfinished trials looked at, the newest. */
const mostPending = 32;
/** Trials of the front that candidates are drawn around, and that gains are measured by. */
const mostCentres = 6;

/** The point most worth trying; undefined when every one found has been tried. */
export const proposeByGain = (
  context: SampleContext,
  history: History,
  model: MultiModel,
): Proposal | undefined => {
  const { space, random } = context;
  const { axes } = history;
  const features = createFeatures(space, axes);
  const domain: Domain = { space, axes, features };
  const pending = pendingInputs(history, features, mostPending);
  const gps = model.surrogates.map((surrogate) => withPending(surrogate, pending));
  const ranked = rowsOf(history, 'ranked').filter((row) => model.rows.includes(row));
  const gain = ranked.length === 0 ? undefined : gainOver(history, features, model, ranked, pending);
  const worth =
    gain === undefined
      ? // Nothing keeps the constraints yet.
        model.feasibility?.worth
      : withFeasibility(gainWorth(gps, gain), model.feasibility);
  if (worth === undefined) return undefined;
  const centres = spreadFront(history, ranked.length > 0 ? ranked : model.rows, mostCentres);
  const found = searchPoints(domain, worth, { draws: 384, near: 50, centres, climbs: 6 }, random);
  const best = firstFresh(space, history, found);
  if (best === undefined) return undefined;
  const columns = new Float64Array(features.width);
  features.encode(best.positions, 0, columns, 0);
  return { params: valuesAt(axes, best.positions, 0), reason: explain(context, model, gain, columns) };
};

const explain = (
  { objectives }: SampleContext,
  model: MultiModel,
  gain: Gain | undefined,
  columns: Float64Array,
): string => {
  const { feasibility, surrogates } = model;
  const chances: string[] = [];
  const [mean, deviation] = [new Float64Array(surrogates.length), new Float64Array(surrogates.length)];
  const expected = surrogates.map((surrogate, m) => {
    const [one, variance] = [new Float64Array(1), new Float64Array(1)];
    surrogate.gp.predict(columns, 1, one, variance);
    [mean[m], deviation[m]] = [at(one, 0), Math.sqrt(at(variance, 0))];
    const { metric, direction } = itemAt(objectives, m);
    return `${metric} ${expectedLoss(surrogate, at(one, 0), direction)}`;
  });
  if (gain !== undefined)
    chances.push(`better than the Pareto front with ${percent(gain.chance(mean, deviation))}`);
  if (feasibility !== undefined)
    chances.push(`within the constraints with ${percent(chanceFeasible(feasibility, columns))}`);
  const trials = surrogates[0]?.gp.inputs.count ?? 0;
  return `Gaussian processes of ${trials} trials expect ${expected.join(', ')}; ${chances.join(', ')}.`;
};
