import { expect, test } from 'vitest';
import { importance } from '../../../src/engine/analysis/importance.ts';
import { randomStream } from '../../../src/engine/numeric/random.ts';
import type { Assignment } from '../../../src/engine/space/parameter.ts';
import { sampleUniform } from '../../../src/engine/space/sample.ts';
import type { Direction } from '../../../src/engine/study/objective.ts';
import type { Trial } from '../../../src/engine/study/trial.ts';
import { category, float, spaceOf, whole } from '../../builders/spaces.ts';
import { aTrial } from '../../builders/trials.ts';

const space = spaceOf([
  float('strong', 0, 1),
  float('weak', 0, 1),
  float('none', 0, 1),
  category('kind', ['a', 'b', 'c', 'd']),
]);

const shares = (
  trials: readonly Trial[],
  direction: Direction = 'minimize',
  of = space,
): Record<string, number> => {
  const result = importance(of, trials, { metric: 'loss', direction });
  if (!result.ok) throw new Error(result.error);
  return Object.fromEntries(result.value.map(({ parameter, importance }) => [parameter, importance]));
};

const study = (
  count: number,
  value: (params: Assignment) => number,
  of = space,
  seed = 1,
): readonly Trial[] =>
  Array.from({ length: count }, (_, number) => {
    const params = sampleUniform(of, randomStream(seed, number));
    return aTrial({ number, params, values: [value(params)] });
  });

const numberOf = (params: Assignment, name: string): number => Number(params[name] ?? 0);
const quadratic = (params: Assignment): number =>
  (numberOf(params, 'strong') - 0.3) ** 2 + 0.1 * (numberOf(params, 'weak') - 0.8) ** 2;

test('shares add up to 1 and stand in the order of the effects', () => {
  const found = shares(study(300, quadratic));
  expect(Object.values(found).reduce((a, b) => a + b)).toBeCloseTo(1, 12);
  expect(found.strong).toBeGreaterThan(0.7);
  expect(found.weak).toBeGreaterThan(found.none ?? 1);
  expect(found.none).toBeLessThan(0.05);
  expect(found.kind).toBeLessThan(0.05);
});

test('parameters without effect get little on average even from few trials', () => {
  let ofNone = 0;
  for (let seed = 0; seed < 20; seed++) ofNone += (shares(study(40, quadratic, space, seed)).none ?? 0) / 20;
  expect(ofNone).toBeLessThan(0.12);
});

test('a category that decides is found', () => {
  const found = shares(
    study(100, (params) => (params.kind === 'b' ? 0 : 1) + 0.1 * numberOf(params, 'weak')),
  );
  expect(found.kind).toBeGreaterThan(0.7);
});

test('maximising the negated values finds the same', () => {
  const trials = study(100, quadratic);
  const negated = trials.map((trial) => ({ ...trial, values: [-(trial.values?.[0] ?? 0)] }));
  expect(shares(negated, 'maximize')).toEqual(shares(trials));
});

test('a conditional parameter counts by the trials in which it was active', () => {
  const conditional = spaceOf([
    category('optimizer', ['adam', 'sgd']),
    float('momentum', 0, 1, { condition: 'optimizer == "sgd"' }),
    whole('layers', 1, 9),
  ]);
  const found = shares(
    study(
      400,
      (params) => Math.abs(numberOf(params, 'momentum') - 0.5) + Number(params.optimizer === 'adam'),
      conditional,
    ),
    'minimize',
    conditional,
  );
  expect(found.layers).toBeLessThan(0.05);
  expect(found.momentum).toBeGreaterThan(0.2);
  expect(found.optimizer).toBeGreaterThan(0.1);
});

test('a list counts as one, with all its parts', () => {
  const layers = spaceOf([
    { kind: 'list', name: 'hidden', least: 1, most: 3, item: { kind: 'int', low: 1, high: 64, log: false } },
    float('none', 0, 1),
  ]);
  const found = shares(
    study(200, (params) => numberOf(params, 'hidden.length') + numberOf(params, 'hidden[0]') / 16, layers),
    'minimize',
    layers,
  );
  expect(Object.keys(found).sort()).toEqual(['hidden', 'none']);
  expect(found.hidden).toBeGreaterThan(0.8);
});

test('too few trials or equal values are answered with a sentence', () => {
  const few = importance(space, study(9, quadratic), { metric: 'loss', direction: 'minimize' });
  expect(few).toEqual({
    ok: false,
    error: 'Importance needs 10 complete trials with a finite value; there are 9.',
  });
  const equal = importance(
    space,
    study(12, () => 3),
    { metric: 'loss', direction: 'minimize' },
  );
  expect(equal).toMatchObject({ error: 'All 12 trials have the same value, 3.' });
});

test('NaN, infinite, infeasible and unfinished trials are left out', () => {
  const trials = study(100, quadratic);
  const noise = [
    aTrial({ number: 100, params: { strong: 1, weak: 1, none: 1, kind: 'a' }, values: [Number.NaN] }),
    aTrial({ number: 101, params: { strong: 1, weak: 1, none: 1, kind: 'a' }, values: [-Infinity] }),
    aTrial({
      number: 102,
      params: { strong: 1, weak: 1, none: 1, kind: 'a' },
      values: [-9],
      constraints: [1],
    }),
    aTrial({ number: 103, params: { strong: 1, weak: 1, none: 1, kind: 'a' }, state: 'running' }),
  ];
  expect(shares([...trials, ...noise])).toEqual(shares(trials));
});
