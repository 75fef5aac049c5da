// A mixture of product kernels, one per chosen trial and one for the prior, over a space whose parameters may be
// inactive. Where a trial's kernel has no say in a parameter (it was inactive there) it is uniform, so that each
// kernel is a density over the whole declared tree and what a branch learns stays with the trials of that branch.
import { at, intAt, itemAt } from '../numeric/at.ts';
import type { RandomStream } from '../numeric/random.ts';
import type { Axis, CellAxis, ChoiceAxis } from './axis.ts';
import { neighbourBandwidths, smallestBandwidth } from './bandwidth.ts';
import { logMassOf, massInside, truncatedNormal } from './truncatedNormal.ts';

/** Which trials have a kernel: rows of `positions`, which holds `axes` numbers a row (NaN: inactive). */
export interface KernelChoice {
  readonly axes: readonly Axis[];
  readonly positions: Float64Array;
  readonly rows: Int32Array;
  /** One per row; of any scale. */
  readonly weights: Float64Array;
  readonly priorWeight: number;
}

/** The kernels' part along one axis. Kernel `rows.length` is the prior. */
interface AxisKernels {
  /** Adds each kernel's log density (smooth) or log mass (cells, choices) at `position` to `logs`. */
  addTo(logs: Float64Array, position: number): void;
  /** A draw from one kernel. */
  draw(kernel: number, random: RandomStream): number;
}

export interface Mixture {
  /** Log density of the candidate at `offset` in `positions`, over the axes that are active in it. */
  logDensity(positions: Float64Array, offset: number): number;
  /** A kernel with the probability of its weight; `axes.length` draws from it make a candidate. */
  drawKernel(random: RandomStream): number;
  drawPosition(kernel: number, axis: number, random: RandomStream): number;
}

export const createMixture = (choice: KernelChoice): Mixture => {
  const kernels = choice.axes.map((axis, index) => axisKernels(axis, index, choice));
  const size = choice.rows.length + 1;
  const shares = normalised(choice.weights, choice.priorWeight);
  const logShares = shares.map(Math.log);
  const logs = new Float64Array(size);
  return {
    logDensity: (positions, offset) => {
      logs.set(logShares);
      for (let axis = 0; axis < kernels.length; axis++) {
        const position = at(positions, offset + axis);
        if (position >= 0) itemAt(kernels, axis).addTo(logs, position);
      }
      return logSumExp(logs);
    },
    drawKernel: (random) => {
      let left = random.uniform();
      for (let kernel = 0; kernel < size; kernel++) {
        left -= at(shares, kernel);
        if (left < 0) return kernel;
      }
      return size - 1;
    },
    drawPosition: (kernel, axis, random) => itemAt(kernels, axis).draw(kernel, random),
  };
};

const axisKernels = (axis: Axis, index: number, choice: KernelChoice): AxisKernels => {
  const { axes, positions, rows } = choice;
  const own = new Float64Array(rows.length);
  for (let i = 0; i < rows.length; i++) own[i] = at(positions, intAt(rows, i) * axes.length + index);
  if (axis.kind === 'choices') return choiceKernels(axis, own);
  return axis.kind === 'smooth' ? smoothKernels(own) : cellKernels(axis, own);
};

/** Truncated Gaussians; an inactive trial's and the prior's density is 1 everywhere, its log 0. */
const smoothKernels = (centres: Float64Array): AxisKernels => {
  const count = centres.length;
  const bandwidths = neighbourBandwidths(centres, smallestBandwidth(count));
  const means = new Float64Array(count + 1);
  /** 1 / (√2 · bandwidth), 0 for a kernel without say. */
  const scales = new Float64Array(count + 1);
  const norms = new Float64Array(count + 1);
  for (let i = 0; i < count; i++) {
    const [mean, bandwidth] = [at(centres, i), at(bandwidths, i)];
    if (!(mean >= 0)) continue;
    means[i] = mean;
    scales[i] = Math.SQRT1_2 / bandwidth;
    norms[i] = -Math.log(bandwidth * massInside(mean, bandwidth)) - 0.9189385332046727; // log √(2π)
  }
  return {
    addTo: (logs, position) => {
      for (let i = 0; i < count; i++) {
        const z = (position - at(means, i)) * at(scales, i);
        logs[i] = at(logs, i) + at(norms, i) - z * z;
      }
    },
    draw: (kernel, random) => {
      const mean = kernel < count ? at(centres, kernel) : Number.NaN;
      return mean >= 0 ? truncatedNormal(mean, at(bandwidths, kernel), random.uniform()) : random.uniform();
    },
  };
};

/**
 * Gaussians' masses on the cells of a grid. Kernels of the same centre and bandwidth share a row of masses, and a
 * cell's column is made when a candidate first lies in it: with few values there are few of either.
 */
