import { expect, test } from 'vitest';
import { randomStream } from '../../../src/engine/numeric/random.ts';
import { haltonSampler } from '../../../src/engine/samplers/halton.ts';
import { latinHypercubeSampler } from '../../../src/engine/samplers/latinHypercube.ts';
import { sobolSampler } from '../../../src/engine/samplers/sobol.ts';
import { checkAssignment } from '../../../src/engine/space/assignment.ts';
import type { Assignment, SearchSpace } from '../../../src/engine/space/parameter.ts';
import type { Proposal, Sampler } from '../../../src/engine/study/sampler.ts';
import { category, float, spaceOf } from '../../builders/spaces.ts';
import { aTrial } from '../../builders/trials.ts';

const samplers: Readonly<Record<string, (seed: number) => Sampler>> = {
  sobol: (seed) => sobolSampler({ seed }),
  halton: (seed) => haltonSampler({ seed }),
  lhs: (seed) => latinHypercubeSampler({ seed, points: 16 }),
};

const objectives = [{ metric: 'loss', direction: 'minimize' }] as const;

/** What the sampler says after trials with these parameters. */
const ask = (sampler: Sampler, space: SearchSpace, before: readonly Assignment[], stream = 1): Proposal =>
  sampler.sample({
    space,
    objectives,
    trials: before.map((params, number) => aTrial({ number, params, values: [0] })),
    random: randomStream(stream, before.length),
  });

const study = (sampler: Sampler, space: SearchSpace, count: number): Assignment[] => {
  const trials: Assignment[] = [];
  for (let i = 0; i < count; i++) trials.push(ask(sampler, space, trials, i).params);
  return trials;
};

const plane = spaceOf([float('x', 0, 1), float('y', 0, 1)]);

/** How many different sixteenths of the axis are met. */
const sixteenths = (trials: readonly Assignment[], name: string): number =>
  new Set(trials.map((params) => Math.floor(16 * Number(params[name])))).size;

for (const [name, create] of Object.entries(samplers)) {
  test(`${name}: points follow from the seed and the trial’s number, not from the stream or the outcomes`, () => {
    const trials = study(create(0), plane, 20);
    for (const count of [0, 7, 19]) {
      expect(ask(create(0), plane, trials.slice(0, count), 99).params).toEqual(trials[count]);
      expect(ask(create(1), plane, trials.slice(0, count)).params).not.toEqual(trials[count]);
    }
  });

  test(`${name}: points that break a constraint are passed over, and none is used twice`, () => {
    const half = spaceOf([float('x', 0, 1), float('y', 0, 1)], { constraints: ['x < y'] });
    const trials = study(create(0), half, 32);
    const all = study(create(0), plane, 200);
    const expected = all.filter(({ x, y }) => Number(x) < Number(y)).slice(0, 32);
    expect(trials).toEqual(expected);
  });

  test(`${name}: where hardly any point keeps the constraints, points are moved, early and late`, () => {
    const narrow = spaceOf([float('x', 0, 1), float('y', 0, 1)], { constraints: ['x + y < 0.00001'] });
    const proposals = [0, 1, 5000, 5001].map((count) => {
      const before = Array.from({ length: count }, () => ({ x: 0, y: 0 }));
      return ask(create(0), narrow, before);
    });
    for (const { params, reason } of proposals) {
      expect(checkAssignment(narrow, params)).toBeUndefined();
      expect(reason).toMatch(/^Point .*moved/);
    }
  });

  test(`${name}: trials beyond the counted ones get points of their own that keep the constraints`, () => {
    const half = spaceOf([float('x', 0, 1), float('y', 0, 1)], { constraints: ['x < y'] });
    const found = Array.from({ length: 64 }, (_, i) => {
      const before = Array.from({ length: 4096 + i }, () => ({ x: 0.1, y: 0.2 }));
      return ask(create(0), half, before).params;
    });
    expect(new Set(found.map(({ x }) => x)).size).toBe(64);
    for (const params of found) expect(checkAssignment(half, params)).toBeUndefined();
  });

  test(`${name}: an inactive parameter leaves the others’ points as they are`, () => {
    const nested = spaceOf([float('x', 0, 1), float('y', 0, 1, { condition: 'x < 0.5' }), float('z', 0, 1)]);
    const always = spaceOf([float('x', 0, 1), float('y', 0, 1), float('z', 0, 1)]);
    const trials = study(create(0), nested, 30);
    const full = study(create(0), always, 30);
    expect(trials).toEqual(full.map(({ y, ...rest }) => (Number(rest.x) < 0.5 ? { ...rest, y } : rest)));
  });

  test(`${name}: choices come evenly`, () => {
    const space = spaceOf([category('c', ['a', 'b', 'c', 'd']), float('x', 0, 1)]);
    const trials = study(create(0), space, 64);
    for (const choice of ['a', 'b', 'c', 'd'])
      expect(Math.abs(trials.filter(({ c }) => c === choice).length - 16)).toBeLessThan(4);
  });

  test(`${name}: 2,000 parameters are answered`, () => {
    const wide = spaceOf(Array.from({ length: 2000 }, (_, i) => float(`p${i}`, 0, 1)));
    const trials = study(create(0), wide, 3);
    expect(trials.every((params) => checkAssignment(wide, params) === undefined)).toBe(true);
    expect(trials[0]?.p1999).not.toBe(trials[1]?.p1999);
  });
}

test('sobol: every 16 trials from a multiple of 16 on meet every sixteenth of each axis', () => {
  const trials = study(sobolSampler({ seed: 3 }), plane, 48);
  for (const from of [0, 16, 32])
    for (const axis of ['x', 'y']) expect(sixteenths(trials.slice(from, from + 16), axis)).toBe(16);
});

test('lhs: each block of trials meets every part of each axis, the blocks being different', () => {
  const trials = study(latinHypercubeSampler({ seed: 3, points: 16 }), plane, 48);
  for (const from of [0, 16, 32])
    for (const axis of ['x', 'y']) expect(sixteenths(trials.slice(from, from + 16), axis)).toBe(16);
  expect(ask(latinHypercubeSampler({ seed: 3, points: 16 }), plane, trials).reason).toBe(
    'Point 1 of 16 of Latin hypercube 4.',
  );
});
