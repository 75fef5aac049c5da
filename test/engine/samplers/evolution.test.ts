import { expect, test } from 'vitest';
import { randomStream } from '../../../src/engine/numeric/random.ts';
import { evolutionSampler } from '../../../src/engine/samplers/evolution.ts';
import { policyGradientSampler } from '../../../src/engine/samplers/policyGradient.ts';
import {
  chancesOf,
  entropyOf,
  evenPolicy,
  type Policy,
  reinforced,
} from '../../../src/engine/samplers/policyGradientWeights.ts';
import { randomSampler } from '../../../src/engine/samplers/random.ts';
import type { Assignment, SearchSpace } from '../../../src/engine/space/parameter.ts';
import type { Objective } from '../../../src/engine/study/objective.ts';
import type { Proposal, Sampler } from '../../../src/engine/study/sampler.ts';
import type { Trial } from '../../../src/engine/study/trial.ts';
import { category, flag, float, spaceOf, whole } from '../../builders/spaces.ts';
import { aTrial } from '../../builders/trials.ts';

const loss: readonly Objective[] = [{ metric: 'loss', direction: 'minimize' }];
const times = <T>(count: number, item: (i: number) => T): readonly T[] =>
  Array.from({ length: count }, (_, i) => item(i));

const propose = (
  sampler: Sampler,
  space: SearchSpace,
  trials: readonly Trial[],
  seed: number,
  objectives = loss,
): Proposal => sampler.sample({ space, objectives, trials, random: randomStream(seed, trials.length) });

interface Problem {
  readonly space: SearchSpace;
  readonly value: (params: Assignment) => number;
}

const runStudy = (
  sampler: Sampler,
  { space, value }: Problem,
  count: number,
  seed: number,
): readonly Trial[] => {
  const trials: Trial[] = [];
  for (let number = 0; number < count; number++) {
    const { params } = propose(sampler, space, trials, seed);
    trials.push(aTrial({ number, params, values: [value(params)] }));
  }
  return trials;
};

const meanBest = (create: () => Sampler, problem: Problem, count: number): number =>
  times(5, (seed) =>
    Math.min(...runStudy(create(), problem, count, seed).map(({ values }) => values?.[0] ?? Infinity)),
  ).reduce((a, b) => a + b) / 5;

/** Ten choices of five, each with a best one. */
const choices: Problem = {
  space: spaceOf(times(10, (i) => category(`c${i}`, ['a', 'b', 'c', 'd', 'e']))),
  value: (params) => times(10, (i) => Number(params[`c${i}`] !== 'abcdeabcde'[i])).reduce((a, b) => a + b),
};

/** The better branch is worse on average. */
const branches: Problem = {
  space: spaceOf([
    category('model', ['a', 'b']),
    float('x', 0, 1, { condition: 'model == "a"' }),
    whole('n', 1, 20, { condition: 'model == "b"' }),
    flag('deep', 'n > 10'),
  ]),
  value: (params) =>
    params.model === 'a'
      ? 20 * (Number(params.x) - 0.7) ** 2
      : 1 + Math.abs(Number(params.n) - 14) / 10 - Number(params.deep === true) / 2,
};

const samplers = { evolution: evolutionSampler, policy: policyGradientSampler };

for (const [name, create] of Object.entries(samplers)) {
  test(`${name} finds choices that random search does not`, () => {
    expect(meanBest(create, choices, 200)).toBeLessThan(meanBest(randomSampler, choices, 200) / 2);
  });

  test(`${name} finds the better branch`, () => {
    expect(meanBest(create, branches, 150)).toBeLessThan(0.05);
  });

  test(`${name} proposes the same when the negated value is maximised`, () => {
    const trials = runStudy(create(), branches, 60, 1);
    const negated = trials.map((trial) => ({ ...trial, values: [-(trial.values?.[0] ?? 0)] }));
    const up = propose(create(), branches.space, negated, 1, [{ metric: 'acc', direction: 'maximize' }]);
    expect(up).toEqual(propose(create(), branches.space, trials, 1));
  });

  test(`${name}: a study taken up in the middle goes on as if it had never stopped`, () => {
    const trials = runStudy(create(), branches, 80, 3);
    for (const count of [1, 21, 50, 79])
      expect(propose(create(), branches.space, trials.slice(0, count), 3).params).toEqual(
        trials[count]?.params,
      );
  });

  test(`${name} keeps to the front where there are several objectives`, () => {
    const line = spaceOf([float('x', 0, 1)]);
    const both: readonly Objective[] = [...loss, { metric: 'cost', direction: 'minimize' }];
    const trials: Trial[] = [];
    const sampler = create();
    for (let number = 0; number < 200; number++) {
      const { params } = propose(sampler, line, trials, 1, both);
      const x = Number(params.x);
      trials.push(aTrial({ number, params, values: [(x - 0.4) ** 2, (x - 0.6) ** 2] }));
    }
    const late = trials.slice(-60).filter(({ params }) => Number(params.x) > 0.3 && Number(params.x) < 0.7);
    expect(late.length).toBeGreaterThan(36);
  });
}

