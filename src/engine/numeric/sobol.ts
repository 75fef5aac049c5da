// Sobol sequences: of every 2ᵐ consecutive points from a multiple of 2ᵐ on, each of 2ᵐ equal intervals of every axis
// holds one.
import { intAt } from './at.ts';
import { fromBase64 } from './base64.ts';
import { mix32, type PointSequence } from './pointSequence.ts';
import type { RandomStream } from './random.ts';
import { degreeCounts, directionsBase64 } from './sobolDirections.ts';

const bits = 32;
const two32 = 2 ** bits;

/** There are direction numbers for as many. */
export const mostSobolDimensions = 1 + degreeCounts.reduce((sum, count) => sum + count, 0);

/**
 * Sobol's sequence with the direction numbers of Joe and Kuo (2008), in natural order (not that of the Gray code: the
 * same points within every block of 2ᵐ). 2³² points, of 32 bits.
 *
 * With a `random` stream its digits are scrambled as Owen did (Randomly permuted (t,m,s)-nets, 1995): each bit is
 * flipped or not by a hash of the bits above it. A scrambled point is uniform in the cube, and the evenness stays. Only
 * its first numbers are drawn, here; afterwards the sequence changes no more.
 */
export const sobolSequence = (dimensions: number, random?: RandomStream): PointSequence => {
  if (!(dimensions >= 0 && dimensions <= mostSobolDimensions))
    throw new RangeError(`a Sobol sequence has at most ${mostSobolDimensions} dimensions, not ${dimensions}`);
  const directions = directionsOf(dimensions);
  const keys = Int32Array.from({ length: 2 * dimensions }, () => random?.integer(two32) ?? 0);
  const point = (index: number, target = new Float64Array(dimensions)): Float64Array => {
    if (!(index >= 0 && index < two32)) throw new RangeError(`a Sobol sequence has no point ${index}`);
    for (let d = 0; d < dimensions; d++) {
      let digits = 0;
      for (let rest = index | 0, k = bits * d; rest !== 0; rest >>>= 1, k++)
        if (rest & 1) digits ^= intAt(directions, k);
      target[d] =
        random === undefined
          ? (digits >>> 0) / two32
          : // In the middle of its cell, so that 0 does not occur.
            (scramble(digits, intAt(keys, 2 * d), intAt(keys, 2 * d + 1)) + 0.5) / two32;
    }
    return target;
  };
  return { dimensions, point };
};

/** Flips each bit by a hash of the node that the bits above it lead to in the binary tree (its root is node 1). */
const scramble = (digits: number, key0: number, key1: number): number => {
  let flips = 0;
  for (let k = 0; k < bits; k++) {
    const node = k === 0 ? 1 : (1 << k) | (digits >>> (bits - k));
    const hash = mix32(mix32(Math.imul(node, 0x9e3779b1) ^ key0) + key1);
    flips |= (hash & 1) << (bits - 1 - k);
  }
  return (digits ^ flips) >>> 0;
};

/** 32 direction numbers a dimension: what bit k of the index adds, as 32 binary digits after the point. */
const directionsOf = (dimensions: number): Int32Array => {
  const directions = new Int32Array(bits * dimensions);
  // The first dimension is van der Corput's sequence: the index' bits mirrored.
  if (dimensions > 0) for (let k = 0; k < bits; k++) directions[k] = 1 << (bits - 1 - k);
  const read = bitReader(fromBase64(directionsBase64));
  let dimension = 1;
  for (const [place, count] of degreeCounts.entries()) {
    for (let i = 0; i < count; i++) {
      if (dimension >= dimensions) return directions;
      fill(directions.subarray(bits * dimension, bits * ++dimension), place + 1, read);
    }
  }
  return directions;
};

/** vₖ = mₖ / 2ᵏ, and from k > degree on the recurrence of Bratley and Fox (ACM TOMS 14, 1988, algorithm 659). */
const fill = (v: Int32Array, degree: number, read: (width: number) => number): void => {
  const inner = read(degree - 1);
  for (let k = 1; k <= degree; k++) v[k - 1] = (2 * read(k - 1) + 1) << (bits - k);
  for (let k = degree; k < bits; k++) {
    let value = intAt(v, k - degree) ^ (intAt(v, k - degree) >>> degree);
    for (let j = 1; j < degree; j++) if ((inner >>> (degree - 1 - j)) & 1) value ^= intAt(v, k - j);
    v[k] = value;
  }
};

/** Whole numbers of so many bits, one after another, lowest bit first. */
const bitReader = (bytes: Uint8Array): ((width: number) => number) => {
  let position = 0;
  return (width) => {
    let value = 0;
    for (let k = 0; k < width; k++, position++)
      value |= (((bytes[position >> 3] ?? 0) >> (position & 7)) & 1) << k;
    return value;
  };
};
