// What a study's finished trials say about values that were not tried: a Gaussian process of the first objective, and
// from it the partial dependence of one parameter (Friedman, "Greedy Function Approximation", 2001, section 8.2) with
// the joint uncertainty of the whole curve, which for a Gaussian process is known exactly.
import { at, intAt, itemAt } from '../numeric/at.ts';
import {
  createGp,
  factorKernel,
  fitGp,
  type GaussianProcess,
  type Inputs,
  loadInputs,
  pickRows,
} from '../numeric/gaussianProcess.ts';
import { createWorkspace, type Matrix, type Workspace } from '../numeric/linear.ts';
import type { Assignment, Parameter, ParamValue } from '../space/parameter.ts';
import { createResponseRows, gapBetween, type ResponseRows } from './responseRows.ts';

/** A trial whose result is known. */
export interface JudgedTrial {
  readonly params: Assignment;
  /** To be minimised; finite. */
  readonly loss: number;
}

/** In units of the loss. */
export interface Predicted {
  readonly mean: number;
  /** Of the expected result; a single run scatters by the noise as well. */
  readonly sd: number;
}

/** The expected loss at some values of one parameter, the others as in the better half of the trials. */
export interface ResponseCurve {
  readonly mean: Float64Array;
  /** `covariance[i * count + j]`, count being that of the values. */
  readonly covariance: Float64Array;
  /** For each of the configurations it is averaged over, how far its own curve goes from its lowest to its highest. */
  readonly spans: Float64Array;
}

export interface ResponseModel {
  /** Standard deviation of the results of equal configurations. */
  readonly noise: number;
  /** Share of the variation that the model foretells of trials left out of it; at most 1, below 0 when it misleads. */
  readonly explained: number;
  predict(configurations: readonly Assignment[]): readonly Predicted[];
  /** Undefined where the parameter was active in too few trials to say anything. */
  curve(index: number, values: readonly ParamValue[]): ResponseCurve | undefined;
}

/** Trials that hyperparameters are fitted to, that the process is conditioned on, and that curves are averaged over. */
const mostFitted = 72;
const mostConditioned = 180;
const mostAveraged = 20;
const stepsToFit = 20;

/** `judged` in the order in which they ran; at least two. */
export const createResponseModel = (
  parameters: readonly Parameter[],
  judged: readonly JudgedTrial[],
): ResponseModel => {
  const rows = createResponseRows(parameters);
  const chosen = thin(tame(judged));
  const { values, centre, scale } = standardise(chosen.map(({ loss }) => loss));
  const inputs: Inputs = {
    x: rows.encode(chosen.map(({ params }) => params)),
    count: chosen.length,
    width: rows.width,
    groups: rows.groups,
    groupCount: parameters.length,
  };
  const some = evenly(chosen.length, mostFitted);
  const { hyperparameters } = fitGp(
    pickRows(inputs, some),
    Float64Array.from(some, (row) => at(values, row)),
    { kernel: 'matern52', minNoise: 1e-4, maxIterations: stepsToFit },
  );
  const gp = createGp(inputs, values, hyperparameters);
  const curves = createCurves({ rows, inputs, gp, chosen });
  return {
    noise: Math.sqrt(hyperparameters.noise) * scale,
    explained: explainedShare(gp),
    predict: (configurations) => {
      const count = configurations.length;
      const [mean, variance] = [new Float64Array(count), new Float64Array(count)];
      gp.predict(rows.encode(configurations), count, mean, variance);
      return configurations.map((_, i) => ({
        mean: centre + scale * at(mean, i),
        sd: scale * Math.sqrt(at(variance, i)),
      }));
    },
    curve: (index, at) => {
      const curve = curves(index, at);
      return (
        curve && {
          mean: curve.mean.map((value) => centre + scale * value),
          covariance: curve.covariance.map((value) => scale * scale * value),
          spans: curve.spans.map((value) => scale * value),
        }
      );
    },
  };
};

/** How many times the distance from best to median a loss may lie above the median: beyond it is just bad. */
const farthest = 3;

