import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { type StudyModel, studyModel } from '../../../src/engine/analysis/insights.ts';
import { randomStream, type RandomStream } from '../../../src/engine/numeric/random.ts';
import type { Assignment, SearchSpace } from '../../../src/engine/space/parameter.ts';
import { isLegal } from '../../../src/engine/space/encode.ts';
import { sampleUniform } from '../../../src/engine/space/sample.ts';
import type { Direction } from '../../../src/engine/study/objective.ts';
import type { Trial } from '../../../src/engine/study/trial.ts';
import { category, flag, float, spaceOf, whole } from '../../builders/spaces.ts';
import { aTrial } from '../../builders/trials.ts';

type Params = Record<string, number | string | boolean | null>;

const study = (
  space: SearchSpace,
  count: number,
  value: (params: Params, random: RandomStream) => number,
  seed = 1,
): readonly Trial[] =>
  Array.from({ length: count }, (_, number) => {
    const random = randomStream(seed, number);
    const params = sampleUniform(space, random);
    return aTrial({ number, params, values: [value(params, random)] });
  });

const model = (
  space: SearchSpace,
  trials: readonly Trial[],
  direction: Direction = 'minimize',
): StudyModel => {
  const made = studyModel(space, trials, { metric: 'loss', direction });
  if (!made.ok) throw new Error(made.error);
  return made.value;
};

const insight = ({ insights }: StudyModel, name: string) => {
  const found = insights.parameters.find(({ parameter }) => parameter === name);
  if (found === undefined) throw new Error(`no insight of ${name}`);
  return found;
};

const space = spaceOf([
  float('lr', 1e-5, 1e-1, { log: true }),
  float('width', 0, 1),
  float('none', 0, 1),
  category('optimizer', ['adam', 'sgd', 'lion']),
]);
const decades = ({ lr }: Params): number => Math.log10(Number(lr));

/** The optimum of lr lies at 1, beyond the range; of width at 0.4, within it. */
const outside = (params: Params, random: RandomStream): number =>
  0.05 * decades(params) ** 2 +
  (Number(params.width) - 0.4) ** 2 +
  (params.optimizer === 'sgd' ? 0 : 0.2) +
  0.005 * random.normal();

test('the curve follows a known function, with a band that holds it', () => {
  const { points } = insight(model(space, study(space, 120, outside)), 'width');
  expect(points).toHaveLength(21);
  const lowest = points.reduce((a, b) => (b.mean < a.mean ? b : a));
  expect(lowest.value).toBeCloseTo(0.4, 0.9);
  // An additive function differs from its average by a constant.
  const shift =
    points.reduce((sum, { value, mean }) => sum + mean - (Number(value) - 0.4) ** 2, 0) / points.length;
  for (const { value, mean, sd } of points)
    expect(Math.abs(mean - shift - (Number(value) - 0.4) ** 2)).toBeLessThan(4 * sd + 0.01);
});

test('choices are a point each, the best one lowest', () => {
  const { points } = insight(model(space, study(space, 80, outside)), 'optimizer');
  expect(points.map(({ value }) => value)).toEqual(['adam', 'sgd', 'lion']);
  const [adam, sgd, lion] = points.map(({ mean }) => mean);
  expect((adam ?? 0) - (sgd ?? 0)).toBeCloseTo(0.2, 1);
  expect((lion ?? 0) - (sgd ?? 0)).toBeCloseTo(0.2, 1);
});

test('an optimum beyond the range is found at its end, with a wider one', () => {
  const { edge } = insight(model(space, study(space, 60, outside)), 'lr');
  expect(edge).toMatchObject({ side: 'high', bound: 0.1, suggested: 1 });
  expect(edge?.certainty).toBeGreaterThan(0.9);
});

test('an end that breaks a limit is not followed', () => {
  const trials = study(space, 60, outside).map((trial) => ({
    ...trial,
    constraints: [Number(trial.params.lr) - 1e-3],
  }));
  expect(insight(model(space, trials), 'lr').edge).toBeUndefined();
});

