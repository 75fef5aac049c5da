import { gridOf, type NumberGrid } from './grid.ts';
import type { FloatParameter, IntParameter, NormalPrior, Parameter, ParamValue } from './parameter.ts';
import { priorScale } from './prior.ts';

/**
 * How values map to the unit interval. Grids own equal cells whose centres are the encodings; on a logarithmic
 * scale a cell reaches half a step to each side of its value. Decoding accepts any number in [0, 1].
 */
interface Encoding {
  toUnit(value: ParamValue): number;
  fromUnit(unit: number): ParamValue;
}

const cache = new WeakMap<Parameter, Encoding>();

const encodingOf = (parameter: Parameter): Encoding => {
  let encoding = cache.get(parameter);
  if (encoding === undefined) {
    encoding = makeEncoding(parameter);
    cache.set(parameter, encoding);
  }
  return encoding;
};

/**
 * A value's place in [0, 1]; values outside the range are snapped first. `fromUnit` brings back every legal value
 * of a grid exactly, and a continuous one to within rounding of the range's ends.
 */
export const toUnit = (parameter: Parameter, value: ParamValue): number =>
  encodingOf(parameter).toUnit(value);

/**
 * The legal value at a place in [0, 1]; uniform places give uniform values (log-uniform on a log scale), or values by
 * the prior where there is one.
 */
export const fromUnit = (parameter: Parameter, unit: number): ParamValue =>
  encodingOf(parameter).fromUnit(unit);

/** The legal value nearest to any value; the middle one where nothing is near (text for a number). */
export const snap = (parameter: Parameter, value: ParamValue): ParamValue => {
  if (parameter.kind === 'categorical' || parameter.kind === 'bool') return snapChoice(parameter, value);
  if (typeof value === 'boolean' || value === null || value === '') return fromUnit(parameter, 0.5);
  const number = Number(value);
  if (Number.isNaN(number)) return fromUnit(parameter, 0.5);
  const clamped = clamp(number, parameter.low, parameter.high) + 0; // -0 becomes 0
  const grid = gridOf(parameter);
  return grid === undefined ? clamped : grid.at(grid.nearest(clamped));
};

/** Is this one of the parameter's legal values? */
export const isLegal = (parameter: Parameter, value: ParamValue): boolean => {
  const grid = gridOf(parameter);
  if (grid !== undefined) return grid.indexOf(value) >= 0;
  if (parameter.kind !== 'float' || typeof value !== 'number') return false;
  return value >= parameter.low && value <= parameter.high;
};

const mostListed = 100_000;

/** All legal values in order; undefined when they are continuous or more than 100,000. */
export const gridValues = (parameter: Parameter): readonly ParamValue[] | undefined => {
  const grid = gridOf(parameter);
  if (grid === undefined || grid.count > mostListed) return undefined;
  return Array.from({ length: grid.count }, (_, index) => grid.at(index));
};

/** Number of legal values; infinite when continuous. */
export const valueCount = (parameter: Parameter): number =>
  gridOf(parameter)?.count ?? Number.POSITIVE_INFINITY;

const snapChoice = (
  parameter: Parameter & { kind: 'categorical' | 'bool' },
  value: ParamValue,
): ParamValue => {
  const choices: readonly ParamValue[] = parameter.kind === 'bool' ? [false, true] : parameter.choices;
  if (choices.includes(value)) return value;
  const number = typeof value === 'number' ? value : Number.NaN;
  let best = choices[0] ?? null;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const choice of choices) {
    const distance = Math.abs(Number(choice) - number);
    if (typeof choice === 'number' && distance < bestDistance) {
      best = choice;
      bestDistance = distance;
    }
  }
  return best;
};

const makeEncoding = (parameter: Parameter): Encoding => {
  if (parameter.kind === 'categorical' || parameter.kind === 'bool') return ordinal(parameter);
  const grid = gridOf(parameter);
  if (grid?.count === 1) return ordinal(parameter);
  if (parameter.prior !== undefined)
    return grid === undefined
      ? underCurve(parameter, parameter.prior)
      : gridUnderCurve(parameter, parameter.prior, grid);
  if (parameter.factor !== undefined) return ordinal(parameter);
  if (grid === undefined) return isWideLog(parameter) ? logarithmic(parameter) : linear(parameter);
  return parameter.log ? logarithmicGrid(parameter) : ordinal(parameter);
};

/** On a narrower range the scales are the same to seven digits, and logarithms would lose the difference. */
const isWideLog = ({ log, low, high }: FloatParameter | IntParameter): boolean =>
  log && high / low > 1 + 1e-7;

