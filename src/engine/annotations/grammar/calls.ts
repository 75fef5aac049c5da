import { readChoices } from './choices.ts';
import type { Bound, ChoicesBody, NormalBody, RangeBody } from './item.ts';
import { aFix } from './problem.ts';
import { readBound, readNormalSuffixes, readRangeSuffixes } from './range.ts';
import type { Reader } from './reader.ts';
import type { Token } from './tokens.ts';

interface Scale {
  readonly log: boolean;
  readonly type?: 'int' | 'float';
}

const ranges: ReadonlyMap<string, Scale> = new Map([
  ['log', { log: true }],
  ['loguniform', { log: true, type: 'float' }],
  ['log_uniform', { log: true, type: 'float' }],
  ['uniform', { log: false, type: 'float' }],
  ['float', { log: false, type: 'float' }],
  ['int', { log: false, type: 'int' }],
]);

export const callWords: readonly string[] = ['choice', 'normal', 'lognormal', ...ranges.keys()];

/** Spellings that other tools use; undefined when the word is none of them. */
export const readCall = (reader: Reader, word: Token): RangeBody | NormalBody | ChoicesBody | undefined => {
  const range = ranges.get(word.text);
  if (!range && !['choice', 'categorical', 'normal', 'lognormal'].includes(word.text)) return undefined;
  const open = reader.next() ?? word;
  if (range) return readCallRange(reader, word, range);
  if (word.text.endsWith('normal')) return readNormal(reader, word);
  return readChoices(reader, open);
};

const readCallRange = (reader: Reader, word: Token, kind: Scale): RangeBody => {
  const [low, high] = readTwo(reader, word);
  if (kind.type === 'int' && !(Number.isInteger(low.value) && Number.isInteger(high.value)))
    return reader.fail(
      'type',
      'int(…) takes whole numbers: write uniform(…) for others.',
      { start: low.start, end: high.end },
      aFix('Change to "uniform"', word, 'uniform'),
    );
  return readRangeSuffixes(reader, low, high, kind);
};

const readTwo = (reader: Reader, word: Token): readonly [Bound, Bound] => {
  const missing = `${word.text} takes two numbers, such as ${word.text}(1, 8).`;
  const first = readBound(reader, missing);
  if (!reader.takeSymbol(',')) return reader.fail('syntax', missing, reader.here());
  const second = readBound(reader, missing);
  reader.close(')');
  return [first, second];
};

const readNormal = (reader: Reader, word: Token): NormalBody => {
  const [mean, sd] = readTwo(reader, word);
  if (sd.value <= 0) reader.fail('range', 'The deviation must be above 0.', sd);
  const span = { start: word.start, end: reader.before().end };
  const log = word.text === 'lognormal';
  return { kind: 'normal', log, mean, sd, span, ...readNormalSuffixes(reader, log) };
};