test('an optimum within the range is at no end, and nothing that matters is called idle', () => {
  for (let seed = 0; seed < 5; seed++) {
    const found = model(space, study(space, 60, outside, seed));
    expect(insight(found, 'width').edge).toBeUndefined();
    expect(insight(found, 'none').edge).toBeUndefined();
    for (const name of ['lr', 'width', 'optimizer']) expect(insight(found, name).idle).toBeUndefined();
  }
});

test('a parameter without effect is found idle, and left at the value it has', () => {
  const trials = study(space, 150, outside);
  const own = trials.map((trial, number) =>
    number === 0 ? { ...trial, params: { ...trial.params, none: 0.5 } } : trial,
  );
  const { idle } = insight(model(space, own), 'none');
  expect(idle?.value).toBe(0.5);
  expect(idle?.effect).toBeLessThan(0.01);
});

test('nothing is claimed of few trials, nor where noise is all there is', () => {
  const few = studyModel(space, study(space, 8, outside), { metric: 'loss', direction: 'minimize' });
  expect(few).toEqual({
    ok: false,
    error: 'Foretelling results needs 10 complete trials with a finite value; there are 8.',
  });
  const some = model(space, study(space, 15, outside)).insights.parameters;
  expect(some.every(({ edge, idle }) => edge === undefined && idle === undefined)).toBe(true);
  for (let seed = 0; seed < 5; seed++) {
    const noise = model(
      space,
      study(space, 60, (_, random) => random.normal(), seed),
    ).insights.parameters;
    expect(noise.filter(({ edge, idle }) => edge !== undefined || idle !== undefined)).toEqual([]);
  }
});

test('an effect that depends on another parameter is not taken for none', () => {
  const crossed = (params: Params): number =>
    (Number(params.width) - 0.5) * (params.optimizer === 'adam' ? 1 : -1) + 0.1 * decades(params);
  expect(insight(model(space, study(space, 150, crossed)), 'width').idle).toBeUndefined();
});

test('maximising the negated values finds the same, with values turned round', () => {
  const trials = study(space, 60, outside);
  const negated = trials.map((trial) => ({ ...trial, values: [-(trial.values?.[0] ?? 0)] }));
  const [down, up] = [model(space, trials), model(space, negated, 'maximize')];
  expect(insight(up, 'lr').edge).toEqual(insight(down, 'lr').edge);
  expect(insight(up, 'width').points.map(({ mean }) => -mean)).toEqual(
    insight(down, 'width').points.map(({ mean }) => mean),
  );
});

test('failed, pruned and infinite trials have no say', () => {
  const trials = study(space, 40, outside);
  const params: Assignment = { lr: 1e-5, width: 0, none: 0, optimizer: 'adam' };
  const more = [
    ...trials,
    aTrial({ number: 40, state: 'failed', params }),
    aTrial({ number: 41, state: 'pruned', params, intermediate: [{ step: 0, value: -9 }] }),
    aTrial({ number: 42, params, values: [Number.NEGATIVE_INFINITY] }),
  ];
  expect(model(space, more).insights).toEqual(model(space, trials).insights);
});

test('one result that went astray does not flatten the others', () => {
  const trials = study(space, 60, outside);
  const astray = aTrial({ number: 60, params: trials[3]?.params ?? {}, values: [1e9] });
  const { points } = insight(model(space, [...trials, astray]), 'width');
  const lowest = points.reduce((a, b) => (b.mean < a.mean ? b : a));
  expect(Number(lowest.value)).toBeGreaterThan(0.2);
  expect(Number(lowest.value)).toBeLessThan(0.6);
});

test('a conditional parameter is judged by the trials in which it was active', () => {
  const conditional = spaceOf([
    category('optimizer', ['adam', 'sgd']),
    float('momentum', 0, 1, { condition: 'optimizer == "sgd"' }),
  ]);
  const value = (params: Params): number =>
    params.optimizer === 'sgd' ? (Number(params.momentum) - 0.7) ** 2 : 0.5;
  const { points, trials } = insight(model(conditional, study(conditional, 120, value)), 'momentum');
  expect(trials).toBeLessThan(80);
  const lowest = points.reduce((a, b) => (b.mean < a.mean ? b : a));
  expect(Number(lowest.value)).toBeCloseTo(0.7, 0.9);
});

