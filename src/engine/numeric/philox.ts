/** Four 32-bit words, each an unsigned whole number. */
export type Words = [number, number, number, number];

const multiplier0 = 0xd2511f53;
const multiplier1 = 0xcd9e8d57;
const weyl0 = 0x9e3779b9; // golden ratio
const weyl1 = 0xbb67ae85; // sqrt(3) - 1
const rounds = 10;

/** Upper half of the 64-bit product of two unsigned 32-bit numbers. */
const multiplyHigh = (a: number, b: number): number => {
  const aHigh = a >>> 16;
  const aLow = a & 0xffff;
  const bHigh = b >>> 16;
  const bLow = b & 0xffff;
  const cross = aLow * bHigh;
  const other = aHigh * bLow;
  const middle = ((aLow * bLow) >>> 16) + (cross & 0xffff) + (other & 0xffff);
  return aHigh * bHigh + (cross >>> 16) + (other >>> 16) + (middle >>> 16);
};

/**
 * Philox4x32-10, a keyed bijection on 128 bits that passes BigCrush as a counter-based generator.
 * Salmon, Moraes, Dror, Shaw: Parallel Random Numbers: As Easy as 1, 2, 3 (SC 2011), section 3.3.
 * Replaces the counter in `words` by its image.
 */
export const philox = (words: Words, key0: number, key1: number): void => {
  let [c0, c1, c2, c3] = words;
  let k0 = key0;
  let k1 = key1;
  for (let round = 0; round < rounds; round++) {
    const high0 = multiplyHigh(multiplier0, c0);
    const low0 = Math.imul(multiplier0, c0);
    const high1 = multiplyHigh(multiplier1, c2);
    const low1 = Math.imul(multiplier1, c2);
    c0 = (high1 ^ c1 ^ k0) >>> 0;
    c1 = low1 >>> 0;
    c2 = (high0 ^ c3 ^ k1) >>> 0;
    c3 = low0 >>> 0;
    k0 = (k0 + weyl0) | 0;
    k1 = (k1 + weyl1) | 0;
  }
  words[0] = c0;
  words[1] = c1;
  words[2] = c2;
  words[3] = c3;
};
