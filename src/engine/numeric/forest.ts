// A forest of regression trees (Breiman, "Random Forests", Machine Learning 45, 2001), with the uncertainty that SMAC
// makes of it (Hutter, Xu, Hoos, Leyton-Brown, "Algorithm Runtime Prediction", Artificial Intelligence 206, 2014,
// section 4.3): a prediction's variance is the mean of the leaves' variances and the variance of their means.
import { at, intAt, itemAt } from './at.ts';
import type { RandomStream } from './random.ts';

export interface ForestData {
  /** `width` numbers a row. No NaN: what is missing is a value of its own, e.g. -1 for numbers in `[0, 1]`. */
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly count: number;
  readonly width: number;
  /** For each column 0 where it is a number, else how many categories it has; those are 0, 1, 2 … */
  readonly categories: Int32Array;
}

export interface ForestOptions {
  readonly trees?: number;
  /** Nodes with fewer rows than this are not split; a row drawn twice counts as two. */
  readonly minSplit?: number;
  /** Rows on each side of a split. */
  readonly minLeaf?: number;
  /** Share of the columns looked at for a split. */
  readonly columnShare?: number;
  /** Each tree is grown on as many rows as there are, drawn with replacement; otherwise on all. */
  readonly bootstrap?: boolean;
  readonly maxDepth?: number;
}

/** Nodes by number, the root 0. */
export interface Tree {
  /** Column that a node splits by; -1 for a leaf. */
  readonly column: Int32Array;
  /** Numbers up to this go left; for categories where the node's flags begin in `goesLeft`. */
  readonly threshold: Float64Array;
  /** The left child; the right one follows it. */
  readonly left: Int32Array;
  readonly mean: Float64Array;
  readonly variance: Float64Array;
  /** Rows that came to the node, those drawn twice counted twice. */
  readonly weight: Float64Array;
  readonly goesLeft: Uint8Array;
}

export interface Forest {
  readonly trees: readonly Tree[];
  readonly width: number;
  readonly categories: Int32Array;
  /** Of `count` rows of `x`, written to `mean` and `variance`. */
  predict(x: Float64Array, count: number, mean: Float64Array, variance: Float64Array): void;
}

/** The same data, options and random numbers give the same forest. At least one row is needed. */
export const fitForest = (
  data: ForestData,
  { trees = 10, minSplit = 2, minLeaf = 1, columnShare = 1, bootstrap = true, maxDepth = 64 }: ForestOptions,
  random: RandomStream,
): Forest => {
  const sorted = sortColumns(data);
  const limits: Limits = {
    minSplit,
    minLeaf,
    maxDepth,
    columns: Math.max(1, Math.ceil(columnShare * data.width)),
  };
  const grown = Array.from({ length: trees }, () =>
    growTree(
      data,
      sorted,
      bootstrap ? drawWeights(data.count, random) : new Float64Array(data.count).fill(1),
      limits,
      random,
    ),
  );
  return {
    trees: grown,
    width: data.width,
    categories: data.categories,
    predict: (x, count, mean, variance) => predict(grown, data, x, count, mean, variance),
  };
};

interface Limits {
  readonly minSplit: number;
  readonly minLeaf: number;
  readonly maxDepth: number;
  readonly columns: number;
}

const drawWeights = (count: number, random: RandomStream): Float64Array => {
  const weights = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const row = random.integer(count);
    weights[row] = at(weights, row) + 1;
  }
  return weights;
};

/** The rows by each number column in ascending order, once for all trees; those of categories in their own order. */
const sortColumns = ({ x, count, width, categories }: ForestData): readonly Int32Array[] =>
  Array.from({ length: width }, (_, column) => {
    const rows = Int32Array.from({ length: count }, (_, row) => row);
    return intAt(categories, column) > 0
      ? rows
      : rows.sort((a, b) => at(x, a * width + column) - at(x, b * width + column) || a - b);
  });

/** A tree being grown. `orders` holds each column's rows; a node's are those from its start to its end in all of them. */
interface Growth {
  readonly data: ForestData;
  readonly weights: Float64Array;
  readonly orders: readonly Int32Array[];
  readonly limits: Limits;
  readonly random: RandomStream;
  readonly goesLeft: number[];
  /** By row: whether it goes left at the node being split. */
  readonly side: Uint8Array;
  readonly spare: Int32Array;
  readonly byCategory: CategorySums;
  /** Columns in the order in which they are looked at. */
  readonly columns: Int32Array;
}

interface CategorySums {
  readonly weight: Float64Array;
  readonly sum: Float64Array;
}

interface Part {
  readonly node: number;
  readonly start: number;
  readonly end: number;
  readonly depth: number;
}

interface Cut {
  readonly column: number;
  /** Σ over both sides of (Σ w y)² / Σ w: what is left of the squares falls as this grows. */
  gain: number;
  /** The numbers that the threshold lies between, or the categories that go left. */
  below: number;
  above: number;
  readonly categories: number[] | undefined;
}

