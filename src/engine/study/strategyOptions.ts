import { failure, type Result, success } from '../space/result.ts';
import type { Strategy } from './study.ts';

/** A numeric option of a strategy. */
export interface NumberOption {
  readonly default: number;
  readonly min: number;
  readonly max?: number;
  readonly whole?: boolean;
}

/** One of a few words. */
export interface ChoiceOption<Choice extends string = string> {
  readonly default: Choice;
  readonly choices: readonly Choice[];
}

/** Yes or no. */
export interface FlagOption {
  readonly default: boolean;
}

export type Option = NumberOption | ChoiceOption | FlagOption;

export type OptionValue<O> =
  O extends ChoiceOption<infer Choice> ? Choice : O extends NumberOption ? number : boolean;

export type OptionValues<Options> = { readonly [Name in keyof Options]: OptionValue<Options[Name]> };

/**
 * A strategy's options with defaults filled in.
 * @returns a sentence naming the valid options when one is unknown, or its range when a value lies outside.
 */
export const readOptions = <const Options extends Readonly<Record<string, Option>>>(
  strategy: Strategy,
  known: Options,
): Result<OptionValues<Options>, string> => {
  const names = Object.keys(known);
  const unknown = Object.keys(strategy.options).find((name) => !Object.hasOwn(known, name));
  if (unknown !== undefined)
    return failure(`${strategy.name} has no option “${unknown}”; ${listOptions(names)}.`);
  const values: Record<string, number | string | boolean> = {};
  for (const [name, option] of Object.entries(known)) {
    const given = Object.hasOwn(strategy.options, name) ? strategy.options[name] : option.default;
    if (given === undefined || !isWithin(given, option))
      return failure(`${strategy.name}: ${name} must be ${describeOption(option)}, not ${String(given)}.`);
    values[name] = given;
  }
  // Every name was set in the loop above, to a value its option allows.
  return success(values as OptionValues<Options>);
};

/** “No sampler is called “x”; there are auto, random and tpe.” */
export const unknownStrategy = (kind: string, name: string, names: readonly string[]): string =>
  `No ${kind} is called “${name}”; there are ${enumerate(names)}.`;

const listOptions = (names: readonly string[]): string =>
  names.length === 0 ? 'it takes none' : `it takes ${enumerate(names)}`;

const enumerate = (names: readonly string[]): string =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;

const isNumberOption = (option: Option): option is NumberOption => typeof option.default === 'number';

const isWithin = (value: number | string | boolean, option: Option): boolean => {
  if ('choices' in option) return typeof value === 'string' && option.choices.includes(value);
  if (!isNumberOption(option)) return typeof value === 'boolean';
  return (
    typeof value === 'number' &&
    Number.isFinite(value) &&
    value >= option.min &&
    value <= (option.max ?? Infinity) &&
    (!option.whole || Number.isInteger(value))
  );
};

const describeOption = (option: Option): string => {
  if ('choices' in option) return `one of ${enumerate(option.choices)}`;
  if (!isNumberOption(option)) return 'true or false';
  const { min, max, whole } = option;
  const noun = whole ? 'a whole number' : 'a number';
  return max === undefined ? `${noun} of at least ${min}` : `${noun} from ${min} to ${max}`;
};
