import type { Parameter, ParamValue } from '../../space/parameter.ts';
import { isWhole } from '../literal/numberLiteral.ts';

/**
 * How a kind of hyperparameter is usually searched, before its present value is known. The present value chooses and
 * widens: what comes of it always holds that value.
 */
export type Scale =
  /** Real numbers between usual ends, by factors. Not meant for values outside of `least` and `most`. */
  | {
      readonly kind: 'log';
      readonly low: number;
      readonly high: number;
      readonly least: number;
      readonly most: number;
    }
  /** Real numbers some powers of ten around the present value. Not meant for values outside of `least` and `most`. */
  | { readonly kind: 'decades'; readonly least: number; readonly most: number; readonly around: 1 | 2 }
  /** Real numbers between usual ends, evenly. Not meant for values outside of `least` and `most`. */
  | {
      readonly kind: 'linear';
      readonly low: number;
      readonly high: number;
      readonly step?: number;
      readonly least: number;
      readonly most: number;
    }
  /** Whole numbers between usual ends, evenly; values above the upper end double it. */
  | { readonly kind: 'whole'; readonly low: number; readonly high: number; readonly step?: number }
  /** Whole numbers between usual ends, by factors. */
  | { readonly kind: 'wholeLog'; readonly low: number; readonly high: number }
  /**
   * Whole numbers from a quarter to four times the present value, doubling where that is a power of two; with `doubling`
   * wherever a quarter is whole, for sizes that must divide each other.
   */
  | {
      readonly kind: 'around';
      readonly least: number;
      readonly most: number;
      readonly doubling: boolean;
    }
  /** Whole numbers from nothing to several times the present value. */
  | { readonly kind: 'upTo'; readonly times: number; readonly least: number }
  | {
      readonly kind: 'choices';
      readonly choices: readonly ParamValue[];
      readonly ordered: boolean;
    }
  | { readonly kind: 'flag' }
  /** The length of a training, which a schedule may cut. */
  | { readonly kind: 'budget' }
  | { readonly kind: 'seed' };

/** `domain` is what such a number can be at all; any above zero when left out. */
export const log = (low: number, high: number, [least, most] = [0, Infinity]): Scale => ({
  kind: 'log',
  low,
  high,
  least,
  most,
});

/** Some powers of ten to each side. */
export const decades = (least: number, most: number, around: 1 | 2 = 2): Scale => ({
  kind: 'decades',
  least,
  most,
  around,
});

/** `domain` is what such a number can be at all; it ends where the usual range does when left out. */
export const linear = (
  low: number,
  high: number,
  {
    step,
    domain = [low, high],
  }: { readonly step?: number; readonly domain?: readonly [number, number] } = {},
): Scale => ({
  kind: 'linear',
  low,
  high,
  ...(step !== undefined && { step }),
  least: domain[0],
  most: domain[1],
});

/** A share of something: usual ends within 0 and 1. */
export const share = (low: number, high: number, step?: number): Scale =>
  linear(low, high, { domain: [0, 1], ...(step !== undefined && { step }) });

export const whole = (low: number, high: number, step?: number): Scale => ({
  kind: 'whole',
  low,
  high,
  ...(step !== undefined && { step }),
});

export const wholeLog = (low: number, high: number): Scale => ({ kind: 'wholeLog', low, high });

export const around = (least = 1, most = Number.MAX_SAFE_INTEGER): Scale => ({
  kind: 'around',
  least,
  most,
  doubling: false,
});

/** Sizes that must divide each other, such as a model's width and its heads. */
export const doubling = (least: number, most: number): Scale => ({
  kind: 'around',
  least,
  most,
  doubling: true,
});

export const upTo = (times: number, least = 0): Scale => ({ kind: 'upTo', times, least });

export const choices = (...values: readonly ParamValue[]): Scale => ({
  kind: 'choices',
  choices: values,
  ordered: false,
});

export const ordered = (...values: readonly ParamValue[]): Scale => ({
  kind: 'choices',
  choices: values,
  ordered: true,
});

export const flag: Scale = { kind: 'flag' };
export const budget: Scale = { kind: 'budget' };
export const seed: Scale = { kind: 'seed' };

