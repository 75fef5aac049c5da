// Sequential model-based configuration with a random forest, in the manner of SMAC3 (Lindauer et al., "SMAC3: A
// Versatile Bayesian Optimization Package for Hyperparameter Optimization", JMLR 23, 2022; the facade for
// hyperparameters): Sobol points first, then the expected improvement of a forest on the logarithm of the losses,
// looked for by random draws and by local search from the best trials; every fifth proposal is random.
import { at, itemAt } from '../numeric/at.ts';
import { type Forest, fitForest } from '../numeric/forest.ts';
import type { RandomStream } from '../numeric/random.ts';
import { configurationKey } from '../space/configurationKey.ts';
import { planOf } from '../space/plan.ts';
import { sampleUniform } from '../space/sample.ts';
import type { Proposal, SampleContext, Sampler } from '../study/sampler.ts';
import type { OptionValues } from '../study/strategyOptions.ts';
import { logImprovement } from './acquisition.ts';
import type { Axis } from './axis.ts';
import { valuesAt } from './candidates.ts';
import { createFeatures } from './features.ts';
import { drawFresh, repeatReason } from './fresh.ts';
import { createHistoryReader, type History, positionsOf, standingCode } from './history.ts';
import { type Domain, settle } from './pointSearch.ts';
import { sobolSampler } from './sobol.ts';

/**
 * SMAC's defaults, but for the challengers (10,000 there), the first trials (up to a quarter of all), and the forest,
 * which has twice its trees, of splits among half the parameters: over 10 seeds that came nearer to the optimum of a
 * sphere, Rosenbrock's function and a conditional space, each after 80 trials.
 */
export const smacOptions = {
  /** Finished trials before there is a model. */
  startup: { default: 10, min: 1, whole: true },
  trees: { default: 20, min: 1, max: 1000, whole: true },
  /** Rows that a node of a tree needs to be split. */
  minSplit: { default: 2, min: 2, whole: true },
  /** Share of the parameters looked at for a split. */
  columnShare: { default: 0.5, min: 0.01, max: 1 },
  bootstrap: { default: true },
  /** Models the logarithm of how far losses lie above the best. */
  logLosses: { default: true },
  /** Random configurations that are compared by their expected improvement. */
  challengers: { default: 1000, min: 1, max: 100_000, whole: true },
  /** Share of proposals that are random. */
  randomShare: { default: 0.2, min: 0, max: 1 },
} as const;

export type SmacOptions = OptionValues<typeof smacOptions>;

export const smacSampler = (options: SmacOptions): Sampler => {
  const read = createHistoryReader();
  const first = sobolSampler({ seed: 0 });
  return {
    name: 'smac',
    sample: (context) => {
      const history = read(context.space, context.objectives, context.trials);
      const ranked = rowsOf(history, standingCode.ranked);
      if (history.axes.length === 0) return proposeAtRandom(context, history, 'there is nothing to choose.');
      if (ranked.length < options.startup) return first.sample(context);
      if (context.random.uniform() < options.randomShare)
        return proposeAtRandom(context, history, 'one proposal in a few is, whatever the model says.');
      return proposeByForest(context, history, ranked, options);
    },
  };
};

const proposeAtRandom = ({ space, random }: SampleContext, history: History, because: string): Proposal => {
  const { params, isFresh } = drawFresh(space, history, random);
  return { params, reason: isFresh ? `Drawn at random: ${because}` : repeatReason(history.seen, space) };
};

const rowsOf = (history: History, ...standing: readonly number[]): readonly number[] => {
  const rows: number[] = [];
  for (let row = 0; row < history.count; row++)
    if (standing.includes(history.standing[row] ?? -1)) rows.push(row);
  return rows;
};

