// One number of several objectives, and a Gaussian process of it.
import { at, itemAt } from '../numeric/at.ts';
import { nonDominatedFronts } from '../numeric/nonDominated.ts';
import type { Proposal, SampleContext, Sampler } from '../study/sampler.ts';
import { createAcquisition } from './acquisition.ts';
import { valuesAt } from './candidates.ts';
import { lossesAt, spreadFront, thinByFront } from './ehviModel.ts';
import { chanceFeasible, modelFeasibility, withFeasibility } from './feasible.ts';
import { createFeatures } from './features.ts';
import { defaultStartup, firstFresh, pendingInputs, percent, proposeFresh, rowsOf, worthOf } from './gp.ts';
import { createHistoryReader, type History } from './history.ts';
import { type Domain, searchPoints } from './pointSearch.ts';
import { conditionSurrogate, fitSurrogate, lowestMean, toInputs, withPending } from './surrogate.ts';

/** How several losses become one. */
export const scalarizations = ['tchebycheff', 'sum'] as const;
export type Scalarization = (typeof scalarizations)[number];

export interface ScalarizedOptions {
  readonly startup?: number;
  readonly scalarization?: Scalarization;
  /** How much each objective matters, in their order; those that are missing count 1. */
  readonly weight1?: number;
  readonly weight2?: number;
  readonly weight3?: number;
  readonly weight4?: number;
}

const weight = { default: 1, min: 0 } as const;

/** As `ScalarizedOptions`, for a strategy's text. */
export const scalarizedOptions = {
  startup: { default: 0, min: 0, whole: true },
  scalarization: { default: 'tchebycheff', choices: scalarizations },
  weight1: weight,
  weight2: weight,
  weight3: weight,
  weight4: weight,
} as const;

/** Looks for the one best compromise that given weights describe. */
export const scalarizedSampler = (options: ScalarizedOptions = {}): Sampler => {
  const { startup = 0, scalarization = 'tchebycheff' } = options;
  const { weight1 = 1, weight2 = 1, weight3 = 1, weight4 = 1 } = options;
  const given = [weight1, weight2, weight3, weight4];
  const read = createHistoryReader();
  return {
    name: 'scalarized',
    sample: (context) => {
      const history = read(context.space, context.objectives, context.trials);
      const weights = normalised(context.objectives.map((_, m) => given[m] ?? 1));
      return proposeScalarized(context, history, { weights, scalarization, startup });
    },
  };
};

/** To a sum of 1; alike where all are 0. */
const normalised = (weights: readonly number[]): readonly number[] => {
  const sum = weights.reduce((total, each) => total + each, 0);
  return weights.map((each) => (sum > 0 ? each / sum : 1 / weights.length));
};

export interface ScalarPlan {
  /** One an objective, of sum 1. */
  readonly weights: readonly number[];
  readonly scalarization: Scalarization;
  /** Trials before there is a model; 0: as many as the space asks for. */
  readonly startup: number;
}

/** Trials that a process is made of at most: it is fitted anew at each proposal. */
const mostTrials = 128;
const mostPending = 32;

/** The point most worth trying for one scalarisation of the objectives. */
export const proposeScalarized = (context: SampleContext, history: History, plan: ScalarPlan): Proposal => {
  const { objectives } = context;
  const startup = plan.startup || defaultStartup(history.axes.length);
  const known = rowsOf(history, 'ranked', 'infeasible').length;
  if (objectives.length === 0 || history.axes.length === 0 || known < startup)
    return proposeFresh(context, history, `${known} of the ${startup} trials that a model needs are done`);
  return (
    proposeByScalar(context, history, plan) ??
    proposeFresh(context, history, 'every candidate of the model has been tried')
  );
};

