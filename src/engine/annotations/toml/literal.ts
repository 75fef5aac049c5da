import { isList } from '../../space/composite.ts';
import type { ParamValue, SourceValue } from '../../space/parameter.ts';
import { readSeparated } from '../config/separated.ts';
import { renderListLike } from '../literal/listLiteral.ts';
import { readNumber, renderNumber } from '../literal/numberLiteral.ts';

const escaped: Readonly<Record<string, string>> = {
  b: '\b',
  t: '\t',
  n: '\n',
  f: '\f',
  r: '\r',
  e: '\u001B',
  '"': '"',
  '\\': '\\',
};

/** The value of a TOML scalar on one line, or undefined where no parameter can have it. */
export const readToml = (text: string): ParamValue | undefined => {
  if (text === 'true' || text === 'false') return text === 'true';
  if (/^[-+]?\d[\w+.-]*$/u.test(text)) return readNumber(text);
  if (/^(?:"""|''')/u.test(text) || /[\r\n]/u.test(text)) return undefined;
  if (/^'[^']*'$/u.test(text)) return text.slice(1, -1);
  if (!/^"(?:[^"\\]|\\.)*"$/u.test(text)) return undefined;
  let known = true;
  const value = text
    .slice(1, -1)
    .replace(/\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|(.))/gsu, (_all, x, u, long, one) => {
      const simple = typeof one === 'string' ? escaped[one] : undefined;
      if (simple !== undefined) return simple;
      const point = Number.parseInt(String(x ?? u ?? long), 16);
      if (point <= 0x10ffff) return String.fromCodePoint(point);
      known = false;
      return '';
    });
  return known ? value : undefined;
};

/** Control characters have no place in a TOML string as they are. */
const withEscapes = (value: string): string =>
  value.replaceAll(/["\\\p{Cc}]/gu, (each) => {
    const [letter] = Object.entries(escaped).find(([name, one]) => one === each && name !== 'e') ?? [];
    return letter === undefined ? `\\u${each.charCodeAt(0).toString(16).padStart(4, '0')}` : `\\${letter}`;
  });

const renderScalar = (
  value: ParamValue,
  present: { readonly text: string; readonly value: ParamValue },
): string => {
  switch (typeof value) {
    case 'boolean':
      return value ? 'true' : 'false';
    case 'string': {
      const literal = typeof present.value === 'string' && present.text.startsWith("'");
      return literal && !/['\p{Cc}]/u.test(value) ? `'${value}'` : `"${withEscapes(value)}"`;
    }
    case 'number': {
      if (!Number.isFinite(value)) throw new RangeError(`${value} cannot be written as a literal`);
      const like = typeof present.value === 'number' ? present.text : Number.isInteger(value) ? '1' : '0.1';
      // Only whole numbers from 0 may be hexadecimal, octal or binary.
      return renderNumber(value, value < 0 && /^0[xob]/u.test(like) ? '1' : like);
    }
    default:
      throw new RangeError('TOML has no null');
  }
};

/** As `Language.render`. */
export const renderToml = (
  value: SourceValue,
  present: { readonly text: string; readonly value: SourceValue },
): string => {
  if (isList(value)) return renderListLike(value, readSeparated(present.text, readToml), renderScalar);
  return renderScalar(
    value,
    isList(present.value) ? { text: '', value: null } : { ...present, value: present.value },
  );
};
