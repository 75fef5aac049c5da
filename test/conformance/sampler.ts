import { expect, test } from 'vitest';
import { randomStream } from '../../src/engine/numeric/random.ts';
import { checkAssignment, completeAssignment } from '../../src/engine/space/assignment.ts';
import { cardinality } from '../../src/engine/space/cardinality.ts';
import { configurationKey } from '../../src/engine/space/configurationKey.ts';
import type { Assignment, SearchSpace } from '../../src/engine/space/parameter.ts';
import { sampleUniform } from '../../src/engine/space/sample.ts';
import type { Objective } from '../../src/engine/study/objective.ts';
import type { Proposal, Sampler } from '../../src/engine/study/sampler.ts';
import type { Trial } from '../../src/engine/study/trial.ts';
import { category, flag, float, ordered, spaceOf, whole } from '../builders/spaces.ts';
import { aTrial } from '../builders/trials.ts';

const objectives: readonly Objective[] = [{ metric: 'loss', direction: 'minimize' }];

const spaces: Readonly<Record<string, SearchSpace>> = {
  'one float': spaceOf([float('x', -2, 3)]),
  'a log float over eight decades': spaceOf([float('lr', 1e-8, 1, { log: true })]),
  'stepped and geometric numbers': spaceOf([
    float('drop', 0, 0.55, { step: 0.1 }),
    whole('width', 16, 1000, { factor: 2 }),
    whole('batch', 8, 100, { step: 8 }),
    float('rate', 1e-4, 1, { factor: 10 }),
  ]),
  'whole numbers, small and huge, linear and log': spaceOf([
    whole('layers', 1, 4),
    whole('steps', 1, 1_000_000, { log: true }),
    whole('seed', -1_000_000_000, 1_000_000_000),
  ]),
  'categories, ordered ones and flags': spaceOf([
    category('act', ['relu', 'gelu', null, 1, '1', true]),
    ordered('size', ['s', 'm', 'l', 'xl']),
    flag('bias'),
    float('x', 0, 1),
  ]),
  'one value each': spaceOf([
    float('x', 0.5, 0.5),
    whole('n', 3, 3),
    category('c', ['only']),
    ordered('o', [7]),
  ]),
  'conditions within conditions': spaceOf([
    category('optimizer', ['adam', 'sgd', 'lion']),
    float('momentum', 0, 0.99, { condition: 'optimizer == "sgd"' }),
    flag('nesterov', 'optimizer == "sgd" and momentum > 0.2'),
    float('beta', 0.8, 0.999, { condition: 'optimizer != "sgd"' }),
    whole('layers', 1, 3),
    whole('width3', 8, 64, { condition: 'layers >= 3' }),
  ]),
  'constraints and a derived value': spaceOf(
    [whole('heads', 1, 8), whole('size', 8, 64, { step: 8 }), float('x', 0, 1)],
    {
      derived: [{ name: 'perHead', expression: 'size / heads' }],
      constraints: ['size % heads == 0', 'perHead >= 4'],
    },
  ),
  'a constraint that holds once in a thousand': spaceOf([float('a', 0, 1), float('b', 0, 1)], {
    constraints: ['a + b < 0.045'],
  }),
  'lists, orders, subsets and shares': spaceOf(
    [
      {
        kind: 'list',
        name: 'hidden',
        least: 0,
        most: 3,
        item: { kind: 'int', low: 8, high: 256, log: true },
      },
      { kind: 'permutation', name: 'order', choices: ['crop', 'flip', 'blur', 'jitter'] },
      { kind: 'subset', name: 'columns', choices: ['a', 'b', 'c', 'd', 'e', 'f'], least: 1, most: 3 },
      { kind: 'simplex', name: 'mix', size: 3, total: 1, condition: '"a" in columns' },
    ],
    { derived: [{ name: 'width', expression: 'sum(hidden)' }], constraints: ['width <= 500'] },
  ),
  'priors, a graph of conditions and forbidden combinations': spaceOf(
    [
      float('rate', 1e-6, 1, { log: true, prior: { kind: 'normal', mean: -7, sd: 1.5 } }),
      whole('depth', 1, 20, { prior: { kind: 'normal', mean: 4, sd: 2 } }),
      float('keep', 0, 1, { step: 0.05, prior: { kind: 'normal', mean: 0.9, sd: 0.01 } }),
      category('model', ['mlp', 'cnn', 'tree']),
      flag('pool', 'model == "cnn" or depth > 10'),
      whole('stride', 1, 4, { condition: 'pool and twice < 30' }),
    ],
    {
      derived: [
        { name: 'twice', expression: '2 * depth' },
        { name: 'epochs', value: 10 },
      ],
      forbidden: [{ model: 'tree', pool: true }, 'model == "mlp" and depth > 15'],
    },
  ),
  'no parameters': spaceOf([]),
  'two hundred floats': spaceOf(Array.from({ length: 200 }, (_, i) => float(`x${i}`, -1, 1))),
};

