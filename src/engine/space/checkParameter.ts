import type { DraftParameter, SpaceDraft } from './draft.ts';
import { formatNumber } from './describeParameter.ts';
import { mostGeometric, stepCount } from './grid.ts';
import type { SpaceProblem } from './problem.ts';

type NumberDraft = DraftParameter & { readonly kind: 'float' | 'int' };

const longestName = 200;
/** Keeps every index exact when it is turned into a place in [0, 1] and back. */
const mostValues = 2 ** 48;
/** The same for whole numbers on a logarithmic scale, where rounding grows with the value. */
const highestLogInt = 2 ** 40;

/** Problems with names: empty, unusable or given twice. */
export const checkNames = (draft: SpaceDraft): readonly SpaceProblem[] => {
  const seen = new Set<string>();
  const problems: SpaceProblem[] = [];
  for (const { name } of [...draft.parameters, ...draft.derived]) {
    const complaint = nameComplaint(name, draft);
    if (complaint !== undefined) problems.push({ code: 'syntax', parameter: name, message: complaint });
    if (seen.has(name)) {
      problems.push({
        code: 'duplicate',
        parameter: name,
        message: `${name} is declared twice. Rename or remove one.`,
      });
    }
    seen.add(name);
  }
  return problems;
};

const nameComplaint = (name: string, draft: SpaceDraft): string | undefined => {
  if (name === '') return 'A parameter has an empty name. Give it one.';
  if (name.length > longestName) return `A name is longer than ${longestName} characters. Shorten it.`;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused here
  if (/[\u0000-\u001f\u007f]/.test(name))
    return `${JSON.stringify(name)} has control characters. Remove them.`;
  // An object would list such names first whatever their order, or not hold them at all.
  if (/^\d+$/.test(name) || name === '__proto__')
    return `${name} cannot be a name. Choose one that starts with a letter.`;
  if (name === 'where' && draft.constraints.length > 0) {
    return 'A parameter cannot be named where in a space with constraints. Rename it.';
  }
  return undefined;
};

/** Problems with one parameter's own range or choices. */
export const checkParameter = (parameter: DraftParameter): readonly SpaceProblem[] => {
  const problem = (found: Complaint | undefined): readonly SpaceProblem[] =>
    found === undefined ? [] : [{ ...found, parameter: parameter.name }];
  if (parameter.kind === 'bool') return [];
  if (parameter.kind === 'categorical') return problem(checkChoices(parameter.name, parameter.choices));
  return problem(checkBounds(parameter) ?? checkStep(parameter) ?? checkCount(parameter));
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
