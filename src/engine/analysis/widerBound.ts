import type { FloatParameter, IntParameter } from '../space/parameter.ts';

/** Shares and probabilities: 1 is as far as they go, and for those below it is not to be reached. */
const shares =
  /(?:^|_)(?:drop\w*|prob\w*|p|ratio|frac\w*|fraction|subsample|colsample\w*|bagging\w*|smoothing|mixup|keep|mask\w*|l1_ratio|quantile|percent\w*|share|threshold|tau|val_split|split)(?:_|$)/iu;
/** Rates at which a memory fades: what happens to them happens near 1. */
const memories =
  /(?:^|_)(?:momentum|beta\d?|betas?|b[12]|gamma|discount|ema\w*|rho|lambda_gae|gae_lambda|polyak|decay_rate|alpha_ema)(?:_|$)/iu;

/** `Config.dropoutRate` → `dropout_Rate`, so that words can be told. */
const wordsOf = (name: string): string =>
  name.slice(name.lastIndexOf('.') + 1).replace(/(?<=[a-z0-9])(?=[A-Z])/gu, '_');

/**
 * Where a range could end whose best values lie at its end: a decade on where the scale is logarithmic (four times for
 * whole numbers), else by the range's own width, rounded to a number that a person would write. Undefined where the
 * range ends where such values must: dropout goes to 1, counts begin at 1, what was never negative stays so.
 */
export const widerBound = (
  parameter: FloatParameter | IntParameter,
  side: 'low' | 'high',
): number | undefined => {
  const bound = side === 'low' ? lower(parameter) : upper(parameter);
  const isWider = side === 'low' ? bound < parameter.low : bound > parameter.high;
  return isWider && Number.isFinite(bound) ? bound : undefined;
};

const upper = (parameter: FloatParameter | IntParameter): number => {
  const { low, high } = parameter;
  const words = wordsOf(parameter.name);
  if (parameter.kind === 'float' && low >= 0 && high <= 1) {
    // 0.99 → 0.999
    if (memories.test(words)) return high >= 0.5 && high < 1 ? tidy(1 - (1 - high) / 10) : Math.min(1, high);
    if (shares.test(words)) return high >= 1 ? high : Math.min(limitOfShare(words), stretched(parameter));
  }
  return isGeometric(parameter) ? high * leap(parameter) : stretched(parameter);
};

/** Everything dropped is nothing learned. */
const limitOfShare = (words: string): number => (/drop|mask/iu.test(words) ? 0.9 : 1);

const lower = (parameter: FloatParameter | IntParameter): number => {
  const { low, high, kind } = parameter;
  if (isGeometric(parameter)) {
    const bound = low / leap(parameter);
    return kind === 'int' ? Math.max(1, Math.round(bound)) : tidy(bound);
  }
  if (low === 0) return low;
  const bound = onSteps(parameter, low - tidyStep(high - low), low);
  // Counts that began at 1 or above are counts of something that there must be.
  const least = low > 0 ? (kind === 'int' ? Math.min(1, low) : 0) : Number.NEGATIVE_INFINITY;
  return Math.max(least, bound);
};

const isGeometric = ({ log, factor }: FloatParameter | IntParameter): boolean => log || factor !== undefined;

/** A decade; four times for whole numbers; a power of the factor where there is one. */
const leap = ({ kind, factor }: FloatParameter | IntParameter): number => {
  const wanted = kind === 'int' ? 4 : 10;
  return factor === undefined ? wanted : factor ** Math.ceil(Math.log(wanted) / Math.log(factor) - 1e-9);
};

const stretched = (parameter: FloatParameter | IntParameter): number => {
  const { low, high } = parameter;
  return onSteps(parameter, high + tidyStep(high - low), high);
};

/** A bound that is a whole number of steps from the present one. */
const onSteps = ({ step, kind }: FloatParameter | IntParameter, bound: number, from: number): number => {
  const unit = step ?? (kind === 'int' ? 1 : undefined);
  if (unit === undefined) return tidy(bound);
  return tidy(from + Math.round((bound - from) / unit) * unit);
};

/** About half the width to the width: 1, 2 or 5 times a power of ten. */
const tidyStep = (width: number): number => {
  const decade = 10 ** Math.floor(Math.log10(width));
  const digit = width / decade;
  return tidy((digit >= 5 ? 5 : digit >= 2 ? 2 : 1) * decade);
};

/** Without the dust of binary fractions. */
const tidy = (value: number): number => Number(value.toPrecision(12));
