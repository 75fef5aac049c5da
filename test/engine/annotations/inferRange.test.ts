import fc from 'fast-check';
import { expect, test } from 'vitest';
import { inferRange } from '../../../src/engine/annotations/inferRange.ts';
import { describeParameter } from '../../../src/engine/space/describeParameter.ts';
import { isLegal } from '../../../src/engine/space/encode.ts';

test.each([
  ['lr', 1e-3, '1e-5..0.1 log'],
  ['learningRate', 0.5, '0.01..1 log'],
  ['weight_decay', 0, '0..0.1'],
  ['dropout', 0.1, '0..0.6'],
  ['batch_size', 64, '16..256 log step 2x'],
  ['num_layers', 3, '1..8'],
  ['hidden', 100, '25..400 log'],
  ['momentum', 0.9, '0.5..0.99'],
  ['temperature', 1, '0.1..20 log'],
  ['epochs', 30, '7..120 log'],
  ['anything', 0.3, '0.03..3 log'],
  ['anything', 0, '0..10'],
  ['anything', -2, '-4..0'],
  ['anything', true, 'true | false'],
])('a bare tune behind %s = %j searches %s', (name, value, expected) => {
  const parameter = inferRange(name, value);
  expect(parameter && describeParameter(parameter)).toBe(expected);
});

test('text and None have no range', () => {
  expect(inferRange('optimizer', 'adam')).toBeUndefined();
  expect(inferRange('depth', null)).toBeUndefined();
});

test('every inferred range is sound and holds the present value', () => {
  const name = fc.constantFrom(
    'lr',
    'wd',
    'dropout',
    'batch_size',
    'n_layers',
    'momentum',
    'beta2',
    'temperature',
    'p',
    'epochs',
    'x',
  );
  const value = fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e12, max: 1e12 }),
    fc.integer({ min: -1e12, max: 1e12 }),
  );
  fc.assert(
    fc.property(name, value, (called, present) => {
      const parameter = inferRange(called, present);
      if (parameter?.kind !== 'int' && parameter?.kind !== 'float') throw new Error('a number has a range');
      expect(parameter.low).toBeLessThan(parameter.high);
      if (parameter.log) expect(parameter.low).toBeGreaterThan(0);
      expect(isLegal(parameter, present)).toBe(true);
    }),
    { seed: 22, numRuns: 1000 },
  );
});
