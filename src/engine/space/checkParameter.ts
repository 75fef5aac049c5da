import type { DraftParameter } from './draft.ts';
import { formatNumber } from './describeParameter.ts';
import { mostGeometric, stepCount } from './grid.ts';
import type { SpaceProblem } from './problem.ts';

type NumberDraft = DraftParameter & { readonly kind: 'float' | 'int' };

/** Keeps every index exact when it is turned into a place in [0, 1] and back. */
const mostValues = 2 ** 48;
/** The same for whole numbers on a logarithmic scale, where rounding grows with the value. */
const highestLogInt = 2 ** 40;

/** Problems with one parameter's own range or choices. */
export const checkParameter = (parameter: DraftParameter): readonly SpaceProblem[] => {
  const problem = (found: Complaint | undefined): readonly SpaceProblem[] =>
    found === undefined ? [] : [{ ...found, parameter: parameter.name }];
  if (parameter.kind === 'bool') return [];
  if (parameter.kind === 'categorical') return problem(checkChoices(parameter.name, parameter.choices));
  return problem(
    checkBounds(parameter) ?? checkStep(parameter) ?? checkCount(parameter) ?? checkPrior(parameter),
  );
};

type Complaint = Pick<SpaceProblem, 'code' | 'message'>;
const range = (message: string): Complaint => ({ code: 'range', message });

const checkChoices = (name: string, choices: readonly unknown[]): Complaint | undefined => {
  if (choices.length === 0) return range(`${name} has no choices. Give at least one.`);
  const unusable = choices.find((choice) => typeof choice === 'number' && !Number.isFinite(choice));
  if (unusable !== undefined)
    return range(`${name} has the choice ${String(unusable)}. Numbers must be finite.`);
  const twice = choices.find((choice, index) => choices.indexOf(choice) !== index);
  if (twice !== undefined) {
    return {
      code: 'duplicate',
      message: `${name} has the choice ${JSON.stringify(twice)} twice. Remove one.`,
    };
  }
  return undefined;
};

const checkBounds = (parameter: NumberDraft): Complaint | undefined => {
  const { name, low, high, log, kind } = parameter;
  if (!Number.isFinite(low) || !Number.isFinite(high))
    return range(`The bounds of ${name} must be finite numbers.`);
  if (low > high) {
    const [a, b] = [formatNumber(low), formatNumber(high)];
    return range(`The range of ${name} is reversed: ${a} is above ${b}. Write ${b}..${a}.`);
  }
  if (!Number.isFinite(high - low)) return range(`The range of ${name} is too wide. Write smaller bounds.`);
  if (kind === 'int') {
    const bound = [low, high].find((value) => !Number.isSafeInteger(value));
    if (bound !== undefined) {
      return range(`The bounds of ${name} must be whole numbers up to 2^53, found ${formatNumber(bound)}.`);
    }
  }
  if (log && low <= 0)
    return range(`${name} is logarithmic, so its low bound must be above 0, found ${formatNumber(low)}.`);
  return undefined;
};

const checkStep = (parameter: NumberDraft): Complaint | undefined => {
  const { name, low, high, step, factor, kind } = parameter;
  if (step !== undefined && factor !== undefined)
    return range(`${name} has a step and a factor. Keep one of them.`);
  if (factor !== undefined) {
    if (!(Number.isFinite(factor) && factor > 1))
      return range(`The factor of ${name} must be above 1, such as step 2x.`);
    if (low <= 0) return range(`${name} grows by a factor, so its low bound must be above 0.`);
  }
  if (step === undefined) return undefined;
  if (!(Number.isFinite(step) && step > 0)) return range(`The step of ${name} must be above 0.`);
  if (kind === 'int' && !Number.isSafeInteger(step)) {
    return range(
      `The step of ${name} must be a whole number, as its range is. Or write a bound as ${low}.0.`,
    );
  }
  if (low < high && stepCount(low, high, step) < 2) {
    return range(
      `The step of ${name} is larger than its range. Make it at most ${formatNumber(high - low)}.`,
    );
  }
  return undefined;
};

const checkCount = (parameter: NumberDraft): Complaint | undefined => {
  const { name, low, high, log, step, factor, kind } = parameter;
  if (low === high) return undefined;
  if (factor !== undefined) {
    const steps = Math.log(high / low) / Math.log(factor);
    if (steps < 1 - 1e-9)
      return range(`The factor of ${name} is larger than its range. Make it at most ${high / low}.`);
    return steps < mostGeometric
      ? undefined
      : range(`The factor of ${name} gives more than ${mostGeometric} values. Leave the step out.`);
  }
  if (kind === 'int' && log && high > highestLogInt) {
    return range(
      `${name} is whole and logarithmic, so its high bound must be at most 2^40. Or make it a float.`,
    );
  }
  if (kind === 'float' && step === undefined) return undefined;
  const spacing = step ?? 1;
  // Beyond about 15 digits, neighbouring steps would be the same number.
  const largest = Math.max(Math.abs(low), Math.abs(high));
  if (kind === 'float' && spacing < largest * 1e-14)
    return range(`The step of ${name} is too small. Leave it out.`);
  return (high - low) / spacing < mostValues
    ? undefined
    : range(`${name} has too many values. Make it a float.`);
};

/** So that every value of a grid has a place of its own under the curve, however thin. */
const mostUnderCurve = 2 ** 32;

const checkPrior = (parameter: NumberDraft): Complaint | undefined => {
  const { name, low, high, log, step, kind, prior } = parameter;
  if (prior === undefined) return undefined;
  const { mean, sd } = prior;
  if (!Number.isFinite(mean)) return range(`The mean of ${name} must be a finite number.`);
  if (!(Number.isFinite(sd) && sd > 0)) return range(`The deviation of ${name} must be above 0.`);
  const centre = log ? Math.exp(mean) : mean;
  const slack = (bound: number): number => 1e-9 * (Math.abs(bound) + high - low);
  if (centre < low - slack(low) || centre > high + slack(high)) {
    const [a, b] = [formatNumber(low), formatNumber(high)];
    return range(
      `${name} is expected around ${formatNumber(centre)}, outside its range ${a}..${b}. Move one of them.`,
    );
  }
  const spacing = step ?? (kind === 'int' ? 1 : undefined);
  return spacing === undefined || (high - low) / spacing < mostUnderCurve
    ? undefined
    : range(`${name} has too many values for a prior. Make its step wider, or make it a float.`);
};
