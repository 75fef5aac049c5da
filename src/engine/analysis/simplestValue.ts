import { gridValues, isLegal, snap, toUnit } from '../space/encode.ts';
import type { Parameter, ParamValue } from '../space/parameter.ts';

/** Significant digits of a number as a person would write it: 0 and 0.05 have one, 128 three. */
const digitsOf = (value: number): number =>
  value.toExponential().split('e')[0]?.replace(/[-.]/gu, '').length ?? 17;

/**
 * The simplest of a parameter's values near `wanted`, where any will do: a person's `own` value if it is legal and no
 * longer to write than another, else the one with the fewest digits, and of those the nearest.
 */
export const simplestValue = (
  parameter: Parameter,
  wanted: ParamValue,
  own: ParamValue | undefined,
): ParamValue => {
  const ownLegal = own !== undefined && isLegal(parameter, own) ? own : undefined;
  if (parameter.kind === 'categorical' || parameter.kind === 'bool') return ownLegal ?? wanted;
  const candidates = [...roundNumbers(parameter), wanted, ...(ownLegal === undefined ? [] : [ownLegal])];
  const place = toUnit(parameter, wanted);
  /** Fewer digits first, a person's own before others, then the nearest. */
  const rank = (value: ParamValue): readonly [number, number, number] => [
    typeof value === 'number' ? digitsOf(value) : 0,
    value === ownLegal ? 0 : 1,
    Math.abs(toUnit(parameter, value) - place),
  ];
  return candidates.reduce((best, value) => (comesBefore(rank(value), rank(best)) ? value : best));
};

const comesBefore = (a: readonly number[], b: readonly number[]): boolean => {
  for (const [i, value] of a.entries()) {
    const other = b[i] ?? 0;
    if (value !== other) return value < other;
  }
  return false;
};

/** Legal values with one digit, by decades of the range; all of a short grid. */
const roundNumbers = (parameter: Parameter & { kind: 'float' | 'int' }): readonly ParamValue[] => {
  const listed = gridValues(parameter);
  if (listed !== undefined && listed.length <= 200) return listed;
  const size = Math.max(Math.abs(parameter.low), Math.abs(parameter.high));
  const found: number[] = [];
  for (let power = Math.floor(Math.log10(size)); power > Math.log10(size) - 20; power--)
    for (let digit = 1; digit <= 9; digit++)
      for (const sign of [1, -1]) {
        const value = Number(`${sign * digit}e${power}`);
        if (value >= parameter.low && value <= parameter.high && snap(parameter, value) === value)
          found.push(value);
      }
  if (isLegal(parameter, 0)) found.push(0);
  return found;
};