test('evolution lets trials die of age, however good they are', () => {
  const space = spaceOf([category('c', ['a', 'b', 'c', 'd', 'e']), float('x', 0, 1)]);
  const trials = times(60, (number) =>
    aTrial({
      number,
      params: { c: number === 0 ? 'a' : 'e', x: number / 60 },
      values: [number === 0 ? -9 : number],
    }),
  );
  const parents = (population: number): ReadonlySet<string | undefined> =>
    new Set(
      times(
        30,
        (seed) =>
          /^Trial (\d+) /.exec(
            propose(evolutionSampler({ population, sample: 100 }), space, trials, seed).reason,
          )?.[1],
      ),
    );
  expect(parents(60)).toEqual(new Set(['0']));
  expect(parents(50)).toEqual(new Set(['10']));
});

test('evolution changes one value of its parent', () => {
  const trials = runStudy(randomSampler(), choices, 40, 1);
  for (let seed = 0; seed < 20; seed++) {
    const { params, reason } = propose(evolutionSampler(), choices.space, trials, seed);
    const parent = trials[Number(/^Trial (\d+) /.exec(reason)?.[1])];
    expect(Object.keys(params).filter((key) => params[key] !== parent?.params[key])).toHaveLength(1);
    expect(reason).toMatch(/with one value changed: it is the best of 25 drawn from the newest 40\.$/);
  }
});

test('the policy gradient is that of the expected reward and the entropy', () => {
  const policy: Policy = { ...evenPolicy([3]), logits: [Float64Array.of(0.3, -0.2, 0.5)] };
  const episode = { choices: Float64Array.of(1), advantage: 0.7 };
  const objective = (logits: Float64Array): number => {
    const chances = chancesOf(logits);
    return 0.7 * Math.log(chances[1] ?? 0) + 0.05 * entropyOf(chances);
  };
  const [logits = new Float64Array(3)] = policy.logits;
  const slopes = [0, 1, 2].map((k) => {
    const shifted = (by: number): Float64Array => logits.with(k, (logits[k] ?? 0) + by);
    return (objective(shifted(1e-6)) - objective(shifted(-1e-6))) / 2e-6;
  });
  const next = reinforced(policy, [episode], { rate: 0.1, entropy: 0.05 });
  // Adam's first memory holds a tenth of the first gradient.
  for (const [k, slope] of slopes.entries()) expect(10 * (next.first[0]?.[k] ?? 0)).toBeCloseTo(slope, 8);
  // Its first step is as long as the rate, whatever the gradient.
  for (const [k, slope] of slopes.entries())
    expect((next.logits[0]?.[k] ?? 0) - (logits[k] ?? 0)).toBeCloseTo(0.1 * Math.sign(slope), 5);
});

test('decisions that did not arise are not learnt from', () => {
  const next = reinforced(evenPolicy([2, 2]), [{ choices: Float64Array.of(0, Number.NaN), advantage: 1 }], {
    rate: 0.1,
    entropy: 0,
  });
  expect(next.logits[0]).not.toEqual(new Float64Array(2));
  expect(next.logits[1]).toEqual(new Float64Array(2));
});

test('entropy is that of the distribution', () => {
  expect(entropyOf(Float64Array.of(0.25, 0.25, 0.25, 0.25))).toBeCloseTo(Math.log(4), 12);
  expect(entropyOf(Float64Array.of(1, 0))).toBe(0);
});

test('the policy says how sure it is', () => {
  expect(propose(policyGradientSampler(), choices.space, [], 1).reason).toBe(
    'Drawn by a policy that has learnt nothing yet: every choice is as likely.',
  );
  const trials = runStudy(policyGradientSampler(), choices, 100, 1);
  const { reason } = propose(policyGradientSampler(), choices.space, trials, 1);
  expect(reason).toMatch(
    /^Drawn by a policy that 100 trials have taught in 50 steps; .* chance of \d+% on average\.$/,
  );
});