const growTree = (
  data: ForestData,
  sorted: readonly Int32Array[],
  weights: Float64Array,
  limits: Limits,
  random: RandomStream,
): Tree => {
  const orders = sorted.map((rows) => rows.filter((row) => at(weights, row) > 0));
  const rows = orders[0]?.length ?? 0;
  const most = Math.max(1, 2 * rows - 1);
  const tree = {
    column: new Int32Array(most).fill(-1),
    threshold: new Float64Array(most),
    left: new Int32Array(most),
    mean: new Float64Array(most),
    variance: new Float64Array(most),
    weight: new Float64Array(most),
  };
  const mostCategories = Math.max(1, ...data.categories);
  const growth: Growth = {
    data,
    weights,
    orders,
    limits,
    random,
    goesLeft: [],
    side: new Uint8Array(data.count),
    spare: new Int32Array(rows),
    byCategory: { weight: new Float64Array(mostCategories), sum: new Float64Array(mostCategories) },
    columns: Int32Array.from({ length: data.width }, (_, column) => column),
  };
  const stack: Part[] = [{ node: 0, start: 0, end: rows, depth: 0 }];
  let used = 1;
  for (let part = stack.pop(); part !== undefined; part = stack.pop()) {
    const { node, start, end, depth } = part;
    const { weight, sum, squares } = momentsOf(growth, start, end);
    tree.weight[node] = weight;
    tree.mean[node] = weight > 0 ? sum / weight : meanOf(data.y);
    const spread = weight > 0 ? Math.max(0, squares - (sum * sum) / weight) : 0;
    tree.variance[node] = weight > 0 ? spread / weight : 0;
    if (weight < limits.minSplit || depth >= limits.maxDepth || spread <= 1e-13 * squares) continue;
    const cut = bestCut(growth, start, end, weight, sum);
    if (cut === undefined) continue;
    tree.column[node] = cut.column;
    tree.threshold[node] = place(growth, cut);
    const middle = divide(growth, cut.column, tree.threshold[node] ?? 0, start, end);
    tree.left[node] = used;
    stack.push({ node: used, start, end: middle, depth: depth + 1 });
    stack.push({ node: used + 1, start: middle, end, depth: depth + 1 });
    used += 2;
  }
  return { ...tree, goesLeft: Uint8Array.from(growth.goesLeft) };
};

const meanOf = (y: Float64Array): number => {
  let sum = 0;
  for (let i = 0; i < y.length; i++) sum += at(y, i);
  return y.length === 0 ? 0 : sum / y.length;
};

const momentsOf = (
  { data, weights, orders }: Growth,
  start: number,
  end: number,
): { readonly weight: number; readonly sum: number; readonly squares: number } => {
  const rows = orders[0];
  let [weight, sum, squares] = [0, 0, 0];
  if (rows === undefined) {
    // Without columns there is one node, of all rows.
    for (let row = 0; row < data.count; row++) {
      weight += at(weights, row);
      sum += at(weights, row) * at(data.y, row);
      squares += at(weights, row) * at(data.y, row) ** 2;
    }
    return { weight, sum, squares };
  }
  for (let i = start; i < end; i++) {
    const row = intAt(rows, i);
    const [w, y] = [at(weights, row), at(data.y, row)];
    weight += w;
    sum += w * y;
    squares += w * y * y;
  }
  return { weight, sum, squares };
};

/** The cut after which the squares left are least, over the columns looked at; undefined where no column differs. */
const bestCut = (
  growth: Growth,
  start: number,
  end: number,
  weight: number,
  sum: number,
): Cut | undefined => {
  const { data, limits, columns, random } = growth;
  let best: Cut | undefined;
  for (let k = 0; k < columns.length; k++) {
    // A few columns drawn without replacement; more only while none of them can be cut.
    if (k >= limits.columns && best !== undefined) break;
    if (limits.columns < columns.length) {
      const other = k + random.integer(columns.length - k);
      const drawn = intAt(columns, other);
      columns[other] = intAt(columns, k);
      columns[k] = drawn;
    }
    const column = intAt(columns, k);
    const least = best?.gain ?? (sum * sum) / weight;
    const cut =
      intAt(data.categories, column) > 0
        ? cutCategories(growth, column, start, end, weight, sum, least)
        : cutNumbers(growth, column, start, end, weight, sum, least);
    best = cut ?? best;
  }
  return best;
};

const cutNumbers = (
  { data, weights, orders, limits }: Growth,
  column: number,
  start: number,
  end: number,
  weight: number,
  sum: number,
  least: number,
): Cut | undefined => {
  const { x, y, width } = data;
  const rows = itemAt(orders, column);
  let [left, leftSum, gain, below, above] = [0, 0, least, 0, 0];
  let found = false;
  let value = at(x, intAt(rows, start) * width + column);
  if (value === at(x, intAt(rows, end - 1) * width + column)) return undefined;
  for (let i = start; i < end - 1; i++) {
    const row = intAt(rows, i);
    const w = at(weights, row);
    left += w;
    leftSum += w * at(y, row);
    const next = at(x, intAt(rows, i + 1) * width + column);
    if (next === value) continue;
    const right = weight - left;
    const now = (leftSum * leftSum) / left + (sum - leftSum) ** 2 / right;
    if (now > gain && left >= limits.minLeaf && right >= limits.minLeaf)
      [gain, below, above, found] = [now, value, next, true];
    value = next;
  }
  return found ? { column, gain, below, above, categories: undefined } : undefined;
};

