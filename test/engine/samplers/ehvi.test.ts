import { describe, expect, test } from 'vitest';
import { hypervolume, hypervolumeImprovement } from '../../../src/engine/numeric/hypervolume.ts';
import type { Point } from '../../../src/engine/numeric/nonDominated.ts';
import { normalCdf, normalDensity } from '../../../src/engine/numeric/normal.ts';
import { randomStream } from '../../../src/engine/numeric/random.ts';
import { createGain, createScale, type Gain } from '../../../src/engine/samplers/ehviGain.ts';
import { createSampler } from '../../../src/engine/samplers/registry.ts';
import { completeAssignment } from '../../../src/engine/space/assignment.ts';
import type { Assignment, SearchSpace } from '../../../src/engine/space/parameter.ts';
import type { Objective } from '../../../src/engine/study/objective.ts';
import type { Sampler } from '../../../src/engine/study/sampler.ts';
import type { Trial } from '../../../src/engine/study/trial.ts';
import { category, float, spaceOf } from '../../builders/spaces.ts';
import { aTrial } from '../../builders/trials.ts';

const gainOf = (front: readonly Point[], reference: Point): Gain =>
  createGain(
    front,
    reference.map((limit, m) =>
      createScale(
        front.map((point) => point[m] ?? 0),
        limit,
        () => 1,
      ),
    ),
  );

const staircase: readonly Point[] = [
  [0.1, 0.9],
  [0.3, 0.5],
  [0.7, 0.2],
];
const shell: readonly Point[] = [
  [0.1, 0.8, 0.6],
  [0.5, 0.5, 0.3],
  [0.8, 0.1, 0.5],
  [0.4, 0.6, 0.7],
];

/** E[(t - y)⁺] */
const improvement = (t: number, mean: number, deviation: number): number => {
  const z = (t - mean) / deviation;
  return deviation * (normalDensity(z) + z * normalCdf(z));
};