const proposeByForest = (
  context: SampleContext,
  history: History,
  ranked: readonly number[],
  options: SmacOptions,
): Proposal => {
  const { space, random } = context;
  const { axes } = history;
  const evidence = collectEvidence(history, ranked, random);
  const model = createModel(history, evidence, options, random);
  const domain: Domain = { space, axes, features: createFeatures(space, axes) };
  const best = [...evidence.rows.keys()]
    .sort((a, b) => at(evidence.losses, a) - at(evidence.losses, b) || a - b)
    .map((i) => itemAt(evidence.rows, i));
  const found = search(domain, model, bestPositions(history, best), options.challengers, random);
  for (const { positions, mean, deviation } of found) {
    const params = valuesAt(axes, positions, 0);
    if (history.seen.size > 0 && history.seen.has(configurationKey(space, params))) continue;
    return { params, reason: explain(context, history, model, mean, deviation, found.length) };
  }
  return proposeAtRandom(context, history, 'every candidate of the model has been tried.');
};

interface Evidence {
  readonly rows: readonly number[];
  /** One per row, finite, to be minimised. */
  readonly losses: Float64Array;
}

/** Trials a forest is grown on at most; half of them are the best. */
const mostRows = 1024;

/** Trials without a value are as bad as the worst known. */
const collectEvidence = (history: History, ranked: readonly number[], random: RandomStream): Evidence => {
  const scalar = scalarLosses(history, ranked, random);
  const worst = scalar.reduce((a, b) => Math.max(a, b), -Infinity);
  const others = rowsOf(history, standingCode.worse, standingCode.infeasible);
  const rows = [...ranked, ...others];
  const losses = new Float64Array(rows.length).fill(worst);
  losses.set(scalar);
  if (rows.length <= mostRows) return { rows, losses };
  const order = Array.from(rows.keys()).sort((a, b) => at(losses, a) - at(losses, b) || a - b);
  const half = mostRows / 2;
  const kept = [
    ...order.slice(0, half),
    ...Array.from({ length: half }, (_, k) =>
      itemAt(order, half + Math.floor((k * (order.length - half)) / half)),
    ),
  ];
  return { rows: kept.map((i) => itemAt(rows, i)), losses: Float64Array.from(kept, (i) => at(losses, i)) };
};

/** ParEGO's share of the sum beside the largest term (Knowles, IEEE TEVC 10, 2006, equation 2). */
const sumShare = 0.05;

/** Several objectives become one by weights drawn anew for each proposal (ParEGO). */
const scalarLosses = (history: History, rows: readonly number[], random: RandomStream): Float64Array => {
  const { objectives, losses } = history;
  const lossOf = (row: number, k: number): number => at(losses, row * objectives + k);
  if (objectives === 1) return Float64Array.from(rows, (row) => lossOf(row, 0));
  const weights = Array.from({ length: objectives }, () => -Math.log(1 - random.uniform()));
  const total = weights.reduce((a, b) => a + b, 0);
  const ranges = weights.map((_, k) => {
    let [low, high] = [Infinity, -Infinity];
    for (const row of rows) [low, high] = [Math.min(low, lossOf(row, k)), Math.max(high, lossOf(row, k))];
    return { low, width: high > low && high - low < Infinity ? high - low : 1 };
  });
  return Float64Array.from(rows, (row) => {
    let [largest, sum] = [-Infinity, 0];
    for (const [k, { low, width }] of ranges.entries()) {
      const term = ((itemAt(weights, k) / total) * (lossOf(row, k) - low)) / width;
      largest = Math.max(largest, term);
      sum += term;
    }
    return largest + sumShare * sum;
  });
};

interface Model {
  readonly forest: Forest;
  /** The lowest value among the trials, as the forest sees it. */
  readonly best: number;
  /** The loss that a value of the forest stands for. */
  toLoss(value: number): number;
}

/** Unfinished trials looked at, the newest. */
const mostPending = 64;

/** Where trials are pending, a second forest that takes them to come out as the first predicts. */
const createModel = (
  history: History,
  { rows, losses }: Evidence,
  options: SmacOptions,
  random: RandomStream,
): Model => {
  const { values, toLoss } = options.logLosses ? logarithms(losses) : shares(losses);
  const best = values.reduce((a, b) => Math.min(a, b), Infinity);
  const grow = (x: Float64Array, y: Float64Array): Forest =>
    fitForest(
      { x, y, count: y.length, width: history.axes.length, categories: categoriesOf(history.axes) },
      options,
      random,
    );
  const x = columnsOf(history, rows);
  const forest = grow(x, values);
  const pending = rowsOf(history, standingCode.pending).slice(-mostPending);
  if (pending.length === 0) return { forest, best, toLoss };
  const awaited = columnsOf(history, pending);
  const [mean, variance] = [new Float64Array(pending.length), new Float64Array(pending.length)];
  forest.predict(awaited, pending.length, mean, variance);
  return {
    forest: grow(Float64Array.of(...x, ...awaited), Float64Array.of(...values, ...mean)),
    best,
    toLoss,
  };
};