/** Runs a study; `outcome` makes a trial of what was proposed. */
const runStudy = (
  sampler: Sampler,
  space: SearchSpace,
  count: number,
  outcome: (params: Assignment, number: number) => Partial<Trial>,
  seed = 1,
): readonly Trial[] => {
  const trials: Trial[] = [];
  for (let number = 0; number < count; number++) {
    const { params } = propose(sampler, space, trials, seed);
    trials.push(aTrial({ number, params: completeAssignment(space, params), ...outcome(params, number) }));
  }
  return trials;
};

const propose = (sampler: Sampler, space: SearchSpace, trials: readonly Trial[], seed = 1): Proposal =>
  sampler.sample({ space, objectives, trials, random: randomStream(seed, 'sampler', trials.length) });

/** Any smooth function of any space's numbers. */
const lossOf = (params: Assignment): number =>
  Object.values(params).reduce<number>((sum, value) => sum + Math.abs(Number(value) || 0) ** 0.5, 0);

const outcomes: readonly ((params: Assignment, number: number) => Partial<Trial>)[] = [
  (params) => ({ values: [lossOf(params)] }),
  () => ({ values: [Number.NaN] }),
  (_, number) => ({ values: [number % 2 ? Infinity : -Infinity] }),
  () => ({ state: 'failed' }),
  (params) => ({ state: 'pruned', intermediate: [{ step: 3, value: lossOf(params) }] }),
  () => ({ state: 'running' }),
  () => ({ state: 'stopped' }),
  (params) => ({ values: [lossOf(params)], constraints: [1, Number.NaN] }),
  () => ({ values: [1e308] }),
  () => ({ values: [-1e308] }),
  () => ({ values: [0] }),
];

const expectLegal = (space: SearchSpace, { params, reason }: Proposal): void => {
  expect(checkAssignment(space, params)).toBeUndefined();
  for (const { name } of space.derived) expect(params).not.toHaveProperty(name);
  expect(reason).toMatch(/^[A-Z].*\.$/);
  expect(reason).not.toMatch(/NaN|Infinity|undefined/);
};