/** A loss of a run that went astray must not flatten all the others. */
const tame = (judged: readonly JudgedTrial[]): readonly JudgedTrial[] => {
  const sorted = judged.map(({ loss }) => loss).sort((a, b) => a - b);
  const quantile = (share: number): number => itemAt(sorted, Math.floor(share * (sorted.length - 1)));
  const median = quantile(0.5);
  const limit = median + Math.max(farthest * (median - quantile(0)), quantile(0.75) - median);
  return judged.map((trial) => ({ ...trial, loss: Math.min(trial.loss, limit) }));
};

/** As many numbers below `count` as asked for at most, evenly spread. */
const evenly = (count: number, most: number): readonly number[] =>
  Array.from({ length: Math.min(count, most) }, (_, i) =>
    Math.floor(((i + 0.5) * count) / Math.min(count, most)),
  );

/** Of many trials every so manieth, and the best: what is to be known best is what happens near them. */
const thin = (judged: readonly JudgedTrial[]): readonly JudgedTrial[] => {
  if (judged.length <= mostConditioned) return judged;
  const best = judged
    .map((_, row) => row)
    .sort((a, b) => itemAt(judged, a).loss - itemAt(judged, b).loss)
    .slice(0, mostConditioned / 6);
  const taken = new Set([...evenly(judged.length, mostConditioned - best.length), ...best]);
  return judged.filter((_, row) => taken.has(row));
};

const standardise = (
  losses: readonly number[],
): { readonly values: Float64Array; readonly centre: number; readonly scale: number } => {
  const centre = losses.reduce((sum, loss) => sum + loss / losses.length, 0);
  const variance = losses.reduce((sum, loss) => sum + (loss - centre) ** 2 / losses.length, 0);
  const scale = Math.sqrt(variance);
  const divisor = scale > 0 ? scale : 1;
  return { values: Float64Array.from(losses, (loss) => (loss - centre) / divisor), centre, scale };
};

const explainedShare = (gp: GaussianProcess): number => {
  const { values } = gp;
  const [mean, variance] = [new Float64Array(values.length), new Float64Array(values.length)];
  gp.leaveOneOut(mean, variance);
  let [missed, all] = [0, 0];
  values.forEach((value, i) => {
    missed += (value - at(mean, i)) ** 2;
    all += value * value;
  });
  return all > 0 ? 1 - missed / all : 0;
};

interface Basis {
  readonly rows: ResponseRows;
  readonly inputs: Inputs;
  readonly gp: GaussianProcess;
  readonly chosen: readonly JudgedTrial[];
}

type CurveMaker = (index: number, values: readonly ParamValue[]) => ResponseCurve | undefined;

/** The better half: how a parameter acts where all the others are far off is of no use to anyone. */
const backgroundOf = (
  chosen: readonly JudgedTrial[],
  isActive: (row: number) => boolean,
): readonly number[] => {
  const order = chosen
    .map((_, row) => row)
    .filter(isActive)
    .sort((a, b) => itemAt(chosen, a).loss - itemAt(chosen, b).loss);
  const better = order.slice(0, Math.ceil(order.length / 2));
  return evenly(better.length, mostAveraged).map((i) => itemAt(better, i));
};

const createCurves = ({ rows, inputs, gp, chosen }: Basis): CurveMaker => {
  const { hyperparameters } = gp;
  const { x, count, width } = inputs;
  const w = createWorkspace();
  const loaded = loadInputs(w, inputs, hyperparameters);
  const factor = w.matrix(count, count);
  const alpha = w.vectorOf(gp.values);
  factorKernel(w, hyperparameters, loaded, factor);
  w.solveLower(factor, alpha);
  w.solveUpper(factor, alpha);
  const solution = alpha.data.slice(0, count);
  return (index, values) => {
    const { parameter, first, width: own } = itemAt(rows.places, index);
    const background = backgroundOf(chosen, (row) =>
      Object.hasOwn(itemAt(chosen, row).params, parameter.name),
    );
    if (background.length < 2) return undefined;
    const mark = w.mark();
    const weight = at(hyperparameters.weights, index);
    const grid = rows.encodeOne(index, values);
    const weights = Float64Array.from(inputs.groups, (_, c) =>
      at(hyperparameters.weights, intAt(inputs.groups, c)),
    );
    /** Distances in everything but this parameter, from each background row to each of `to`. */
    const elsewhere = (to: readonly number[]): Float64Array => {
      const distances = new Float64Array(background.length * to.length);
      background.forEach((b, i) => {
        to.forEach((row, j) => {
          let sum = 0;
          for (let c = 0; c < width; c++) {
            if (c >= first && c < first + own) continue;
            sum += at(weights, c) * (at(x, b * width + c) - at(x, row * width + c)) ** 2;
          }
          distances[i * to.length + j] = sum;
        });
      });
      return distances;
    };
    const everyRow = Array.from({ length: count }, (_, row) => row);
    const curve = averageKernels({
      w,
      factor,
      solution,
      signal: hyperparameters.signal,
      values: values.length,
      toTrials: elsewhere(everyRow),
      among: elsewhere(background),
      averaged: background.length,
      gapToTrial: (g, row) => weight * gapBetween(grid, g * own, x, row * width + first, own),
      gapWithin: (g, h) => weight * gapBetween(grid, g * own, grid, h * own, own),
    });
    w.release(mark);
    return curve;
  };
};

