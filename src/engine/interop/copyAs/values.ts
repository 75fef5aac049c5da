import type { ParamValue, SourceValue } from '../../space/parameter.ts';

/** A value to be copied, with what is known of how its program takes it. */
export interface CopiedValue {
  /** Name in the study. */
  readonly name: string;
  readonly value: SourceValue;
  /** Whole values of it are written as `1.0` where the form has floats. */
  readonly isFloat: boolean;
  /** Where it stands in a configuration file: `optimizer`, `lr`. */
  readonly path?: readonly string[];
  /** How the program's command line takes it. */
  readonly flag?: CommandLineFlag;
}

/** An option of a command line as the program declares it. */
export interface CommandLineFlag {
  /** `--learning-rate`, `-l`, or a name without dashes for a positional one. */
  readonly names: readonly string[];
  /** As declared: `store_true`, `argparse.BooleanOptionalAction`. */
  readonly action?: string;
  /** As declared: `float`, `bool`. */
  readonly type?: string;
  /** It takes several values behind it. */
  readonly several?: boolean;
  /** It is given once for each value. */
  readonly repeated?: boolean;
  /** It takes no value: it is there or not. */
  readonly isSwitch?: boolean;
}

export const isListValue = (value: SourceValue): value is readonly ParamValue[] => Array.isArray(value);

/** The shortest digits that read back as the number. */
export const numberText = (value: number, isFloat: boolean): string => {
  const text = String(value);
  return isFloat && /^-?\d+$/u.test(text) ? `${text}.0` : text;
};

/** A word that a POSIX shell takes as it is. */
export const shellWord = (text: string): string =>
  /^[\w@%+=:,./-]+$/u.test(text) && /^[\x20-\x7e]+$/u.test(text) && !text.startsWith('=')
    ? text
    : `'${text.replaceAll("'", "'\\''")}'`;

export const pythonText = (value: SourceValue, isFloat: boolean): string => {
  if (isListValue(value)) return `[${value.map((item) => pythonText(item, isFloat)).join(', ')}]`;
  if (typeof value === 'number') return numberText(value, isFloat);
  if (typeof value === 'string') return JSON.stringify(value);
  return value === null ? 'None' : value ? 'True' : 'False';
};