/** What every sampler owes, over spaces and histories of every kind. A sampler joins with one line in `samplers.test.ts`. */
export const samplerConformance = (name: string, create: () => Sampler): void => {
  for (const [spaceName, space] of Object.entries(spaces)) {
    test(`${name}: proposals stay within ${spaceName}, whatever became of earlier trials`, () => {
      const sampler = create();
      const trials: Trial[] = [];
      const count = space.parameters.length > 50 ? 16 : 60;
      for (let number = 0; number < count; number++) {
        const proposal = propose(sampler, space, trials);
        expectLegal(space, proposal);
        const outcome = number < 14 ? outcomes[0] : outcomes[number % outcomes.length];
        trials.push(
          aTrial({
            number,
            params: completeAssignment(space, proposal.params),
            ...outcome?.(proposal.params, number),
          }),
        );
      }
    });
  }

  test(`${name}: a thousand parameters are answered from a handful of trials`, () => {
    const space = spaceOf(Array.from({ length: 1000 }, (_, i) => float(`x${i}`, -1, 1)));
    const told = Array.from({ length: 12 }, (_, number) => {
      const params = sampleUniform(space, randomStream(number));
      return aTrial({ number, params, values: [lossOf(params)] });
    });
    const sampler = create();
    for (const trials of [told.slice(0, 1), told.slice(0, 11), told])
      expectLegal(space, propose(sampler, space, trials));
  });

  for (const [index, outcome] of outcomes.entries()) {
    test(`${name}: a history of nothing but outcome ${index} is answered`, () => {
      const space = spaces['conditions within conditions'] ?? spaceOf([]);
      const sampler = create();
      const trials = runStudy(sampler, space, 25, outcome);
      expectLegal(space, propose(sampler, space, trials));
    });
  }

  test(`${name}: an empty history is answered`, () => {
    for (const space of Object.values(spaces)) expectLegal(space, propose(create(), space, []));
  });

  test(`${name}: no objective and several objectives are answered`, () => {
    const space = spaces['categories, ordered ones and flags'] ?? spaceOf([]);
    const two: readonly Objective[] = [...objectives, { metric: 'acc', direction: 'maximize' }];
    const trials = runStudy(create(), space, 30, (params, number) => ({
      values: [lossOf(params), number % 7],
    }));
    for (const wanted of [[], two]) {
      expectLegal(space, create().sample({ space, objectives: wanted, trials, random: randomStream(1) }));
    }
  });

  test(`${name}: the same seed and history give the same proposal`, () => {
    const space = spaces['conditions within conditions'] ?? spaceOf([]);
    const study = (seed: number): readonly Trial[] =>
      runStudy(create(), space, 30, (params) => ({ values: [lossOf(params)] }), seed);
    expect(study(5)).toEqual(study(5));
  });

  test(`${name}: a proposal does not depend on what the sampler was asked before`, () => {
    const sampler = create();
    for (const space of Object.values(spaces)) {
      const trials = [...runStudy(sampler, space, 20, (params) => ({ values: [lossOf(params)] }))];
      trials[3] = aTrial({ ...trials[3], state: 'running' });
      propose(sampler, space, trials);
      trials[3] = aTrial({ ...trials[3], state: 'complete', values: [-5] });
      trials[7] = aTrial({ ...trials[7], params: trials[8]?.params ?? {} });
      trials.pop();
      expect(propose(sampler, space, trials)).toEqual(propose(create(), space, trials));
    }
  });

  test(`${name}: the history is left as it was`, () => {
    const space = spaces['categories, ordered ones and flags'] ?? spaceOf([]);
    const trials = runStudy(create(), space, 20, (params) => ({ values: [lossOf(params)] }));
    const before = structuredClone(trials);
    propose(create(), space, trials);
    expect(trials).toEqual(before);
  });

  test(`${name}: a finite space is gone through without repeats, running and failed trials counted`, () => {
    const finite = spaceOf(
      [
        category('a', ['p', 'q', 'r']),
        whole('b', 1, 4),
        flag('c'),
        whole('d', 1, 3, { condition: 'c' }),
        float('e', 0, 1, { step: 0.5 }),
      ],
      { constraints: ['a != "r" or b < 3'] },
    );
    const states = ['complete', 'failed', 'running', 'pruned', 'complete', 'complete'] as const;
    const size = cardinality(finite);
    const sampler = create();
    const trials = runStudy(sampler, finite, size, (params, number) => {
      const state = states[number % states.length] ?? 'complete';
      return state === 'complete' ? { values: [lossOf(params)] } : { state };
    });
    expect(new Set(trials.map(({ params }) => configurationKey(finite, params))).size).toBe(size);
    const repeat = propose(sampler, finite, trials);
    expectLegal(finite, repeat);
    expect(repeat.reason).toContain(`all ${size}`);
  });

  test(`${name}: a baseline outside the space does no harm`, () => {
    const space = spaces['categories, ordered ones and flags'] ?? spaceOf([]);
    const odd = { act: 'swish', size: 12, bias: 'yes', x: -40, elsewhere: 3 };
    const trials = [
      aTrial({ params: odd, values: [-100] }),
      aTrial({ number: 1, params: {}, values: [-90] }),
    ];
    const rest = runStudy(create(), space, 15, (params) => ({ values: [lossOf(params)] }));
    expectLegal(space, propose(create(), space, [...trials, ...rest]));
  });
};
