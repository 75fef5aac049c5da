// Minimising a smooth function of a box, by limited-memory BFGS.
import { at, itemAt } from './at.ts';

export interface BoundedProblem {
  /** Moved to the nearest point of the box first. */
  readonly start: Float64Array;
  /** `low[i] <= high[i]`; infinite where there is no bound. */
  readonly low: Float64Array;
  readonly high: Float64Array;
  /**
   * The value at `x`, whose gradient goes into `gradient`. NaN and infinite values mean “not here”: the search steps
   * back. Neither array may be kept or, in the case of `x`, changed.
   */
  evaluate(x: Float64Array, gradient: Float64Array): number;
  /** Default 100. */
  readonly maxIterations?: number;
  /** Default 10 times as many as iterations. */
  readonly maxEvaluations?: number;
  /** Done when no coordinate of P(x - g) - x is larger, P being the projection on the box. Default 1e-6. */
  readonly gradientTolerance?: number;
  /** Done when a step lowers the value by no more than this times max(|value|, 1). Default 1e-12. */
  readonly valueTolerance?: number;
  /** How many steps the approximation of the Hessian remembers. Default 10. */
  readonly memory?: number;
}

export interface BoundedMinimum {
  /** Always within the bounds. */
  readonly x: Float64Array;
  /** The lowest value seen, at `x`; NaN or infinite only when the start's was. */
  readonly value: number;
  readonly iterations: number;
  readonly evaluations: number;
  /** Whether one of the tolerances was met, or nothing could be gained that rounding would not hide. */
  readonly converged: boolean;
}

/** Sufficient decrease and curvature: the usual constants (Nocedal, Wright, Numerical Optimization, section 3.1). */
const sufficient = 1e-4;
const curvature = 0.9;
const mostBacktracks = 30;
const mostExpansions = 8;
/** A pair counts when sᵀy is more than this times yᵀy, as in L-BFGS-B 3.0. */
const leastCurvature = 2.2e-16;

/**
 * The quasi-Newton step is taken in the space of the coordinates that are free (not held at a bound by the gradient),
 * with the pairs of earlier steps cut down to these coordinates, and then followed along its projection on the box
 * (two-metric projection: Bertsekas, SIAM J. Control Optim. 20, 1982; the reduced L-BFGS matrix: Byrd, Lu, Nocedal, Zhu,
 * SIAM J. Sci. Comput. 16, 1995). Deterministic; only the buffers made at the start are written to.
 */
