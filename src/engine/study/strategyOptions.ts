import { failure, type Result, success } from '../space/result.ts';
import type { Strategy } from './study.ts';

/** A numeric option of a strategy. */
export interface NumberOption {
  readonly default: number;
  readonly min: number;
  readonly max?: number;
  readonly whole?: boolean;
}

/**
 * A strategy's options with defaults filled in.
 * @returns a sentence naming the valid options when one is unknown, or its range when a value lies outside.
 */
export const readOptions = <Name extends string>(
  strategy: Strategy,
  known: Readonly<Record<Name, NumberOption>>,
): Result<Readonly<Record<Name, number>>, string> => {
  // The keys of a record are known to the compiler only as strings.
  const names = Object.keys(known) as Name[];
  const unknown = Object.keys(strategy.options).find((name) => !Object.hasOwn(known, name));
  if (unknown !== undefined)
    return failure(`${strategy.name} has no option “${unknown}”; ${listOptions(names)}.`);
  const values: Partial<Record<Name, number>> = {};
  for (const name of names) {
    const given = Object.hasOwn(strategy.options, name) ? strategy.options[name] : known[name].default;
    if (!isWithin(given, known[name])) {
      return failure(
        `${strategy.name}: ${name} must be ${describeRange(known[name])}, not ${String(given)}.`,
      );
    }
    values[name] = given;
  }
  // Every name was set in the loop above.
  return success(values as Record<Name, number>);
};

/** “No sampler is called “x”; there are auto, random and tpe.” */
export const unknownStrategy = (kind: string, name: string, names: readonly string[]): string =>
  `No ${kind} is called “${name}”; there are ${enumerate(names)}.`;

const listOptions = (names: readonly string[]): string =>
  names.length === 0 ? 'it takes none' : `it takes ${enumerate(names)}`;

const enumerate = (names: readonly string[]): string =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;

const isWithin = (value: unknown, option: NumberOption): value is number =>
  typeof value === 'number' &&
  Number.isFinite(value) &&
  value >= option.min &&
  value <= (option.max ?? Infinity) &&
  (!option.whole || Number.isInteger(value));

const describeRange = ({ min, max, whole }: NumberOption): string => {
  const noun = whole ? 'a whole number' : 'a number';
  return max === undefined ? `${noun} of at least ${min}` : `${noun} from ${min} to ${max}`;
};
