// The error function, its complement and its scaled complement.
import { ratio } from './rational.ts';

/** 1 / √π */
const inverseSqrtPi = 0.5641895835477563;

// Rational approximations of W. J. Cody, "Rational Chebyshev approximations for the error function",
// Math. Comp. 23 (1969): numerator and denominator, highest power first.
const nearZero = {
  top: [0.18577770618460315, 3.1611237438705655, 113.86415415105016, 377.485237685302, 3209.3775891384694],
  bottom: [1, 23.601290952344122, 244.02463793444417, 1282.6165260773723, 2844.236833439171],
};
const middle = {
  top: [
    2.1531153547440383e-8, 0.5641884969886701, 8.883149794388377, 66.11919063714163, 298.6351381974001,
    881.952221241769, 1712.0476126340707, 2051.0783778260716, 1230.3393547979972,
  ],
  bottom: [
    1, 15.744926110709835, 117.6939508913125, 537.1811018620099, 1621.3895745666903, 3290.7992357334597,
    4362.619090143247, 3439.3676741437216, 1230.3393548037495,
  ],
};
const tail = {
  top: [
    0.016315387137302097, 0.30532663496123236, 0.36034489994980445, 0.12578172611122926, 0.016083785148742275,
    0.0006587491615298378,
  ],
  bottom: [
    1, 2.568520192289822, 1.8729528499234673, 0.5279051029514285, 0.06051834131244132, 0.0023352049762686918,
  ],
};

/** 2/√π ∫₀ˣ exp(-t²) dt. */
export const erf = (x: number): number => {
  if (Math.abs(x) <= 0.46875) return x * ratio(nearZero, x * x);
  return x < 0 ? erfc(-x) - 1 : 1 - erfc(x);
};

/** 1 - erf(x), accurate in the upper tail too. */
export const erfc = (x: number): number => {
  const size = Math.abs(x);
  if (size <= 0.46875) return 1 - x * ratio(nearZero, x * x);
  // Beyond 27.5 it is less than the smallest double.
  const upper = size > 27.5 ? 0 : expMinusSquare(size) * scaledTail(size);
  return x < 0 ? 2 - upper : upper;
};

/** exp(x²) erfc(x): what is left of the upper tail when its decay is taken out. */
export const erfcx = (x: number): number => {
  if (x > 0.46875) return scaledTail(x);
  if (x < -26.7) return Infinity;
  return erfc(x) / expMinusSquare(Math.abs(x));
};

/** exp(x²) erfc(x) for x > 0.46875. */
const scaledTail = (x: number): number => {
  if (x <= 4) return ratio(middle, x);
  if (x > 1e8) return inverseSqrtPi / x;
  const inverse = 1 / (x * x);
  return (inverseSqrtPi - inverse * ratio(tail, inverse)) / x;
};

/** exp(-x²) without the rounding error of x² being magnified: x is split at 1/16 (Cody). */
const expMinusSquare = (x: number): number => {
  const coarse = Math.trunc(x * 16) / 16;
  return Math.exp(-coarse * coarse) * Math.exp(-(x - coarse) * (x + coarse));
};
