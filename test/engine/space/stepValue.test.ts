import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isLegal } from '../../../src/engine/space/encode.ts';
import type { Parameter, ParamValue } from '../../../src/engine/space/parameter.ts';
import { stepValue } from '../../../src/engine/space/stepValue.ts';
import { category, flag, float, spaceOf, whole } from '../../builders/spaces.ts';

const only = (draft: Parameters<typeof spaceOf>[0][number]): Parameter => {
  const [parameter] = spaceOf([draft]).parameters;
  if (parameter === undefined) throw new Error('no parameter');
  return parameter;
};

/** Steps until the end, eight at most. */
const walk = (parameter: Parameter, from: ParamValue, direction: 1 | -1): readonly ParamValue[] => {
  const values: ParamValue[] = [];
  let value = from;
  while (values.length < 8) {
    const step = stepValue(parameter, value, direction);
    if (step.kind === 'end') break;
    value = step.value;
    values.push(value);
  }
  return values;
};

test('a logarithmic range is gone through by 1, 2, 5', () => {
  const lr = only(float('lr', 1e-5, 1e-1, { log: true }));
  expect(walk(lr, 1e-3, 1)).toEqual([2e-3, 5e-3, 1e-2, 2e-2, 5e-2, 1e-1]);
  expect(walk(lr, 3.2e-4, -1)).toEqual([2e-4, 1e-4, 5e-5, 2e-5, 1e-5]);
});

test('a linear range by round parts of it, a grid by its values', () => {
  expect(walk(only(float('x', 0, 0.6)), 0.137, 1).slice(0, 4)).toEqual([0.14, 0.16, 0.18, 0.2]);
  expect(walk(only(float('x', 0, 0.6, { step: 0.05 })), 0.1, -1)).toEqual([0.05, 0]);
  expect(walk(only(whole('b', 16, 256, { factor: 2 })), 32, 1)).toEqual([64, 128, 256]);
  expect(walk(only(whole('b', 16, 256, { factor: 2 })), 100, -1)).toEqual([64, 32, 16]);
  expect(walk(only(whole('n', 1, 8)), 6, 1)).toEqual([7, 8]);
  expect(walk(only(whole('w', 16, 1024, { log: true })), 64, 1)).toEqual([100, 200, 500, 1000, 1024]);
});

test('choices go round, and what stands outside comes in', () => {
  const kind = only(category('kind', ['a', 'b', 'c']));
  expect(walk(kind, 'b', 1).slice(0, 3)).toEqual(['c', 'a', 'b']);
  expect(walk(kind, 'x', -1)[0]).toBe('c');
  expect(walk(only(flag('ema')), true, 1)[0]).toBe(false);
  expect(walk(only(float('x', 0, 1)), 7, -1)[0]).toBe(1);
  expect(stepValue(only(float('x', 0, 1)), 1, 1)).toEqual({ kind: 'end' });
  expect(stepValue(only(float('x', 0, 1)), 7, 1)).toEqual({ kind: 'value', value: 1 });
});

test('a step always goes on in its direction, to a legal value, and comes to an end', () => {
  const numbers = fc.record({
    low: fc.double({ min: 1e-6, max: 100, noNaN: true }),
    width: fc.double({ min: 1e-3, max: 1e4, noNaN: true }),
    log: fc.boolean(),
    kind: fc.constantFrom('float' as const, 'int' as const),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
    direction: fc.constantFrom(1 as const, -1 as const),
  });
  fc.assert(
    fc.property(numbers, ({ low, width, log, kind, share, direction }) => {
      const [from, to] =
        kind === 'int' ? [Math.ceil(low), Math.ceil(low) + 1 + Math.floor(width)] : [low, low + width];
      const parameter = only((kind === 'int' ? whole : float)('x', from, to, { log }));
      const start = kind === 'int' ? Math.round(from + share * (to - from)) : from + share * (to - from);
      let value = start;
      for (let count = 0; ; count++) {
        expect(count).toBeLessThan(400);
        const step = stepValue(parameter, value, direction);
        if (step.kind === 'end') break;
        const next = Number(step.value);
        expect(isLegal(parameter, next)).toBe(true);
        expect(direction > 0 ? next > value : next < value).toBe(true);
        value = next;
      }
      expect(value).toBe(direction > 0 ? to : from);
    }),
    { numRuns: 200, seed: 3 },
  );
});
