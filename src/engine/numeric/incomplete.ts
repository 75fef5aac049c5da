// The incomplete gamma and beta functions, regularised: distribution functions of the gamma and beta distributions.
import { log1pMinus, logBeta, logGamma, stirlingRest } from './special.ts';

const logTwoPi = 1.8378770664093456;
const smallest = 1e-300;
const precision = 1e-16;
/** Terms of a series or fraction; about √a are needed near the middle of a distribution with parameter a. */
const mostTerms = 100_000;
/** From here on Stirling's form of a density is the more accurate one. */
const large = 15;

/** P(a, x): the gamma distribution's function; a > 0, x >= 0 (DLMF 8.2.4). */
export const gammaP = (a: number, x: number): number => {
  if (!(a > 0 && x >= 0)) return Number.NaN;
  if (x === 0 || x === Infinity) return x === 0 ? 0 : 1;
  return x < a + 1 ? lowerSeries(a, x) : 1 - upperFraction(a, x);
};

/** Q(a, x) = 1 - P(a, x), accurate where it is small. */
export const gammaQ = (a: number, x: number): number => {
  if (!(a > 0 && x >= 0)) return Number.NaN;
  if (x === 0 || x === Infinity) return x === 0 ? 1 : 0;
  return x < a + 1 ? 1 - lowerSeries(a, x) : upperFraction(a, x);
};

/** xᵃ e⁻ˣ / Γ(a + 1), for large a by Stirling: e^(a (log(1 + m) - m)) / √(2πa) with m = (x - a)/a. */
const gammaTerm = (a: number, x: number): number => {
  if (a < large) return Math.exp(a * Math.log(x) - x - logGamma(a + 1));
  const m = (x - a) / a;
  return Math.exp(a * log1pMinus(m) - stirlingRest(a)) / Math.sqrt(2 * Math.PI * a);
};

/** DLMF 8.7.1. */
const lowerSeries = (a: number, x: number): number => {
  let term = 1;
  let sum = 1;
  for (let k = 1; k < mostTerms && term > precision * sum; k++) {
    term *= x / (a + k);
    sum += term;
  }
  return gammaTerm(a, x) * sum;
};

/** DLMF 8.9.2 in the even form 8.9.1, by Lentz' method as Thompson and Barnett changed it. */
const upperFraction = (a: number, x: number): number => {
  let b = x + 1 - a;
  let c = 1 / smallest;
  let d = 1 / b;
  let value = d;
  for (let k = 1; k < mostTerms; k++) {
    const numerator = k * (a - k);
    b += 2;
    d = 1 / awayFromZero(numerator * d + b);
    c = awayFromZero(b + numerator / c);
    value *= c * d;
    if (Math.abs(c * d - 1) < precision) break;
  }
  return gammaTerm(a, x) * a * value;
};

const awayFromZero = (x: number): number => (Math.abs(x) < smallest ? smallest : x);

/** I_x(a, b): the beta distribution's function; a, b > 0, x in `[0, 1]` (DLMF 8.17.2). */
export const betaI = (a: number, b: number, x: number): number => {
  if (!(a > 0 && b > 0 && x >= 0 && x <= 1)) return Number.NaN;
  if (x === 0 || x === 1) return x;
  const y = 1 - x;
  if (x * (a + b + 2) <= a + 1) return betaFraction(a, b, x, y);
  const upper = betaFraction(b, a, y, x);
  // Where the upper part is nearly all, the fraction for the lower one converges more slowly but keeps its digits.
  return upper < 0.9 || x > 0.999 ? 1 - upper : betaFraction(a, b, x, y);
};

/** xᵃ yᵇ / B(a, b), y being 1 - x. */
const betaTerm = (a: number, b: number, x: number, y: number): number => {
  if (a < large || b < large) return Math.exp(a * Math.log(x) + b * logOf(y, x) - logBeta(a, b));
  // How far x lies from the mean, in units of a and b: the exponents' large parts cancel on paper (Didonato, Morris,
  // ACM TOMS 18, 1992, section 4).
  const gap = x < y ? (a + b) * x - a : b - (a + b) * y;
  const exponent = a * log1pMinus(gap / a) + b * log1pMinus(-gap / b);
  const rest = stirlingRest(a + b) - stirlingRest(a) - stirlingRest(b);
  return Math.exp(exponent + rest + 0.5 * (Math.log(a) + Math.log(b / (a + b)) - logTwoPi));
};

const logOf = (y: number, x: number): number => (x < 0.5 ? Math.log1p(-x) : Math.log(y));

/** DLMF 8.17.22, by Lentz' method. */
const betaFraction = (a: number, b: number, x: number, y: number): number => {
  let c = 1;
  let d = 1 / awayFromZero(1 - ((a + b) * x) / (a + 1));
  let value = d;
  for (let k = 1; k < mostTerms; k++) {
    const even = (k * (b - k) * x) / ((a + 2 * k - 1) * (a + 2 * k));
    d = 1 / awayFromZero(1 + even * d);
    c = awayFromZero(1 + even / c);
    value *= c * d;
    const odd = (-(a + k) * (a + b + k) * x) / ((a + 2 * k) * (a + 2 * k + 1));
    d = 1 / awayFromZero(1 + odd * d);
    c = awayFromZero(1 + odd / c);
    value *= c * d;
    if (Math.abs(c * d - 1) < precision) break;
  }
  return (betaTerm(a, b, x, y) / a) * value;
};

/**
 * The x with I_x(a, b) = p: the beta distribution's quantile, in so far as a double can name it (close to 1 it cannot
 * come closer than 1e-16). Newton's steps on log x, kept within a bracket that only ever shrinks.
 */
export const betaQuantile = (a: number, b: number, p: number): number => {
  if (!(a > 0 && b > 0 && p >= 0 && p <= 1)) return Number.NaN;
  if (p === 0 || p === 1) return p;
  let [low, high] = [-745, 0];
  // Near 0, I_x = xᵃ / (a B(a, b)); near the middle, the mean.
  const nearZero = (Math.log(p) + Math.log(a) + logBeta(a, b)) / a;
  let t = Math.max(low, Math.min(nearZero, Math.log(a / (a + b))));
  for (let k = 0; k < 200; k++) {
    const x = Math.exp(t);
    const found = betaI(a, b, x);
    if (found < p) low = t;
    else high = t;
    const slope = betaTerm(a, b, x, 1 - x) / (1 - x);
    const step = (p - found) / slope;
    const next = t + step;
    if (Math.abs(step) < 1e-16 * Math.max(1, Math.abs(t))) break;
    t = next > low && next < high ? next : (low + high) / 2;
    if (high - low < 1e-17) break;
  }
  return Math.exp(t);
};
