import { philox, type Words } from './philox.ts';

/** A reproducible stream of random numbers. Advances as it is used; never shared between purposes. */
export interface RandomStream {
  /** Uniform in `[0, 1)`, 53 bits. */
  uniform(): number;
  /** Standard normal. */
  normal(): number;
  /** Uniform whole number in `[0, below)`; `below` is at least 1. */
  integer(below: number): number;
}

const two53 = 2 ** 53;

/**
 * The stream named by a seed and a path, e.g. `randomStream(seed, 'sampler', trialNumber)`. Different seeds or
 * paths give independent streams; the same ones give the same numbers on every machine. Cheap to make.
 *
 * Philox4x32-10 in counter mode. Seed and path are hashed to 128 bits: 64 are the key, 64 the counter's upper
 * half; the lower half counts blocks of four words. Normals come from Marsaglia's polar method (Marsaglia, Bray:
 * A Convenient Method for Generating Normal Variables, 1964), whose `log` and `sqrt` are the JavaScript engine's.
 */
export const randomStream = (seed: number, ...path: readonly (number | string)[]): RandomStream => {
  const [key0, key1, high0, high1] = identify(seed, path);
  const block: Words = [0, 0, 0, 0];
  let nextBlock = 0;
  let used = 4;
  let spare: number | undefined;

  const refill = (): void => {
    block[0] = nextBlock >>> 0;
    block[1] = Math.floor(nextBlock / 2 ** 32);
    block[2] = high0;
    block[3] = high1;
    philox(block, key0, key1);
    nextBlock++;
    used = 0;
  };

  /** 53 random bits as a whole number. */
  const bits = (): number => {
    if (used === 4) refill();
    const upper = used === 0 ? block[0] : block[2];
    const lower = used === 0 ? block[1] : block[3];
    used += 2;
    return (upper >>> 5) * 2 ** 26 + (lower >>> 6);
  };

  const uniform = (): number => bits() / two53;

  const normal = (): number => {
    if (spare !== undefined) {
      const value = spare;
      spare = undefined;
      return value;
    }
    for (;;) {
      const x = 2 * uniform() - 1;
      const y = 2 * uniform() - 1;
      const s = x * x + y * y;
      if (s >= 1 || s === 0) continue;
      const scale = Math.sqrt((-2 * Math.log(s)) / s);
      spare = y * scale;
      return x * scale;
    }
  };

  const integer = (below: number): number => {
    if (!Number.isSafeInteger(below) || below < 1) throw new RangeError(`integer(below): below is ${below}`);
    // The last, incomplete multiple of `below` is rejected, so that every number is equally likely.
    const limit = two53 - (two53 % below);
    for (;;) {
      const value = bits();
      if (value < limit) return value % below;
    }
  };

  return { uniform, normal, integer };
};

const numberTag = 1;
const stringTag = 2;

/**
 * 128 bits for a seed and path: Davies–Meyer over Philox, two message words as the key of each step. Every part
 * is tagged and strings carry their length, so that no two paths share an encoding.
 */
const identify = (seed: number, path: readonly (number | string)[]): Words => {
  const state: Words = [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344]; // digits of pi
  absorbPart(state, seed);
  for (const part of path) absorbPart(state, part);
  return state;
};

const absorbPart = (state: Words, part: number | string): void => {
  if (typeof part === 'number') {
    const view = new DataView(new ArrayBuffer(8));
    view.setFloat64(0, part === 0 ? 0 : part); // -0 is 0
    absorb(state, numberTag, 0);
    absorb(state, view.getUint32(0), view.getUint32(4));
    return;
  }
  absorb(state, stringTag, part.length);
  for (let i = 0; i < part.length; i += 4) {
    const unit = (k: number): number => (i + k < part.length ? part.charCodeAt(i + k) : 0);
    absorb(state, (unit(0) << 16) | unit(1), (unit(2) << 16) | unit(3));
  }
};

const absorb = (state: Words, word0: number, word1: number): void => {
  const [s0, s1, s2, s3] = state;
  philox(state, word0, word1);
  state[0] = (state[0] ^ s0) >>> 0;
  state[1] = (state[1] ^ s1) >>> 0;
  state[2] = (state[2] ^ s2) >>> 0;
  state[3] = (state[3] ^ s3) >>> 0;
};
