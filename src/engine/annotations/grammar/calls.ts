import { readChoices } from './choices.ts';
import type { Bound, ChoicesBody, RangeBody } from './item.ts';
import { aFix } from './problem.ts';
import { readBound, readRangeSuffixes } from './range.ts';
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

export const callWords: readonly string[] = ['choice', ...ranges.keys()];

/** Spellings that other tools use; undefined when the word is none of them. */
export const readCall = (reader: Reader, word: Token): RangeBody | ChoicesBody | undefined => {
  const range = ranges.get(word.text);
  if (!range && !['choice', 'categorical', 'normal', 'lognormal'].includes(word.text)) return undefined;
  const open = reader.next() ?? word;
  if (range) return readCallRange(reader, word, range);
  if (word.text.endsWith('normal')) return failNormal(reader, word);
  return readChoices(reader, open);
};

const readCallRange = (reader: Reader, word: Token, kind: Scale): RangeBody => {
  const [low, high] = readTwo(reader, word);
  if (kind.type === 'int' && !(Number.isInteger(low.value) && Number.isInteger(high.value)))
    return reader.fail('type', 'int(…) takes whole numbers: write uniform(…) for others.', {
      start: low.start,
      end: high.end,
    });
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

const failNormal = (reader: Reader, word: Token): never => {
  const [mean, deviation] = readTwo(reader, word);
  const all = { start: word.start, end: reader.rest()[0]?.start ?? reader.end.start };
  if (word.text === 'lognormal' || deviation.value <= 0)
    return reader.fail(
      'unsupported',
      'A normal distribution cannot be searched: write a range, such as 1e-5..1e-1 log.',
      all,
    );
  const [low, high] = [-3, 3].map((k) => Number((mean.value + k * deviation.value).toPrecision(12)));
  const range = `${low}..${high}`;
  const message = `A normal distribution cannot be searched: write the range of three deviations, ${range}.`;
  return reader.fail('unsupported', message, all, aFix(`Change to ${range}`, all, range));
};
