import type { FloatParameter, IntParameter, Parameter, ParamValue } from './parameter.ts';

/** The legal values of a parameter that has countably many, in order. */
export interface Grid {
  readonly count: number;
  /** `index` in `[0, count)`. */
  at(index: number): ParamValue;
  /** Index of a legal value; -1 for any other. */
  indexOf(value: ParamValue): number;
}

/** A grid of numbers, ascending. */
export interface NumberGrid extends Grid {
  at(index: number): number;
  /** Index of the legal value nearest to any finite number. */
  nearest(value: number): number;
}

const cache = new WeakMap<Parameter, Grid | null>();

/** The grid of a parameter; undefined for a float without step, unless its range is one value. Kept with the object. */
export function gridOf(parameter: FloatParameter | IntParameter): NumberGrid | undefined;
export function gridOf(parameter: Parameter): Grid | undefined;
export function gridOf(parameter: Parameter): Grid | undefined {
  let grid = cache.get(parameter);
  if (grid === undefined) {
    grid = makeGrid(parameter) ?? null;
    cache.set(parameter, grid);
  }
  return grid ?? undefined;
}

const makeGrid = (parameter: Parameter): Grid | undefined => {
  if (parameter.kind === 'categorical') return choiceGrid(parameter.choices);
  return parameter.kind === 'bool' ? choiceGrid([false, true]) : numberGrid(parameter);
};

const numberGrid = (parameter: FloatParameter | IntParameter): NumberGrid | undefined => {
  const { low, high, step, factor } = parameter;
  if (low === high) return listedGrid([low]);
  if (factor !== undefined) return listedGrid(geometricValues(parameter, factor));
  if (step !== undefined) return steppedGrid(low, high, step);
  return parameter.kind === 'int' ? steppedGrid(low, high, 1) : undefined;
};

const choiceGrid = (choices: readonly ParamValue[]): Grid => {
  const indices = new Map(choices.map((choice, index) => [choice, index]));
  return {
    count: choices.length,
    at: (index) => choices[index] ?? null,
    indexOf: (value) => indices.get(value) ?? -1,
  };
};

/** How far, in steps, a range may fall short of a multiple of its step by rounding alone. */
const slack = 1e-9;

/** Number of values `low, low + step, …` not above `high`. */
export const stepCount = (low: number, high: number, step: number): number =>
  Math.floor((high - low) / step + slack) + 1;

const steppedGrid = (low: number, high: number, step: number): NumberGrid => {
  const count = stepCount(low, high, step);
  const round = decimalRounding(low, step);
  const at = (index: number): number => {
    if (index === 0) return low;
    const value = round(low + index * step);
    return value > high ? high : value;
  };
  const nearest = (value: number): number =>
    Math.min(count - 1, Math.max(0, Math.round((value - low) / step)));
  return { count, at, nearest, indexOf: (value) => exactIndex(value, nearest, at) };
};

const exactIndex = (
  value: ParamValue,
  nearest: (value: number) => number,
  at: (index: number) => number,
): number => {
  if (typeof value !== 'number' || !Number.isFinite(value)) return -1;
  const index = nearest(value);
  return at(index) === value ? index : -1;
};

/** Rounds to the decimals that `low` and `step` are written with, so that 3 steps of 0.05 are 0.15. */
const decimalRounding = (low: number, step: number): ((value: number) => number) => {
  const decimals = Math.max(decimalsOf(low), decimalsOf(step));
  if (decimals === 0) return (value) => value;
  // A whole number over an exact power of ten is rounded once, so it is the double nearest to the decimal.
  const scale = 10 ** decimals;
  return (value) => {
    const scaled = value * scale;
    return decimals <= 22 && Math.abs(scaled) < 2 ** 52
      ? Math.round(scaled) / scale
      : Number(value.toPrecision(15));
  };
};

/** Decimals in the shortest notation of a number. */
const decimalsOf = (value: number): number => {
  const [mantissa = '', exponent = '0'] = String(value).split('e');
  return Math.max(0, (mantissa.split('.')[1]?.length ?? 0) - Number(exponent));
};

/** Most values of a geometric range. */
export const mostGeometric = 100_000;

/** `low, low · factor, …` not above `high`; whole and distinct for an int. At most `mostGeometric` values. */
const geometricValues = (parameter: FloatParameter | IntParameter, factor: number): readonly number[] => {
  const { low, high, kind } = parameter;
  const last = Math.min(mostGeometric, Math.floor(Math.log(high / low) / Math.log(factor) + slack));
  const values = [low];
  for (let k = 1; k <= last; k++) {
    const exact = low * factor ** k;
    const value = Math.min(high, kind === 'int' ? Math.round(exact) : Number(exact.toPrecision(15)));
    if (value > (values.at(-1) ?? low)) values.push(value);
  }
  return values;
};

const listedGrid = (values: readonly number[]): NumberGrid => {
  const at = (index: number): number => values[index] ?? Number.NaN;
  const nearest = (value: number): number => {
    let below = 0;
    let above = values.length - 1;
    while (above - below > 1) {
      const middle = (below + above) >> 1;
      if (at(middle) <= value) below = middle;
      else above = middle;
    }
    return value - at(below) <= at(above) - value ? below : above;
  };
  return { count: values.length, at, nearest, indexOf: (value) => exactIndex(value, nearest, at) };
};
