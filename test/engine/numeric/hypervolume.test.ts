import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Box, dominatedBoxes, nonDominatedBoxes } from '../../../src/engine/numeric/boxDecomposition.ts';
import {
  hypervolume,
  hypervolumeContributions,
  hypervolumeImprovement,
  selectByHypervolume,
} from '../../../src/engine/numeric/hypervolume.ts';
import type { Point } from '../../../src/engine/numeric/nonDominated.ts';
import { normalCdf, normalDensity } from '../../../src/engine/numeric/normal.ts';
import { randomStream } from '../../../src/engine/numeric/random.ts';

/** Counts unit cells: exact for whole coordinates. */
const cellCount = (size: number, dimensions: number, isInside: (corner: Point) => boolean): number => {
  let count = 0;
  for (let code = 0; code < size ** dimensions; code++) {
    const corner = Array.from({ length: dimensions }, (_, i) => Math.floor(code / size ** i) % size);
    if (isInside(corner)) count++;
  }
  return count;
};

const covers = (points: readonly Point[], corner: Point): boolean =>
  points.some((point) => point.every((x, i) => x <= (corner[i] ?? 0)));

const size = 5;

/** Whole numbers below 6, so that ties, repeats and points beyond the reference (5, …) occur. */
const wholePoints = (dimensions: number, most: number): fc.Arbitrary<number[][]> =>
  fc.array(fc.array(fc.integer({ min: 0, max: size }), { minLength: dimensions, maxLength: dimensions }), {
    maxLength: most,
  });

const referenceOf = (dimensions: number): number[] => Array.from({ length: dimensions }, () => size);

/** Random points of the front of a sphere: nobody dominates another. */
const onSphere = (seed: number, count: number, dimensions: number): number[][] => {
  const random = randomStream(seed, count, dimensions);
  return Array.from({ length: count }, () => {
    const point = Array.from({ length: dimensions }, () => Math.abs(random.normal()));
    return point.map((x) => 1 - x / Math.hypot(...point));
  });
};

describe('hypervolume', () => {
  test('known values', () => {
    // The example of pygmo's tutorial; the last point is dominated.
    const example = [
      [1, 0],
      [0.5, 0.5],
      [0, 1],
      [1.5, 0.75],
    ];
    expect(hypervolume(example, [2, 2])).toBe(3.25);
    expect(hypervolumeContributions(example, [2, 2])).toEqual([0.5, 0.25, 0.5, 0]);
    const cube = [
      [0, 0, 1],
      [0, 1, 0],
      [1, 0, 0],
    ];
    expect(hypervolume(cube, [2, 2, 2])).toBe(7);
    expect(hypervolume([[1, 2, 3, 4]], [2, 4, 6, 8])).toBe(24);
    expect(hypervolume([[3], [1], [2]], [5])).toBe(4);
  });

  test('nothing dominates nothing, nor does a point that is not below the reference in every coordinate', () => {
    expect(hypervolume([], [1, 1])).toBe(0);
    const none = [
      [1, 0],
      [0, 2],
      [Number.NaN, 0],
      [0, Infinity],
    ];
    expect(hypervolume(none, [1, 1])).toBe(0);
    expect(hypervolumeContributions(none, [1, 1])).toEqual([0, 0, 0, 0]);
    expect(hypervolume([...none, [0, 0.5]], [1, 1])).toBe(0.5);
  });

  test.each([1, 2, 3, 4, 5])(
    'in %i dimensions equals the count of cells, ties and repeats included',
    (dimensions) => {
      fc.assert(
        fc.property(wholePoints(dimensions, 12), (points) => {
          const expected = cellCount(size, dimensions, (corner) => covers(points, corner));
          expect(hypervolume(points, referenceOf(dimensions))).toBe(expected);
        }),
        { seed: 11, numRuns: dimensions < 5 ? 200 : 60 },
      );
    },
  );

  test.each([2, 3, 4, 5, 6])(
    'of a front of 60 points in %i dimensions agrees with random shots',
    (dimensions) => {
      const front = onSphere(1, 60, dimensions);
      const random = randomStream(2);
      const shots = 20_000;
      let hits = 0;
      for (let i = 0; i < shots; i++) {
        const shot = Array.from({ length: dimensions }, () => 1.1 * random.uniform());
        if (covers(front, shot)) hits++;
      }
      const share = hypervolume(front, new Array<number>(dimensions).fill(1.1)) / 1.1 ** dimensions;
      // Five standard deviations.
      expect(Math.abs(hits / shots - share)).toBeLessThan(5 * Math.sqrt((share * (1 - share)) / shots));
    },
  );

  test.each([2, 3, 4])('a contribution in %i dimensions is what is lost without the point', (dimensions) => {
    fc.assert(
      fc.property(wholePoints(dimensions, 8), (points) => {
        const reference = referenceOf(dimensions);
        const all = hypervolume(points, reference);
        const expected = points.map((_, i) => all - hypervolume(points.toSpliced(i, 1), reference));
        expect(hypervolumeContributions(points, reference)).toEqual(expected);
        for (const [i, point] of points.entries())
          expect(hypervolumeImprovement(point, points.toSpliced(i, 1), reference)).toBe(expected[i]);
      }),
      { seed: 12, numRuns: 200 },
    );
  });
});

