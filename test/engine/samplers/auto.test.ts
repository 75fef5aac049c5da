import { expect, test } from 'vitest';
import { randomStream } from '../../../src/engine/numeric/random.ts';
import { autoSampler } from '../../../src/engine/samplers/auto.ts';
import { completeAssignment } from '../../../src/engine/space/assignment.ts';
import type { Assignment, SearchSpace } from '../../../src/engine/space/parameter.ts';
import type { Objective } from '../../../src/engine/study/objective.ts';
import type { Proposal, SampleContext, Sampler } from '../../../src/engine/study/sampler.ts';
import type { Trial } from '../../../src/engine/study/trial.ts';
import { category, float, spaceOf, whole } from '../../builders/spaces.ts';
import { aTrial } from '../../builders/trials.ts';

const objectives: readonly Objective[] = [{ metric: 'loss', direction: 'minimize' }];

interface Study {
  readonly trials: readonly Trial[];
  readonly proposals: readonly Proposal[];
}

/** A study of `count` trials, told one by one. */
const run = (
  sampler: Sampler,
  space: SearchSpace,
  count: number,
  outcome: (params: Assignment, number: number) => Partial<Trial>,
  more: Partial<SampleContext> & { readonly budget?: number } = {},
): Study => {
  const trials: Trial[] = [];
  const proposals: Proposal[] = [];
  for (let number = 0; number < count; number++) {
    const random = randomStream(3, number, 'sample');
    const remaining = more.budget === undefined ? {} : { remaining: more.budget - number };
    const proposal = sampler.sample({ space, objectives, trials, random, ...remaining, ...more });
    proposals.push(proposal);
    const params = completeAssignment(space, proposal.params);
    trials.push(aTrial({ number, params, ...outcome(params, number) }));
  }
  return { trials, proposals };
};

const firstValue = (trial: Trial | undefined): number => trial?.values?.[0] ?? Number.NaN;
const best = ({ trials }: Study): number => Math.min(...trials.map(firstValue));

const cube = (dimensions: number): SearchSpace =>
  spaceOf(Array.from({ length: dimensions }, (_, i) => float(`x${i}`, 0, 1)));

const bowl = (params: Assignment): number =>
  Object.values(params).reduce<number>((sum, x) => sum + (Number(x) - 0.3) ** 2, 0);

test('what was asked for is tried first, as near as the space allows, then the best of earlier studies', () => {
  const space = spaceOf([float('x', 0, 1), whole('n', 1, 500)]);
  const past = {
    space,
    objectives,
    trials: [
      aTrial({ number: 0, params: { x: 0.9, n: 9 }, values: [3] }),
      aTrial({ number: 1, params: { x: 0.7, n: 7 }, values: [1] }),
      aTrial({ number: 2, params: { x: 0.8, n: 8 }, values: [2] }),
      aTrial({ number: 3, params: { x: 0.6, n: 6 }, state: 'failed' }),
    ],
  };
  const queue = [
    { x: 0.25, n: 3 },
    { x: 7, n: 2.4 },
  ];
  const { proposals } = run(autoSampler(), space, 5, (params) => ({ values: [bowl(params)] }), {
    queue,
    past: [past],
  });
  expect(proposals.slice(0, 4).map(({ params }) => params)).toEqual([
    { x: 0.25, n: 3 },
    { x: 1, n: 2 },
    { x: 0.7, n: 7 },
    { x: 0.8, n: 8 },
  ]);
  expect(proposals[0]?.reason).toBe('Asked for: 1 of 2 to be tried first.');
  expect(proposals[2]?.reason).toBe('Number 1 of an earlier study, with 1.');
  expect(proposals[4]?.reason).toMatch(/^Gaussian process of 4 trials/);
});

test('trials that take less than thinking does get the quick sampler', () => {
  const quick = run(autoSampler(), cube(3), 20, (params) => ({
    values: [bowl(params)],
    cost: { seconds: 0.004 },
  }));
  expect(quick.proposals.at(-1)?.reason).toMatch(/^Trials take 0\.0040 s, less than a finer model would: /);
  const slow = run(autoSampler(), cube(3), 20, (params) => ({
    values: [bowl(params)],
    cost: { seconds: 4 },
  }));
  expect(slow.proposals.at(-1)?.reason).toMatch(/aussian process/);
});

test('a bowl is found to six digits in fifty trials', () => {
  expect(best(run(autoSampler(), cube(5), 50, (params) => ({ values: [bowl(params)] })))).toBeLessThan(1e-5);
});

test('a mixed, conditional space is searched better than by chance', () => {
  const space = spaceOf([
    category('kind', ['a', 'b', 'c', 'd']),
    float('x', 0, 1),
    float('y', 0, 1, { condition: 'kind == "b"' }),
    whole('n', 1, 64, { log: true }),
  ]);
  const loss = ({ kind, x, y, n }: Assignment): number =>
    (kind === 'b' ? 0 : 1) +
    (Number(x) - 0.7) ** 2 +
    (y === undefined ? 0.5 : (Number(y) - 0.2) ** 2) +
    Math.log2(Number(n) / 8) ** 2 / 20;
  const study = run(autoSampler(), space, 40, (params) => ({ values: [loss(params)] }));
  expect(best(study)).toBeLessThan(0.01);
});

test('maximising finds what minimising the opposite does', () => {
  const up = run(autoSampler(), cube(2), 25, (params) => ({ values: [-bowl(params)] }), {
    objectives: [{ metric: 'score', direction: 'maximize' }],
  });
  const down = run(autoSampler(), cube(2), 25, (params) => ({ values: [bowl(params)] }));
  expect(up.proposals.map(({ params }) => params)).toEqual(down.proposals.map(({ params }) => params));
});

test('near the end of a noisy study its leaders are run once more, and of a quiet one nothing is', () => {
  const budget = 60;
  const noisy = run(
    autoSampler(),
    cube(2),
    budget,
    (params, number) => ({ values: [bowl(params) + 0.3 * randomStream(9, number).normal()] }),
    { budget },
  );
  const repeats = noisy.proposals.filter(({ replicates }) => replicates !== undefined);
  expect(repeats).toHaveLength(3);
  for (const { replicates, params, reason } of repeats) {
    expect(params).toEqual(noisy.trials[replicates ?? -1]?.params);
    expect(reason).toMatch(/^Trial \d+ once more: noise makes up .* % of the differences/);
  }
  const quiet = run(autoSampler(), cube(2), budget, (params) => ({ values: [bowl(params)] }), { budget });
  expect(quiet.proposals.every(({ replicates }) => replicates === undefined)).toBe(true);
});

test('several objectives are searched for their front', () => {
  const study = run(
    autoSampler(),
    cube(3),
    30,
    ({ x0, x1, x2 }) => ({
      values: [Number(x0) ** 2 + Number(x2), (Number(x0) - 1) ** 2 + Number(x1) + Number(x2)],
    }),
    {
      objectives: [
        { metric: 'a', direction: 'minimize' },
        { metric: 'b', direction: 'minimize' },
      ],
    },
  );
  const late = study.trials.slice(15);
  const onFront = late.filter(({ params }) => Number(params.x1) < 0.05 && Number(params.x2) < 0.05);
  expect(onFront.length).toBeGreaterThan(5);
});
