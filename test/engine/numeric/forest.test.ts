import { expect, test } from 'vitest';
import { at, intAt } from '../../../src/engine/numeric/at.ts';
import { type Forest, type ForestData, fitForest, type Tree } from '../../../src/engine/numeric/forest.ts';
import { randomStream } from '../../../src/engine/numeric/random.ts';

const dataOf = (
  rows: readonly (readonly number[])[],
  y: readonly number[],
  categories: readonly number[] = (rows[0] ?? []).map(() => 0),
): ForestData => ({
  x: Float64Array.from(rows.flat()),
  y: Float64Array.from(y),
  count: rows.length,
  width: categories.length,
  categories: Int32Array.from(categories),
});

const predict = (
  forest: Forest,
  rows: readonly (readonly number[])[],
): { mean: number; variance: number }[] => {
  const [mean, variance] = [new Float64Array(rows.length), new Float64Array(rows.length)];
  forest.predict(Float64Array.from(rows.flat()), rows.length, mean, variance);
  return rows.map((_, i) => ({ mean: at(mean, i), variance: at(variance, i) }));
};

const random = randomStream(5);
const uniformRows = (count: number, width: number): number[][] =>
  Array.from({ length: count }, () => Array.from({ length: width }, () => random.uniform()));
const bowl = (row: readonly number[]): number => row.reduce((sum, x) => sum + (x - 0.3) ** 2, 0);

test('a tree of all rows without limits gives back every value, with no variance', () => {
  const rows = uniformRows(60, 3);
  const data = dataOf(rows, rows.map(bowl));
  const forest = fitForest(data, { trees: 3, bootstrap: false }, randomStream(1));
  for (const [i, { mean, variance }] of predict(forest, rows).entries()) {
    expect(mean).toBeCloseTo(bowl(rows[i] ?? []), 12);
    expect(variance).toBeCloseTo(0, 12);
  }
});

/** The least sum of squares that one cut of one column leaves, by trying all. */
const leastAfterCut = (rows: readonly (readonly number[])[], y: readonly number[]): number => {
  const squares = (part: readonly number[]): number => {
    const mean = part.reduce((a, b) => a + b, 0) / Math.max(1, part.length);
    return part.reduce((a, b) => a + (b - mean) ** 2, 0);
  };
  let least = Infinity;
  for (let column = 0; column < (rows[0]?.length ?? 0); column++) {
    for (const row of rows) {
      const isLeft = rows.map((other) => (other[column] ?? 0) <= (row[column] ?? 0));
      least = Math.min(
        least,
        squares(y.filter((_, i) => isLeft[i])) + squares(y.filter((_, i) => !isLeft[i])),
      );
    }
  }
  return least;
};

const squaresLeft = ({ left, weight, variance }: Tree): number => {
  const child = intAt(left, 0);
  return at(weight, child) * at(variance, child) + at(weight, child + 1) * at(variance, child + 1);
};

test('the first cut is the best of all', () => {
  for (let seed = 0; seed < 20; seed++) {
    const rows = uniformRows(30, 4);
    const y = rows.map((row) => bowl(row) + 0.1 * random.normal());
    const { trees } = fitForest(
      dataOf(rows, y),
      { trees: 1, bootstrap: false, maxDepth: 1 },
      randomStream(seed),
    );
    for (const tree of trees) expect(squaresLeft(tree)).toBeCloseTo(leastAfterCut(rows, y), 10);
  }
});

test('categories are divided in the best of all ways', () => {
  const values = [3, 0, 2.9, 0.2, 1];
  const rows = Array.from({ length: 50 }, (_, i) => [i % 5]);
  const y = rows.map(([c]) => values[c ?? 0] ?? 0);
  const { trees } = fitForest(
    dataOf(rows, y, [5]),
    { trees: 1, bootstrap: false, maxDepth: 1 },
    randomStream(1),
  );
  for (const { goesLeft } of trees) expect(Array.from(goesLeft)).toEqual([0, 1, 0, 1, 1]);
});

test('the variance is that of the leaves and that between the trees', () => {
  const rows = uniformRows(40, 2);
  const data = dataOf(rows, rows.map(bowl));
  const forest = fitForest(data, { trees: 7, minSplit: 10 }, randomStream(2));
  const point = [0.42, 0.77];
  const leaves = forest.trees.map((tree) => {
    let node = 0;
    while (intAt(tree.column, node) >= 0) {
      const value = point[intAt(tree.column, node)] ?? 0;
      node = intAt(tree.left, node) + Number(value > at(tree.threshold, node));
    }
    return { mean: at(tree.mean, node), variance: at(tree.variance, node) };
  });
  const mean = leaves.reduce((sum, leaf) => sum + leaf.mean / 7, 0);
  const within = leaves.reduce((sum, leaf) => sum + leaf.variance / 7, 0);
  const between = leaves.reduce((sum, leaf) => sum + (leaf.mean - mean) ** 2 / 7, 0);
  const [found] = predict(forest, [point]);
  expect(found?.mean).toBeCloseTo(mean, 12);
  expect(found?.variance).toBeCloseTo(within + between, 12);
});

test('it predicts what it has not seen, and knows where it knows little', () => {
  const rows = uniformRows(300, 4).map((row) => [...row, random.integer(3)]);
  const value = (row: readonly number[]): number => bowl(row.slice(0, 2)) + 0.5 * Number(row[4] === 1);
  const forest = fitForest(dataOf(rows, rows.map(value), [0, 0, 0, 0, 3]), { trees: 20 }, randomStream(3));
  const fresh = uniformRows(500, 4).map((row) => [...row, random.integer(3)]);
  const truth = fresh.map(value);
  const mean = truth.reduce((a, b) => a + b, 0) / truth.length;
  let [left, all] = [0, 0];
  for (const [i, found] of predict(forest, fresh).entries()) {
    left += ((truth[i] ?? 0) - found.mean) ** 2;
    all += ((truth[i] ?? 0) - mean) ** 2;
    expect(found.variance).toBeGreaterThanOrEqual(0);
  }
  expect(left / all).toBeLessThan(0.1);
});

test('the same seed grows the same forest, another one another', () => {
  const rows = uniformRows(50, 3);
  const data = dataOf(rows, rows.map(bowl));
  const grown = (seed: number): readonly Tree[] => fitForest(data, {}, randomStream(seed)).trees;
  expect(grown(1)).toEqual(grown(1));
  expect(grown(1)).not.toEqual(grown(2));
});

test('equal rows, equal values, one row and no column are borne', () => {
  const same = fitForest(dataOf([[1], [1], [1]], [1, 2, 6]), { trees: 2, bootstrap: false }, randomStream(1));
  expect(predict(same, [[0]])[0]).toEqual({ mean: 3, variance: expect.closeTo(14 / 3, 12) });
  const flat = fitForest(
    dataOf(uniformRows(20, 2), new Array<number>(20).fill(2 ** 300)),
    {},
    randomStream(1),
  );
  expect(predict(flat, [[0, 0]])[0]).toEqual({ mean: 2 ** 300, variance: 0 });
  expect(predict(fitForest(dataOf([[4]], [7]), {}, randomStream(1)), [[9]])[0]).toEqual({
    mean: 7,
    variance: 0,
  });
  const none = fitForest(
    { ...dataOf([[], [], []], [1, 2, 3]), width: 0 },
    { bootstrap: false },
    randomStream(1),
  );
  expect(predict(none, [[]])[0]?.mean).toBeCloseTo(2, 12);
});