describe('expected gain of hypervolume', () => {
  test('over an empty front is the product of the expected improvements on the reference', () => {
    const gain = gainOf([], [1, 2]);
    const expected = improvement(1, 0.4, 0.3) * improvement(2, 1.5, 0.6);
    expect(Math.exp(gain.log(Float64Array.of(0.4, 1.5), Float64Array.of(0.3, 0.6)))).toBeCloseTo(
      expected,
      12,
    );
  });

  test('over one point in two objectives is what the whole quadrant gains less what the point dominates', () => {
    const [mean, deviation] = [Float64Array.of(0.45, 0.55), Float64Array.of(0.2, 0.3)];
    const part = (m: number, from: number): number =>
      improvement(1, mean[m] ?? 0, deviation[m] ?? 0) - improvement(from, mean[m] ?? 0, deviation[m] ?? 0);
    const whole = improvement(1, 0.45, 0.2) * improvement(1, 0.55, 0.3);
    expect(Math.exp(gainOf([[0.4, 0.5]], [1, 1]).log(mean, deviation))).toBeCloseTo(
      whole - part(0, 0.4) * part(1, 0.5),
      12,
    );
  });

  test('without uncertainty is the hypervolume improvement', () => {
    for (const [front, point] of [
      [staircase, [0.2, 0.3]],
      [shell, [0.3, 0.3, 0.4]],
    ] as const) {
      const reference = point.map(() => 1);
      const value = gainOf(front, reference).log(
        Float64Array.from(point),
        new Float64Array(point.length).fill(1e-9),
      );
      expect(Math.exp(value)).toBeCloseTo(hypervolumeImprovement(point, front, reference), 7);
    }
  });

  for (const [name, front] of [
    ['two', staircase],
    ['three', shell],
  ] as const) {
    test(`of ${name} objectives agrees with Monte Carlo`, () => {
      const width = front[0]?.length ?? 0;
      const reference = Array.from({ length: width }, () => 1);
      const random = randomStream(7);
      const [mean, deviation] = [new Float64Array(width), new Float64Array(width)];
      for (let m = 0; m < width; m++) [mean[m], deviation[m]] = [0.3 + 0.2 * m, 0.3 - 0.05 * m];
      const draws = 40_000;
      let [sum, squares, better] = [0, 0, 0];
      for (let i = 0; i < draws; i++) {
        const point = Array.from(mean, (value, m) => value + (deviation[m] ?? 0) * random.normal());
        const gained = hypervolumeImprovement(point, front, reference);
        sum += gained;
        squares += gained * gained;
        better += Number(gained > 1e-12);
      }
      const error = Math.sqrt((squares / draws - (sum / draws) ** 2) / draws);
      const gain = gainOf(front, reference);
      expect(Math.abs(Math.exp(gain.log(mean, deviation)) - sum / draws)).toBeLessThan(4 * error);
      expect(gain.chance(mean, deviation)).toBeCloseTo(better / draws, 2);
    });
  }

  test('has the gradient of finite differences, near the front and where the gain itself vanishes', () => {
    for (const [front, mean, deviation] of [
      [staircase, [0.35, 0.4], [0.2, 0.1]],
      [staircase, [3, 4], [0.05, 0.04]],
      [shell, [0.4, 0.3, 0.6], [0.3, 0.1, 0.2]],
      [shell, [2, 0.7, 3], [0.05, 0.02, 0.1]],
    ] as const) {
      const width = mean.length;
      const gain = gainOf(
        front,
        mean.map(() => 1),
      );
      const [byMean, byDeviation] = [new Float64Array(width), new Float64Array(width)];
      const at = Float64Array.from(mean);
      const spread = Float64Array.from(deviation);
      const value = gain.withGradient(at, spread, byMean, byDeviation);
      expect(value).toBeCloseTo(gain.log(at, spread), 8);
      expect(value).toBeGreaterThan(-Infinity);
      for (const [values, slopes] of [
        [at, byMean],
        [spread, byDeviation],
      ] as const)
        for (let m = 0; m < width; m++) {
          const own = values[m] ?? 0;
          const step = 1e-5 * own;
          const shifted = (by: number): number => {
            values[m] = own + by;
            const result = gain.log(at, spread);
            values[m] = own;
            return result;
          };
          const slope = (shifted(step) - shifted(-step)) / (2 * step);
          expect(Math.abs((slopes[m] ?? 0) - slope)).toBeLessThan(1e-4 * (1 + Math.abs(slope)));
        }
    }
  });

  test('is finite as a logarithm where the gain is far below the smallest number', () => {
    const value = gainOf(staircase, [1, 1]).log(Float64Array.of(90, 80), Float64Array.of(0.5, 0.5));
    expect(value).toBeLessThan(-10_000);
    expect(value).toBeGreaterThan(-1e6);
  });

  test('counts steps below a threshold by the slope there', () => {
    const plain = createScale([0.5], 1, () => 1);
    const steep = createScale([0.5], 1, (low) => (low === -Infinity ? 3 : 1));
    const [mean, deviation] = [Float64Array.of(0.6, 0.4), Float64Array.of(0.2, 0.2)];
    const first = (t: number): number => improvement(t, 0.6, 0.2);
    const expected =
      (3 * first(0.5) + first(1) - first(0.5)) * improvement(0.5, 0.4, 0.2) +
      3 * first(0.5) * (improvement(1, 0.4, 0.2) - improvement(0.5, 0.4, 0.2));
    expect(Math.exp(createGain([[0.5, 0.5]], [steep, plain]).log(mean, deviation))).toBeCloseTo(expected, 12);
  });
});

const two: readonly Objective[] = [
  { metric: 'loss', direction: 'minimize' },
  { metric: 'speed', direction: 'maximize' },
];

const samplerOf = (name: string, options: Record<string, number | string> = {}): Sampler => {
  const sampler = createSampler({ name, options });
  if (!sampler.ok) throw new Error(sampler.error);
  return sampler.value;
};

type Outcome = (params: Assignment) => Pick<Trial, 'values' | 'constraints'>;

const study = (
  sampler: Sampler,
  space: SearchSpace,
  objectives: readonly Objective[],
  count: number,
  outcome: Outcome,
): readonly Trial[] => {
  const trials: Trial[] = [];
  for (let number = 0; number < count; number++) {
    const { params } = sampler.sample({
      space,
      objectives,
      trials,
      random: randomStream(3, 'sampler', number),
    });
    trials.push(aTrial({ number, params: completeAssignment(space, params), ...outcome(params) }));
  }
  return trials;
};

const plane = spaceOf([float('x', 0, 1), float('y', 0, 1), category('kind', ['a', 'b'])]);

/** The front has y = 0.5 and kind b, and x goes along it: loss x², speed -(1 - x)². */
const tradeOff: Outcome = ({ x, y, kind }) => {
  const waste = (Number(y) - 0.5) ** 2 + (kind === 'a' ? 0.5 : 0);
  return { values: [Number(x) ** 2 + waste, -((1 - Number(x)) ** 2) - waste] };
};