export const minimizeBounded = (problem: BoundedProblem): BoundedMinimum => {
  const { low, high, evaluate } = problem;
  const size = problem.start.length;
  const maxIterations = problem.maxIterations ?? 100;
  const maxEvaluations = problem.maxEvaluations ?? 10 * maxIterations;
  const gradientTolerance = problem.gradientTolerance ?? 1e-6;
  const valueTolerance = problem.valueTolerance ?? 1e-12;

  let x = problem.start.map((value, i) => clamp(value, at(low, i), at(high, i)));
  let gradient = new Float64Array(size);
  let nextX = new Float64Array(size);
  let nextGradient = new Float64Array(size);
  let spareX = new Float64Array(size);
  let spareGradient = new Float64Array(size);
  const direction = new Float64Array(size);
  /** 1 where the coordinate may move. */
  const free = new Uint8Array(size);
  const pairs = createPairs(problem.memory ?? 10, size);

  let value = evaluate(x, gradient);
  let evaluations = 1;
  let iterations = 0;
  const answer = (converged: boolean): BoundedMinimum => ({ x, value, iterations, evaluations, converged });
  if (!isUsable(value, gradient)) return answer(false);

  /** Value at the projection of x + step · direction, which goes to `nextX`. */
  const probe = (step: number): number => {
    for (let i = 0; i < size; i++)
      nextX[i] = clamp(at(x, i) + step * at(direction, i), at(low, i), at(high, i));
    evaluations++;
    const found = evaluate(nextX, nextGradient);
    return isUsable(found, nextGradient) ? found : Number.NaN;
  };

  const keepProbe = (): void => {
    [nextX, spareX] = [spareX, nextX];
    [nextGradient, spareGradient] = [spareGradient, nextGradient];
  };

  /** Longer steps while the slope at the end says the minimum lies further out; the best one is left in `nextX`. */
  const expand = (first: number, step: number, slope: number): number => {
    let best = first;
    let length = step;
    for (let tries = 0; tries < mostExpansions && evaluations < maxEvaluations; tries++) {
      if (isCut(x, nextX, direction, length) || dot(nextGradient, direction) >= curvature * slope) break;
      keepProbe();
      length *= tries === 0 ? 2 : 4;
      const found = probe(length);
      if (found < best) best = found;
      else {
        keepProbe();
        break;
      }
    }
    return best;
  };

  /** A value with sufficient decrease, left in `nextX`; undefined where none is found. */
  const search = (firstStep: number, slope: number): number | undefined => {
    let step = firstStep;
    for (let tries = 0; tries < mostBacktracks && evaluations < maxEvaluations; tries++) {
      const found = probe(step);
      if (found <= value + sufficient * decrease(gradient, x, nextX) && found < value)
        return tries === 0 ? expand(found, step, slope) : found;
      // The minimum of the parabola through what is known, kept from stepping back too little or too much.
      const bend = found - value - slope * step;
      const parabola = (-0.5 * slope * step * step) / bend;
      step = Number.isNaN(found) ? 0.1 * step : clamp(parabola, 0.1 * step, 0.5 * step);
      // What is left to gain would be lost in rounding.
      if (-slope * step < Number.EPSILON * Math.abs(value)) break;
    }
    return undefined;
  };

  while (iterations < maxIterations && evaluations < maxEvaluations) {
    if (projectedSize(x, gradient, low, high) <= gradientTolerance) return answer(true);
    let slope = setDirection(direction, free, x, gradient, low, high, pairs);
    // A whole quasi-Newton step would gain less than the value is rounded by.
    if (pairs.count > 0 && slope <= 0 && -slope < Number.EPSILON * Math.abs(value)) return answer(true);
    let firstStep = pairs.count === 0 ? initialStep(direction, low, high) : 1;
    let found = slope < 0 ? search(firstStep, slope) : undefined;
    if (found === undefined && pairs.count > 0) {
      // What is remembered misleads: forget it and go straight down.
      pairs.count = 0;
      slope = setDirection(direction, free, x, gradient, low, high, pairs);
      firstStep = initialStep(direction, low, high);
      found = slope < 0 ? search(firstStep, slope) : undefined;
    }
    // Nothing lower in any direction known: as low as rounding lets us see, or a function that is not smooth.
    if (found === undefined) return answer(false);
    iterations++;
    remember(pairs, x, nextX, gradient, nextGradient);
    const gain = value - found;
    [x, nextX] = [nextX, x];
    [gradient, nextGradient] = [nextGradient, gradient];
    value = found;
    if (gain <= valueTolerance * Math.max(Math.abs(value), 1)) return answer(true);
  }
  return answer(projectedSize(x, gradient, low, high) <= gradientTolerance);
};

const clamp = (value: number, low: number, high: number): number =>
  value > low ? (value < high ? value : high) : low;

const isUsable = (value: number, gradient: Float64Array): boolean => {
  if (!Number.isFinite(value)) return false;
  for (let i = 0; i < gradient.length; i++) if (!Number.isFinite(at(gradient, i))) return false;
  return true;
};

const dot = (a: Float64Array, b: Float64Array): number => {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += at(a, i) * at(b, i);
  return sum;
};

/** What the gradient promises for the way from one point to the other. */
const decrease = (gradient: Float64Array, from: Float64Array, to: Float64Array): number => {
  let sum = 0;
  for (let i = 0; i < from.length; i++) sum += at(gradient, i) * (at(to, i) - at(from, i));
  return sum;
};

/** Has a bound cut the step short? */
const isCut = (from: Float64Array, to: Float64Array, direction: Float64Array, step: number): boolean => {
  for (let i = 0; i < from.length; i++) if (at(to, i) !== at(from, i) + step * at(direction, i)) return true;
  return false;
};

/** The largest coordinate of P(x - g) - x, which is 0 at a minimum. */
const projectedSize = (x: Float64Array, g: Float64Array, low: Float64Array, high: Float64Array): number => {
  let largest = 0;
  for (let i = 0; i < x.length; i++) {
    const moved = clamp(at(x, i) - at(g, i), at(low, i), at(high, i));
    largest = Math.max(largest, Math.abs(moved - at(x, i)));
  }
  return largest;
};

/** Without curvature known, a step of a tenth of the box' mean width, or of 1 where the box is open. */
const initialStep = (direction: Float64Array, low: Float64Array, high: Float64Array): number => {
  let widths = 0;
  for (let i = 0; i < low.length; i++) widths += Math.min(at(high, i) - at(low, i), 10);
  return (0.1 * widths) / low.length / Math.sqrt(dot(direction, direction));
};

