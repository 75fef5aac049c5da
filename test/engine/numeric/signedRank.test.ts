import { expect, test } from 'vitest';
import { signedRankPValue } from '../../../src/engine/numeric/signedRank.ts';

test('n differences that are all positive have a probability of 1 in 2ⁿ', () => {
  for (let n = 1; n <= 12; n++) {
    const differences = Array.from({ length: n }, (_, i) => i + 1);
    expect(signedRankPValue(differences)).toBeCloseTo(2 ** -n, 14);
    expect(signedRankPValue(differences.map((d) => -d))).toBeCloseTo(1, 14);
  }
});

test('the heights of crossed and self-fertilised maize have the published rank sum and probability', () => {
  // Darwin, "The Effects of Cross and Self Fertilisation", 1876, in eighths of an inch: R+ = 96 of 120, of 15 pairs;
  // SciPy's documentation gives the exact two-sided probability 0.041259765625.
  const differences = [6, 8, 14, 16, 23, 24, 28, 29, 41, -48, 49, 56, 60, -67, 75];
  expect(2 * signedRankPValue(differences)).toBeCloseTo(0.041259765625, 12);
});

test('the exact tail is that of all assignments of signs, with ties too', () => {
  const differences = [1, -1, 2, 2, -3, 4, 4, 4.5];
  const size = differences.map(Math.abs);
  const ranks = size.map((a) => {
    const below = size.filter((b) => b < a).length;
    const equal = size.filter((b) => b === a).length;
    return below + (equal + 1) / 2;
  });
  const sumOf = (isPositive: (i: number) => boolean): number =>
    ranks.reduce((sum, rank, i) => sum + (isPositive(i) ? rank : 0), 0);
  const seen = sumOf((i) => (differences[i] ?? 0) > 0);
  let atLeast = 0;
  for (let signs = 0; signs < 2 ** ranks.length; signs++)
    if (sumOf((i) => ((signs >> i) & 1) === 1) >= seen) atLeast++;
  expect(signedRankPValue(differences)).toBeCloseTo(atLeast / 2 ** ranks.length, 14);
});

test('zeros take ranks and weigh on both sides alike', () => {
  expect(signedRankPValue([0, 0, 0])).toBe(0.5);
  expect(signedRankPValue([])).toBe(1);
  expect(signedRankPValue([0, 1, 2])).toBeCloseTo(1 / 4, 14);
  expect(signedRankPValue([0, -1, 1])).toBeGreaterThan(0.5);
});

test('beyond sixty differences the normal distribution takes over without a jump', () => {
  const sixty = Array.from({ length: 60 }, (_, i) => (i % 3 === 0 ? -1 : 1) * (i + 1));
  const exact = signedRankPValue(sixty);
  const normal = signedRankPValue([...sixty, -0.5]);
  expect(Math.abs(Math.log(normal / exact))).toBeLessThan(0.3);
});
