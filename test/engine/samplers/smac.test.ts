import { expect, test } from 'vitest';
import { randomStream } from '../../../src/engine/numeric/random.ts';
import { randomSampler } from '../../../src/engine/samplers/random.ts';
import { createSampler } from '../../../src/engine/samplers/registry.ts';
import type { Assignment, SearchSpace } from '../../../src/engine/space/parameter.ts';
import type { Objective } from '../../../src/engine/study/objective.ts';
import type { Sampler } from '../../../src/engine/study/sampler.ts';
import type { Trial } from '../../../src/engine/study/trial.ts';
import { category, float, spaceOf, whole } from '../../builders/spaces.ts';
import { aTrial } from '../../builders/trials.ts';

const loss: readonly Objective[] = [{ metric: 'loss', direction: 'minimize' }];
const smac = (options: Readonly<Record<string, number | boolean>> = {}): Sampler => {
  const made = createSampler({ name: 'smac', options });
  if (!made.ok) throw new Error(made.error);
  return made.value;
};

/** A choice decides what counts, and half of the numbers do not. */
const space = spaceOf([
  category('kernel', ['a', 'b', 'c']),
  float('width', 1e-3, 1e3, { log: true, condition: 'kernel == "b"' }),
  whole('degree', 1, 9, { condition: 'kernel == "a"' }),
  float('ridge', 0, 1),
  float('idle', 0, 1),
]);
const lossOf = (params: Assignment): number => {
  const ridge = (Number(params.ridge) - 0.7) ** 2;
  if (params.kernel === 'a') return ridge + 0.4 + 0.02 * Math.abs(Number(params.degree) - 4);
  if (params.kernel === 'b') return ridge + 0.1 * (Math.log10(Number(params.width)) + 1) ** 2;
  return ridge + 0.6;
};

const run = (sampler: Sampler, own: SearchSpace, count: number, seed: number): readonly Trial[] => {
  const trials: Trial[] = [];
  for (let number = 0; number < count; number++) {
    const { params } = sampler.sample({
      space: own,
      objectives: loss,
      trials,
      random: randomStream(seed, number),
    });
    trials.push(aTrial({ number, params, values: [lossOf(params)] }));
  }
  return trials;
};
const bestOf = (trials: readonly Trial[]): number =>
  Math.min(...trials.map(({ values }) => values?.[0] ?? Infinity));

test('it beats random search on a conditional space', () => {
  let [ours, random] = [0, 0];
  for (let seed = 0; seed < 6; seed++) {
    ours += bestOf(run(smac(), space, 40, seed));
    random += bestOf(run(randomSampler(), space, 40, seed));
  }
  expect(ours).toBeLessThan(random / 2);
});

test('a share of the proposals is random, and says so', () => {
  const trials = run(smac(), space, 14, 1);
  const reasons = Array.from(
    { length: 60 },
    (_, seed) => smac().sample({ space, objectives: loss, trials, random: randomStream(seed) }).reason,
  );
  const drawn = reasons.filter((reason) => reason.startsWith('Drawn at random')).length;
  expect(drawn).toBeGreaterThan(3);
  expect(drawn).toBeLessThan(25);
  expect(reasons.find((reason) => !reason.startsWith('Drawn'))).toMatch(
    /^Most promising of \d+ candidates: a random forest expects loss between [-\d.e]+ and [-\d.e]+\.$/,
  );
});

test('maximising the negated value proposes the same', () => {
  const trials = run(smac(), space, 20, 2);
  const negated = trials.map((trial) => ({ ...trial, values: [-(trial.values?.[0] ?? 0)] }));
  const options = { randomShare: 0 };
  const up = smac(options).sample({
    space,
    objectives: [{ metric: 'gain', direction: 'maximize' }],
    trials: negated,
    random: randomStream(9),
  });
  const down = smac(options).sample({ space, objectives: loss, trials, random: randomStream(9) });
  expect(up.params).toEqual(down.params);
});

test('pending trials keep later proposals away', () => {
  const line = spaceOf([float('x', 0, 1)]);
  const trials = Array.from({ length: 20 }, (_, number) => {
    const x = (number + 0.5) / 20;
    return aTrial({ number, params: { x }, values: [(x - 0.5) ** 2 + (number % 2)] });
  });
  const chosen: number[] = [];
  for (let k = 0; k < 6; k++) {
    const { params } = smac({ randomShare: 0 }).sample({
      space: line,
      objectives: loss,
      trials,
      random: randomStream(3, k),
    });
    chosen.push(Number(params.x));
    trials.push(aTrial({ number: trials.length, state: 'running', params }));
  }
  expect(new Set(chosen.map((x) => Math.round(200 * x))).size).toBeGreaterThan(3);
});
