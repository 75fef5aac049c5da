import { expect, test } from 'vitest';
import { randomStream } from '../../../src/engine/numeric/random.ts';
import { randomSampler } from '../../../src/engine/samplers/random.ts';
import { tpeSampler } from '../../../src/engine/samplers/tpe.ts';
import type { Assignment, SearchSpace } from '../../../src/engine/space/parameter.ts';
import type { Objective } from '../../../src/engine/study/objective.ts';
import type { Proposal, Sampler } from '../../../src/engine/study/sampler.ts';
import type { Trial } from '../../../src/engine/study/trial.ts';
import { category, float, spaceOf, whole } from '../../builders/spaces.ts';
import { aTrial } from '../../builders/trials.ts';

const loss: readonly Objective[] = [{ metric: 'loss', direction: 'minimize' }];

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

const bestOf = (trials: readonly Trial[]): number =>
  Math.min(...trials.map(({ values }) => values?.[0] ?? Infinity));
const meanBest = (create: () => Sampler, problem: Problem, count: number, seeds: number): number => {
  let sum = 0;
  for (let seed = 0; seed < seeds; seed++) sum += bestOf(runStudy(create(), problem, count, seed));
  return sum / seeds;
};

const of = (params: Assignment, name: string): number => Number(params[name] ?? 0);

const sphere: Problem = {
  space: spaceOf(Array.from({ length: 5 }, (_, i) => float(`x${i}`, -5, 5))),
  value: (params) => Object.values(params).reduce<number>((sum, x) => sum + (Number(x) - 1) ** 2, 0),
};

/** Two branches with parameters of their own; the better optimum is in the branch that is worse on average. */
const branches: Problem = {
  space: spaceOf([
    category('model', ['forest', 'net', 'line']),
    whole('depth', 1, 20, { condition: 'model == "forest"' }),
    float('lr', 1e-5, 1, { log: true, condition: 'model == "net"' }),
    float('drop', 0, 0.8, { condition: 'model == "net"' }),
    float('ridge', 0, 1),
  ]),
  value: (params) => {
    const common = (of(params, 'ridge') - 0.3) ** 2;
    if (params.model === 'forest') return common + 0.3 + 0.01 * Math.abs(of(params, 'depth') - 6);
    if (params.model === 'line') return common + 0.5;
    return common + 0.2 * (Math.log10(of(params, 'lr')) + 3) ** 2 + (of(params, 'drop') - 0.2) ** 2;
  },
};

test('it beats random search on a sphere by an order of magnitude', () => {
  const [tpe, random] = [meanBest(tpeSampler, sphere, 60, 12), meanBest(randomSampler, sphere, 60, 12)];
  expect(tpe).toBeLessThan(random / 10);
});

test('it beats random search on a conditional space', () => {
  const [tpe, random] = [meanBest(tpeSampler, branches, 60, 20), meanBest(randomSampler, branches, 60, 20)];
  expect(tpe).toBeLessThan(random / 2);
});

test('maximising the negated value proposes the same', () => {
  const trials = runStudy(tpeSampler(), sphere, 30, 1);
  const negated = trials.map((trial) => ({ ...trial, values: [-(trial.values?.[0] ?? 0)] }));
  const up = propose(tpeSampler(), sphere.space, negated, 1, [{ metric: 'acc', direction: 'maximize' }]);
  expect(up).toEqual(propose(tpeSampler(), sphere.space, trials, 1));
});

test('the first proposals are random and say how many trials a model needs', () => {
  const trials = [...runStudy(tpeSampler(), sphere, 3, 1), aTrial({ number: 3, state: 'failed' })];
  expect(propose(tpeSampler(), sphere.space, trials, 1).reason).toBe(
    'Drawn at random: 3 of the 10 trials that a model needs are done.',
  );
  expect(propose(tpeSampler({ startup: 3 }), sphere.space, trials, 1).reason).toMatch(
    /^Best of 24 candidates: [\d.]+ times as dense in good trials \(the best 1 of 3\) as in the other 2\.$/,
  );
});

const line = spaceOf([float('x', 0, 1)]);
const finished = Array.from({ length: 40 }, (_, number) => {
  const x = (number + 0.5) / 40;
  return aTrial({ number, params: { x }, values: [Math.abs(x - 0.5)] });
});
const near = (trials: readonly Trial[], target: number, width: number): number => {
  let hits = 0;
  for (let seed = 0; seed < 200; seed++) {
    hits += Number(Math.abs(of(propose(tpeSampler(), line, trials, seed).params, 'x') - target) < width);
  }
  return hits / 200;
};

test('unfinished trials keep later proposals away', () => {
  const pending = Array.from({ length: 8 }, (_, i) =>
    aTrial({ number: 40 + i, state: 'running', params: { x: 0.5 } }),
  );
  const [without, withThem] = [near(finished, 0.5, 0.03), near([...finished, ...pending], 0.5, 0.03)];
  expect(withThem).toBeLessThan(without / 2);
  expect(propose(tpeSampler(), line, [...finished, ...pending], 1).reason).toContain(
    'the other 34 and 8 unfinished',
  );
});

