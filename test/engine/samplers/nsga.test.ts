import { expect, test } from 'vitest';
import { hypervolume } from '../../../src/engine/numeric/hypervolume.ts';
import { randomStream } from '../../../src/engine/numeric/random.ts';
import { createHistoryReader } from '../../../src/engine/samplers/history.ts';
import { nsga2Sampler } from '../../../src/engine/samplers/nsga2.ts';
import { nsga3Sampler } from '../../../src/engine/samplers/nsga3.ts';
import { fillNiches, nicheOf, normalised } from '../../../src/engine/samplers/nsga3Niches.ts';
import {
  dasDennis,
  dasDennisCount,
  referencePoints,
} from '../../../src/engine/samplers/nsga3ReferencePoints.ts';
import { randomSampler } from '../../../src/engine/samplers/random.ts';
import { orderRows } from '../../../src/engine/samplers/rowOrder.ts';
import type { Assignment, SearchSpace } from '../../../src/engine/space/parameter.ts';
import type { Objective } from '../../../src/engine/study/objective.ts';
import type { Sampler } from '../../../src/engine/study/sampler.ts';
import type { Trial } from '../../../src/engine/study/trial.ts';
import { category, float, spaceOf } from '../../builders/spaces.ts';
import { aTrial } from '../../builders/trials.ts';

const times = <T>(count: number, item: (i: number) => T): readonly T[] =>
  Array.from({ length: count }, (_, i) => item(i));
const objectivesFor = (count: number): readonly Objective[] =>
  times(count, (i) => ({ metric: `f${i}`, direction: 'minimize' }));

interface Problem {
  readonly space: SearchSpace;
  readonly objectives: number;
  readonly values: (params: Assignment) => readonly number[];
  readonly constraints?: (params: Assignment) => readonly number[];
  readonly reference: readonly number[];
}

const runStudy = (sampler: Sampler, problem: Problem, count: number, seed: number): readonly Trial[] => {
  const trials: Trial[] = [];
  for (let number = 0; number < count; number++) {
    const { params } = sampler.sample({
      space: problem.space,
      objectives: objectivesFor(problem.objectives),
      trials,
      random: randomStream(seed, number),
    });
    const constraints = problem.constraints?.(params);
    trials.push(
      aTrial({
        number,
        params,
        values: problem.values(params),
        ...(constraints === undefined ? {} : { constraints }),
      }),
    );
  }
  return trials;
};

const meanVolume = (create: () => Sampler, problem: Problem, count: number): number => {
  const volumes = times(4, (seed) => {
    const points = runStudy(create(), problem, count, seed).map(({ values }) => values ?? []);
    return hypervolume(points, problem.reference);
  });
  return volumes.reduce((a, b) => a + b) / volumes.length;
};

const units = (params: Assignment, count: number): readonly number[] =>
  times(count, (i) => Number(params[`x${i}`]));
const floats = (count: number): SearchSpace => spaceOf(times(count, (i) => float(`x${i}`, 0, 1)));

/** Zitzler, Deb, Thiele, Evolutionary Computation 8, 2000. */
const zdt1: Problem = {
  space: floats(10),
  objectives: 2,
  reference: [2, 2],
  values: (params) => {
    const [first = 0, ...rest] = units(params, 10);
    const g = 1 + (9 * rest.reduce((a, b) => a + b)) / 9;
    return [first, g * (1 - Math.sqrt(first / g))];
  },
};

/** Deb, Thiele, Laumanns, Zitzler, CEC 2002. */
const dtlz2: Problem = {
  space: floats(7),
  objectives: 3,
  reference: [1.5, 1.5, 1.5],
  values: (params) => {
    const [a = 0, b = 0, ...rest] = units(params, 7);
    const g = 1 + rest.reduce((sum, x) => sum + (x - 0.5) ** 2, 0);
    const [angleA, angleB] = [(a * Math.PI) / 2, (b * Math.PI) / 2];
    return [
      g * Math.cos(angleA) * Math.cos(angleB),
      g * Math.cos(angleA) * Math.sin(angleB),
      g * Math.sin(angleA),
    ];
  },
};

