// Overrides in Hydra's grammar (hydra.cc, "Basic Override syntax" and "Extended Override syntax"): `key=value`, where a
// string stands without quotes if no character and no other type could be made of it, else in single quotes, in which
// `\'` is a quote and backslashes count as themselves unless a quote follows.
import type { SourceValue } from '../../space/parameter.ts';
import { type CopiedValue, isListValue, numberText, shellWord } from './values.ts';

/** `optimizer.lr=0.003 'optimizer.betas=[0.9,0.99]'`, each a word of a POSIX shell. */
export const toHydra = (values: readonly CopiedValue[]): string =>
  values
    .map(({ name, path, value, isFloat }) =>
      shellWord(`${path?.join('.') ?? name}=${textOf(value, isFloat)}`),
    )
    .join(' ');

const textOf = (value: SourceValue, isFloat: boolean): string => {
  if (isListValue(value)) return `[${value.map((item) => textOf(item, isFloat)).join(',')}]`;
  if (typeof value === 'number') return numberText(value, isFloat);
  if (typeof value === 'string') return isPlain(value) ? value : quoted(value);
  return value === null ? 'null' : String(value);
};

const isPlain = (text: string): boolean =>
  /^[A-Za-z_][\w./@%+*|?-]*$/u.test(text) && !/^(?:null|true|false|nan|inf)$/iu.test(text);

const quoted = (text: string): string => {
  const escaped = text
    .replace(/(\\*)'/gu, (_, slashes: string) => `${slashes}${slashes}\\'`)
    .replace(/\\+$/u, (slashes) => slashes + slashes)
    // An interpolation would be looked up.
    .replaceAll('${', '\\${');
  return `'${escaped}'`;
};