const cellKernels = (axis: CellAxis, cells: Float64Array): AxisKernels => {
  const count = cells.length;
  const centres = cells.map((cell) => (cell >= 0 ? at(axis.centres, cell) : Number.NaN));
  const smallest = Math.max(smallestBandwidth(count), halfCell / axis.values.length);
  const bandwidths = neighbourBandwidths(centres, smallest);
  const { shapes, shapeOf } = distinctShapes(centres, bandwidths);
  const columns = new Map<number, Float64Array>();
  const columnOf = (cell: number): Float64Array => {
    const known = columns.get(cell);
    if (known) return known;
    const [low, high] = [at(axis.edges, cell), at(axis.edges, cell + 1)];
    const column = Float64Array.from(shapes, ({ mean, bandwidth }) =>
      bandwidth > 0 ? logMassOf(low, high, mean, bandwidth) : Math.log(high - low),
    );
    columns.set(cell, column);
    return column;
  };
  return {
    addTo: (logs, cell) => {
      const column = columnOf(cell);
      for (let i = 0; i <= count; i++) logs[i] = at(logs, i) + at(column, intAt(shapeOf, i));
    },
    draw: (kernel, random) => {
      const { mean, bandwidth } = itemAt(shapes, intAt(shapeOf, kernel));
      const place = bandwidth > 0 ? truncatedNormal(mean, bandwidth, random.uniform()) : random.uniform();
      return cellAt(axis.edges, place);
    },
  };
};

/** A kernel on a grid reaches its neighbours: its bandwidth is at least this share of a cell. */
const halfCell = 0.5;

interface Shape {
  readonly mean: number;
  /** 0 for the uniform shape, which always stands first. */
  readonly bandwidth: number;
}

const distinctShapes = (
  centres: Float64Array,
  bandwidths: Float64Array,
): { readonly shapes: readonly Shape[]; readonly shapeOf: Int32Array } => {
  const shapes: Shape[] = [{ mean: 0.5, bandwidth: 0 }];
  const shapeOf = new Int32Array(centres.length + 1);
  const known = new Map<number, Map<number, number>>();
  for (let i = 0; i < centres.length; i++) {
    const [mean, bandwidth] = [at(centres, i), at(bandwidths, i)];
    if (!(mean >= 0)) continue;
    const ofMean = known.get(mean) ?? new Map<number, number>();
    known.set(mean, ofMean);
    const shape = ofMean.get(bandwidth) ?? shapes.push({ mean, bandwidth }) - 1;
    ofMean.set(bandwidth, shape);
    shapeOf[i] = shape;
  }
  return { shapes, shapeOf };
};

const cellAt = (edges: Float64Array, place: number): number => {
  let low = 0;
  let high = edges.length - 2;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (place >= at(edges, middle)) low = middle;
    else high = middle - 1;
  }
  return low;
};

/** Optuna's rule: a trial's kernel gives its own choice 1 more than the 1/kernels that every choice has. */
const choiceKernels = (axis: ChoiceAxis, choices: Float64Array): AxisKernels => {
  const count = choices.length;
  const choicesCount = axis.values.length;
  const spread = 1 / (count + 1);
  const total = 1 + spread * choicesCount;
  const [logHit, logMiss] = [Math.log((1 + spread) / total), Math.log(spread / total)];
  const logUniform = -Math.log(choicesCount);
  return {
    addTo: (logs, choice) => {
      for (let i = 0; i < count; i++) {
        const own = at(choices, i);
        logs[i] = at(logs, i) + (own === choice ? logHit : own >= 0 ? logMiss : logUniform);
      }
      logs[count] = at(logs, count) + logUniform;
    },
    draw: (kernel, random) => {
      const own = kernel < count ? at(choices, kernel) : Number.NaN;
      return own >= 0 && random.uniform() * total < 1 ? own : random.integer(choicesCount);
    },
  };
};

const normalised = (weights: Float64Array, priorWeight: number): Float64Array => {
  const shares = new Float64Array(weights.length + 1);
  shares.set(weights);
  shares[weights.length] = priorWeight;
  let sum = 0;
  for (let i = 0; i < shares.length; i++) sum += at(shares, i);
  for (let i = 0; i < shares.length; i++) shares[i] = at(shares, i) / sum;
  return shares;
};

/** Terms 1e-13 times smaller than the largest are left out: they cost an `exp` each and change nothing. */
const logSumExp = (logs: Float64Array): number => {
  let largest = -Infinity;
  for (let i = 0; i < logs.length; i++) if (at(logs, i) > largest) largest = at(logs, i);
  let sum = 0;
  for (let i = 0; i < logs.length; i++) {
    const below = at(logs, i) - largest;
    if (below > -30) sum += Math.exp(below);
  }
  return largest + Math.log(sum);
};
