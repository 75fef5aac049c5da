// Values seen by a model are first brought to a shape a Gaussian process can follow.
import { at } from '../numeric/at.ts';
import { normalQuantile } from '../numeric/normal.ts';

export const transformNames = ['plain', 'power', 'log', 'half-rank'] as const;
export type TransformName = (typeof transformNames)[number];

export interface Transformed {
  readonly name: TransformName;
  /** Standardised: mean 0, variance 1; order kept. */
  readonly values: Float64Array;
  /** log |dz/dy| at each value; NaN where the transform keeps only the order. */
  readonly logSlopes: Float64Array;
}

/** Losses (finite, to be minimised) transformed; undefined where the transform does not apply to them. */
export const transform = (name: TransformName, losses: Float64Array): Transformed | undefined => {
  const shaped = shape(name, losses);
  return shaped && standardise(name, shaped.values, shaped.logSlopes);
};

interface Shaped {
  readonly values: Float64Array;
  readonly logSlopes: Float64Array;
}

const shape = (name: TransformName, losses: Float64Array): Shaped | undefined => {
  switch (name) {
    case 'plain':
      return { values: losses.slice(), logSlopes: new Float64Array(losses.length) };
    case 'power':
      return yeoJohnson(losses);
    case 'log':
      return logarithm(losses);
    case 'half-rank':
      return halfRank(losses);
  }
};

const standardise = (name: TransformName, values: Float64Array, logSlopes: Float64Array): Transformed => {
  const { mean, deviation } = spread(values);
  const scale = deviation > 0 ? 1 / deviation : 1;
  const logScale = Math.log(scale);
  return {
    name,
    values: values.map((value) => (value - mean) * scale),
    logSlopes: logSlopes.map((slope) => slope + logScale),
  };
};

const spread = (values: Float64Array): { readonly mean: number; readonly deviation: number } => {
  let mean = 0;
  // Divided before they are summed: huge values must not overflow.
  for (let i = 0; i < values.length; i++) mean += at(values, i) / values.length;
  let largest = 0;
  for (let i = 0; i < values.length; i++) largest = Math.max(largest, Math.abs(at(values, i) - mean));
  if (!(largest > 0) || !Number.isFinite(largest)) return { mean, deviation: 0 };
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += ((at(values, i) - mean) / largest) ** 2;
  return { mean, deviation: largest * Math.sqrt(sum / values.length) };
};

const sorted = (values: Float64Array): Float64Array => values.slice().sort();

/** Below the median as they are; above it, normal quantiles of the rank with the good half's spread (Song et al. 2024). */
const halfRank = (losses: Float64Array): Shaped | undefined => {
  const order = sorted(losses);
  const count = order.length;
  if (count < 3) return undefined;
  const median = at(order, (count - 1) >> 1);
  let [sum, good] = [0, 0];
  for (let i = 0; i < count && at(order, i) <= median; i++, good++) sum += (at(order, i) - median) ** 2;
  const deviation = Math.sqrt(sum / good);
  if (!(deviation > 0) || !Number.isFinite(deviation)) return undefined;
  const values = losses.slice();
  const logSlopes = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const loss = at(losses, i);
    if (loss <= median) continue;
    values[i] = median + deviation * normalQuantile((middleRank(order, loss) + 0.5) / count);
    logSlopes[i] = Number.NaN;
  }
  return { values, logSlopes };
};

/** Mean rank of the values equal to `value`. */
const middleRank = (order: Float64Array, value: number): number => {
  let [low, high] = [0, order.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (at(order, middle) < value) low = middle + 1;
    else high = middle;
  }
  let last = low;
  while (last + 1 < order.length && at(order, last + 1) === value) last++;
  return (low + last) / 2;
};

/** Share of the distance from best to median that is added before taking logarithms: finer is taken for rounding. */
const logShift = 0.02;

const logarithm = (losses: Float64Array): Shaped | undefined => {
  const order = sorted(losses);
  const best = at(order, 0);
  const gap = at(order, (order.length - 1) >> 1) - best;
  if (!(gap > 0) || !Number.isFinite(at(order, order.length - 1) - best)) return undefined;
  const shift = logShift * gap;
  const values = losses.map((loss) => Math.log(loss - best + shift));
  return { values, logSlopes: values.map((value) => -value) };
};

const powers = Float64Array.from({ length: 25 }, (_, i) => -2 + i * 0.25);

/** The power with the largest likelihood (Yeo and Johnson, Biometrika 87, 2000), on values scaled by their quartiles. */
const yeoJohnson = (losses: Float64Array): Shaped | undefined => {
  const order = sorted(losses);
  const quartile = (share: number): number => at(order, Math.round(share * (order.length - 1)));
  const middle = quartile(0.5);
  const scale = quartile(0.75) - quartile(0.25);
  if (!(scale > 0) || !Number.isFinite(scale)) return undefined;
  const scaled = losses.map((loss) => (loss - middle) / scale);
  let best: { readonly power: number; readonly likelihood: number } | undefined;
  for (const power of powers) {
    const { deviation } = spread(scaled.map((value) => yeoJohnsonOf(value, power)));
    let likelihood = -scaled.length * Math.log(deviation);
    for (let i = 0; i < scaled.length; i++) likelihood += yeoJohnsonLogSlope(at(scaled, i), power);
    if (Number.isFinite(likelihood) && (best === undefined || likelihood > best.likelihood))
      best = { power, likelihood };
  }
  if (best === undefined) return undefined;
  const { power } = best;
  return {
    values: scaled.map((value) => yeoJohnsonOf(value, power)),
    logSlopes: scaled.map((value) => yeoJohnsonLogSlope(value, power) - Math.log(scale)),
  };
};

const yeoJohnsonOf = (value: number, power: number): number => {
  if (value >= 0) return power === 0 ? Math.log1p(value) : ((1 + value) ** power - 1) / power;
  const other = 2 - power;
  return other === 0 ? -Math.log1p(-value) : -((1 - value) ** other - 1) / other;
};

const yeoJohnsonLogSlope = (value: number, power: number): number =>
  value >= 0 ? (power - 1) * Math.log1p(value) : (1 - power) * Math.log1p(-value);