test('on ZDT1 the front after 200 trials dominates far more than that of random search', () => {
  const random = meanVolume(randomSampler, zdt1, 200);
  expect(meanVolume(nsga2Sampler, zdt1, 200)).toBeGreaterThan(2 * random);
  expect(meanVolume(nsga3Sampler, zdt1, 200)).toBeGreaterThan(2 * random);
});

test('on DTLZ2 with three objectives the front after 250 trials dominates more than that of random search', () => {
  const random = meanVolume(randomSampler, dtlz2, 250);
  expect(meanVolume(nsga2Sampler, dtlz2, 250)).toBeGreaterThan(1.05 * random);
  expect(meanVolume(nsga3Sampler, dtlz2, 250)).toBeGreaterThan(1.05 * random);
});

test('where constraints hold in one of two hundred places, proposals get there and stay', () => {
  const problem: Problem = {
    ...zdt1,
    space: floats(3),
    values: (params) => {
      const [a = 0, b = 0, c = 0] = units(params, 3);
      return [a + c, 1 - a + (b - 0.5) ** 2 + c];
    },
    constraints: (params) => units(params, 3).map((x) => Math.abs(x - 0.8) - 0.09),
  };
  for (const create of [nsga2Sampler, nsga3Sampler]) {
    const trials = runStudy(create(), problem, 200, 1);
    const feasible = trials.slice(-50).filter(({ constraints }) => constraints?.every((x) => x <= 0));
    expect(feasible.length).toBeGreaterThan(20);
  }
});

test('with one objective and categories it converges', () => {
  const problem: Problem = {
    space: spaceOf([
      ...times(4, (i) => category(`c${i}`, ['a', 'b', 'c', 'd'])),
      ...times(4, (i) => float(`x${i}`, 0, 1)),
    ]),
    objectives: 1,
    reference: [1],
    values: (params) => [
      times(4, (i) => Number(params[`c${i}`] !== 'abcd'[i]) + (Number(params[`x${i}`]) - 0.3) ** 2).reduce(
        (a, b) => a + b,
      ),
    ],
  };
  for (const create of [nsga2Sampler, nsga3Sampler]) {
    const best = times(3, (seed) =>
      Math.min(...runStudy(create(), problem, 200, seed).map(({ values }) => values?.[0] ?? Infinity)),
    );
    expect(Math.max(...best)).toBeLessThan(0.2);
  }
});

test('a study taken up in the middle goes on as if it had never stopped', () => {
  for (const create of [nsga2Sampler, nsga3Sampler]) {
    const trials = runStudy(create(), dtlz2, 130, 3);
    for (const count of [21, 50, 99, 129]) {
      const { params } = create().sample({
        space: dtlz2.space,
        objectives: objectivesFor(3),
        trials: trials.slice(0, count),
        random: randomStream(3, count),
      });
      expect(params).toEqual(trials[count]?.params);
    }
  }
});

test('a trial that finishes late counts as if it had always been finished', () => {
  for (const create of [nsga2Sampler, nsga3Sampler]) {
    const finished = runStudy(create(), dtlz2, 120, 5);
    const sampler = create();
    const propose = (from: Sampler, trials: readonly Trial[]): unknown =>
      from.sample({ space: dtlz2.space, objectives: objectivesFor(3), trials, random: randomStream(1) });
    for (const late of [3, 70, 118]) {
      const before = finished.with(
        late,
        aTrial({ number: late, state: 'running', params: finished[late]?.params ?? {} }),
      );
      expect(propose(sampler, before)).toEqual(propose(create(), before));
      expect(propose(sampler, finished)).toEqual(propose(create(), finished));
    }
  }
});

test('the reason names the parents and where they stand', () => {
  const trials = runStudy(nsga2Sampler(), zdt1, 40, 1);
  const { reason } = nsga2Sampler().sample({
    space: zdt1.space,
    objectives: objectivesFor(2),
    trials,
    random: randomStream(1),
  });
  expect(reason).toMatch(
    /^Child of trials \d+ and \d+, numbers \d+ and \d+ in the order of the 12 best of 40 finished ones\.$/,
  );
});

