import { toFlags } from './flags.ts';
import { toHydra } from './hydra.ts';
import { type CopiedValue, isListValue, numberText, pythonText, shellWord } from './values.ts';
import { toYaml } from './yaml.ts';

export const copyFormats = ['flags', 'python', 'json', 'yaml', 'environment', 'hydra', 'markdown'] as const;
export type CopyFormat = (typeof copyFormats)[number];

export interface CopiedTrial {
  readonly number: number;
  /** In the space's order; only what was active. */
  readonly values: readonly CopiedValue[];
  readonly results: readonly { readonly metric: string; readonly value: number }[];
}

/** The values of a trial in a form that other programs take. Ends without a line break. */
export const copyAs = (format: CopyFormat, trial: CopiedTrial): string => {
  const { values } = trial;
  switch (format) {
    case 'flags':
      return toFlags(values);
    case 'python':
      return toPython(values);
    case 'json':
      return JSON.stringify(Object.fromEntries(values.map(({ name, value }) => [name, value])), undefined, 2);
    case 'yaml':
      return toYaml(values);
    case 'environment':
      return values.map(toVariable).join('\n');
    case 'hydra':
      return toHydra(values);
    case 'markdown':
      return toMarkdown(trial);
  }
};

/** What fits on a line of most style guides. */
const lineWidth = 88;

const toPython = (values: readonly CopiedValue[]): string => {
  const entries = values.map(
    ({ name, value, isFloat }) => `${JSON.stringify(name)}: ${pythonText(value, isFloat)}`,
  );
  const line = `{${entries.join(', ')}}`;
  return line.length <= lineWidth ? line : `{\n${entries.map((entry) => `    ${entry},\n`).join('')}}`;
};

/** `LEARNING_RATE=0.003`, as shells and `.env` files read it. */
const toVariable = ({ name, value, isFloat }: CopiedValue): string => {
  const upper = name
    .replace(/(?<=[\p{Ll}\d])(?=\p{Lu})/gu, '_')
    .toUpperCase()
    .replace(/[^A-Z0-9]+/gu, '_')
    .replace(/^(?=\d)|_+$/gu, (found) => (found === '' ? '_' : ''));
  return `${upper}=${environmentText(value, isFloat)}`;
};

const environmentText = (value: CopiedValue['value'], isFloat: boolean): string => {
  if (value === null) return '';
  if (isListValue(value)) return shellWord(JSON.stringify(value));
  if (typeof value === 'string') return value === '' ? '' : shellWord(value);
  return typeof value === 'number' ? numberText(value, isFloat) : String(value);
};

/** A table of one row, with its heading. */
const toMarkdown = ({ number, values, results }: CopiedTrial): string => {
  const cells = [
    { head: 'trial', cell: String(number) },
    ...results.map(({ metric, value }) => ({ head: metric, cell: String(value) })),
    ...values.map(({ name, value, isFloat }) => ({ head: name, cell: pythonText(value, isFloat) })),
  ];
  const row = (texts: readonly string[]): string => `| ${texts.map(escapeCell).join(' | ')} |`;
  return [
    row(cells.map(({ head }) => head)),
    row(cells.map(() => '---')),
    row(cells.map(({ cell }) => cell)),
  ].join('\n');
};

const escapeCell = (text: string): string => text.replace(/[\\`*_[\]<>|]/gu, '\\$&').replace(/\s+/gu, ' ');
