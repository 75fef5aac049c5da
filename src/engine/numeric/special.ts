// Logarithms without cancellation, and the gamma function's family; to a relative error below 1e-13 where nothing else
// is said.
import { polynomial } from './rational.ts';

const logSqrtTwoPi = 0.9189385332046728;
/** 1 - γ, with Euler's γ. */
const oneMinusEuler = 0.42278433509846713;

/** log(1 - exp x) for x <= 0 (M. Mächler, Accurately computing log(1 - exp(-|a|)), 2012). */
export const log1mexp = (x: number): number =>
  x > -Math.LN2 ? Math.log(-Math.expm1(x)) : Math.log1p(-Math.exp(x));

/** log(1 + exp x), also called softplus. */
export const log1pexp = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));

/** log(exp a + exp b). */
export const logAddExp = (a: number, b: number): number => {
  const larger = Math.max(a, b);
  return larger === -Infinity || larger === Infinity
    ? larger
    : larger + Math.log1p(Math.exp(-Math.abs(a - b)));
};

/** log Σ exp x; -∞ of nothing. */
export const logSumExp = (values: ArrayLike<number>): number => {
  let largest = -Infinity;
  for (let i = 0; i < values.length; i++) largest = Math.max(largest, Number(values[i]));
  if (!Number.isFinite(largest)) return largest;
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += Math.exp(Number(values[i]) - largest);
  return largest + Math.log(sum);
};

/** log(1 + x) - x, whose two terms cancel where x is small. */
export const log1pMinus = (x: number): number => {
  if (x < -0.4 || x > 0.6) return Math.log1p(x) - x;
  // With r = x/(2 + x): log(1 + x) = 2 artanh r = 2r + 2(r³/3 + r⁵/5 + …), and 2r - x = -r x.
  const r = x / (2 + x);
  const square = r * r;
  let power = 2 * r * square;
  let sum = 0;
  for (let k = 3; Math.abs(power) > 1e-17 * Math.abs(sum * k); k += 2) {
    sum += power / k;
    power *= square;
  }
  return sum - r * x;
};

/** ζ(k) - 1 over k with alternating sign, k from 2 to 30. */
const zetaTerms = [
  0.3224670334241132, -0.0673523010531981, 0.020580808427784546, -0.007385551028673986, 0.0028905103307415234,
  -0.001192753911703261, 0.0005096695247430425, -0.00022315475845357939, 9.945751278180853e-5,
  -4.492623673813314e-5, 2.050721277567069e-5, -9.439488275268397e-6, 4.374866789907488e-6,
  -2.039215753801366e-6, 9.55141213040742e-7, -4.492469198764566e-7, 2.1207184805554665e-7,
  -1.0043224823968099e-7, 4.7698101693639804e-8, -2.2711094608943164e-8, 1.0838659214896955e-8,
  -5.183475041970047e-9, 2.4836745438024785e-9, -1.1921401405860912e-9, 5.731367241678862e-10,
  -2.7595228851242334e-10, 1.330476437424449e-10, -6.4229645638381e-11, 3.1044247747322276e-11,
].toReversed();

/** log Γ(2 + z) for |z| <= 1/2: its Taylor series with log(1 + z) taken out, 0 at 0 (DLMF 5.7.3). */
const logGammaFromTwo = (z: number): number => z * (oneMinusEuler + z * polynomial(zetaTerms, z));

/** Stirling's series, B₂ₖ / (2k (2k - 1)), for arguments from here on (DLMF 5.11.1). */
const stirlingFrom = 15;
const stirlingTerms = [
  0.08333333333333333, -0.002777777777777778, 0.0007936507936507937, -0.0005952380952380953,
  0.0008417508417508417, -0.0019175269175269176, 0.00641025641025641, -0.029550653594771242,
].toReversed();

/** log Γ(x) - ((x - ½) log x - x + ½ log 2π), for x >= 15. */
export const stirlingRest = (x: number): number => polynomial(stirlingTerms, 1 / (x * x)) / x;

/**
 * log |Γ(x)|; ∞ at 0, -1, -2, …. Accurate relative to its own size for x > 0, near its zeros 1 and 2 too; for x < 0 to
 * 1e-13 of the larger of the terms of the reflection formula.
 */
export const logGamma = (x: number): number => {
  if (x <= 0) {
    if (Number.isInteger(x) || x === -Infinity) return Infinity;
    if (x > -1e-5) return Math.log(-1 / x) + logGammaNearOne(x);
    return Math.log(Math.PI / Math.abs(sinPi(x))) - logGamma(1 - x);
  }
  if (x < 0.5) return logGammaNearOne(x) - Math.log(x);
  if (x < 1.5) return logGammaNearOne(x - 1);
  if (x < 2.5) return logGammaFromTwo(x - 2);
  if (x >= stirlingFrom)
    return x === Infinity ? x : (x - 0.5) * Math.log(x) - x + logSqrtTwoPi + stirlingRest(x);
  let product = 1;
  let y = x;
  while (y >= 2.5) product *= --y;
  return Math.log(product) + logGammaFromTwo(y - 2);
};

