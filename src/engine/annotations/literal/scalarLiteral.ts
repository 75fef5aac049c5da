import type { ParamValue } from '../../space/parameter.ts';
import { readNumber, renderNumber } from './numberLiteral.ts';
import { readString, renderString } from './stringLiteral.ts';

/**
 * Writes `value` as a Python literal in the style of the literal that stands there now: number style, digit
 * grouping, quotes and prefix are kept. What is written reads back as exactly `value`. Throws on a number that
 * is not finite, which no parameter takes.
 */
export const renderScalar = (
  value: ParamValue,
  present: { readonly text: string; readonly value: ParamValue },
): string => {
  if (value === null) return 'None';
  switch (typeof value) {
    case 'boolean':
      return value ? 'True' : 'False';
    case 'string':
      return renderString(value, typeof present.value === 'string' ? present.text : '""');
    default:
      if (!Number.isFinite(value)) throw new RangeError(`${value} cannot be written as a literal`);
      return renderNumber(
        value,
        typeof present.value === 'number' ? present.text : Number.isInteger(value) ? '1' : '0.1',
      );
  }
};

/** The value of a Python literal, or undefined when it is none that a parameter can take. */
export const readLiteral = (text: string): ParamValue | undefined => {
  if (text === 'None') return null;
  if (text === 'True' || text === 'False') return text === 'True';
  return /^[+\-.\d]/u.test(text) ? readNumber(text) : readString(text);
};
