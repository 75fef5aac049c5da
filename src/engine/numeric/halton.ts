// Halton sequences: axis d holds the radical inverses of the indices to the base of the d-th prime.
import { itemAt } from './at.ts';
import { mix32, type PointSequence } from './pointSequence.ts';
import type { RandomStream } from './random.ts';

/** Digits are written as whole numbers below this, which leaves room for a half. */
const mostUnits = 2 ** 52;

/**
 * Halton's sequence in any number of dimensions; natural order, from the origin on.
 *
 * With a `random` stream digits are permuted, for each axis and place by d ↦ (a d + c) mod b with a and c of their own
 * (random linear scrambling: Matoušek, On the L2-discrepancy for anchored boxes, 1998). The plain sequence is useless
 * beyond ten dimensions or so, its large primes running in step; permuted it is not. Only the stream's first numbers are
 * drawn, here.
 */
export const haltonSequence = (dimensions: number, random?: RandomStream): PointSequence => {
  const bases = firstPrimes(dimensions);
  // As many digits as a double holds.
  const places = bases.map((base) => Math.floor(Math.log(mostUnits) / Math.log(base)));
  const key = (): number => random?.integer(2 ** 32) ?? 0;
  const keys = bases.map(() => [key(), key()] as const);
  const point = (index: number, target = new Float64Array(dimensions)): Float64Array => {
    if (!(Number.isSafeInteger(index) && index >= 0))
      throw new RangeError(`a Halton sequence has no point ${index}`);
    for (let d = 0; d < dimensions; d++) {
      const base = itemAt(bases, d);
      const [key0, key1] = itemAt(keys, d);
      let rest = index;
      let units = 0;
      for (let place = 0; place < itemAt(places, d); place++) {
        const digit = rest % base;
        rest = (rest - digit) / base;
        units = units * base + (random === undefined ? digit : permute(digit, base, place, key0, key1));
      }
      target[d] = (random === undefined ? units : units + 0.5) / base ** itemAt(places, d);
    }
    return target;
  };
  return { dimensions, point };
};

/** A hash modulo the base is uneven by base / 2³², which does not matter. */
const permute = (digit: number, base: number, place: number, key0: number, key1: number): number => {
  const factor = 1 + (mix32(mix32(place ^ key0) + key1) % (base - 1));
  const shift = mix32(mix32(place ^ key1) + key0) % base;
  return (factor * digit + shift) % base;
};

/** The sieve of Eratosthenes up to a bound on the n-th prime (Rosser, Schoenfeld, 1962: n (log n + log log n), n ≥ 6). */
export const firstPrimes = (count: number): readonly number[] => {
  const bound = count < 6 ? 13 : Math.ceil(count * (Math.log(count) + Math.log(Math.log(count))));
  const composite = new Uint8Array(bound + 1);
  const primes: number[] = [];
  for (let p = 2; p <= bound && primes.length < count; p++) {
    if (composite[p] === 1) continue;
    primes.push(p);
    for (let multiple = p * p; multiple <= bound; multiple += p) composite[multiple] = 1;
  }
  return primes;
};
