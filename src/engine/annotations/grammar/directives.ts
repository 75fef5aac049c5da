import type { Strategy } from '../../study/study.ts';
import type { DirectiveBody, ObjectiveBody, Setting } from './item.ts';
import { aFix, aGuess } from './problem.ts';
import { readBound } from './range.ts';
import type { Reader } from './reader.ts';
import { isSymbol, type Token } from './tokens.ts';

export const objectiveWords: ReadonlyMap<string, ObjectiveBody['direction']> = new Map([
  ['maximize', 'maximize'],
  ['minimize', 'minimize'],
  ['maximise', 'maximize'],
  ['minimise', 'minimize'],
]);

export const settingWords = ['trials', 'parallel', 'sampler', 'pruner', 'stop', 'time', 'seed'] as const;

/** Behind `maximize` or `minimize`: a metric's name, which may be quoted, dotted or slashed, or nothing. */
export const readObjective = (reader: Reader, word: Token): ObjectiveBody => {
  const direction = objectiveWords.get(word.text) ?? 'maximize';
  const tokens = reader.takeRest();
  return tokens.length === 0
    ? { kind: 'objective', direction }
    : { kind: 'objective', direction, metric: readMetric(reader, tokens, word) };
};

/** The name of a metric, which may be quoted, dotted or slashed. */
const readMetric = (reader: Reader, tokens: readonly Token[], word: Token): string => {
  const [first] = tokens;
  const last = tokens.at(-1);
  const span = { start: first?.start ?? word.start, end: last?.end ?? word.end };
  const text = first ? reader.textOf(span) : '';
  const isQuoted = first?.kind === 'string' && tokens.length === 1 && !first.open;
  const metric = isQuoted ? text.slice(1, -1) : text;
  if (first?.kind === 'string' || /^[\p{L}_][\p{L}\p{N}_./@:-]*$/u.test(metric)) return metric;
  const isWords = tokens.length > 1 && tokens.every(({ kind }) => kind === 'name');
  return reader.fail(
    'syntax',
    `Name one metric, such as ${word.text} val_acc; put a name with spaces in quotes.`,
    span,
    isWords ? aFix(`Change to "${text}"`, span, `"${text}"`) : undefined,
  );
};

export const readWhere = (reader: Reader, word: Token): DirectiveBody => ({
  kind: 'where',
  constraint: reader.expression(word, 'what must hold, such as layers * width <= 4096,', false),
});

/** Behind `constraint`: a metric and what it must keep, such as `latency_ms <= 20`. */
export const readLimit = (reader: Reader, word: Token): DirectiveBody => {
  const tokens: Token[] = [];
  while (reader.peek() && !signs.has(reader.peek()?.text ?? '')) tokens.push(reader.next() ?? word);
  const metric = readMetric(reader, tokens, word);
  const found = reader.next();
  const sign = found?.text;
  if (found && (sign === '<' || sign === '>'))
    return reader.fail(
      'syntax',
      `Write ${sign}= for a limit.`,
      found,
      aFix(`Change to "${sign}="`, found, `${sign}=`),
    );
  if (sign !== '<=' && sign !== '>=')
    return reader.fail(
      'syntax',
      'Write a limit as constraint latency_ms <= 20.',
      found ?? reader.end,
      undefined,
      found && signs.has(found.text)
        ? ['<=', '>='].map((each) => aGuess(`Change to "${each}"`, found, each))
        : [],
    );
  const bound = readBound(reader, 'Write the number that the metric is held to.');
  return { kind: 'limit', limit: { metric, sign, bound: bound.value } };
};

const signs: ReadonlySet<string> = new Set(['<', '>', '<=', '>=', '==', '!=', '=']);

export const readSetting = (reader: Reader, word: Token): DirectiveBody => {
  const setting = readValue(reader, word);
  const extra = reader.peek();
  if (extra) {
    const { end } = reader.before();
    const isSetting = objectiveWords.has(extra.text) || settingWords.some((each) => each === extra.text);
    return reader.fail(
      'syntax',
      'Put a comma between two settings.',
      extra,
      isSetting ? aFix('Add a comma', { start: end, end }, ',') : undefined,
    );
  }
  return { kind: 'setting', setting };
};

