import { isList } from '../../space/composite.ts';
import type { ParamValue, SourceValue } from '../../space/parameter.ts';
import { readSeparated } from '../config/separated.ts';
import { renderListLike } from '../literal/listLiteral.ts';
import { readNumber, renderNumber } from '../literal/numberLiteral.ts';
import type { ListItem } from '../slot.ts';

const truths: readonly (readonly [string, string])[] = [
  ['true', 'false'],
  ['yes', 'no'],
  ['on', 'off'],
];

const casings: readonly ((word: string) => string)[] = [
  (word) => word,
  (word) => word.charAt(0).toUpperCase() + word.slice(1),
  (word) => word.toUpperCase(),
];

/** Plain words that are booleans to YAML 1.1, which most Python readers follow. */
const booleans: ReadonlyMap<string, boolean> = new Map(
  truths.flatMap((pair) =>
    pair.flatMap((word, i) => casings.map((cased): [string, boolean] => [cased(word), i === 0])),
  ),
);

/** Why a plain scalar has no value that all readers agree on, in words. */
export const oddPlain = (text: string): string | undefined => {
  if (/\$\{/u.test(text)) return 'an interpolation';
  if (
    /^[-+]?0[\d_]+$/u.test(text) ||
    /^[-+]?0[ob]/u.test(text) ||
    /^[-+]?\d[\d_]*(?::[0-5]?\d)+(?:\.[\d_]*)?$/u.test(text)
  )
    return 'a number that readers of YAML disagree on';
  if (/^[-+]?\.(?:inf|Inf|INF|nan|NaN|NAN)$/u.test(text)) return 'a number that is not finite';
  if (/^\d{4}-\d\d?-\d\d?(?:[Tt \t]|$)/u.test(text)) return 'a date';
  if (isNumeric(text) && readNumber(text) === undefined) return 'a number too large to be exact';
  return undefined;
};

const isNumeric = (text: string): boolean =>
  /^[-+]?(?:0x[\da-fA-F_]+|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][-+]?\d+)?)$/u.test(text);

const nulls: ReadonlySet<string> = new Set(['null', 'Null', 'NULL', '~']);

/** The value of a YAML scalar on one line, or undefined where no parameter can have it. */
export const readYaml = (text: string): ParamValue | undefined => {
  if (text === '' || /[\r\n]/u.test(text) || oddPlain(text) !== undefined) return undefined;
  if (text.startsWith('"'))
    return text.length > 1 && text.endsWith('"') ? decode(text.slice(1, -1)) : undefined;
  if (text.startsWith("'"))
    return /^'(?:[^']|'')*'$/u.test(text) ? text.slice(1, -1).replaceAll("''", "'") : undefined;
  if (nulls.has(text)) return null;
  const truth = booleans.get(text);
  if (truth !== undefined) return truth;
  return isNumeric(text) ? readNumber(text) : text;
};

const escaped: Readonly<Record<string, string>> = {
  '0': '\0',
  a: '\x07',
  b: '\b',
  t: '\t',
  n: '\n',
  v: '\v',
  f: '\f',
  r: '\r',
  e: '\x1B',
  N: '\x85',
  _: '\u00A0',
  L: '\u2028',
  P: '\u2029',
  ' ': ' ',
  '\t': '\t',
  '"': '"',
  '/': '/',
  '\\': '\\',
};

