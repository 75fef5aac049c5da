import type { Parameter, ParamValue } from '../space/parameter.ts';
import { isWhole } from './literal/numberLiteral.ts';
import { commonNames, wordsWithin } from './propose/catalogue/names.ts';
import { isMeant, snakeCase } from './propose/entry.ts';
import { askedOf, type Present, type Scale } from './propose/scale.ts';
import type { Allowed } from './slot.ts';

/**
 * The search space of a bare `# tune`: by common practice for names it knows (lr, dropout, batch_size …), otherwise
 * by the value. It always holds the present value. Undefined for text and None, whose choices nobody can guess.
 * `text` is the literal as written; without it a whole number counts as an integer.
 */
export const inferRange = (name: string, value: ParamValue, text?: string): Parameter | undefined => {
  if (typeof value === 'boolean') return { kind: 'bool', name };
  if (typeof value !== 'number') return undefined;
  const present = { name, value, ...(text !== undefined && { text }) };
  return byName(snakeCase(name), present) ?? byValue(name, value, text);
};

/**
 * As `inferRange`, within what the literal's own declaration allows: the choices of an option, the limits of a field. A
 * declaration that the present value does not keep to says nothing.
 */
export const declaredRange = (
  name: string,
  value: ParamValue,
  allowed: Allowed | undefined,
  text?: string,
): Parameter | undefined => {
  const { choices, low = -Infinity, high = Infinity } = allowed ?? {};
  if (choices && choices.length > 1 && choices.includes(value) && typeof value !== 'boolean')
    return { kind: 'categorical', name, choices, ordered: isRising(choices) };
  const parameter = inferRange(name, value, text);
  if (parameter?.kind !== 'int' && parameter?.kind !== 'float') return parameter;
  if (typeof value !== 'number' || value < low || value > high) return parameter;
  const both = low > -Infinity && high < Infinity;
  const ends = {
    low: Math.max(parameter.low, low),
    // Limits that are narrow themselves are the range: a share from 0 to 1.
    high: both && !parameter.log ? high : Math.min(parameter.high, high),
  };
  return ends.low < ends.high ? { ...parameter, ...ends } : parameter;
};

const isRising = (choices: readonly ParamValue[]): boolean =>
  choices.every((each, i) => {
    const before = choices[i - 1];
    return typeof each === 'number' && (i === 0 || (typeof before === 'number' && before < each));
  });

/** What the whole name means, else one of its words. A meaning that does not suit the value is none. */
const byName = (name: string, present: Present): Parameter | undefined => {
  const entry = commonNames.find((each) => isMeant(each, name));
  const known = entry && parameterBy(entry.scales, present);
  if (known) return known;
  const words = new Set(name.split('_'));
  const scales = wordsWithin.find(([list]) => list.split(' ').some((word) => words.has(word)))?.[1];
  return scales && parameterBy(scales, present);
};

const parameterBy = (scales: Scale | readonly Scale[], present: Present): Parameter | undefined => {
  const asked = askedOf(scales, present);
  return asked?.kind === 'search' ? asked.parameter : undefined;
};

const byValue = (name: string, value: number, text: string | undefined): Parameter => {
  const whole = Number.isInteger(value) && (text === undefined || isWhole(text));
  const interval = whole ? aroundInteger(value) : aroundReal(value);
  const low = Math.min(tidy(interval.low), value);
  const most = whole ? Number.MAX_SAFE_INTEGER : Number.MAX_VALUE;
  const high = Math.min(Math.max(tidy(interval.high), value), most);
  const log = interval.log === true && low > 0;
  const doubles = whole && log && value >= 8 && Number.isInteger(Math.log2(value));
  return { kind: whole ? 'int' : 'float', name, low, high, log, ...(doubles && { factor: 2 }) };
};

interface Interval {
  readonly low: number;
  readonly high: number;
  readonly log?: boolean;
}

const aroundInteger = (value: number): Interval => {
  if (value === 0) return { low: 0, high: 10 };
  if (value < 0) return { low: value * 2, high: 0 };
  return value <= 10
    ? { low: 1, high: Math.max(10, value * 2) }
    : { low: Math.floor(value / 4), high: value * 4, log: true };
};

const aroundReal = (value: number): Interval => {
  if (value === 0) return { low: 0, high: 1 };
  return value < 0 ? { low: value * 2, high: 0 } : { low: value / 10, high: value * 10, log: true };
};

/** Takes away the noise of binary fractions: 0.3 / 10 is 0.03, not 0.030000000000000002… */
const tidy = (value: number): number => Number(value.toPrecision(12));