/** What a literal would be asked to be. */
export type Asked =
  | { readonly kind: 'search'; readonly parameter: Parameter }
  | { readonly kind: 'budget'; readonly low: number; readonly high: number }
  | { readonly kind: 'list'; readonly least: number; readonly most: number; readonly item: Parameter }
  | { readonly kind: 'seed' };

/** A literal as it stands: `text` tells `1` from `1.0`. */
export interface Present {
  readonly name: string;
  readonly value: ParamValue;
  readonly text?: string;
}

/** The first of the scales that suits the present value; undefined where none does, so that another meaning is likely. */
export const askedOf = (scales: Scale | readonly Scale[], present: Present): Asked | undefined => {
  for (const scale of 'kind' in scales ? [scales] : scales) {
    const asked = askedBy(scale, present);
    if (asked) return asked;
  }
  return undefined;
};

const askedBy = (scale: Scale, { name, value, text }: Present): Asked | undefined => {
  const search = (parameter: Parameter | undefined): Asked | undefined =>
    parameter && { kind: 'search', parameter };
  switch (scale.kind) {
    case 'flag':
      return typeof value === 'boolean' ? search({ kind: 'bool', name }) : undefined;
    case 'choices':
      return scale.choices.includes(value) && scale.choices.length > 1
        ? search({ kind: 'categorical', name, choices: scale.choices, ordered: scale.ordered })
        : undefined;
    case 'seed':
      return Number.isInteger(value) ? { kind: 'seed' } : undefined;
    case 'budget':
      return typeof value === 'number' ? budgetOf(value, text) : undefined;
    default:
      return typeof value === 'number' ? search(numberOf(scale, name, value, text)) : undefined;
  }
};

const isWholeLiteral = (value: number, text: string | undefined): boolean =>
  Number.isInteger(value) && (text === undefined || isWhole(text));

/** From a hundredth of a long training, from a single step of a short one. */
const budgetOf = (value: number, text: string | undefined): Asked | undefined => {
  if (!isWholeLiteral(value, text) || value < 2) return undefined;
  return { kind: 'budget', low: Math.max(1, oneDigit(value / 100)), high: value };
};

type NumberScale = Exclude<Scale, { kind: 'flag' | 'choices' | 'seed' | 'budget' }>;

const numberOf = (
  scale: NumberScale,
  name: string,
  value: number,
  text: string | undefined,
): Parameter | undefined => {
  switch (scale.kind) {
    case 'log':
      if (value <= 0 || value < scale.least || value > scale.most) return undefined;
      return real(name, value, withMargin(scale, value), true);
    case 'decades':
      if (value < scale.least || value > scale.most) return undefined;
      return real(name, value, decadesAround(scale, value), true);
    case 'linear': {
      if (value < scale.least || value > scale.most) return undefined;
      const parameter = real(name, value, scale, false);
      const onStep = scale.step !== undefined && isOnStep(value, parameter.low, scale.step);
      return onStep && scale.step !== undefined ? { ...parameter, step: scale.step } : parameter;
    }
    default:
      return isWholeLiteral(value, text) ? wholeOf(scale, name, value) : undefined;
  }
};

/** Room on the side where the value would stand at or beyond the usual end. */
const withMargin = ({ low, high }: { low: number; high: number }, value: number) => ({
  low: value <= low ? value / 10 : low,
  high: value >= high ? value * 10 : high,
});

/** Two from whole powers of ten (1e-3 → 1e-5..1e-1, 3e-4 → 1e-5..1e-2), or one to each side of the value itself. */
const decadesAround = (scale: NumberScale & { kind: 'decades' }, value: number) => {
  const power = Math.log10(value);
  const nearest = Math.round(power);
  const isPower = Math.abs(power - nearest) < 1e-9;
  const low = isPower ? powerOfTen(nearest - 2) : powerOfTen(Math.floor(power) - 1);
  const high = isPower ? powerOfTen(nearest + 2) : powerOfTen(Math.ceil(power) + 1);
  const ends = scale.around === 1 ? { low: value / 10, high: value * 10 } : { low, high };
  return {
    low: Math.min(value, Math.max(scale.least, ends.low)),
    high: Math.max(value, Math.min(scale.most, ends.high)),
  };
};

