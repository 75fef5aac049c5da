import { describe, expect, test } from 'vitest';
import { randomStream } from '../../../src/engine/numeric/random.ts';
import { toAxis } from '../../../src/engine/samplers/axis.ts';
import { costAt, costShare, createCostModels, perCost } from '../../../src/engine/samplers/costAware.ts';
import { createFeatures } from '../../../src/engine/samplers/features.ts';
import { gpSampler, lastFit } from '../../../src/engine/samplers/gp.ts';
import { createHistoryReader } from '../../../src/engine/samplers/history.ts';
import { createSampler } from '../../../src/engine/samplers/registry.ts';
import type { Assignment } from '../../../src/engine/space/parameter.ts';
import type { Trial } from '../../../src/engine/study/trial.ts';
import { slopesOf } from '../../builders/processes.ts';
import { float, spaceOf } from '../../builders/spaces.ts';
import { aTrial } from '../../builders/trials.ts';

const objectives = [{ metric: 'loss', direction: 'minimize' }] as const;
const space = spaceOf([float('size', 0, 1), float('rate', 0, 1), float('decay', 0, 1)]);
const features = createFeatures(space, space.parameters.map(toAxis));

const sizeOf = (params: Assignment): number => Number(params.size);
/** A hundred times as long for the largest as for the smallest. */
const secondsOf = (params: Assignment): number => 10 ** (2 * sizeOf(params));
/** Best at size 0.9; the valley runs down to small sizes, where it is nearly as good. */
const lossOf = (params: Assignment): number =>
  (Number(params.rate) - 0.35) ** 2 + (Number(params.decay) - 0.7) ** 2 + 0.02 * (sizeOf(params) - 0.9) ** 2;

const runStudy = (
  options: Parameters<typeof gpSampler>[0],
  seed: number,
  count: number,
  seconds: (params: Assignment) => number | undefined,
  remaining?: (number: number) => number,
): readonly Trial[] => {
  const sampler = gpSampler(options);
  const trials: Trial[] = [];
  for (let number = 0; number < count; number++) {
    const { params } = sampler.sample({
      space,
      objectives,
      trials,
      random: randomStream(seed, number),
      ...(remaining === undefined ? {} : { remaining: remaining(number) }),
    });
    const cost = seconds(params);
    trials.push(
      aTrial({
        number,
        params,
        values: [lossOf(params)],
        ...(cost === undefined ? {} : { cost: { seconds: cost } }),
      }),
    );
  }
  return trials;
};

const paidUntil = (trials: readonly Trial[], target: number): number => {
  let paid = 0;
  for (const { values, params } of trials) {
    paid += secondsOf(params);
    if ((values?.[0] ?? NaN) <= target) return paid;
  }
  return Infinity;
};

test('a target that cheap trials reach as well costs less to reach', () => {
  // Size 0 can reach 0.0162.
  const seeds = [2, 3, 4];
  const total = (cost: 'seconds' | 'none'): number =>
    seeds.reduce((sum, seed) => sum + paidUntil(runStudy({ cost }, seed, 14, secondsOf), 0.0166), 0);
  const [aware, plain] = [total('seconds'), total('none')];
  expect(aware).toBeLessThan(0.6 * plain);
});

test('equal costs, and none at all, change no proposal', () => {
  const plain = runStudy({}, 3, 12, () => undefined).map(({ params }) => params);
  const equal = runStudy({ cost: 'seconds' }, 3, 12, () => 12.5).map(({ params }) => params);
  const unknown = runStudy({ cost: 'joules' }, 3, 12, secondsOf).map(({ params }) => params);
  expect(equal).toEqual(plain);
  expect(unknown).toEqual(plain);
});

test('some trials without a cost do no harm', () => {
  const trials = runStudy({ cost: 'seconds' }, 2, 14, (params) =>
    sizeOf(params) * 100 - Math.floor(sizeOf(params) * 100) < 0.5 ? secondsOf(params) : undefined,
  );
  expect(Math.min(...trials.map(({ values }) => values?.[0] ?? NaN))).toBeLessThan(0.1);
});

test('the reason says what is expected', () => {
  const trials = runStudy({ cost: 'seconds' }, 2, 12, secondsOf);
  const { reason } = gpSampler({ cost: 'seconds' }).sample({
    space,
    objectives,
    trials,
    random: randomStream(1),
  });
  expect(reason).toMatch(/ Expected to take [\d.]+ s, which counts with 100 %\.$/);
});

