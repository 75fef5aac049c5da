import fc from 'fast-check';
import { expect, test } from 'vitest';
import { randomStream } from '../../../src/engine/numeric/random.ts';
import { type Axis, toAxis } from '../../../src/engine/samplers/axis.ts';
import {
  childOf,
  crossed,
  expressed,
  mutatedGene,
  sameGenes,
  shaken,
  valueAtGene,
  withOneMutation,
} from '../../../src/engine/samplers/variation.ts';
import { checkAssignment } from '../../../src/engine/space/assignment.ts';
import { searchedOnly } from '../../../src/engine/space/searched.ts';
import { category, flag, float, ordered, spaceOf, whole } from '../../builders/spaces.ts';

const mean = (draw: () => number): number => {
  let sum = 0;
  for (let i = 0; i < 20_000; i++) sum += draw();
  return sum / 20_000;
};

test('crossed and shaken places stay in the unit interval', () => {
  const place = fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(place, place, fc.double({ min: 0, max: 100, noNaN: true }), fc.nat(), (a, b, eta, seed) => {
      const random = randomStream(seed);
      for (const x of [crossed(a, b, eta, random), shaken(a, eta, random)]) {
        expect(x).toBeGreaterThanOrEqual(0);
        expect(x).toBeLessThanOrEqual(1);
      }
    }),
    { seed: 3, numRuns: 500 },
  );
});

test('crossed places lie about the parents, on average half-way, and nearer to them the larger eta is', () => {
  const random = randomStream(1);
  const [a, b] = [0.4, 0.6];
  expect(mean(() => crossed(a, b, 5, random))).toBeCloseTo(0.5, 2);
  const distance = (eta: number): number =>
    mean(() => {
      const x = crossed(a, b, eta, random);
      return Math.min(Math.abs(x - a), Math.abs(x - b));
    });
  expect(distance(20)).toBeLessThan(distance(5) / 2);
  expect(distance(5)).toBeLessThan(distance(1));
});

test('without bounds near, half of the crossed places lie between the parents', () => {
  // Contracting and expanding crossovers are equally likely (Deb, Agrawal, 1995).
  const random = randomStream(2);
  const inside = mean(() => {
    const x = crossed(0.49, 0.51, 5, random);
    return Number(x > 0.49 && x < 0.51);
  });
  expect(inside).toBeCloseTo(0.5, 1);
});

test('shaken places have the mean and spread of polynomial mutation', () => {
  const random = randomStream(3);
  expect(mean(() => shaken(0.5, 20, random))).toBeCloseTo(0.5, 2);
  // ∫ (1 - v^(1/(η+1))) dv = 1 / (η + 2) where no bound is near, in units of the range.
  expect(mean(() => Math.abs(shaken(0.5, 20, random) - 0.5))).toBeCloseTo(1 / 22, 2);
});

const space = spaceOf([
  category('model', ['a', 'b', 'c']),
  float('rate', 1e-4, 1, { log: true, condition: 'model != "c"' }),
  whole('layers', 1, 6),
  ordered('size', ['s', 'm', 'l']),
  flag('bias', 'layers > 2'),
  category('only', ['one']),
]);
const axes: readonly Axis[] = space.parameters.map(toAxis);

test('a mutated gene stands for another value', () => {
  const random = randomStream(4);
  for (const axis of axes) {
    if (axis.kind === 'smooth') continue;
    for (let k = 0; k < axis.values.length; k++) {
      const gene = axis.kind === 'cells' ? (axis.centres[k] ?? 0) : k;
      const next = mutatedGene(axis, gene, random, (x) => shaken(x, 20, random));
      if (axis.values.length > 1) expect(valueAtGene(axis, next)).not.toBe(valueAtGene(axis, gene));
      else expect(next).toBe(gene);
    }
  }
});

const mother = Float64Array.of(0, 0.3, 0.25, 0.5, Number.NaN, 0);
const father = Float64Array.of(2, Number.NaN, 0.9, 0.2, 1, 0);

test('children are never the same as a parent, and their values are legal', () => {
  const random = randomStream(5);
  const options = { crossover: 0.9, etaCrossover: 5, etaMutation: 10 };
  for (let i = 0; i < 300; i++) {
    const child = childOf(axes, mother, father, options, random);
    expect(sameGenes(child, mother) || sameGenes(child, father)).toBe(false);
    expect(
      checkAssignment(space, searchedOnly(space, expressed(space, axes, child, random))),
    ).toBeUndefined();
  }
});

test('one mutation changes one active gene', () => {
  const random = randomStream(6);
  for (let i = 0; i < 100; i++) {
    const mutant = withOneMutation(axes, mother, random, (x) => shaken(x, 20, random));
    const changed = [...mutant].filter((gene, k) => !Object.is(gene, mother[k]));
    expect(changed).toHaveLength(1);
    expect(Number.isNaN(changed[0])).toBe(false);
  }
});
