import { expect, test } from 'vitest';
import { philox, type Words } from '../../../src/engine/numeric/philox.ts';
import { randomStream } from '../../../src/engine/numeric/random.ts';

const many = <T>(count: number, make: () => T): T[] => Array.from({ length: count }, make);
const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

/** Known answers published with Random123 (kat_vectors, philox4x32 10). */
test.each([
  { counter: [0, 0, 0, 0], key: [0, 0], image: [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8] },
  {
    counter: [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
    key: [0xffffffff, 0xffffffff],
    image: [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
  },
  {
    counter: [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
    key: [0xa4093822, 0x299f31d0],
    image: [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
  },
])('Philox gives the published answer for key $key', ({ counter, key, image }) => {
  const words: Words = [counter[0] ?? 0, counter[1] ?? 0, counter[2] ?? 0, counter[3] ?? 0];
  philox(words, key[0] ?? 0, key[1] ?? 0);
  expect(words).toEqual(image);
});

test('the same seed and path give the same numbers', () => {
  const [a, b] = [randomStream(7, 'sampler', 3), randomStream(7, 'sampler', 3)];
  const draw = (stream: typeof a) => () => [stream.uniform(), stream.normal(), stream.integer(10)];
  expect(many(50, draw(a))).toEqual(many(50, draw(b)));
});

test('the first numbers of a stream never change between versions', () => {
  const stream = randomStream(42, 'golden');
  expect([stream.uniform(), stream.uniform(), stream.normal(), stream.integer(1000)]).toEqual([
    0.7321180632787022, 0.6974165664158185, 0.3469379397890807, 284,
  ]);
});

test('different seeds and paths give different streams', () => {
  const firsts = [
    randomStream(1),
    randomStream(2),
    randomStream(1.5),
    randomStream(-1),
    randomStream(1, 0),
    randomStream(1, '0'),
    randomStream(1, ''),
    randomStream(1, 'a', 'b'),
    randomStream(1, 'ab'),
    randomStream(1, 'ab', ''),
    randomStream(1, 'a\0b'),
    randomStream(1, 'b', 'a'),
  ].map((stream) => stream.uniform());
  expect(new Set(firsts).size).toBe(firsts.length);
});

test('minus zero names the same stream as zero', () => {
  expect(randomStream(-0, -0).uniform()).toBe(randomStream(0, 0).uniform());
});

test('uniform numbers fill [0, 1) evenly', () => {
  const stream = randomStream(1, 'even');
  const cells = new Array<number>(100).fill(0);
  for (let i = 0; i < 100_000; i++) {
    const value = stream.uniform();
    expect(value >= 0 && value < 1).toBe(true);
    const cell = Math.floor(value * 100);
    cells[cell] = (cells[cell] ?? 0) + 1;
  }
  // Chi-squared with 99 degrees of freedom: 148 is the 99.9 % point.
  expect(cells.reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0)).toBeLessThan(148);
});

test('the first numbers of neighbouring streams are not correlated', () => {
  const firsts = Array.from({ length: 20_000 }, (_, k) => randomStream(5, 'trial', k).uniform() - 0.5);
  const products = firsts.slice(1).map((value, k) => value * (firsts[k] ?? 0));
  expect(Math.abs(mean(firsts))).toBeLessThan(0.01);
  expect(Math.abs(mean(products)) * 12).toBeLessThan(0.03);
});

test('normal numbers have the moments of the standard normal', () => {
  const stream = randomStream(2, 'normal');
  const values = many(100_000, () => stream.normal());
  expect(Math.abs(mean(values))).toBeLessThan(0.015);
  expect(mean(values.map((x) => x * x))).toBeCloseTo(1, 1.5);
  expect(mean(values.map((x) => x ** 4))).toBeCloseTo(3, 0.7);
});

test('whole numbers below n are all reached and equally likely', () => {
  const stream = randomStream(3, 'integer');
  const counts = new Array<number>(6).fill(0);
  for (let i = 0; i < 60_000; i++) {
    const value = stream.integer(6);
    counts[value] = (counts[value] ?? 0) + 1;
  }
  for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(400);
});

test('whole numbers below one are zero, and below nothing is a bug', () => {
  expect(randomStream(1).integer(1)).toBe(0);
  expect(() => randomStream(1).integer(0)).toThrow(RangeError);
  expect(() => randomStream(1).integer(2.5)).toThrow(RangeError);
});