/** Read from text, so that 1e-5 is exactly what is written: `10 ** -5` is a little more. */
const powerOfTen = (power: number): number => Number(`1e${power}`);

const real = (
  name: string,
  value: number,
  { low, high }: { readonly low: number; readonly high: number },
  logarithmic: boolean,
): Extract<Parameter, { kind: 'float' }> => {
  const [least, most] = [Math.min(tidy(low), value), Math.min(Math.max(tidy(high), value), Number.MAX_VALUE)];
  return { kind: 'float', name, low: least, high: most, log: logarithmic && least > 0 };
};

type WholeScale = Extract<NumberScale, { kind: 'whole' | 'wholeLog' | 'around' | 'upTo' }>;

const wholeOf = (scale: WholeScale, name: string, value: number): Parameter | undefined => {
  switch (scale.kind) {
    case 'whole': {
      if (value < scale.low) return undefined;
      const high = value > scale.high ? capped(value * 2) : scale.high;
      const steps = scale.step !== undefined && isOnStep(value, scale.low, scale.step);
      return {
        kind: 'int',
        name,
        low: scale.low,
        high,
        log: false,
        ...(steps && scale.step !== undefined && { step: scale.step }),
      };
    }
    case 'wholeLog': {
      if (value < 1) return undefined;
      const low = value <= scale.low ? Math.max(1, Math.floor(value / 4)) : scale.low;
      return byFactors(name, value, { low, high: scale.high }, false);
    }
    case 'around': {
      if (value < scale.least || value > scale.most || value < 1) return undefined;
      const low = Math.max(scale.least, Math.floor(value / 4), 1);
      return byFactors(name, value, { low, high: Math.min(scale.most, capped(value * 4)) }, scale.doubling);
    }
    case 'upTo':
      if (value < 0) return undefined;
      return {
        kind: 'int',
        name,
        low: 0,
        high: Math.max(scale.least, oneDigit(capped(value * scale.times)), 1),
        log: false,
      };
  }
};

const byFactors = (
  name: string,
  value: number,
  { low, high }: { readonly low: number; readonly high: number },
  doubling: boolean,
): Parameter => {
  const least = Math.min(low, value);
  const most = value > high ? capped(value * 4) : Math.max(high, value);
  const isOnDoubles = isPowerOfTwo(value / least) && isPowerOfTwo(most / least);
  const doubles = isOnDoubles && least < most && (doubling || (value >= 4 && isPowerOfTwo(least)));
  return { kind: 'int', name, low: least, high: most, log: true, ...(doubles && { factor: 2 }) };
};

/** Whole numbers in a list whose length is searched too. */
export const listOf = (name: string, values: readonly number[]): Asked | undefined => {
  if (values.length === 0 || !values.every((each) => Number.isInteger(each) && each >= 4)) return undefined;
  const [smallest, largest] = [Math.min(...values), Math.max(...values)];
  const doubles = values.every(isPowerOfTwo);
  const low = Math.max(1, Math.floor(smallest / 4));
  const item: Parameter = {
    kind: 'int',
    name,
    low,
    high: capped(largest * 4),
    log: true,
    ...(doubles && isPowerOfTwo(low) && { factor: 2 }),
  };
  return { kind: 'list', least: 1, most: Math.max(3, values.length + 1), item };
};

const isPowerOfTwo = (value: number): boolean => Number.isInteger(Math.log2(value));

const isOnStep = (value: number, low: number, step: number): boolean => {
  const steps = (value - low) / step;
  return Math.abs(steps - Math.round(steps)) < 1e-9;
};

const capped = (value: number): number => Math.min(value, Number.MAX_SAFE_INTEGER);

/** 4321 → 4000: ends that a person would write. */
const oneDigit = (value: number): number => (value < 10 ? Math.round(value) : Number(value.toPrecision(1)));

/** Takes away the noise of binary fractions: 0.3 / 10 is 0.03, not 0.030000000000000002… */
const tidy = (value: number): number => Number(value.toPrecision(12));
