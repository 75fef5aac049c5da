import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseSpace, spaceToJson } from '../../../src/engine/space/wire.ts';
import { arbitrarySpace, seeded } from './arbitrarySpace.ts';

const messages = (json: unknown): readonly string[] => {
  const space = parseSpace(json);
  return space.ok ? [] : space.error.map(({ message }) => message);
};

test('the space of the request example is read', () => {
  const space = parseSpace({
    lr: { type: 'float', low: 1e-5, high: 0.1, log: true },
    optimizer: { type: 'categorical', choices: ['adam', 'sgd'] },
    momentum: { type: 'float', low: 0.5, high: 0.99, if: 'optimizer == "sgd"' },
  });
  expect(space.ok && space.value.parameters).toMatchObject([
    { name: 'lr', kind: 'float', low: 1e-5, high: 0.1, log: true },
    { name: 'optimizer', kind: 'categorical', choices: ['adam', 'sgd'], ordered: false },
    { name: 'momentum', kind: 'float', log: false, condition: { text: 'optimizer == "sgd"' } },
  ]);
});

test('JSON in full comes back as it was', () => {
  const json = {
    lr: { type: 'float', low: 0.1, high: 0.7, step: 0.05 },
    width: { type: 'int', low: 16, high: 256, log: true, factor: 2 },
    size: { type: 'categorical', choices: ['s', 1, true, null], ordered: true },
    ema: { type: 'bool', if: 'width > 16' },
    where: { type: 'bool' },
    lr2: { type: 'derived', expression: '4 * lr', if: 'ema' },
  };
  const space = parseSpace(json);
  expect(space.ok && spaceToJson(space.value)).toEqual(json);
});

test('any space is equal to what its text is read as', () => {
  fc.assert(
    fc.property(arbitrarySpace, (space) => {
      const read = parseSpace(JSON.parse(JSON.stringify(spaceToJson(space))));
      expect(read).toEqual({ ok: true, value: space });
    }),
    seeded,
  );
});

test('constraints stand under where', () => {
  const space = parseSpace({ a: { type: 'bool' }, b: { type: 'bool' }, where: ['a <= b'] });
  expect(space.ok && space.value.constraints.map(({ text }) => text)).toEqual(['a <= b']);
  expect(space.ok && spaceToJson(space.value).where).toEqual(['a <= b']);
});

test.each<[unknown, string]>([
  [[], 'A space is an object of parameters by name, such as {"lr": {"type": "float", "low": 0, "high": 1}}.'],
  [
    null,
    'A space is an object of parameters by name, such as {"lr": {"type": "float", "low": 0, "high": 1}}.',
  ],
  [{ lr: 3 }, 'lr must be an object such as {"type": "float", "low": 0, "high": 1}.'],
  [
    { lr: { type: 'flaot' } },
    'The type of lr must be one of float, int, categorical, bool, list, permutation, subset, simplex, constant, derived. Did you mean float?',
  ],
  [
    { lr: { type: 'toString' } },
    'The type of lr must be one of float, int, categorical, bool, list, permutation, subset, simplex, constant, derived.',
  ],
  [{ lr: { type: 'float', low: 0 } }, 'lr needs "high".'],
  [{ lr: { type: 'float', low: '0', high: 1 } }, '"low" of lr must be a number, found "0".'],
  [{ lr: { type: 'float', low: 0, high: 1, stpe: 0.1 } }, 'lr has the unknown key stpe. Did you mean step?'],
  [{ lr: { type: 'bool', if: true } }, '"if" of lr must be text, found true.'],
  [
    { o: { type: 'categorical', choices: [[1]] } },
    'The choices of o must be an array of numbers, texts, true, false or null.',
  ],
  [{ a: { type: 'bool' }, where: ['a', 3] }, 'Each constraint under "where" must be text.'],
  [{ lr: { type: 'float', low: 1, high: 0 } }, 'The range of lr is reversed: 1 is above 0. Write 0..1.'],
])('%j is refused with a way out', (json, expected) => {
  expect(messages(json)).toEqual([expected]);
});

test('any JSON is answered', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (json) => {
      expect(typeof parseSpace(json).ok).toBe('boolean');
    }),
    seeded,
  );
});
