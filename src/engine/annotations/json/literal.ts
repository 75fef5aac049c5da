import { isList } from '../../space/composite.ts';
import type { ParamValue, SourceValue } from '../../space/parameter.ts';
import { readSeparated } from '../config/separated.ts';
import { renderListLike } from '../literal/listLiteral.ts';
import { readNumber, renderNumber } from '../literal/numberLiteral.ts';

/** The value of a JSON scalar, or undefined where no parameter can have it. */
export const readJson = (text: string): ParamValue | undefined => {
  if (/^-?\d/u.test(text)) return readNumber(text);
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'string' || typeof value === 'boolean' || value === null ? value : undefined;
  } catch {
    return undefined; // half-typed text, which the parser of the file reports
  }
};

const renderScalar = (
  value: ParamValue,
  present: { readonly text: string; readonly value: ParamValue },
): string => {
  if (typeof value !== 'number') return JSON.stringify(value);
  if (!Number.isFinite(value)) throw new RangeError(`${value} cannot be written as a literal`);
  return renderNumber(
    value,
    typeof present.value === 'number' ? present.text : Number.isInteger(value) ? '1' : '0.1',
  );
};

/** As `Language.render`. */
export const renderJson = (
  value: SourceValue,
  present: { readonly text: string; readonly value: SourceValue },
): string => {
  if (isList(value)) return renderListLike(value, readSeparated(present.text, readJson), renderScalar);
  return renderScalar(
    value,
    isList(present.value) ? { text: 'null', value: null } : { ...present, value: present.value },
  );
};