/** Equal cells by index. */
const ordinal = (parameter: Parameter): Encoding => {
  const grid = gridOf(parameter);
  if (grid === undefined) throw new Error(`${parameter.name} has no grid`);
  const { count } = grid;
  return {
    toUnit: (value) => {
      const index = grid.indexOf(value);
      return ((index >= 0 ? index : grid.indexOf(snap(parameter, value))) + 0.5) / count;
    },
    fromUnit: (unit) => grid.at(Math.min(count - 1, Math.max(0, Math.floor(unit * count)))),
  };
};

const linear = (parameter: FloatParameter | IntParameter): Encoding => {
  const { low, high } = parameter;
  const width = high - low;
  const number = numberIn(parameter);
  return {
    toUnit: (value) => Math.min(1, Math.max(0, (number(value) - low) / width)),
    fromUnit: (unit) => (unit >= 1 ? high : clamp(low + unit * width, low, high)),
  };
};

const logarithmic = (parameter: FloatParameter | IntParameter): Encoding => {
  const { low, high } = parameter;
  const start = Math.log(low);
  const width = Math.log(high) - start;
  const number = numberIn(parameter);
  return {
    toUnit: (value) => Math.min(1, Math.max(0, (Math.log(number(value)) - start) / width)),
    fromUnit: (unit) => {
      if (unit <= 0) return low;
      return unit >= 1 ? high : clamp(Math.exp(start + unit * width), low, high);
    },
  };
};

const logarithmicGrid = (parameter: FloatParameter | IntParameter): Encoding => {
  const grid = gridOf(parameter);
  if (grid === undefined) throw new Error(`${parameter.name} has no grid`);
  const step = parameter.step ?? 1;
  const first = grid.at(0);
  // The lowest cell's edge stays above zero however wide the step is.
  const start = Math.log(Math.max(first - step / 2, first / 2));
  const width = Math.log(grid.at(grid.count - 1) + step / 2) - start;
  const number = numberIn(parameter);
  return {
    toUnit: (value) => (Math.log(number(value)) - start) / width,
    fromUnit: (unit) => grid.at(grid.nearest(Math.exp(start + unit * width))),
  };
};

/** On the scale on which a prior is a bell curve. */
const scaleOf = ({
  log,
}: FloatParameter | IntParameter): { to(value: number): number; from(place: number): number } =>
  log ? { to: Math.log, from: Math.exp } : { to: (value) => value, from: (place) => place };

const underCurve = (parameter: FloatParameter | IntParameter, prior: NormalPrior): Encoding => {
  const { low, high } = parameter;
  const scale = scaleOf(parameter);
  const curve = priorScale(prior, scale.to(low), scale.to(high));
  const number = numberIn(parameter);
  return {
    toUnit: (value) => curve.unitOf(scale.to(number(value))),
    fromUnit: (unit) => {
      if (unit <= 0) return low;
      return unit >= 1 ? high : clamp(scale.from(curve.placeOf(unit)), low, high);
    },
  };
};

/** Each value owns what lies under the curve half-way to its neighbours. */
const gridUnderCurve = (
  parameter: FloatParameter | IntParameter,
  prior: NormalPrior,
  grid: NumberGrid,
): Encoding => {
  const scale = scaleOf(parameter);
  const last = grid.count - 1;
  /** Between the values at `index - 1` and `index`; at the ends, as far out as the first gap is in. */
  const edge = (index: number): number => {
    if (index > last) return grid.at(last) + (grid.at(last) - grid.at(last - 1)) / 2;
    if (index > 0) return grid.at(index - 1) + (grid.at(index) - grid.at(index - 1)) / 2;
    const outside = grid.at(0) - (grid.at(1) - grid.at(0)) / 2;
    return parameter.log ? Math.max(outside, grid.at(0) / 2) : outside;
  };
  const curve = priorScale(prior, scale.to(edge(0)), scale.to(edge(last + 1)));
  const share = (index: number): number => curve.unitOf(scale.to(edge(index)));
  return {
    toUnit: (value) => {
      const exact = grid.indexOf(value);
      const index = exact >= 0 ? exact : grid.indexOf(snap(parameter, value));
      return (share(index) + share(index + 1)) / 2;
    },
    fromUnit: (unit) => grid.at(grid.nearest(scale.from(curve.placeOf(unit)))),
  };
};

/** A value as a number within the parameter's legal ones. */
const numberIn =
  (parameter: FloatParameter | IntParameter) =>
  (value: ParamValue): number => {
    if (typeof value === 'number' && isLegal(parameter, value)) return value;
    return Number(snap(parameter, value));
  };

const clamp = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));
