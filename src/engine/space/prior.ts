// Places in [0, 1] for values that are expected around a mean.
import { normalDensity, normalMass } from '../numeric/normal.ts';
import type { NormalPrior } from './parameter.ts';

/** Turns numbers on a prior's own scale (logarithms, where it is over those) into shares of what lies below, and back. */
export interface PriorScale {
  unitOf(place: number): number;
  placeOf(unit: number): number;
}

/**
 * The share of a uniform distribution that is mixed in (a defensive mixture: Hesterberg, Technometrics 37, 1995).
 * However thin the curve is at an end of the range, values there are still drawn now and then, and each keeps a place
 * of its own that leads back to it.
 */
const uniformShare = 0.01;

/** A curve with a range narrower than this, in deviations, is flat to one in ten thousand. */
const narrowest = 0.01;

/** The distribution function over `[low, high]`, and its inverse. */
export const priorScale = ({ mean, sd }: NormalPrior, low: number, high: number): PriorScale => {
  const [a, b] = [(low - mean) / sd, (high - mean) / sd];
  const width = b - a;
  const mass = normalMass(a, b);
  const curveShare = width < narrowest ? 0 : 1 - uniformShare;
  const flatShare = 1 - curveShare;
  const shareBelow = (z: number): number =>
    (curveShare === 0 ? 0 : (curveShare * normalMass(a, z)) / mass) + (flatShare * (z - a)) / width;
  const densityAt = (z: number): number =>
    (curveShare === 0 ? 0 : (curveShare * normalDensity(z)) / mass) + flatShare / width;
  return {
    unitOf: (place) => {
      const z = (place - mean) / sd;
      return z <= a ? 0 : z >= b ? 1 : Math.min(1, Math.max(0, shareBelow(z)));
    },
    placeOf: (unit) => {
      if (unit <= 0) return low;
      if (unit >= 1) return high;
      return Math.min(high, Math.max(low, mean + sd * solve(shareBelow, densityAt, unit, a, b)));
    },
  };
};

const mostSteps = 100;

/** The z in `[low, high]` with `share(z) = wanted`: Newton's method, halving where it would leave what is left. */
const solve = (
  share: (z: number) => number,
  density: (z: number) => number,
  wanted: number,
  low: number,
  high: number,
): number => {
  let [below, above] = [low, high];
  let z = Math.min(above, Math.max(below, 0));
  for (let step = 0; step < mostSteps; step++) {
    const off = share(z) - wanted;
    if (off > 0) above = z;
    else below = z;
    const newton = z - off / density(z);
    const next = newton >= below && newton <= above ? newton : (below + above) / 2;
    if (off === 0 || next === z || Math.abs(next - z) <= 1e-16 * (high - low)) return next;
    z = next;
  }
  return z;
};

/** Deviations to each side of the mean that a range without bounds of its own reaches; one value in 16,000 is beyond. */
const reach = 4;

/** A range for a prior that was given none. */
export const rangeOfPrior = (
  { mean, sd }: NormalPrior,
  { kind, log }: { readonly kind: 'float' | 'int'; readonly log: boolean },
): { readonly low: number; readonly high: number } => {
  const bound = (sign: number): number => {
    const place = mean + sign * reach * sd;
    const value = Number((log ? Math.exp(place) : place).toPrecision(12));
    if (kind === 'float') return value;
    return log ? Math.max(1, Math.round(value)) : Math.round(value);
  };
  return { low: bound(-1), high: bound(1) };
};