/** Categories by their means: the best division in two is one along that order (Breiman et al., CART, 1984, 4.4). */
const cutCategories = (
  { data, weights, orders, limits, byCategory }: Growth,
  column: number,
  start: number,
  end: number,
  weight: number,
  sum: number,
  least: number,
): Cut | undefined => {
  const { x, y, width } = data;
  const rows = itemAt(orders, column);
  byCategory.weight.fill(0);
  byCategory.sum.fill(0);
  const present: number[] = [];
  for (let i = start; i < end; i++) {
    const row = intAt(rows, i);
    const category = at(x, row * width + column);
    const w = at(weights, row);
    if (at(byCategory.weight, category) === 0) present.push(category);
    byCategory.weight[category] = at(byCategory.weight, category) + w;
    byCategory.sum[category] = at(byCategory.sum, category) + w * at(y, row);
  }
  if (present.length < 2) return undefined;
  const mean = (category: number): number => at(byCategory.sum, category) / at(byCategory.weight, category);
  present.sort((a, b) => mean(a) - mean(b) || a - b);
  let [left, leftSum, gain, taken] = [0, 0, least, 0];
  for (let k = 0; k < present.length - 1; k++) {
    left += at(byCategory.weight, itemAt(present, k));
    leftSum += at(byCategory.sum, itemAt(present, k));
    const right = weight - left;
    const now = (leftSum * leftSum) / left + (sum - leftSum) ** 2 / right;
    if (now > gain && left >= limits.minLeaf && right >= limits.minLeaf) [gain, taken] = [now, k + 1];
  }
  if (taken === 0) return undefined;
  // Categories absent here are sent to either side when the cut is made.
  return { column, gain, below: taken, above: 0, categories: present };
};

/**
 * Where exactly a cut goes: anywhere between its two numbers, so that trees differ and the mean is smooth; categories
 * that did not come to the node go left or right by chance.
 */
const place = ({ data, goesLeft, random }: Growth, { column, below, above, categories }: Cut): number => {
  if (categories === undefined) {
    const threshold = below + random.uniform() * (above - below);
    return threshold < above ? threshold : below;
  }
  const first = goesLeft.length;
  const flags = Array.from({ length: intAt(data.categories, column) }, () => random.integer(2));
  for (const [k, category] of categories.entries()) flags[category] = Number(k < below);
  goesLeft.push(...flags);
  return first;
};

/** Sorts each column's rows from start to end into those that go left and the others; returns where these begin. */
const divide = (growth: Growth, column: number, threshold: number, start: number, end: number): number => {
  const { data, orders, side, spare, goesLeft } = growth;
  const { x, width, categories } = data;
  const rows = itemAt(orders, column);
  const isCategory = intAt(categories, column) > 0;
  for (let i = start; i < end; i++) {
    const row = intAt(rows, i);
    const value = at(x, row * width + column);
    side[row] = isCategory ? itemAt(goesLeft, threshold + value) : Number(value <= threshold);
  }
  let middle = start;
  for (const order of orders) {
    let [toLeft, toRight] = [start, 0];
    for (let i = start; i < end; i++) {
      const row = intAt(order, i);
      if (side[row] === 1) order[toLeft++] = row;
      else spare[toRight++] = row;
    }
    for (let i = 0; i < toRight; i++) order[toLeft + i] = intAt(spare, i);
    middle = toLeft;
  }
  return middle;
};

const predict = (
  trees: readonly Tree[],
  { width, categories }: ForestData,
  x: Float64Array,
  count: number,
  mean: Float64Array,
  variance: Float64Array,
): void => {
  mean.fill(0, 0, count);
  variance.fill(0, 0, count);
  // Variances are summed around the first tree's mean, so that large values lose no digits.
  const [first] = trees;
  const origin = first === undefined ? 0 : at(first.mean, 0);
  for (const { column, threshold, left, mean: means, variance: variances, goesLeft } of trees) {
    for (let i = 0; i < count; i++) {
      const offset = i * width;
      let node = 0;
      for (let split = intAt(column, 0); split >= 0; split = intAt(column, node)) {
        const value = at(x, offset + split);
        const isLeft =
          intAt(categories, split) > 0
            ? goesLeft[at(threshold, node) + value] === 1
            : value <= at(threshold, node);
        node = intAt(left, node) + (isLeft ? 0 : 1);
      }
      const own = at(means, node) - origin;
      mean[i] = at(mean, i) + own;
      variance[i] = at(variance, i) + at(variances, node) + own * own;
    }
  }
  for (let i = 0; i < count; i++) {
    const own = at(mean, i) / trees.length;
    mean[i] = own + origin;
    variance[i] = Math.max(0, at(variance, i) / trees.length - own * own);
  }
};