test('rows are ordered by front, then by crowding, then the pruned, then by violation', () => {
  const values = [
    [1, 5],
    [2, 3],
    [5, 1],
    [3, 4],
    [2.1, 2.9],
  ];
  const trials = [
    ...values.map((each, number) => aTrial({ number, params: { x0: number / 10 }, values: each })),
    aTrial({ number: 5, state: 'pruned', params: { x0: 0.5 } }),
    aTrial({ number: 6, params: { x0: 0.6 }, values: [0, 0], constraints: [3] }),
    aTrial({ number: 7, params: { x0: 0.7 }, values: [9, 9], constraints: [1, -5] }),
  ];
  const history = createHistoryReader()(spaceOf([float('x0', 0, 1)]), objectivesFor(2), trials);
  const order = orderRows(history, [7, 6, 5, 4, 3, 2, 1, 0]).map(({ row }) => row);
  // The first front is 0, 1, 4, 2; its ends are least crowded, and of the two between, 4 has the larger gaps.
  expect(order).toEqual([0, 2, 4, 1, 3, 5, 7, 6]);
});

test('Das and Dennis have C(p + m - 1, p) points on the simplex', () => {
  for (const [objectives, divisions, count] of [
    [2, 49, 50],
    [3, 12, 91],
    [5, 6, 210],
    [8, 3, 120],
    [3, 4, 15],
  ] as const) {
    const points = dasDennis(objectives, divisions);
    expect(points).toHaveLength(count);
    expect(dasDennisCount(objectives, divisions)).toBe(count);
    for (const point of points) expect(point.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
    expect(new Set(points.map(String)).size).toBe(count);
  }
});

test('reference points fit the population, two layers where one would have none inside', () => {
  expect(referencePoints(2, 50)).toHaveLength(50);
  expect(referencePoints(3, 50)).toHaveLength(45);
  // Table 1 of the paper: 156 points for 8 objectives, in layers of 3 and 2 divisions.
  expect(referencePoints(8, 156)).toHaveLength(156);
  for (const [objectives, most] of [
    [4, 50],
    [6, 50],
    [10, 50],
  ] as const) {
    const points = referencePoints(objectives, most);
    expect(points.length).toBeLessThanOrEqual(most);
    expect(points.length).toBeGreaterThanOrEqual(objectives);
    for (const point of points) expect(point.reduce((a, b) => a + b)).toBeCloseTo(1, 12);
  }
});

test('points are scaled by the intercepts of the plane through the extreme points', () => {
  const places = normalised([
    [11, 2, 3],
    [1, 22, 3],
    [1, 2, 33],
    [6, 12, 3],
  ]);
  const expected = [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
    [0.5, 0.5, 0],
  ];
  for (const [i, place] of places.entries())
    for (const [k, x] of place.entries()) expect(x).toBeCloseTo(expected[i]?.[k] ?? Number.NaN, 12);
});

test('degenerate points are scaled by their extent', () => {
  expect(normalised([[3, 3]])).toEqual([[0, 0]]);
  const line = normalised([
    [0, 5],
    [2, 5],
    [4, 5],
  ]);
  expect(line.map(([x]) => x)).toEqual([0, 0.5, 1]);
});

test('the emptiest niches are filled first, with the nearest point', () => {
  const directions = dasDennis(2, 2);
  const niche = (x: number, y: number): ReturnType<typeof nicheOf> => nicheOf([x, y], directions);
  expect(niche(0, 1).direction).toBe(0);
  expect(niche(0.5, 0.45).direction).toBe(1);
  expect(niche(1, 0.1).direction).toBe(2);
  const taken = [niche(0, 1), niche(0.1, 1), niche(0.5, 0.5)];
  const candidates = [niche(0.05, 1), niche(0.6, 0.5), niche(1, 0.2), niche(1, 0.1)];
  expect(fillNiches(3, taken, candidates, 3)).toEqual([3, 1, 2]);
});