describe('samplers of several objectives', () => {
  for (const name of ['ehvi', 'parego'])
    test(`${name} covers a front that one parameter goes along`, () => {
      const trials = study(samplerOf(name), plane, two, 40, tradeOff);
      const points = trials.map(({ values = [] }) => [values[0] ?? 0, -(values[1] ?? 0)]);
      // The front's own volume below (1.1, 1.1) is 1.21 - 1/6; random search at 40 trials has about 0.8 of it.
      expect(hypervolume(points, [1.1, 1.1])).toBeGreaterThan(0.95 * (1.21 - 1 / 6));
    });

  test('ehvi does not propose what is being tried already', () => {
    const space = spaceOf([float('x', 0, 1)]);
    const sampler = samplerOf('ehvi');
    const outcome: Outcome = ({ x }) => ({ values: [Number(x) ** 2, -((1 - Number(x)) ** 2)] });
    const trials = [...study(sampler, space, two, 8, outcome)];
    const places: number[] = [];
    for (let number = 8; number < 12; number++) {
      const { params } = sampler.sample({
        space,
        objectives: two,
        trials,
        random: randomStream(1, 'sampler', number),
      });
      expect(places.every((other) => Math.abs(other - Number(params.x)) > 0.005)).toBe(true);
      places.push(Number(params.x));
      trials.push(aTrial({ number, params, state: 'running' }));
    }
  });

  test('scalarized goes to the end of the front that the weights prefer', () => {
    for (const scalarization of ['sum', 'tchebycheff']) {
      const [low, high] = [0.2, 5].map((weight2) => {
        const trials = study(samplerOf('scalarized', { weight2, scalarization }), plane, two, 24, tradeOff);
        const places = trials.slice(-5).map(({ params }) => Number(params.x));
        return places.sort((a, b) => a - b)[2] ?? 0;
      });
      expect(low).toBeLessThan(0.4);
      expect(high).toBeGreaterThan(0.6);
    }
  });
});

const one: readonly Objective[] = [{ metric: 'loss', direction: 'minimize' }];
const square = spaceOf([float('x', 0, 1), float('y', 0, 1)]);

/** Gramacy et al., "Modeling an Augmented Lagrangian for Blackbox Constrained Optimization", 2016: optimum 0.5998. */
const gramacy: Outcome = (params) => {
  const [x, y] = [Number(params.x), Number(params.y)];
  return {
    values: [x + y],
    constraints: [1.5 - x - 2 * y - 0.5 * Math.sin(2 * Math.PI * (x * x - 2 * y)), x * x + y * y - 1.5],
  };
};

const keeps = ({ constraints = [] }: Trial): boolean => constraints.every((value) => value <= 0);

describe('output constraints', () => {
  for (const name of ['gp', 'ehvi', 'scalarized'])
    test(`${name} comes to the best point that keeps them, on the edge of a region that does not`, () => {
      const trials = study(samplerOf(name), square, one, 32, gramacy);
      const best = Math.min(...trials.filter(keeps).map(({ values = [] }) => values[0] ?? Infinity));
      expect(best).toBeGreaterThan(0.5997);
      expect(best).toBeLessThan(0.605);
    });

  test('a region that breaks them is left, however good its values', () => {
    const outcome: Outcome = ({ x, y }) => ({
      values: [Number(x) + (Number(y) - 0.5) ** 2],
      constraints: [0.6 - Number(x)],
    });
    const trials = study(samplerOf('gp'), square, one, 30, outcome);
    expect(trials.slice(12).filter(({ params }) => Number(params.x) < 0.55)).toHaveLength(0);
  });

  test('while no trial keeps them, the next is where they are likeliest kept', () => {
    const outcome: Outcome = ({ x, y }) => ({
      values: [Number(x)],
      constraints: [1.92 - Number(x) - Number(y)],
    });
    for (const name of ['gp', 'ehvi']) {
      const trials = study(samplerOf(name), square, one, 20, outcome);
      expect(trials.findIndex(keeps)).toBeGreaterThan(-1);
    }
  });

  test('several objectives are improved within them', () => {
    const outcome: Outcome = (params) => ({
      ...tradeOff(params),
      constraints: [0.3 - Number(params.x)],
    });
    const trials = study(samplerOf('ehvi'), plane, two, 30, outcome);
    expect(trials.slice(-10).filter(keeps).length).toBeGreaterThan(5);
  });
});