/** Earlier steps s and the changes y of the gradient along them, oldest overwritten first. */
interface Pairs {
  readonly capacity: number;
  readonly s: readonly Float64Array[];
  readonly y: readonly Float64Array[];
  /** Of the pairs cut down to the free coordinates: 1 / sᵀy, or 0 for one that is left out. */
  readonly inverse: Float64Array;
  readonly weight: Float64Array;
  count: number;
  /** Where the next one goes. */
  next: number;
}

const createPairs = (capacity: number, size: number): Pairs => {
  const rows = (): Float64Array[] => Array.from({ length: capacity }, () => new Float64Array(size));
  const numbers = { inverse: new Float64Array(capacity), weight: new Float64Array(capacity) };
  return { capacity, s: rows(), y: rows(), ...numbers, count: 0, next: 0 };
};

const remember = (
  pairs: Pairs,
  x: Float64Array,
  nextX: Float64Array,
  g: Float64Array,
  nextG: Float64Array,
): void => {
  const [s, y] = [itemAt(pairs.s, pairs.next), itemAt(pairs.y, pairs.next)];
  for (let i = 0; i < s.length; i++) {
    s[i] = at(nextX, i) - at(x, i);
    y[i] = at(nextG, i) - at(g, i);
  }
  if (!(dot(s, y) > leastCurvature * dot(y, y))) return;
  pairs.next = (pairs.next + 1) % pairs.capacity;
  pairs.count = Math.min(pairs.count + 1, pairs.capacity);
};

/**
 * The quasi-Newton direction over the free coordinates, 0 over the others, and its slope. A coordinate at its bound is
 * held when the gradient presses it there; when the direction would, it is held as well and the rest computed again.
 */
const setDirection = (
  direction: Float64Array,
  free: Uint8Array,
  x: Float64Array,
  gradient: Float64Array,
  low: Float64Array,
  high: Float64Array,
  pairs: Pairs,
): number => {
  const presses = (i: number, towards: number): boolean =>
    (at(x, i) <= at(low, i) && towards < 0) || (at(x, i) >= at(high, i) && towards > 0);
  for (let i = 0; i < x.length; i++)
    free[i] = at(low, i) < at(high, i) && !presses(i, -at(gradient, i)) ? 1 : 0;
  for (;;) {
    for (let i = 0; i < x.length; i++) direction[i] = free[i] === 1 ? -at(gradient, i) : 0;
    applyInverseHessian(direction, free, pairs);
    let held = false;
    for (let i = 0; i < x.length; i++) {
      if (free[i] === 0 || !presses(i, at(direction, i))) continue;
      free[i] = 0;
      held = true;
    }
    if (!held) return dot(gradient, direction);
  }
};

/** The two loops of L-BFGS (Nocedal, Wright, algorithm 7.4), with sums over the free coordinates. */
const applyInverseHessian = (direction: Float64Array, free: Uint8Array, pairs: Pairs): void => {
  const { capacity, s, y, inverse, weight, count, next } = pairs;
  let scale = 0;
  for (let age = 1; age <= count; age++) {
    const row = (next - age + capacity) % capacity;
    const [sRow, yRow] = [itemAt(s, row), itemAt(y, row)];
    let sy = 0;
    let yy = 0;
    let sd = 0;
    for (let i = 0; i < free.length; i++) {
      if (free[i] === 0) continue;
      sy += at(sRow, i) * at(yRow, i);
      yy += at(yRow, i) * at(yRow, i);
      sd += at(sRow, i) * at(direction, i);
    }
    inverse[row] = sy > leastCurvature * yy ? 1 / sy : 0;
    weight[row] = sd * at(inverse, row);
    if (inverse[row] === 0) continue;
    if (scale === 0) scale = sy / yy;
    addScaled(direction, -at(weight, row), yRow, free);
  }
  if (scale === 0) return;
  for (let i = 0; i < direction.length; i++) direction[i] = at(direction, i) * scale;
  for (let age = count; age >= 1; age--) {
    const row = (next - age + capacity) % capacity;
    if (inverse[row] === 0) continue;
    const yRow = itemAt(y, row);
    let yd = 0;
    for (let i = 0; i < free.length; i++) if (free[i] === 1) yd += at(yRow, i) * at(direction, i);
    addScaled(direction, at(weight, row) - yd * at(inverse, row), itemAt(s, row), free);
  }
};

const addScaled = (target: Float64Array, factor: number, row: Float64Array, free: Uint8Array): void => {
  for (let i = 0; i < target.length; i++) if (free[i] === 1) target[i] = at(target, i) + factor * at(row, i);
};
