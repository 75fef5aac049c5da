// A mixture of product kernels, one per chosen trial and one for the prior, over a space whose parameters may be
// inactive. Where a trial's kernel has no say in a parameter (it was inactive there) it is uniform, so that each
// kernel is a density over the whole declared tree and what a branch learns stays with the trials of that branch.

import { at, intAt, itemAt } from '../numeric/at.ts';
import type { RandomStream } from '../numeric/random.ts';
import type { Axis, CellAxis, ChoiceAxis } from './axis.ts';
import { type BandwidthRule, bandwidthsBy, smallestBandwidth } from './bandwidth.ts';
import { cellAt } from './cells.ts';
import { logMassInside, logMassOf, truncatedNormal } from './truncatedNormal.ts';

/** Which trials have a kernel: rows of `positions`, which holds `axes` numbers a row (NaN: inactive). */
export interface KernelChoice {
  readonly axes: readonly Axis[];
  /** Which of the axes the mixture is over; all by default. */
  readonly columns?: readonly number[];
  readonly positions: Float64Array;
  readonly rows: Int32Array;
  /** One per row; of any scale. */
  readonly weights: Float64Array;
  readonly priorWeight: number;
  /** Neighbours' distance by default. */
  readonly bandwidth?: BandwidthRule;
}

/** The kernels' part along an axis of cells or choices. Kernel `rows.length` is the prior. */
interface AxisKernels {
  /** Adds each kernel's log mass at `position` to `logs`. */
  addTo(logs: Float64Array, position: number): void;
  /** A draw from one kernel. */
  draw(kernel: number, random: RandomStream): number;
}

/** The kernels' part along all smooth axes, `index` numbering those. */
interface SmoothKernels {
  /** Axes of the space, ascending. */
  readonly columns: readonly number[];
  /** What a kernel adds wherever all these axes are active. */
  readonly constants: Float64Array;
  /** Adds each kernel's log density to `logs`, less `constants`. */
  addTo(logs: Float64Array, positions: Float64Array, offset: number): void;
  draw(kernel: number, index: number, random: RandomStream): number;
}

export interface Mixture {
  /** Axes that it is over. */
  readonly columns: readonly number[];
  /**
   * Log density of the candidate at `offset` in `positions`, over the mixture's axes that are active in it. A
   * candidate has a number for each axis of the space.
   */
  logDensity(positions: Float64Array, offset: number): number;
  /** A kernel with the probability of its weight; one draw from it along each of `columns` makes a candidate. */
  drawKernel(random: RandomStream): number;
  /** `column` is an axis of the space. */
  drawPosition(kernel: number, column: number, random: RandomStream): number;
}