describe('selection by hypervolume', () => {
  test.each([2, 3, 4])('in %i dimensions takes the point that adds most, again and again', (dimensions) => {
    fc.assert(
      fc.property(wholePoints(dimensions, 9), fc.integer({ min: 0, max: 9 }), (points, count) => {
        const reference = referenceOf(dimensions);
        const expected: number[] = [];
        while (expected.length < Math.min(count, points.length)) {
          const chosen = expected.map((i) => points[i] ?? []);
          const gains = points.map((point, i) =>
            expected.includes(i) ? -1 : hypervolumeImprovement(point, chosen, reference),
          );
          expected.push(gains.indexOf(Math.max(...gains)));
        }
        expect(selectByHypervolume(points, count, reference)).toEqual(expected);
      }),
      { seed: 13, numRuns: 200 },
    );
  });

  test('reaches nine tenths of the best subset’s volume', () => {
    for (let seed = 0; seed < 20; seed++) {
      const points = onSphere(seed, 10, 3);
      const reference = [1.1, 1.1, 1.1];
      const volumeAt = (indices: readonly number[]): number =>
        hypervolume(
          indices.map((i) => points[i] ?? []),
          reference,
        );
      let best = 0;
      for (let code = 0; code < 1024; code++) {
        const subset = points.flatMap((_, i) => ((code >> i) & 1 ? [i] : []));
        if (subset.length === 4) best = Math.max(best, volumeAt(subset));
      }
      expect(volumeAt(selectByHypervolume(points, 4, reference))).toBeGreaterThan(0.9 * best);
    }
  });
});

const volumeOf = (boxes: readonly Box[], floor: number): number =>
  boxes.reduce(
    (sum, { low, high }) =>
      sum + high.reduce((product, x, i) => product * (x - Math.max(low[i] ?? 0, floor)), 1),
    0,
  );

const holds = ({ low, high }: Box, corner: Point): boolean =>
  corner.every((x, i) => x + 0.5 > (low[i] ?? 0) && x + 0.5 < (high[i] ?? 0));

describe('boxes', () => {
  test.each([1, 2, 3, 4])(
    'in %i dimensions: each cell is in one box where it should be, and in none elsewhere',
    (dimensions) => {
      fc.assert(
        fc.property(wholePoints(dimensions, 9), (points) => {
          const reference = referenceOf(dimensions);
          const inside = points.filter((point) => point.every((x) => x < size));
          const [dominated, open] = [dominatedBoxes(inside, reference), nonDominatedBoxes(points, reference)];
          cellCount(size, dimensions, (corner) => {
            const covered = covers(inside, corner);
            expect(dominated.filter((box) => holds(box, corner)).length).toBe(covered ? 1 : 0);
            expect(open.filter((box) => holds(box, corner)).length).toBe(covered ? 0 : 1);
            return covered;
          });
          for (const { low, high } of [...dominated, ...open])
            high.forEach((x, i) => void expect(x).toBeGreaterThan(low[i] ?? Number.NaN));
        }),
        { seed: 14, numRuns: dimensions < 4 ? 150 : 40 },
      );
    },
  );

  test.each([
    [2, 100, 101],
    [3, 100, 310],
    [4, 40, 800],
  ])(
    'in %i dimensions a front of %i leaves no more than %i boxes, which fill what it does not',
    (dimensions, count, most) => {
      const front = onSphere(3, count, dimensions);
      const reference = new Array<number>(dimensions).fill(1.1);
      const boxes = nonDominatedBoxes(front, reference);
      expect(boxes.length).toBeLessThanOrEqual(most);
      expect(volumeOf(boxes, 0) + hypervolume(front, reference)).toBeCloseTo(1.1 ** dimensions, 12);
      expect(volumeOf(dominatedBoxes(front, reference), 0)).toBeCloseTo(hypervolume(front, reference), 12);
    },
  );

  test.each([2, 3, 4])('what a point adds is the sum over the boxes in %i dimensions', (dimensions) => {
    const front = onSphere(4, 20, dimensions);
    const reference = new Array<number>(dimensions).fill(1.1);
    const boxes = nonDominatedBoxes(front, reference);
    const random = randomStream(5);
    for (let i = 0; i < 100; i++) {
      const point = Array.from({ length: dimensions }, () => 1.3 * random.uniform() - 0.2);
      const sum = boxes.reduce(
        (total, { low, high }) =>
          total +
          high.reduce((product, x, j) => product * Math.max(0, x - Math.max(low[j] ?? 0, point[j] ?? 0)), 1),
        0,
      );
      expect(sum).toBeCloseTo(hypervolumeImprovement(point, front, reference), 12);
    }
  });

  test('the expected improvement by a normal point agrees with draws', () => {
    const front = onSphere(6, 10, 2);
    const [reference, mean, sd] = [
      [1.1, 1.1],
      [0.3, 0.4],
      [0.3, 0.2],
    ];
    // E max(0, b - Y) for Y ~ N(m, s²).
    const partial = (b: number, j: number): number => {
      const z = (b - (mean[j] ?? 0)) / (sd[j] ?? 1);
      return b === -Infinity ? 0 : (sd[j] ?? 1) * (z * normalCdf(z) + normalDensity(z));
    };
    const expected = nonDominatedBoxes(front, reference).reduce(
      (sum, { low, high }) =>
        sum + high.reduce((product, x, j) => product * (partial(x, j) - partial(low[j] ?? 0, j)), 1),
      0,
    );
    const random = randomStream(7);
    const draws = Array.from({ length: 20_000 }, () =>
      hypervolumeImprovement(
        mean.map((m, j) => m + (sd[j] ?? 1) * random.normal()),
        front,
        reference,
      ),
    );
    const average = draws.reduce((a, b) => a + b, 0) / draws.length;
    const spread = Math.sqrt(draws.reduce((sum, x) => sum + (x - average) ** 2, 0)) / draws.length;
    expect(Math.abs(average - expected)).toBeLessThan(5 * spread);
  });

  test('no points leave one box, open below', () => {
    expect(nonDominatedBoxes([], [1, 2])).toEqual([{ low: [-Infinity, -Infinity], high: [1, 2] }]);
    expect(dominatedBoxes([], [1, 2])).toEqual([]);
  });
});