describe('the model of costs', () => {
  const trials = Array.from({ length: 30 }, (_, number) => {
    const params = { size: (number * 0.618) % 1, rate: (number * 0.755) % 1, decay: (number * 0.57) % 1 };
    return aTrial({ number, params, values: [0], cost: { seconds: secondsOf(params) } });
  });
  const modelOf = (of: readonly Trial[]): ReturnType<ReturnType<typeof createCostModels>> => {
    const context = { space, objectives, trials: of, random: randomStream(1) };
    const history = createHistoryReader()(space, objectives, of);
    return createCostModels()(context, history, features, 'seconds', lastFit);
  };

  test('finds costs over two decades', () => {
    const model = modelOf(trials);
    if (model === undefined) throw new Error('no model');
    for (const [size, rate] of [
      [0.1, 0.4],
      [0.5, 0.9],
      [0.85, 0.3],
    ] as const)
      expect(costAt(model, Float64Array.of(size, rate, 0.5)) / 10 ** (2 * size)).toBeCloseTo(1, 1);
  });

  test('leaves out trials ended early, failed or with an odd cost', () => {
    const odd = [
      aTrial({ state: 'pruned', params: { size: 0.9, rate: 0.5, decay: 0.5 }, cost: { seconds: 1e-6 } }),
      aTrial({ state: 'failed', params: { size: 0.8, rate: 0.5, decay: 0.5 }, cost: { seconds: 1e-6 } }),
      aTrial({ params: { size: 0.7, rate: 0.5, decay: 0.5 }, cost: { seconds: 0 } }),
      aTrial({ params: { size: 0.6, rate: 0.5, decay: 0.5 }, cost: { seconds: Infinity } }),
    ];
    expect(modelOf([...trials, ...odd])?.centre).toBe(modelOf(trials)?.centre);
    expect(modelOf(odd)).toBeUndefined();
    expect(modelOf(trials.slice(0, 3))).toBeUndefined();
  });

  test('lowers the worth by its logarithm, with the right gradient', () => {
    const model = modelOf(trials);
    if (model === undefined) throw new Error('no model');
    const flat = {
      many: (_: Float64Array, count: number, values: Float64Array) => void values.fill(2, 0, count),
      withGradient: (_: Float64Array, gradient: Float64Array) => {
        gradient.fill(0);
        return 2;
      },
    };
    const worth = perCost(flat, model, 0.5);
    const [point, gradient, value] = [
      Float64Array.of(0.3, 0.6, 0.2),
      new Float64Array(3),
      new Float64Array(1),
    ];
    const alone = worth.withGradient(point, gradient);
    worth.many(point, 1, value);
    expect(value[0]).toBeCloseTo(alone, 12);
    expect(alone).toBeCloseTo(2 - 0.5 * (Math.log(costAt(model, point)) - model.centre), 10);
    slopesOf((x) => worth.withGradient(x, new Float64Array(3)), point).forEach((slope, c) => {
      expect(gradient[c]).toBeCloseTo(slope, 6);
    });
  });
});

test('cost counts less the more of the budget is used', () => {
  expect(costShare(undefined, 50, 5)).toBe(1);
  expect(costShare(95, 5, 5)).toBe(1);
  expect(costShare(50, 55, 5)).toBe(0.5);
  expect(costShare(1, 104, 5)).toBe(0.01);
  expect(costShare(10, 0, 5)).toBe(1);
});

test('options that do not go together are refused with a sentence', () => {
  const errorOf = (options: Readonly<Record<string, string>>): string | undefined => {
    const sampler = createSampler({ name: 'gp', options });
    return sampler.ok ? undefined : sampler.error;
  };
  expect(errorOf({ cost: 'seconds', acquisition: 'ucb' })).toBe(
    'gp: cost seconds goes with acquisition logei, ei, pi or kg, not ucb.',
  );
  expect(errorOf({ pending: 'qei', acquisition: 'kg' })).toBe(
    'gp: pending qei goes with acquisition logei, not kg.',
  );
  expect(errorOf({ pending: 'qei', cost: 'joules' })).toBeUndefined();
});