interface Averaging {
  readonly w: Workspace;
  readonly factor: Matrix;
  /** K⁻¹ y. */
  readonly solution: Float64Array;
  readonly signal: number;
  /** How many values of the parameter. */
  readonly values: number;
  readonly toTrials: Float64Array;
  readonly among: Float64Array;
  readonly averaged: number;
  gapToTrial(value: number, trial: number): number;
  gapWithin(value: number, other: number): number;
}

/** Mean and covariance of the averages: both are linear in the process, so kernels are averaged instead of draws. */
const averageKernels = (it: Averaging): ResponseCurve => {
  const { w, solution, values, averaged, toTrials } = it;
  const trials = solution.length;
  const cross = w.matrix(values, trials);
  const kernels = w.vector(averaged * trials);
  const { data } = kernels;
  const rows = cross.data;
  const mean = new Float64Array(values);
  const each = new Float64Array(averaged * values);
  for (let g = 0; g < values; g++) {
    const gaps = Float64Array.from({ length: trials }, (_, i) => it.gapToTrial(g, i));
    for (let b = 0, place = 0; b < averaged; b++)
      for (let i = 0; i < trials; i++, place++) data[place] = at(toTrials, place) + at(gaps, i);
    w.kernelValues('matern52', kernels, it.signal, kernels);
    const row = rows.subarray(g * cross.stride, g * cross.stride + trials).fill(0);
    for (let b = 0, place = 0; b < averaged; b++) {
      let sum = 0;
      for (let i = 0; i < trials; i++, place++) {
        const kernel = at(data, place);
        row[i] = at(row, i) + kernel / averaged;
        sum += kernel * at(solution, i);
      }
      each[b * values + g] = sum;
      mean[g] = at(mean, g) + sum / averaged;
    }
  }
  w.solveLower(it.factor, cross);
  return { mean, covariance: covarianceOf(it, cross), spans: spansOf(each, averaged, values) };
};

const covarianceOf = (it: Averaging, solved: Matrix): Float64Array => {
  const { w, values, averaged, among } = it;
  const covariance = new Float64Array(values * values);
  const priors = new Map<number, number>();
  const pairs = w.vector(averaged * averaged);
  /** Prior covariance of two averages; on an even grid it depends on their distance alone. */
  const prior = (gap: number): number => {
    const key = Math.round(gap * 1e9);
    const known = priors.get(key);
    if (known !== undefined) return known;
    const { data } = pairs;
    for (let p = 0; p < averaged * averaged; p++) data[p] = at(among, p) + gap;
    w.kernelValues('matern52', pairs, it.signal, pairs);
    let sum = 0;
    for (let p = 0; p < averaged * averaged; p++) sum += at(data, p);
    priors.set(key, sum / averaged ** 2);
    return sum / averaged ** 2;
  };
  const columns = it.solution.length;
  const { data, stride } = solved;
  for (let g = 0; g < values; g++)
    for (let h = 0; h <= g; h++) {
      const unexplained = prior(it.gapWithin(g, h));
      let explained = 0;
      for (let i = 0; i < columns; i++) explained += at(data, g * stride + i) * at(data, h * stride + i);
      covariance[g * values + h] = covariance[h * values + g] = unexplained - explained;
    }
  return covariance;
};

const spansOf = (each: Float64Array, averaged: number, values: number): Float64Array =>
  Float64Array.from({ length: averaged }, (_, b) => {
    const own = each.subarray(b * values, (b + 1) * values);
    return Math.max(...own) - Math.min(...own);
  });