const readValue = (reader: Reader, word: Token): Setting => {
  switch (word.text) {
    case 'trials':
    case 'parallel':
      return { name: word.text, value: readCount(reader, word, 1) };
    case 'seed':
      return { name: 'seed', value: readCount(reader, word, 0) };
    case 'sampler':
    case 'pruner':
      return { name: word.text, value: readStrategy(reader, word) };
    default:
      return { name: 'timeMs', value: readDurationMs(reader, word) };
  }
};

const readCount = (reader: Reader, word: Token, least: number): number => {
  const token = reader.next();
  const value = token?.kind === 'number' ? Number(token.text.replaceAll('_', '')) : Number.NaN;
  if (Number.isSafeInteger(value) && value >= least) return value;
  return reader.fail(
    'syntax',
    `Write a whole number of at least ${least} behind ${word.text}.`,
    token ?? word,
  );
};

/** `tpe` or `tpe(startup=20, multivariate=True)`. */
const readStrategy = (reader: Reader, word: Token): Strategy => {
  const name = reader.next();
  if (name?.kind !== 'name')
    return reader.fail(
      'syntax',
      `Name a ${word.text}, such as ${word.text === 'sampler' ? 'tpe or auto' : 'median or none'}.`,
      name ?? word,
    );
  const options: Record<string, number | string | boolean> = {};
  if (!reader.takeSymbol('(')) return { name: name.text, options };
  while (!reader.takeSymbol(')')) {
    const key = reader.next();
    const equals = reader.next();
    const value = reader.next();
    if (key?.kind !== 'name' || !isSymbol(equals, '=') || value === undefined)
      return reader.fail('syntax', `Write options as ${name.text}(name=value).`, key ?? name);
    options[key.text] = readOption(value);
    if (!reader.takeSymbol(',') && !isSymbol(reader.peek(), ')'))
      return reader.fail('syntax', 'Close the options with ).', reader.here());
  }
  return { name: name.text, options };
};

const readOption = (token: Token): number | string | boolean => {
  if (token.kind === 'number') return Number(token.text.replaceAll('_', ''));
  if (token.kind === 'string') return token.text.slice(1, -1);
  if (token.text === 'True' || token.text === 'true') return true;
  if (token.text === 'False' || token.text === 'false') return false;
  return token.text;
};

const unitMs: readonly (readonly [RegExp, number])[] = [
  [/^d(?:ays?)?$/u, 86_400_000],
  [/^h(?:ours?|rs?)?$/u, 3_600_000],
  [/^m(?:in(?:utes?|s)?)?$/u, 60_000],
  [/^s(?:ec(?:onds?|s)?)?$/u, 1_000],
];

/** `2h`, `90 min`, `1h30m`: amounts with units, added up. */
const readDurationMs = (reader: Reader, word: Token): number => {
  const tokens = reader.takeRest();
  const span = { start: tokens[0]?.start ?? word.start, end: tokens.at(-1)?.end ?? word.end };
  const text = reader.textOf(span).replaceAll(/\s/gu, '');
  const amounts = [...text.matchAll(/(\d+(?:\.\d+)?)(\p{L}+)/gu)];
  const parts = amounts.map(
    ([, amount, unit]) =>
      Number(amount) * (unitMs.find(([name]) => name.test(unit ?? ''))?.[1] ?? Number.NaN),
  );
  const total = parts.reduce((sum, each) => sum + each, 0);
  if (amounts.map(([all]) => all).join('') === text && total > 0 && Number.isFinite(total))
    return Math.round(total);
  return reader.fail(
    'syntax',
    `Write a time with its unit behind ${word.text}, such as 90s, 30m, 2h or 1h30m.`,
    span,
    undefined,
    /^\d+(?:\.\d+)?$/u.test(text)
      ? ['h', 'm', 's'].map((unit) => aGuess(`Change to ${text}${unit}`, span, `${text}${unit}`))
      : [],
  );
};
