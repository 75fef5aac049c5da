// Quotients of polynomials, by which special functions are approximated.
import { itemAt } from './at.ts';

/** Coefficients of numerator and denominator, highest power first. */
export interface Rational {
  readonly top: readonly number[];
  readonly bottom: readonly number[];
}

/** Coefficients from the highest power down, by Horner's rule. */
export const polynomial = (coefficients: readonly number[], x: number): number => {
  let sum = 0;
  for (let i = 0; i < coefficients.length; i++) sum = sum * x + itemAt(coefficients, i);
  return sum;
};

export const ratio = (r: Rational, x: number): number => polynomial(r.top, x) / polynomial(r.bottom, x);
