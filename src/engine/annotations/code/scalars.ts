import type { ParamValue } from '../../space/parameter.ts';
import { isWhole, readNumber, renderNumber } from '../literal/numberLiteral.ts';

/** How a language writes the literals that a parameter can take. */
export interface ScalarStyle {
  readonly words: { readonly true: string; readonly false: string; readonly null: string };
  readonly numbers: NumberStyle;
  readonly strings: StringStyle;
}

/** How numbers differ from those of Python, in whose notation they are read and written. */
export interface NumberStyle {
  /** As Python would write it; undefined where the text is no number of the language. */
  readonly toPlain: (text: string) => string | undefined;
  /** The language's own notation again, with the marks that `like` has. */
  readonly fromPlain: (plain: string, like: string) => string;
}

export interface StringStyle {
  /** The text that a literal stands for; undefined where it is none, or needs the program to run. */
  readonly read: (text: string) => string | undefined;
  /** Written as `like` is; quoted in the usual way where that is no string. */
  readonly render: (value: string, like: string) => string;
}

/** A literal read: its value and, where the language writes numbers in its own way, the number as Python writes it. */
export interface ScalarRead {
  readonly value: ParamValue;
  readonly number?: string;
}

export const readScalar = (
  text: string,
  { words, numbers, strings }: ScalarStyle,
): ScalarRead | undefined => {
  if (text === words.null) return { value: null };
  if (text === words.true || text === words.false) return { value: text === words.true };
  const plain = numbers.toPlain(text);
  const number = plain === undefined ? undefined : readNumber(plain);
  if (plain !== undefined && number !== undefined)
    return { value: number, ...(plain === text ? {} : { number: plain }) };
  const value = strings.read(text);
  return value === undefined ? undefined : { value };
};

/** Throws on a number that is not finite, which no parameter takes. What is written reads back as exactly `value`. */
export const writeScalar = (
  value: ParamValue,
  present: { readonly text: string; readonly value: ParamValue },
  { words, numbers, strings }: ScalarStyle,
): string => {
  if (value === null) return words.null;
  switch (typeof value) {
    case 'boolean':
      return value ? words.true : words.false;
    case 'string':
      return strings.render(value, present.text);
    default: {
      if (!Number.isFinite(value)) throw new RangeError(`${value} cannot be written as a literal`);
      const isNumber = typeof present.value === 'number';
      const like = isNumber ? present.text : Number.isInteger(value) ? '1' : '0.1';
      return numbers.fromPlain(renderNumber(value, numbers.toPlain(like) ?? like), like);
    }
  }
};

/** Leading zeros make a number octal in some languages, and are no number in others. */
const isOctalLike = (text: string): boolean => /^[+-]?\s*0\d/u.test(text);

/** Numbers as in Python, with or without digits grouped by `_`. */
export const plainNumbers = ({ grouped }: { readonly grouped: boolean }): NumberStyle => ({
  toPlain: (text) => (isOctalLike(text) || (!grouped && text.includes('_')) ? undefined : text),
  fromPlain: (plain) => plain,
});

/** C's suffixes and digits grouped by `'`: `1'000UL`, `1e-3f`. */
export const cNumbers: NumberStyle = {
  toPlain: (text) => {
    if (text.includes('_') || isOctalLike(text)) return undefined;
    return withoutSuffix(text).replaceAll("'", '_');
  },
  fromPlain: (plain, like) => {
    const suffix = like.slice(withoutSuffix(like).length);
    // A suffix for whole numbers cannot stand behind a real one, nor the other way round.
    const fits = isWhole(plain) ? /^[uUlLzZ]*$/u.test(suffix) : /^[fFlL]?$/u.test(suffix);
    return `${plain.replaceAll('_', "'")}${fits ? suffix : ''}`;
  },
};

const withoutSuffix = (text: string): string =>
  text.replace(/0[xX]/u.test(text) ? /[uUlLzZ]+$/u : /[uUlLzZfF]+$/u, '');

/** R marks whole numbers with `L`. */
export const rNumbers: NumberStyle = {
  toPlain: (text) => (text.includes('_') || /0[bBoO]/u.test(text) ? undefined : text.replace(/L$/u, '')),
  fromPlain: (plain, like) => (like.endsWith('L') && isWhole(plain) ? `${plain}L` : plain),
};

/** Julia writes the exponent of a single-precision number with `f`. */
export const juliaNumbers: NumberStyle = {
  toPlain: (text) => (/^[+-]?\s*0x/u.test(text) ? text : text.replace('f', 'e')),
  fromPlain: (plain, like) => {
    if (!/^[^x]*f/u.test(like)) return plain;
    return /e/u.test(plain) ? plain.replace('e', 'f') : `${plain}f0`;
  },
};