const proposeByScalar = (
  context: SampleContext,
  history: History,
  plan: ScalarPlan,
): Proposal | undefined => {
  const { space, random, objectives } = context;
  const { axes } = history;
  const features = createFeatures(space, axes);
  const domain: Domain = { space, axes, features };
  const rows = thinByFront(history, rowsOf(history, 'ranked', 'worse', 'infeasible'), mostTrials);
  const losses = scalarLosses(history, rows, plan);
  const evidence = { inputs: toInputs(features, history.positions, rows, axes.length), losses };
  const surrogate = conditionSurrogate(
    evidence,
    fitSurrogate(evidence, { kernel: 'matern52', shape: 'auto', minNoise: 1e-6 }),
  );
  const gp = withPending(surrogate, pendingInputs(history, features, mostPending));
  const feasibility = history.constrained > 0 ? modelFeasibility(history, features) : undefined;
  const ranked = rowsOf(history, 'ranked');
  const best = lowestMean(surrogate, toInputs(features, history.positions, ranked, axes.length));
  const worth =
    best === undefined
      ? feasibility?.worth
      : withFeasibility(worthOf(gp, createAcquisition('logei', best, 0)), feasibility);
  if (worth === undefined) return undefined;
  const order = rows.map((_, k) => k).sort((a, b) => at(losses, a) - at(losses, b) || a - b);
  const lowest = order.slice(0, 3).map((k) => itemAt(rows, k));
  const centres = [
    ...lowest.map((row) => history.positions.slice(row * axes.length, (row + 1) * axes.length)),
    ...spreadFront(history, ranked, 3),
  ];
  const found = searchPoints(domain, worth, { draws: 384, near: 50, centres, climbs: 6 }, random);
  const point = firstFresh(space, history, found);
  if (point === undefined) return undefined;
  const columns = new Float64Array(features.width);
  features.encode(point.positions, 0, columns, 0);
  const shares = objectives
    .map(({ metric }, m) => `${metric} ${percent(itemAt(plan.weights, m))}`)
    .join(', ');
  const kept =
    feasibility === undefined
      ? ''
      : `, and within the constraints with ${percent(chanceFeasible(feasibility, columns))}`;
  return {
    params: valuesAt(axes, point.positions, 0),
    reason: `Most expected of the compromise ${shares} by a Gaussian process of ${rows.length} trials${kept}.`,
  };
};

/** Weight of the sum beside the maximum, so that of points with the same maximum the better ones win (Knowles 2006). */
const augmentation = 0.05;

/**
 * Losses scaled by the extent of the front (and at least to the median trial) and then put together: their weighted sum
 * or the augmented Tchebycheff norm, max wᵢ fᵢ + ρ Σ wᵢ fᵢ (Knowles, "ParEGO", IEEE TEVC 10, 2006). Trials without
 * finite values are as bad as the worst with them.
 */
const scalarLosses = (
  history: History,
  rows: readonly number[],
  { weights, scalarization }: ScalarPlan,
): Float64Array => {
  const points = rows.map((row) =>
    history.trials[row]?.state === 'complete' ? lossesAt(history, row) : undefined,
  );
  const finite = points.flatMap((point) => (point?.every(Number.isFinite) ? [point] : []));
  const [first = []] = nonDominatedFronts(finite, 1);
  const front = first.map((i) => itemAt(finite, i));
  const scales = weights.map((_, m) => {
    const all = finite.map((point) => itemAt(point, m)).sort((a, b) => a - b);
    const low = all[0] ?? 0;
    const high = Math.max(all[all.length >> 1] ?? 0, ...front.map((point) => itemAt(point, m)));
    return { low, half: high / 2 - low / 2 };
  });
  const scalar = (point: readonly number[]): number => {
    const scaled = point.map((loss, m) => {
      const { low, half } = itemAt(scales, m);
      return half > 0 ? (itemAt(weights, m) * (loss / 2 - low / 2)) / half : 0;
    });
    const sum = scaled.reduce((total, each) => total + each, 0);
    return scalarization === 'sum' ? sum : Math.max(...scaled) + augmentation * sum;
  };
  const values = points.map((point) => (point?.every(Number.isFinite) ? scalar(point) : Number.NaN));
  const worst = values.reduce((most, value) => (Number.isFinite(value) ? Math.max(most, value) : most), 0);
  return Float64Array.from(values, (value) => (Number.isFinite(value) ? value : worst));
};
