import { gridOf } from './grid.ts';
import type { FloatParameter, IntParameter, Parameter, ParamValue } from './parameter.ts';

/** The next value, or that there is none further on. */
export type Step = { readonly kind: 'value'; readonly value: ParamValue } | { readonly kind: 'end' };

/**
 * The neighbour of a value as a person would go through the space by hand: the next choice (around the end), the next
 * value of a short grid, else the next round number, finer or coarser with the scale: 1, 2, 5, 10 where it is
 * logarithmic, about a twentieth of the range where it is not. From outside the range the way leads to its end.
 */
export const stepValue = (parameter: Parameter, value: ParamValue, direction: 1 | -1): Step => {
  if (parameter.kind === 'categorical') return stepChoice(parameter.choices, value, direction);
  if (parameter.kind === 'bool') return stepChoice([false, true], value, direction);
  const { low, high } = parameter;
  if (typeof value !== 'number' || Number.isNaN(value)) return { kind: 'value', value: low };
  if (direction > 0 ? value >= high : value <= low) {
    if (value === low || value === high) return { kind: 'end' };
    return { kind: 'value', value: direction > 0 ? high : low };
  }
  if (direction > 0 ? value < low : value > high) return { kind: 'value', value: direction > 0 ? low : high };
  const next = nextNumber(parameter, value, direction);
  return { kind: 'value', value: Math.min(high, Math.max(low, next)) };
};

const stepChoice = (choices: readonly ParamValue[], value: ParamValue, direction: 1 | -1): Step => {
  const at = choices.indexOf(value);
  const from = at < 0 && direction < 0 ? 0 : at;
  const next = choices[(from + direction + choices.length) % choices.length];
  return next === undefined || next === value ? { kind: 'end' } : { kind: 'value', value: next };
};

/** A longer grid is gone through by round numbers. */
const longestWalk = 40;

const nextNumber = (parameter: FloatParameter | IntParameter, value: number, direction: 1 | -1): number => {
  const grid = gridOf(parameter);
  if (grid !== undefined && (parameter.factor !== undefined || grid.count <= longestWalk)) {
    const nearest = grid.nearest(value);
    const there = grid.at(nearest);
    // Between two values of the grid, the next one is its neighbour on that side.
    if (direction > 0 ? there > value : there < value) return there;
    return grid.at(Math.min(grid.count - 1, Math.max(0, nearest + direction)));
  }
  const wanted = parameter.log
    ? nextOfDecade(value, direction)
    : nextMultiple(value, roundStep((parameter.high - parameter.low) / 20), direction);
  if (grid === undefined) return wanted;
  const there = grid.at(grid.nearest(wanted));
  if (direction > 0 ? there > value : there < value) return there;
  return grid.at(Math.min(grid.count - 1, Math.max(0, grid.nearest(value) + direction)));
};

const digits = [1, 2, 5, 10];

/** Rounding must not make 0.2 lie beyond 0.2. */
const slack = 1e-9;

/** 1, 2, 5, 10, 20 … */
const nextOfDecade = (value: number, direction: 1 | -1): number => {
  const decade = Math.floor(Math.log10(value) + slack);
  const digit = value / 10 ** decade;
  const next =
    direction > 0
      ? (digits.find((one) => one > digit * (1 + slack)) ?? 10)
      : (digits.findLast((one) => one < digit * (1 - slack)) ?? 0.5);
  return tidy(next * 10 ** decade);
};

/** The nearest of 1, 2, 5 times a power of ten. */
const roundStep = (size: number): number => {
  const decade = 10 ** Math.floor(Math.log10(size));
  const digit = size / decade;
  return (digit < 1.5 ? 1 : digit < 3.5 ? 2 : digit < 7.5 ? 5 : 10) * decade;
};

const nextMultiple = (value: number, step: number, direction: 1 | -1): number => {
  const place = value / step;
  return tidy((direction > 0 ? Math.floor(place + slack) + 1 : Math.ceil(place - slack) - 1) * step);
};

/** Without the dust of binary fractions. */
const tidy = (value: number): number => Number(value.toPrecision(12)) + 0;