interface Shape {
  readonly values: Float64Array;
  /** The loss that a value stands for. */
  toLoss(value: number): number;
}

/** How far losses lie above the best one, in units of what the best tenth reaches above it. */
const shares = (losses: Float64Array): Shape => {
  const sorted = losses.slice().sort();
  const best = at(sorted, 0);
  const [tenth, worst] = [at(sorted, Math.floor(sorted.length / 10)), at(sorted, sorted.length - 1)];
  // Halves, so that no difference overflows.
  const gap = Math.max(tenth / 2 - best / 2, 1e-6 * (worst / 2 - best / 2), Number.MIN_VALUE);
  return {
    values: losses.map((loss) => (loss / 2 - best / 2) / gap),
    toLoss: (value) => best + 2 * gap * value,
  };
};

/** Their logarithms, one added, so that differences among good trials count as much as those among bad ones. */
const logarithms = (losses: Float64Array): Shape => {
  const { values, toLoss } = shares(losses);
  return { values: values.map(Math.log1p), toLoss: (value) => toLoss(Math.expm1(value)) };
};

/** 0 for a number, else the categories of a choice and one more for being inactive. */
const categoriesOf = (axes: readonly Axis[]): Int32Array =>
  Int32Array.from(axes, (axis) => (axis.kind === 'choices' ? axis.values.length + 1 : 0));

/** Inactive parameters are a value of their own: below all numbers, or a category. */
const encode = (
  axes: readonly Axis[],
  positions: Float64Array,
  from: number,
  target: Float64Array,
  to: number,
): void => {
  for (let i = 0; i < axes.length; i++) {
    const axis = itemAt(axes, i);
    const position = at(positions, from + i);
    if (position >= 0) target[to + i] = axis.kind === 'cells' ? at(axis.centres, position) : position;
    else target[to + i] = axis.kind === 'choices' ? axis.values.length : -1;
  }
};

const columnsOf = ({ axes, positions }: History, rows: readonly number[]): Float64Array => {
  const width = axes.length;
  const columns = new Float64Array(rows.length * width);
  for (const [k, row] of rows.entries()) encode(axes, positions, row * width, columns, k * width);
  return columns;
};

const bestPositions = ({ axes, positions }: History, rows: readonly number[]): readonly Float64Array[] =>
  rows.slice(0, localStarts).map((row) => positions.slice(row * axes.length, (row + 1) * axes.length));

interface Candidate {
  readonly positions: Float64Array;
  readonly mean: number;
  readonly deviation: number;
  /** Logarithm of the expected improvement. */
  readonly worth: number;
}

const judge = (
  { axes }: Domain,
  { forest, best }: Model,
  points: readonly Float64Array[],
): readonly Candidate[] => {
  const width = axes.length;
  const columns = new Float64Array(points.length * width);
  for (const [k, positions] of points.entries()) encode(axes, positions, 0, columns, k * width);
  const [mean, variance] = [new Float64Array(points.length), new Float64Array(points.length)];
  forest.predict(columns, points.length, mean, variance);
  return points.map((positions, k) => {
    const deviation = Math.sqrt(Math.max(at(variance, k), 1e-10));
    const worth = Math.log(deviation) + logImprovement((best - at(mean, k)) / deviation);
    return { positions, mean: at(mean, k), deviation, worth };
  });
};

/** Local searches from the best trials, and as many from the best draws. */
const localStarts = 10;
const mostSteps = 12;

