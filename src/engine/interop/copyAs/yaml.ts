import type { SourceValue } from '../../space/parameter.ts';
import { type CopiedValue, isListValue, numberText } from './values.ts';

interface Tree {
  [key: string]: Tree | string;
}

/** Keys and values that YAML 1.1 and 1.2 read alike; values of a configuration file at their place in it. */
export const toYaml = (values: readonly CopiedValue[]): string => {
  const tree: Tree = Object.create(null) as Tree; // no name is special
  for (const { name, path = [name], value, isFloat } of values) {
    const parents = path.slice(0, -1);
    let at = tree;
    for (const key of parents) {
      const next = at[key];
      const branch = typeof next === 'object' ? next : (Object.create(null) as Tree);
      at[key] = branch;
      at = branch;
    }
    at[path.at(-1) ?? name] = yamlText(value, isFloat);
  }
  return linesOf(tree, '').join('\n');
};

const linesOf = (tree: Tree, indent: string): readonly string[] =>
  Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'string'
      ? [`${indent}${stringText(key)}: ${value}`]
      : [`${indent}${stringText(key)}:`, ...linesOf(value, `${indent}  `)],
  );

const yamlText = (value: SourceValue, isFloat: boolean): string => {
  if (isListValue(value)) return `[${value.map((item) => yamlText(item, isFloat)).join(', ')}]`;
  if (typeof value === 'number') return floatText(numberText(value, isFloat));
  return typeof value === 'string' ? stringText(value) : String(value);
};

/** `1e-5` is a text in YAML 1.1, as PyYAML reads it: there must be a point and a sign. */
const floatText = (text: string): string =>
  text.replace(
    /^(-?\d+)(\.\d+)?e([+-]?)(\d+)$/u,
    (_, whole: string, part = '.0', sign = '', power = '') =>
      `${whole}${part}e${sign === '' ? '+' : sign}${power.padStart(2, '0')}`,
  );

/** What could be taken for another type is quoted; JSON's strings are YAML's too. */
const stringText = (text: string): string =>
  /^[A-Za-z_][\w./-]*$/u.test(text) && !/^(?:y|n|yes|no|on|off|true|false|null)$/iu.test(text)
    ? text
    : JSON.stringify(text);
