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

test('composites, priors and constants in full come back as they were', () => {
  const json = {
    opt: { type: 'categorical', choices: ['adam', 'sgd'] },
    lr: { type: 'float', low: 0, high: 1, prior: { kind: 'normal', mean: 0.1, sd: 0.2 } },
    hidden: {
      type: 'list',
      length: [1, 4],
      of: { type: 'int', low: 16, high: 512, log: true },
      if: 'opt == "adam"',
    },
    order: { type: 'permutation', choices: ['a', 'b', 'c'] },
    features: { type: 'subset', choices: ['a', 'b', 'c'], size: [1, 2] },
    mix: { type: 'simplex', size: 3, total: 100 },
    seed: { type: 'constant', value: 'a "b"\n\u0001' },
    depth: { type: 'derived', expression: 'len(hidden)' },
    where: ['sum(hidden) <= 1024'],
  };
  const space = parseSpace(json);
  expect(space.ok && spaceToJson(space.value)).toEqual(json);
});

test('what may be left out has its usual value', () => {
  const space = parseSpace({
    x: { type: 'float', prior: { kind: 'normal', mean: 1, sd: 2 } },
    three: { type: 'list', length: 3, of: { type: 'bool' } },
    any: { type: 'subset', choices: ['a', 'b'] },
    mix: { type: 'simplex', size: 2 },
  });
  expect(space.ok && spaceToJson(space.value)).toMatchObject({
    x: { low: -7, high: 9 },
    three: { length: [3, 3] },
    any: { size: [0, 2] },
    mix: { type: 'simplex', size: 2 },
  });
});

test('forbidden combinations become constraints', () => {
  const space = parseSpace({
    opt: { type: 'categorical', choices: ['adam', 'sgd'] },
    nesterov: { type: 'bool' },
    forbid: [{ opt: 'adam', nesterov: true }, 'opt == "sgd" and not nesterov'],
  });
  expect(space.ok && spaceToJson(space.value).where).toEqual([
    'not (opt == "adam" and nesterov == True)',
    'not (opt == "sgd" and not nesterov)',
  ]);
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
  [
    { h: { type: 'list', length: [1, 2, 3], of: { type: 'bool' } } },
    '"length" of h must be a number or two, such as [1, 4].',
  ],
  [
    { h: { type: 'list', length: 2, of: { type: 'list' } } },
    'The type of each item of h must be one of float, int, categorical, bool.',
  ],
  [
    { h: { type: 'list', length: 2, of: { type: 'bool', if: 'x' } } },
    'Each item of h has the unknown key if. There are type.',
  ],
  [
    { x: { type: 'float', prior: { mean: 1, sd: 2 } } },
    '"prior" of x must be like {"kind": "normal", "mean": 0, "sd": 1}.',
  ],
  [
    { a: { type: 'bool' }, forbid: [{}] },
    'Each entry under "forbid" must be text, or an object of values by name, such as {"optimizer": "sgd", "nesterov": true}.',
  ],
  [
    { a: { type: 'constant', value: [1] } },
    '"value" of a must be a finite number, a text, true, false or null.',
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
