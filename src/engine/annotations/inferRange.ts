import type { Parameter, ParamValue } from '../space/parameter.ts';
import { isWhole } from './literal/numberLiteral.ts';

interface Interval {
  readonly low: number;
  readonly high: number;
  readonly log?: boolean;
}

interface Rule {
  readonly names: RegExp;
  readonly type: 'int' | 'float';
  /** The usual range, from common practice; the present value widens it. Undefined where the rule does not fit. */
  readonly usual: (value: number) => Interval | undefined;
}

const words = (list: string): RegExp => new RegExp(`(?:^|_)(?:${list})(?:$|_)`, 'u');
const inside = (value: number, low: number, high: number): boolean => value >= low && value <= high;

/** First match counts. Names are split at underscores and capitals. */
const rules: readonly Rule[] = [
  {
    names: words('lr|learning_rate|eta|step_size'),
    type: 'float',
    usual: (v) =>
      v > 0 ? { low: Math.min(1e-5, v / 10), high: Math.max(1e-1, v * 10), log: true } : undefined,
  },
  {
    names: words('wd|weight_decay|l1|l2|reg|regularization|lambda|reg_alpha|reg_lambda'),
    type: 'float',
    usual: (v) =>
      v > 0
        ? { low: Math.min(1e-6, v / 10), high: Math.max(1e-1, v * 10), log: true }
        : { low: 0, high: 0.1 },
  },
  {
    names: words('dropout|drop|drop_rate|dropout_rate|p_drop'),
    type: 'float',
    usual: (v) => (inside(v, 0, 1) ? { low: 0, high: 0.6 } : undefined),
  },
  {
    names: words('momentum|beta1|beta_1'),
    type: 'float',
    usual: (v) => (inside(v, 0, 1) ? { low: 0.5, high: 0.99 } : undefined),
  },
  {
    names: words('beta2|beta_2|ema|ema_decay|gamma|discount'),
    type: 'float',
    usual: (v) => (inside(v, 0.9, 1) ? { low: 0.9, high: 0.9999 } : undefined),
  },
  {
    names: words('temperature|temp|tau'),
    type: 'float',
    usual: (v) => (v > 0 ? { low: Math.min(0.1, v / 10), high: Math.max(2, v * 2) } : undefined),
  },
  {
    names: words('ratio|fraction|prob|probability|p|smoothing|label_smoothing|subsample|colsample'),
    type: 'float',
    usual: (v) => (inside(v, 0, 1) ? { low: 0, high: 1 } : undefined),
  },
  {
    names: words('layers|layer|depth|max_depth|blocks|heads|stages'),
    type: 'int',
    usual: (v) => (v >= 1 ? { low: 1, high: Math.max(8, v * 2) } : undefined),
  },
  { names: words('epochs|epoch|iterations|iters|rounds|estimators'), type: 'int', usual: aroundWhole },
  {
    names: words('batch|batch_size|bs|hidden|units|width|dim|size|channels|features|filters|model'),
    type: 'int',
    usual: aroundWhole,
  },
];

/** From a quarter to four times a whole number, on a log scale. */
function aroundWhole(value: number): Interval | undefined {
  return value >= 1 ? { low: Math.max(1, Math.floor(value / 4)), high: value * 4, log: true } : undefined;
}

/**
 * The search space of a bare `# tune`: by common practice for names it knows (lr, dropout, batch_size …), otherwise
 * by the value. It always holds the present value. Undefined for text and None, whose choices nobody can guess.
 * `text` is the literal as written; without it a whole number counts as an integer.
 */
export const inferRange = (name: string, value: ParamValue, text?: string): Parameter | undefined => {
  if (typeof value === 'boolean') return { kind: 'bool', name };
  if (typeof value !== 'number') return undefined;
  const whole = Number.isInteger(value) && (text === undefined || isWhole(text));
  const rule = rules.find(({ names, type }) => names.test(snakeCase(name)) && (type === 'float' || whole));
  // `lr = 1` is meant as a real number although it is written as a whole one.
  const usual = rule?.usual(value);
  const kind = usual && rule ? rule.type : whole ? 'int' : 'float';
  return parameterOf(name, kind, value, usual ?? (whole ? aroundInteger(value) : aroundReal(value)));
};

const snakeCase = (name: string): string =>
  name
    .replaceAll(/(?<=[\p{Ll}\d])(?=\p{Lu})/gu, '_')
    .replaceAll('.', '_')
    .toLowerCase();

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

const parameterOf = (name: string, kind: 'int' | 'float', value: number, interval: Interval): Parameter => {
  const low = Math.min(tidy(interval.low), value);
  const high = Math.min(
    Math.max(tidy(interval.high), value),
    kind === 'int' ? Number.MAX_SAFE_INTEGER : Number.MAX_VALUE,
  );
  const log = interval.log === true && low > 0;
  const powersOfTwo = kind === 'int' && log && value >= 8 && Number.isInteger(Math.log2(value));
  return { kind, name, low, high, log, ...(powersOfTwo && { factor: 2 }) };
};

/** Takes away the noise of binary fractions: 0.3 / 10 is 0.03, not 0.030000000000000002… */
const tidy = (value: number): number => Number(value.toPrecision(12));
