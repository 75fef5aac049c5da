import type { ParamValue } from '../../space/parameter.ts';
import {
  type CommandLineFlag,
  type CopiedValue,
  isListValue,
  numberText,
  pythonText,
  shellWord,
} from './values.ts';

/** `--learning-rate 0.003 --use-ema`, quoted for a POSIX shell; named as the program declares them. */
export const toFlags = (values: readonly CopiedValue[]): string => {
  const words = values.map((each) => ({ ...wordsOf(each), isPositional: isPositional(each) }));
  // Positional ones last, where no option can swallow them.
  return [...words.filter((each) => !each.isPositional), ...words.filter((each) => each.isPositional)]
    .flatMap(({ parts }) => parts)
    .map(shellWord)
    .join(' ');
};

const isPositional = ({ flag }: CopiedValue): boolean => flag !== undefined && !nameOf(flag).startsWith('-');

/** A long name before a short one. */
const nameOf = ({ names }: CommandLineFlag): string =>
  names.find((name) => name.startsWith('--')) ?? names[0] ?? '';

/** How most programs would call an option of this name. */
const usualName = (name: string): string => `--${name.replaceAll('_', '-')}`;

const wordsOf = ({ name, value, isFloat, flag }: CopiedValue): { readonly parts: readonly string[] } => {
  const option = flag === undefined ? usualName(name) : nameOf(flag);
  if (value === null) return { parts: [] };
  if (typeof value === 'boolean') return { parts: switchOf(option, value, flag) };
  if (!isListValue(value)) return { parts: withValue(option, textOf(value, isFloat)) };
  const items = value.map((item) => textOf(item, isFloat));
  if (flag?.repeated === true) return { parts: items.flatMap((item) => withValue(option, item)) };
  if (flag?.several === true) return { parts: [option, ...items] };
  return { parts: withValue(option, pythonText(value, isFloat)) };
};

const textOf = (value: ParamValue, isFloat: boolean): string =>
  typeof value === 'string'
    ? value
    : typeof value === 'number'
      ? numberText(value, isFloat)
      : pythonText(value, isFloat);

/** What begins with a dash would be taken for an option, also `-1e-05` by argparse. */
const withValue = (option: string, text: string): readonly string[] => {
  if (!option.startsWith('-')) return [text];
  if (!text.startsWith('-')) return [option, text];
  return option.startsWith('--') ? [`${option}=${text}`] : [`${option}${text}`];
};

const switchOf = (option: string, value: boolean, flag: CommandLineFlag | undefined): readonly string[] => {
  const [yes, no] = option.split('/');
  if (yes !== undefined && no !== undefined) return [value ? yes : no];
  const action = flag?.action ?? '';
  if (action.endsWith('BooleanOptionalAction')) return [value ? option : option.replace(/^--/u, '--no-')];
  if (action === 'store_true' || flag?.isSwitch === true) return value ? [option] : [];
  if (action === 'store_false') return value ? [] : [option];
  // `bool("False")` is true in Python; of all texts only the empty one is false.
  if (flag?.type === 'bool') return [option, value ? 'True' : ''];
  return flag === undefined ? [option, value ? 'true' : 'false'] : [option, value ? 'True' : 'False'];
};