/** log Γ(1 + z) for |z| <= 1/2. */
const logGammaNearOne = (z: number): number => logGammaFromTwo(z) - Math.log1p(z);

/** sin πx, reduced before π comes in. */
const sinPi = (x: number): number => {
  const rest = x - 2 * Math.round(x / 2);
  const folded = Math.abs(rest) > 0.5 ? Math.sign(rest) - rest : rest;
  return Math.sin(Math.PI * folded);
};

/** Γ(x); NaN at 0, -1, -2, …, exact for whole numbers as far as doubles are. */
export const gamma = (x: number): number => {
  if (Number.isInteger(x)) return x <= 0 ? Number.NaN : factorialBelow(x);
  if (x < 0.5) {
    if (x < -180) return x === -Infinity ? Number.NaN : 0;
    return x > -1e-5 ? Math.exp(logGammaNearOne(x)) / x : Math.PI / (sinPi(x) * gamma(1 - x));
  }
  if (x > 171.7) return Infinity;
  if (x >= stirlingFrom) {
    // x^(x - ½) would overflow before Γ does.
    const half = x ** (0.5 * x - 0.25);
    return half * Math.exp(-x + logSqrtTwoPi + stirlingRest(x)) * half;
  }
  let product = 1;
  let y = x;
  while (y >= 2.5) product *= --y;
  return product * Math.exp(y < 1.5 ? logGammaNearOne(y - 1) : logGammaFromTwo(y - 2));
};

const factorialBelow = (x: number): number => {
  if (x > 171) return Infinity;
  let product = 1;
  for (let i = 2; i < x; i++) product *= i;
  return product;
};

/** Digamma's positive zero, in two parts. */
const rootHigh = 1.4616321449683622;
const rootLow = 9.549995429965697e-17;
/** Its Taylor coefficients there, from the first power on. */
const rootTerms = [
  0.9676722454476212, -0.4427631689835921, 0.258499760955651, -0.16394270544240652, 0.10782405069126237,
  -0.07219956125645471, 0.04880428816414311, -0.03316112647484736, 0.022597648232218104, -0.01542476590494896,
  0.010538791616612175, -0.007204534386356869, 0.004926781395729853, -0.003369801655439328,
  0.002305126326734928, -0.0015769367714301972, 0.0010788252019162967, -0.0007380709389960052,
].toReversed();
/** B₂ₖ / 2k (DLMF 5.11.2). */
const digammaTerms = [
  0.08333333333333333, -0.008333333333333333, 0.003968253968253968, -0.004166666666666667,
  0.007575757575757576, -0.021092796092796094, 0.08333333333333333,
].toReversed();

/** Γ′(x)/Γ(x); NaN at 0, -1, -2, …. Accurate relative to its size for x > 0. */
export const digamma = (x: number): number => {
  if (x <= 0) {
    if (Number.isInteger(x) || x === -Infinity) return Number.NaN;
    // Reflection: ψ(x) = ψ(1 - x) - π cot πx.
    return digamma(1 - x) - Math.PI / Math.tan(Math.PI * (x - Math.round(x)));
  }
  const fromRoot = x - rootHigh - rootLow;
  if (Math.abs(fromRoot) < 0.15) return fromRoot * polynomial(rootTerms, fromRoot);
  let shift = 0;
  let y = x;
  while (y < stirlingFrom) shift += 1 / y++;
  const inverse = 1 / (y * y);
  return Math.log(y) - 0.5 / y - inverse * polynomial(digammaTerms, inverse) - shift;
};

/** log B(a, b) for a, b > 0, without the cancellation of its three terms when one is large. */
export const logBeta = (a: number, b: number): number => {
  const [small, large] = a < b ? [a, b] : [b, a];
  const sum = small + large;
  if (large < stirlingFrom) return logGamma(small) + (logGamma(large) - logGamma(sum));
  const rest = stirlingRest(large) - stirlingRest(sum);
  if (small < stirlingFrom)
    return logGamma(small) + rest - (large - 0.5) * Math.log1p(small / large) - small * (Math.log(sum) - 1);
  return (
    logSqrtTwoPi -
    0.5 * Math.log(large) +
    stirlingRest(small) +
    rest -
    (small - 0.5) * Math.log1p(large / small) -
    large * Math.log1p(small / large)
  );
};