export const createMixture = (choice: KernelChoice): Mixture => {
  const { axes, columns = axes.map((_, column) => column), rows } = choice;
  const isSmooth = (column: number): boolean => itemAt(axes, column).kind === 'smooth';
  const smooth = smoothKernels(columns.filter(isSmooth), choice);
  const stepped = columns.filter((column) => !isSmooth(column));
  const kernels = stepped.map((column) => axisKernels(itemAt(axes, column), column, choice));
  const size = rows.length + 1;
  const shares = normalised(choice.weights, choice.priorWeight);
  const base = new Float64Array(size);
  for (let i = 0; i < size; i++) base[i] = Math.log(at(shares, i)) + at(smooth.constants, i);
  const logs = new Float64Array(size);
  return {
    columns,
    logDensity: (positions, offset) => {
      logs.set(base);
      smooth.addTo(logs, positions, offset);
      for (let i = 0; i < kernels.length; i++) {
        const position = at(positions, offset + itemAt(stepped, i));
        if (position >= 0) itemAt(kernels, i).addTo(logs, position);
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
    drawPosition: (kernel, column, random) => {
      const index = stepped.indexOf(column);
      return index < 0
        ? smooth.draw(kernel, smooth.columns.indexOf(column), random)
        : itemAt(kernels, index).draw(kernel, random);
    },
  };
};

const positionsAlong = (
  { axes, positions, rows }: KernelChoice,
  column: number,
  target: Float64Array,
): Float64Array => {
  const width = axes.length;
  for (let i = 0; i < rows.length; i++) target[i] = at(positions, intAt(rows, i) * width + column);
  return target;
};

const axisKernels = (axis: Axis, column: number, choice: KernelChoice): AxisKernels => {
  const own = positionsAlong(choice, column, new Float64Array(choice.rows.length));
  if (axis.kind === 'choices') return choiceKernels(axis, own);
  if (axis.kind === 'cells') return cellKernels(axis, own, choice.bandwidth ?? 'neighbour');
  throw new Error(`${axis.name} is smooth`);
};

const logSqrtTwoPi = 0.9189385332046727;

/** Truncated Gaussians; an inactive trial's and the prior's density is 1 everywhere, its log 0. */
const smoothKernels = (columns: readonly number[], choice: KernelChoice): SmoothKernels => {
  const count = choice.rows.length;
  const bandwidthsOf = bandwidthsBy[choice.bandwidth ?? 'neighbour'];
  const smallest = smallestBandwidth(count);
  /** Axis by axis, `count` numbers each: the kernels' centres, and 1 / (√2 · bandwidth), 0 for one without say. */
  const means = new Float64Array(columns.length * count);
  const scales = new Float64Array(columns.length * count);
  const constants = new Float64Array(count + 1);
  const centres = new Float64Array(count);
  const bandwidths = new Float64Array(count);
  // Most kernels have the same bandwidth, so its logarithm is kept.
  let [last, logLast] = [1, 0];
  for (let index = 0; index < columns.length; index++) {
    positionsAlong(choice, itemAt(columns, index), centres);
    bandwidthsOf(centres, smallest, bandwidths);
    const start = index * count;
    for (let i = 0; i < count; i++) {
      const mean = at(centres, i);
      if (!(mean >= 0)) continue;
      const bandwidth = at(bandwidths, i);
      if (bandwidth !== last) [last, logLast] = [bandwidth, Math.log(bandwidth)];
      means[start + i] = mean;
      scales[start + i] = Math.SQRT1_2 / bandwidth;
      constants[i] = at(constants, i) - logLast - logMassInside(mean, bandwidth) - logSqrtTwoPi;
    }
  }
  const addOne = (logs: Float64Array, start: number, position: number): void => {
    for (let i = 0; i < count; i++) {
      const z = (position - at(means, start + i)) * at(scales, start + i);
      logs[i] = at(logs, i) - z * z;
    }
  };
  const addBoth = (
    logs: Float64Array,
    start: number,
    position: number,
    start2: number,
    position2: number,
  ): void => {
    for (let i = 0; i < count; i++) {
      const z = (position - at(means, start + i)) * at(scales, start + i);
      const z2 = (position2 - at(means, start2 + i)) * at(scales, start2 + i);
      logs[i] = at(logs, i) - z * z - z2 * z2;
    }
  };
  /** Along one axis, times `sign`. */
  const addConstants = (logs: Float64Array, start: number, sign: number): void => {
    for (let i = 0; i < count; i++) {
      const scale = at(scales, start + i);
      if (scale === 0) continue;
      const bandwidth = Math.SQRT1_2 / scale;
      const constant = -Math.log(bandwidth) - logMassInside(at(means, start + i), bandwidth) - logSqrtTwoPi;
      logs[i] = at(logs, i) + sign * constant;
    }
  };
  return {
    columns,
    constants,
    addTo: (logs, positions, offset) => {
      // Two axes at a time, which halves the reading and writing of `logs`.
      for (let index = 0; index < columns.length; index += 2) {
        const hasOther = index + 1 < columns.length;
        const position = at(positions, offset + itemAt(columns, index));
        const other = hasOther ? at(positions, offset + itemAt(columns, index + 1)) : Number.NaN;
        const [start, otherStart] = [index * count, (index + 1) * count];
        if (position >= 0 && other >= 0) addBoth(logs, start, position, otherStart, other);
        else {
          if (position >= 0) addOne(logs, start, position);
          else addConstants(logs, start, -1);
          if (other >= 0) addOne(logs, otherStart, other);
          else if (hasOther) addConstants(logs, otherStart, -1);
        }
      }
    },
    draw: (kernel, index, random) => {
      const scale = kernel < count ? at(scales, index * count + kernel) : 0;
      if (scale === 0) return random.uniform();
      return truncatedNormal(at(means, index * count + kernel), Math.SQRT1_2 / scale, random.uniform());
    },
  };
};

/**
 * Gaussians' masses on the cells of a grid. Kernels of the same centre and bandwidth share a row of masses, and a
 * cell's column is made when a candidate first lies in it: with few values there are few of either.
 */
const cellKernels = (axis: CellAxis, cells: Float64Array, rule: BandwidthRule): AxisKernels => {
  const count = cells.length;
  const centres = new Float64Array(count);
  for (let i = 0; i < count; i++)
    centres[i] = at(cells, i) >= 0 ? at(axis.centres, at(cells, i)) : Number.NaN;
  const smallest = Math.max(smallestBandwidth(count), halfCell / axis.values.length);
  const { means, bandwidths, logInside, shapeOf } = distinctShapes(
    cells,
    centres,
    bandwidthsBy[rule](centres, smallest),
    axis.values.length,
  );
  const columns: (Float64Array | undefined)[] = new Array<undefined>(axis.values.length).fill(undefined);
  const columnOf = (cell: number): Float64Array => {
    const known = columns[cell];
    if (known !== undefined) return known;
    const [low, high] = [at(axis.edges, cell), at(axis.edges, cell + 1)];
    const column = new Float64Array(means.length);
    column[0] = Math.log(high - low);
    for (let shape = 1; shape < column.length; shape++)
      column[shape] = logMassOf(
        low,
        high,
        itemAt(means, shape),
        itemAt(bandwidths, shape),
        itemAt(logInside, shape),
      );
    columns[cell] = column;
    return column;
  };
  return {
    addTo: (logs, cell) => {
      const column = columnOf(cell);
      for (let i = 0; i <= count; i++) logs[i] = at(logs, i) + at(column, intAt(shapeOf, i));
    },
    draw: (kernel, random) => {
      const shape = intAt(shapeOf, kernel);
      const u = random.uniform();
      return cellAt(
        axis.edges,
        shape === 0 ? u : truncatedNormal(itemAt(means, shape), itemAt(bandwidths, shape), u),
      );
    },
  };
};

/** A kernel on a grid reaches its neighbours: its bandwidth is at least this share of a cell. */
const halfCell = 0.5;

/** Shapes that kernels share, by number; 0 is the uniform one. */
interface Shapes {
  readonly means: readonly number[];
  readonly bandwidths: readonly number[];
  /** Logarithm of each one's mass inside the unit interval, before it is truncated. */
  readonly logInside: readonly number[];
  /** Of each kernel, the prior's last. */
  readonly shapeOf: Int32Array;
}

const distinctShapes = (
  cells: Float64Array,
  centres: Float64Array,
  widths: Float64Array,
  cellCount: number,
): Shapes => {
  const [means, bandwidths, logInside] = [[0.5], [0], [0]];
  const shapeOf = new Int32Array(cells.length + 1);
  // The shapes of a cell in a chain: the newest, and before each the one that was; 0 ends it.
  const newest = new Int32Array(cellCount);
  const before = [0];
  for (let i = 0; i < cells.length; i++) {
    const cell = at(cells, i);
    if (!(cell >= 0)) continue;
    const bandwidth = at(widths, i);
    let shape = intAt(newest, cell);
    while (shape > 0 && bandwidths[shape] !== bandwidth) shape = itemAt(before, shape);
    if (shape === 0) {
      shape = means.push(at(centres, i)) - 1;
      bandwidths.push(bandwidth);
      logInside.push(logMassInside(at(centres, i), bandwidth));
      before.push(intAt(newest, cell));
      newest[cell] = shape;
    }
    shapeOf[i] = shape;
  }
  return { means, bandwidths, logInside, shapeOf };
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