/** All candidates looked at that may be proposed, the most worth trying first. */
const search = (
  domain: Domain,
  model: Model,
  best: readonly Float64Array[],
  challengers: number,
  random: RandomStream,
): readonly Candidate[] => {
  const drawn = Array.from({ length: affordableDraws(domain, challengers) }, () => {
    const positions = new Float64Array(domain.axes.length);
    positionsOf(domain.axes, sampleUniform(domain.space, random), positions, 0);
    return positions;
  });
  const judged = byWorth(judge(domain, model, drawn));
  const known = best.flatMap((positions) => settle(domain, positions.slice(), random) ?? []);
  const starts = [...judge(domain, model, known), ...judged.slice(0, localStarts)];
  const climbed: Candidate[] = [];
  for (const start of starts) {
    let current = start;
    for (let step = 0; step < mostSteps; step++) {
      const [next] = byWorth(judge(domain, model, neighbours(domain, current.positions, random)));
      if (next === undefined || next.worth <= current.worth) break;
      current = next;
      climbed.push(next);
    }
  }
  return byWorth([...climbed, ...judged]);
};

/** Numbers drawn for all challengers together, and draws of a space whose constraints may reject most of them. */
const mostNumbers = 20_000;
const mostConstrainedDraws = 128;

const affordableDraws = ({ space, axes }: Domain, wanted: number): number => {
  const affordable = Math.min(wanted, Math.max(64, Math.floor(mostNumbers / axes.length)));
  return planOf(space).isFree ? affordable : Math.min(affordable, mostConstrainedDraws);
};

const byWorth = (candidates: readonly Candidate[]): Candidate[] =>
  candidates
    .map((candidate, i) => ({ candidate, i }))
    .sort((a, b) => b.candidate.worth - a.candidate.worth || a.i - b.i)
    .map(({ candidate }) => candidate);

/** Steps along a number, and the standard deviations of two of them each. */
const stepDeviations = [0.2, 0.05] as const;
const mostOtherChoices = 8;
/** Parameters changed in turn; where there are more, some drawn anew for each step. */
const mostMoved = 24;

/** Configurations that differ in one parameter (and what follows from it). */
const neighbours = (
  domain: Domain,
  positions: Float64Array,
  random: RandomStream,
): readonly Float64Array[] => {
  const found: Float64Array[] = [];
  const count = domain.axes.length;
  for (let k = 0; k < Math.min(count, mostMoved); k++) {
    const i = count <= mostMoved ? k : random.integer(count);
    const now = at(positions, i);
    if (!(now >= 0)) continue;
    for (const other of otherPositions(itemAt(domain.axes, i), now, random)) {
      const changed = positions.slice();
      changed[i] = other;
      const settled = settle(domain, changed, random);
      if (settled !== undefined) found.push(settled);
    }
  }
  return found;
};

const otherPositions = (axis: Axis, now: number, random: RandomStream): readonly number[] => {
  if (axis.kind === 'smooth')
    return stepDeviations.flatMap((deviation) =>
      [1, 2].map(() => Math.min(1, Math.max(0, now + deviation * random.normal()))),
    );
  const count = axis.values.length;
  if (axis.kind === 'cells') {
    const far = Math.round(now + count * itemAt(stepDeviations, 0) * random.normal());
    return [now - 1, now + 1, far].filter((cell) => cell >= 0 && cell < count && cell !== now);
  }
  const others = Array.from({ length: count }, (_, choice) => choice).filter((choice) => choice !== now);
  return count <= mostOtherChoices
    ? others
    : Array.from({ length: mostOtherChoices }, () => itemAt(others, random.integer(others.length)));
};

const explain = (
  { objectives }: SampleContext,
  { objectives: count }: History,
  { toLoss }: Model,
  mean: number,
  deviation: number,
  among: number,
): string => {
  const [objective] = objectives;
  const head = `Most promising of ${among} candidates`;
  if (objective === undefined || count > 1) return `${head} by a random forest, for weights drawn anew.`;
  const sign = objective.direction === 'minimize' ? 1 : -1;
  const [low, high] = [toLoss(mean - deviation), toLoss(mean + deviation)].map((loss) => sign * loss);
  const [from, to] = [Math.min(low ?? 0, high ?? 0), Math.max(low ?? 0, high ?? 0)];
  if (!Number.isFinite(from) || !Number.isFinite(to)) return `${head} by a random forest.`;
  return `${head}: a random forest expects ${objective.metric} between ${short(from)} and ${short(to)}.`;
};

const short = (value: number): string => String(Number(value.toPrecision(3)));
