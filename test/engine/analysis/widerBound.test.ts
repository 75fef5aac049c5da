import { expect, test } from 'vitest';
import { simplestValue } from '../../../src/engine/analysis/simplestValue.ts';
import { widerBound } from '../../../src/engine/analysis/widerBound.ts';
import type { Parameter } from '../../../src/engine/space/parameter.ts';
import { float, spaceOf, whole, category } from '../../builders/spaces.ts';

const only = (draft: Parameters<typeof spaceOf>[0][number]): Parameter => {
  const [parameter] = spaceOf([draft]).parameters;
  if (parameter === undefined) throw new Error('no parameter');
  return parameter;
};

const wider = (draft: Parameters<typeof float>, side: 'low' | 'high', make = float): number | undefined => {
  const parameter = only(make(...draft));
  if (parameter.kind !== 'float' && parameter.kind !== 'int') throw new Error('no number');
  return widerBound(parameter, side);
};

test.each([
  ['lr', 1e-5, 1e-1, { log: true }, 1e-6, 1],
  ['scale', 1, 3, {}, 0, 5],
  ['temperature', 0, 2, {}, undefined, 4],
  ['shift', -1, 1, {}, -3, 3],
  ['dropout', 0, 0.6, {}, undefined, 0.9],
  ['dropout_rate', 0.1, 0.9, {}, 0, undefined],
  ['subsample', 0.5, 1, {}, 0, undefined],
  ['momentum', 0.5, 0.99, {}, 0.3, 0.999],
  ['label_smoothing', 0, 0.2, { step: 0.05 }, undefined, 0.4],
] as const)('%s in %d..%d %o may begin at %s and end at %s', (name, low, high, options, begin, end) => {
  const found = [wider([name, low, high, options], 'low'), wider([name, low, high, options], 'high')];
  for (const [i, expected] of [begin, end].entries())
    if (expected === undefined) expect(found[i]).toBeUndefined();
    else expect(found[i]).toBeCloseTo(expected, 9);
});

test.each([
  ['batch', 16, 256, { factor: 2 }, 4, 1024],
  ['layers', 1, 8, {}, undefined, 13],
  ['layers', 2, 8, {}, 1, 13],
  ['width', 16, 512, { log: true }, 4, 2048],
  ['warmup', 0, 100, { step: 10 }, undefined, 200],
] as const)('whole %s in %d..%d %o may begin at %s and end at %s', (name, low, high, options, begin, end) => {
  expect(wider([name, low, high, options], 'low', whole)).toBe(begin);
  expect(wider([name, low, high, options], 'high', whole)).toBe(end);
});

test('where any value will do, a person’s own is kept unless a shorter one is there', () => {
  const dropout = only(float('dropout', 0, 0.6));
  expect(simplestValue(dropout, 0.313, 0.1)).toBe(0.1);
  expect(simplestValue(dropout, 0.313, 0.137)).toBe(0.3);
  expect(simplestValue(dropout, 0.313, undefined)).toBe(0.3);
  expect(simplestValue(dropout, 0.313, 7)).toBe(0.3);
  expect(simplestValue(only(float('lr', 1e-5, 1e-1, { log: true })), 3.3e-4, undefined)).toBe(3e-4);
  expect(simplestValue(only(whole('batch', 16, 256, { factor: 2 })), 128, 64)).toBe(64);
  expect(simplestValue(only(category('kind', ['a', 'b'])), 'b', 'a')).toBe('a');
  expect(simplestValue(only(category('kind', ['a', 'b'])), 'b', undefined)).toBe('b');
});
