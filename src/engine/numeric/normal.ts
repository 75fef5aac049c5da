// The standard normal distribution: density, distribution function, its logarithm and its inverse.
import { erfc } from './errorFunction.ts';
import { ratio } from './rational.ts';

const sqrtHalf = Math.SQRT1_2;
/** 1 / √(2π) */
const densityAtZero = 0.3989422804014327;
const logSqrtTwoPi = 0.9189385332046728;

export const normalDensity = (z: number): number => densityAtZero * Math.exp(-0.5 * z * z);

/** Φ(z), to a relative error of a few units in the last place of z² (down to z = -37, where it leaves the doubles). */
export const normalCdf = (z: number): number => 0.5 * erfc(-z * sqrtHalf);

/** log Φ(z), accurate far into the lower tail where Φ(z) itself is 0. */
export const logNormalCdf = (z: number): number => {
  if (z > 0) return Math.log1p(-0.5 * erfc(z * sqrtHalf));
  if (z > -30) return Math.log(normalCdf(z));
  // Asymptotic series of Mills' ratio: Φ(z) = φ(z)/|z| · (1 - 1/z² + 3/z⁴ - 15/z⁶ + 105/z⁸ …).
  const inverse = 1 / (z * z);
  const series = -inverse * (1 - inverse * (3 - inverse * (15 - inverse * 105)));
  return -0.5 * z * z - logSqrtTwoPi - Math.log(-z) + Math.log1p(series);
};

/** Φ(high) - Φ(low) for `low <= high`, without cancellation in either tail. */
export const normalMass = (low: number, high: number): number =>
  low > 0 ? normalCdf(-low) - normalCdf(-high) : normalCdf(high) - normalCdf(low);

// Algorithm AS 241, PPND16 (M. J. Wichura, Applied Statistics 37, 1988): highest power first.
const central = {
  top: [
    2509.0809287301227, 33430.57558358813, 67265.7709270087, 45921.95393154987, 13731.69376550946,
    1971.5909503065513, 133.14166789178438, 3.3871328727963665,
  ],
  bottom: [
    5226.495278852854, 28729.085735721943, 39307.89580009271, 21213.794301586597, 5394.196021424751,
    687.1870074920579, 42.31333070160091, 1,
  ],
};
const outer = {
  top: [
    0.0007745450142783414, 0.022723844989269184, 0.2417807251774506, 1.2704582524523684, 3.6478483247632045,
    5.769497221460691, 4.630337846156546, 1.4234371107496835,
  ],
  bottom: [
    1.0507500716444169e-9, 0.0005475938084995345, 0.015198666563616457, 0.14810397642748008, 0.6897673349851,
    1.6763848301838038, 2.053191626637759, 1,
  ],
};
const extreme = {
  top: [
    2.0103343992922881e-7, 0.000027115555687434876, 0.0012426609473880784, 0.026532189526576124,
    0.29656057182850487, 1.7848265399172913, 5.463784911164114, 6.657904643501103,
  ],
  bottom: [
    2.0442631033899397e-15, 1.421511758316446e-7, 0.000018463183175100548, 0.0007868691311456133,
    0.014875361290850615, 0.1369298809227358, 0.599832206555888, 1,
  ],
};

/** Φ⁻¹(p): the z with Φ(z) = p; -∞ at 0, ∞ at 1, NaN outside `[0, 1]`. */
export const normalQuantile = (p: number): number => {
  if (!(p > 0 && p < 1)) return p === 0 ? -Infinity : p === 1 ? Infinity : Number.NaN;
  const fromMiddle = p - 0.5;
  if (Math.abs(fromMiddle) <= 0.425) return fromMiddle * ratio(central, 0.180625 - fromMiddle * fromMiddle);
  const r = Math.sqrt(-Math.log(fromMiddle < 0 ? p : 1 - p));
  const size = r <= 5 ? ratio(outer, r - 1.6) : ratio(extreme, r - 5);
  return fromMiddle < 0 ? -size : size;
};