const decode = (body: string): string | undefined => {
  let known = !/^(?:[^\\"]|\\.)*\\$|(?<!\\)(?:\\\\)*"/su.test(body);
  const value = body.replace(
    /\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|(.))/gsu,
    (_all, x, u, long, one) => {
      const simple = typeof one === 'string' ? escaped[one] : undefined;
      if (simple !== undefined) return simple;
      const point = Number.parseInt(String(x ?? u ?? long), 16);
      if (point <= 0x10ffff) return String.fromCodePoint(point);
      known = false;
      return '';
    },
  );
  return known ? value : undefined;
};

/** Text that every reader takes for text without quotes, inside brackets too. */
const isPlain = (value: string): boolean =>
  /^[\p{L}_/](?:[\p{L}\p{N}_./+@-]|[ ](?=[\p{L}\p{N}_]))*$/u.test(value) &&
  readYaml(value) === value &&
  !/^(?:[yYnN]|null|true|false)$/iu.test(value);

const quoteDouble = (value: string): string =>
  `"${value.replaceAll(/["\\\p{Cc}\p{Cs}\u2028\u2029\uFEFF]/gu, (each) => {
    if (each === '"' || each === '\\') return `\\${each}`;
    if (each === '\n') return '\\n';
    if (each === '\t') return '\\t';
    return `\\u${each.charCodeAt(0).toString(16).padStart(4, '0')}`;
  })}"`;

const renderText = (value: string, present: Present): string => {
  const style = typeof present.value === 'string' ? present.text.charAt(0) : '';
  if (style === "'" && !/[\p{Cc}\p{Cs}\u2028\u2029\uFEFF]/u.test(value))
    return `'${value.replaceAll("'", "''")}'`;
  return style !== '"' && isPlain(value) ? value : quoteDouble(value);
};

/**
 * PyYAML reads an exponent only behind a point and with a sign, and no sign before `.5`: other forms are text to it. Other
 * readers take these forms as well.
 */
const renderReal = (value: number, like: string): string =>
  renderNumber(value, like)
    .replace(/^([-+])\./u, '$10.')
    .replace(
      /^([-+]?\d[\d_]*)(\.\d*)?([eE])([-+]?)/u,
      (_all, whole, fraction, letter, sign) => `${whole}${fraction ?? '.0'}${letter}${sign || '+'}`,
    );

interface Present {
  readonly text: string;
  readonly value: ParamValue;
}

const renderTruth = (value: boolean, { text }: Present): string => {
  for (const pair of truths)
    for (const cased of casings)
      if (pair.some((word) => cased(word) === text)) return cased(pair[value ? 0 : 1]);
  return value ? 'true' : 'false';
};

const renderScalar = (value: ParamValue, present: Present): string => {
  if (value === null) return present.value === null && present.text !== '' ? present.text : 'null';
  switch (typeof value) {
    case 'boolean':
      return renderTruth(value, present);
    case 'string':
      return renderText(value, present);
    default:
      if (!Number.isFinite(value)) throw new RangeError(`${value} cannot be written as a literal`);
      return renderReal(
        value,
        typeof present.value === 'number' ? present.text : Number.isInteger(value) ? '1' : '0.1',
      );
  }
};

/** As `Language.render`. */
export const renderYaml = (
  value: SourceValue,
  present: { readonly text: string; readonly value: SourceValue },
): string => {
  if (isList(value))
    return /^\s/u.test(present.text)
      ? renderBlock(value, present.text)
      : renderListLike(value, readSeparated(present.text, readYaml), renderScalar);
  return renderScalar(
    value,
    isList(present.value) ? { text: '', value: null } : { ...present, value: present.value },
  );
};

const blockItem = /([ \t]*(?:(?:\r\n|\n|\r)[ \t]*)+-[ \t]+)([^\r\n]*?)(?=[ \t]*(?:[\r\n]|$))/gu;

/** A list whose items stand below its key, a dash before each; `present` begins with the break before the first. */
const renderBlock = (values: readonly ParamValue[], present: string): string => {
  const items = [...present.matchAll(blockItem)].map(([, before = '', text = '']) => ({ before, text }));
  const last = items.at(-1);
  const before = items.at(items.length > 1 ? 1 : 0)?.before ?? '\n  - ';
  if (values.length === 0) return `${items[0]?.before.replace(/-[ \t]+$/u, ' ') ?? '\n  '}[]`;
  return values
    .map((value, i) => {
      const { text } = items[i] ?? last ?? { text: '' };
      const like: ListItem = { text, value: readYaml(text) ?? null };
      const written = Object.is(value, like.value) ? text : renderScalar(value, like);
      return (items[i]?.before ?? before) + written;
    })
    .join('');
};