test('the last value of a pruned trial is not taken for a final one', () => {
  const pruned = Array.from({ length: 8 }, (_, i) =>
    aTrial({ number: 40 + i, state: 'pruned', params: { x: 0.9 }, intermediate: [{ step: 0, value: -100 }] }),
  );
  expect(near([...finished, ...pruned], 0.9, 0.05)).toBeLessThan(0.05);
});

test('proposals turn to where the output constraints hold', () => {
  const constrained = finished.map((trial) => ({ ...trial, constraints: [0.8 - of(trial.params, 'x')] }));
  expect(near(constrained, 0.9, 0.15)).toBeGreaterThan(0.8);
});

test('while nothing is feasible proposals turn to the least violation', () => {
  const infeasible = finished.map((trial) => ({ ...trial, constraints: [1.5 - of(trial.params, 'x')] }));
  expect(near(infeasible, 0.9, 0.15)).toBeGreaterThan(0.8);
});

test('with several objectives proposals lie along the front', () => {
  const both: readonly Objective[] = [...loss, { metric: 'cost', direction: 'minimize' }];
  const trials = finished.map((trial) => {
    const x = of(trial.params, 'x');
    return { ...trial, values: [(x - 0.4) ** 2, (x - 0.6) ** 2] };
  });
  let inside = 0;
  for (let seed = 0; seed < 100; seed++) {
    const x = of(propose(tpeSampler(), line, trials, seed, both).params, 'x');
    inside += Number(x > 0.35 && x < 0.65) / 100;
  }
  expect(inside).toBeGreaterThan(0.8);
});

test('large values, tiny differences and long histories are borne', () => {
  for (const scale of [1e300, 1e-300, 1e308]) {
    const trials = finished.map((trial) => ({
      ...trial,
      values: [((trial.values?.[0] ?? 0) - 0.25) * 2 * scale],
    }));
    expect(near(trials, 0.5, 0.2)).toBeGreaterThan(0.8);
  }
  const long = Array.from({ length: 3000 }, (_, number) => {
    const x = (number * 0.6180339887) % 1;
    return aTrial({ number, params: { x }, values: [Math.abs(x - 0.5)] });
  });
  expect(near(long, 0.5, 0.1)).toBeGreaterThan(0.8);
});

test('each form beats random search on a sphere', () => {
  const random = meanBest(randomSampler, sphere, 60, 8);
  const forms = [
    { multivariate: false },
    { bandwidth: 'scott' },
    { weights: 'recency' },
    { gamma: 'sqrt' },
  ] as const;
  for (const options of forms)
    expect(meanBest(() => tpeSampler(options), sphere, 60, 8)).toBeLessThan(random / 2);
});

test('a group’s model is made of the trials in which it is active', () => {
  // Depth matters only for the rare forests, of which the best is far behind every net.
  const space = spaceOf([
    category('model', ['net', 'forest']),
    float('depth', 0, 1, { condition: 'model == "forest"' }),
  ]);
  const trials = Array.from({ length: 60 }, (_, number) => {
    const depth = ((number * 0.6180339887) % 1) + 0;
    return number % 2
      ? aTrial({ number, params: { model: 'forest', depth }, values: [5 + Math.abs(depth - 0.8)] })
      : aTrial({ number, params: { model: 'net' }, values: [1] });
  });
  const depths: number[] = [];
  for (let seed = 0; seed < 400; seed++) {
    const { params } = propose(
      tpeSampler({ group: true, weights: 'equal', startup: 2, candidates: 2 }),
      space,
      trials,
      seed,
    );
    if (params.model === 'forest') depths.push(of(params, 'depth'));
  }
  const near = depths.filter((depth) => Math.abs(depth - 0.8) < 0.15).length / depths.length;
  expect(near).toBeGreaterThan(0.6);
});

test('constraints have models of their own', () => {
  const corner: Problem & { readonly broken: (params: Assignment) => number } = {
    ...sphere,
    // Holds in a ninth of the space, beside the optimum.
    broken: (params) => Math.max(of(params, 'x0') + 1.7, of(params, 'x1') + 1.7),
  };
  const meanFeasible = (constrained: boolean): number => {
    let sum = 0;
    for (let seed = 0; seed < 10; seed++) {
      const sampler = tpeSampler({ constrained });
      const trials: Trial[] = [];
      let best = 100;
      for (let number = 0; number < 60; number++) {
        const { params } = propose(sampler, corner.space, trials, seed);
        const [value, broken] = [corner.value(params), corner.broken(params)];
        trials.push(aTrial({ number, params, values: [value], constraints: [broken] }));
        if (broken <= 0) best = Math.min(best, value);
      }
      sum += best / 10;
    }
    return sum;
  };
  expect(meanFeasible(true)).toBeLessThan(meanFeasible(false) * 1.1);
});

test('at the highest fidelity values of stopped trials are compared with each other only', () => {
  const stopped = Array.from({ length: 40 }, (_, number) => {
    const x = (number + 0.5) / 40;
    return aTrial({
      number,
      state: 'pruned',
      params: { x },
      intermediate: [{ step: 3, value: Math.abs(x - 0.3) }],
    });
  });
  const proposal = propose(tpeSampler({ fidelity: 'highest' }), line, stopped, 1);
  expect(Math.abs(of(proposal.params, 'x') - 0.3)).toBeLessThan(0.15);
  expect(proposal.reason).toContain('by their values at step 3');
});