test('repeated configurations tell the noise', () => {
  const trials = study(space, 30, outside).flatMap((trial, i) => [
    { ...trial, number: 2 * i, values: [(trial.values?.[0] ?? 0) + 0.1] },
    { ...trial, number: 2 * i + 1, values: [(trial.values?.[0] ?? 0) - 0.1] },
  ]);
  const { noise, noiseFrom } = model(space, trials).insights;
  expect(noiseFrom).toBe('repeats');
  expect(noise).toBeCloseTo(Math.sqrt(0.02), 3);
});

test('results are foretold within their uncertainty', () => {
  const found = model(space, study(space, 150, outside));
  const others = study(space, 50, outside, 7);
  const predictions = found.predict(others.map(({ params }) => params));
  const off = others.filter(({ values }, i) => {
    const { mean = 0, sd = 0 } = predictions[i] ?? {};
    return Math.abs((values?.[0] ?? 0) - mean) > 2.5 * Math.hypot(sd, found.insights.noise);
  });
  expect(off.length).toBeLessThanOrEqual(5);
  expect(found.insights.explained).toBeGreaterThan(0.9);
});

test('the parts of a list have no curves of their own', () => {
  const lists = spaceOf([
    { kind: 'list', name: 'hidden', least: 1, most: 3, item: { kind: 'int', low: 1, high: 64, log: false } },
    float('lr', 0, 1),
  ]);
  const found = model(
    lists,
    study(lists, 40, ({ lr }) => Number(lr)),
  );
  expect(found.insights.parameters.map(({ parameter }) => parameter)).toEqual(['lr']);
});

const anyStudy = fc.tuple(
  fc.array(
    fc.oneof(
      fc.record({ kind: fc.constant('float' as const), log: fc.boolean() }),
      fc.record({ kind: fc.constant('int' as const), log: fc.boolean() }),
      fc.constant({ kind: 'bool' as const, log: false }),
      fc.constant({ kind: 'category' as const, log: false }),
    ),
    { minLength: 1, maxLength: 4 },
  ),
  fc.integer({ min: 10, max: 40 }),
  fc.constantFrom(1e-9, 1, 1e9),
  fc.integer({ min: 0, max: 1000 }),
);

test('any study gets finite curves over legal values, and the same ones again', () => {
  fc.assert(
    fc.property(anyStudy, ([kinds, count, scale, seed]) => {
      const any = spaceOf(
        kinds.map(({ kind, log }, i) => {
          if (kind === 'float') return float(`p${i}`, 0.5, 7, { log });
          if (kind === 'int') return whole(`p${i}`, 1, 90, { log });
          return kind === 'bool' ? flag(`p${i}`) : category(`p${i}`, ['a', 'b', 'c']);
        }),
      );
      const trials = study(
        any,
        count,
        (params, random) => scale * (Number(params.p0) || random.normal()),
        seed,
      );
      const made = studyModel(any, trials, { metric: 'loss', direction: 'minimize' });
      if (!made.ok) return; // all equal
      for (const { parameter, points, edge, idle } of made.value.insights.parameters) {
        const of = any.parameters.find(({ name }) => name === parameter);
        if (of === undefined) throw new Error(parameter);
        for (const { value, mean, sd } of points) {
          expect(isLegal(of, value)).toBe(true);
          expect(Number.isFinite(mean) && Number.isFinite(sd)).toBe(true);
        }
        if (idle !== undefined) expect(isLegal(of, idle.value)).toBe(true);
        if (edge !== undefined)
          expect(edge.side === 'low' ? edge.suggested < edge.bound : edge.suggested > edge.bound).toBe(true);
      }
      expect(studyModel(any, trials, { metric: 'loss', direction: 'minimize' })).toMatchObject({
        value: { insights: made.value.insights },
      });
    }),
    { numRuns: 40, seed: 5 },
  );
});
