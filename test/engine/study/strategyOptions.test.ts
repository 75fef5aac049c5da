import { expect, test } from 'vitest';
import { readOptions, unknownStrategy } from '../../../src/engine/study/strategyOptions.ts';

const known = { startup: { default: 5, min: 0, whole: true }, share: { default: 0.5, min: 0, max: 1 } };
const read = (options: Readonly<Record<string, number | string | boolean>>) =>
  readOptions({ name: 'median', options }, known);

test('options left out take their defaults', () => {
  expect(read({ share: 0.25 })).toEqual({ ok: true, value: { startup: 5, share: 0.25 } });
});

test('an unknown option is answered with the known ones', () => {
  expect(read({ start: 3 })).toEqual({
    ok: false,
    error: 'median has no option “start”; it takes startup and share.',
  });
  expect(readOptions({ name: 'none', options: { x: 1 } }, {})).toMatchObject({
    error: 'none has no option “x”; it takes none.',
  });
});

test('a value outside its range is answered with the range', () => {
  expect(read({ startup: 2.5 })).toMatchObject({
    error: 'median: startup must be a whole number of at least 0, not 2.5.',
  });
  expect(read({ share: 2 })).toMatchObject({ error: 'median: share must be a number from 0 to 1, not 2.' });
  expect(read({ share: 'half' }).ok).toBe(false);
  expect(read({ share: Number.NaN }).ok).toBe(false);
});

test('names that objects inherit are no options', () => {
  expect(read({ toString: 1 }).ok).toBe(false);
});

test('an unknown strategy is answered with the known ones', () => {
  expect(unknownStrategy('sampler', 'x', ['auto', 'random', 'tpe'])).toBe(
    'No sampler is called “x”; there are auto, random and tpe.',
  );
});
