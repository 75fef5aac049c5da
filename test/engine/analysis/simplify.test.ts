import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { studyModel } from '../../../src/engine/analysis/insights.ts';
import { type GuardedMetric, simplify } from '../../../src/engine/analysis/simplify.ts';
import { randomStream, type RandomStream } from '../../../src/engine/numeric/random.ts';
import { checkAssignment } from '../../../src/engine/space/assignment.ts';
import { isLegal } from '../../../src/engine/space/encode.ts';
import type { Assignment, SearchSpace } from '../../../src/engine/space/parameter.ts';
import { sampleUniform } from '../../../src/engine/space/sample.ts';
import type { Trial } from '../../../src/engine/study/trial.ts';
import { category, float, spaceOf, whole } from '../../builders/spaces.ts';
import { aTrial } from '../../builders/trials.ts';

const guard = (
  space: SearchSpace,
  value: (params: Assignment, random: RandomStream) => number,
  count = 60,
): {
  readonly guarded: readonly GuardedMetric[];
  readonly trials: readonly Trial[];
  readonly best: Assignment;
} => {
  const trials = Array.from({ length: count }, (_, number) => {
    const random = randomStream(3, number);
    const params = sampleUniform(space, random);
    return aTrial({ number, params, values: [value(params, random)] });
  });
  const model = studyModel(space, trials, { metric: 'loss', direction: 'minimize' });
  if (!model.ok) throw new Error(model.error);
  const [best] = [...trials].sort((a, b) => (a.values?.[0] ?? 0) - (b.values?.[0] ?? 0));
  return {
    guarded: [{ metric: 'loss', direction: 'minimize', model: model.value }],
    trials,
    best: best?.params ?? {},
  };
};

const space = spaceOf([
  float('lr', 1e-5, 1e-1, { log: true }),
  float('dropout', 0, 0.6),
  whole('width', 16, 512, { log: true }),
  category('optimizer', ['adam', 'sgd']),
  float('step', 0, 1, { step: 0.05 }),
]);
const loss = (params: Assignment, scatter: number, random: RandomStream): number =>
  0.3 * (Math.log10(Number(params.lr)) + 2.5) ** 2 +
  (Number(params.dropout) - 0.3) ** 2 +
  0.1 * (Math.log2(Number(params.width)) - 7) ** 2 +
  (params.optimizer === 'sgd' ? 0.1 : 0) +
  scatter * random.normal();

test('numbers become round while the loss stays within the noise; choices stay', () => {
  const { guarded, best } = guard(space, (params, random) => loss(params, 0.05, random));
  const result = simplify(space, best, guarded);
  if (!result.ok) throw new Error(result.error);
  const { params, rounded, metrics } = result.value;
  expect(checkAssignment(space, params)).toBeUndefined();
  expect(params.optimizer).toBe(best.optimizer);
  expect(rounded.map(({ parameter }) => parameter)).toEqual(expect.arrayContaining(['lr', 'dropout']));
  for (const { to } of rounded) expect(to.toExponential().length).toBeLessThanOrEqual('1.28e+2'.length);
  const [metric] = metrics;
  expect(metric?.worse).toBeLessThanOrEqual(metric?.noise ?? 0);
  // What the function itself says.
  const still = randomStream(0, 'none');
  expect(loss(params, 0, still) - loss(best, 0, still)).toBeLessThan(0.1);
});

test('with less noise more digits are kept', () => {
  const steep = spaceOf([float('x', 0, 1), float('y', 0, 1)]);
  const rough = guard(
    steep,
    ({ x, y }, random) => (Number(x) - 0.4217) ** 2 + (Number(y) - 0.7) ** 2 + 0.2 * random.normal(),
  );
  const fine = guard(steep, ({ x, y }) => 30 * (Number(x) - 0.4217) ** 2 + (Number(y) - 0.7) ** 2);
  const at = { x: 0.421783, y: 0.70213 };
  const [much, little] = [simplify(steep, at, rough.guarded), simplify(steep, at, fine.guarded)];
  const digits = (value: unknown): number => String(value).replace(/^0\./, '').length;
  expect(little.ok).toBe(true);
  if (!little.ok) return;
  expect(digits(little.value.params.x)).toBeGreaterThanOrEqual(much.ok ? digits(much.value.params.x) : 1);
  expect(digits(little.value.params.x)).toBeLessThan(6);
});

test('derived values follow and constraints are kept', () => {
  const tied = spaceOf([float('a', 0, 1), whole('b', 1, 400)], {
    derived: [{ name: 'twice', expression: '2 * a' }],
    constraints: ['a * b <= 100'],
  });
  const { guarded } = guard(tied, ({ a, b }, random) => Number(a) + Number(b) / 400 + 0.3 * random.normal());
  const trial = { a: 0.25313, b: 395, twice: 0.50626 };
  const result = simplify(tied, trial, guarded);
  if (!result.ok) throw new Error(result.error);
  const { params } = result.value;
  expect(params.twice).toBe(2 * Number(params.a));
  expect(Number(params.a) * Number(params.b)).toBeLessThanOrEqual(100);
});

test('where the trials say too little, or nothing gets simpler, it says so', () => {
  const { guarded } = guard(space, (_, random) => random.normal());
  const result = simplify(space, sampleUniform(space, randomStream(1, 'any')), guarded);
  expect(result).toMatchObject({ ok: false });
  if (!result.ok) expect(result.error).toContain('is not enough to foretell it');
  const simple = spaceOf([float('x', 0, 1)]);
  const clear = guard(simple, ({ x }) => Number(x));
  expect(simplify(simple, { x: 0.3 }, clear.guarded)).toEqual({
    ok: false,
    error: 'The values are as simple as they can be.',
  });
  expect(simplify(simple, { x: 0.3 }, [])).toMatchObject({ ok: false });
});

test('whatever the trial, what comes out is legal, near it and within the noise', () => {
  const { guarded } = guard(space, (params, random) => loss(params, 0.05, random));
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 100_000 }), (seed) => {
      const trial = sampleUniform(space, randomStream(seed, 'trial'));
      const result = simplify(space, trial, guarded);
      if (!result.ok) return;
      const { params, rounded, metrics } = result.value;
      expect(rounded.length).toBeGreaterThan(0);
      for (const parameter of space.parameters)
        expect(isLegal(parameter, params[parameter.name] ?? null)).toBe(true);
      for (const { worse, noise } of metrics) expect(worse).toBeLessThanOrEqual(noise);
    }),
    { seed: 5, numRuns: 60 },
  );
});
