import { expect, test } from 'vitest';
import { randomStream } from '../../../src/engine/numeric/random.ts';
import { explorationOf, heboSampler } from '../../../src/engine/samplers/hebo.ts';
import { randomSampler } from '../../../src/engine/samplers/random.ts';
import { configurationKey } from '../../../src/engine/space/configurationKey.ts';
import type { Assignment, SearchSpace } from '../../../src/engine/space/parameter.ts';
import type { Sampler } from '../../../src/engine/study/sampler.ts';
import type { Trial } from '../../../src/engine/study/trial.ts';
import { category, flag, float, spaceOf, whole } from '../../builders/spaces.ts';
import { aTrial } from '../../builders/trials.ts';

const objectives = [{ metric: 'loss', direction: 'minimize' }] as const;

const runStudy = (
  sampler: Sampler,
  space: SearchSpace,
  count: number,
  loss: (params: Assignment) => number,
  seed = 1,
): readonly Trial[] => {
  const trials: Trial[] = [];
  for (let number = 0; number < count; number++) {
    const { params } = sampler.sample({ space, objectives, trials, random: randomStream(seed, number) });
    trials.push(aTrial({ number, params, values: [loss(params)] }));
  }
  return trials;
};

const bestOf = (trials: readonly Trial[]): number =>
  Math.min(...trials.map(({ values }) => values?.[0] ?? NaN));

const mixed = spaceOf(
  [
    float('lr', 1e-5, 1, { log: true }),
    float('drop', 0, 0.9),
    category('act', ['relu', 'tanh', 'gelu']),
    whole('layers', 1, 5),
    flag('skip'),
    float('scale', 0, 1, { condition: 'skip' }),
  ],
  { constraints: ['drop < 0.8 or layers < 4'] },
);

const lossOf = (params: Assignment): number =>
  (Math.log10(Number(params.lr)) + 2.5) ** 2 / 4 +
  (Number(params.drop) - 0.2) ** 2 +
  (params.act === 'gelu' ? 0 : 0.3) +
  (Number(params.layers) - 3) ** 2 * 0.05 +
  (params.skip === true ? (Number(params.scale) - 0.6) ** 2 : 0.2);

test('the exploration grows as the paper has it', () => {
  // κ² = 2 · 0.5 · ((2 + d/2) log t + log(3π² / (3 · 0.01)))
  expect(explorationOf(10, 100)).toBeCloseTo(Math.sqrt(7 * Math.log(100) + Math.log(100 * Math.PI ** 2)), 12);
  expect(explorationOf(4, 1)).toBeCloseTo(Math.sqrt(Math.log(100 * Math.PI ** 2)), 12);
});

test('a mixed space is searched better than at random', () => {
  for (const seed of [4, 5]) {
    const found = bestOf(runStudy(heboSampler(), mixed, 36, lossOf, seed));
    expect(found).toBeLessThan(bestOf(runStudy(randomSampler(), mixed, 36, lossOf, seed)));
    expect(found).toBeLessThan(0.03);
  }
});

test('parallel proposals keep apart', () => {
  const done = runStudy(heboSampler(), mixed, 20, lossOf);
  const trials = [...done];
  const sampler = heboSampler();
  for (let k = 0; k < 6; k++) {
    const { params } = sampler.sample({ space: mixed, objectives, trials, random: randomStream(4, k) });
    trials.push(aTrial({ number: trials.length, state: 'running', params }));
  }
  expect(new Set(trials.slice(20).map(({ params }) => configurationKey(mixed, params))).size).toBe(6);
});

test('the person reads what the model expects', () => {
  const trials = runStudy(heboSampler(), mixed, 12, lossOf);
  const { reason } = heboSampler().sample({ space: mixed, objectives, trials, random: randomStream(9) });
  expect(reason).toMatch(
    /^From the Pareto set of three acquisitions; a Gaussian process of 12 trials expects /,
  );
  const early = heboSampler().sample({
    space: mixed,
    objectives,
    trials: trials.slice(0, 5),
    random: randomStream(9),
  });
  expect(early.reason).toBe('Drawn far from other trials: 5 of the 7 trials that a model needs are done.');
});
