import { expect, test } from 'vitest';
import { createSpace } from '../../../src/engine/space/create.ts';
import type { DraftParameter, SpaceDraft } from '../../../src/engine/space/draft.ts';
import { aSpace } from './arbitrarySpace.ts';

const float = { kind: 'float', low: 0, high: 1, log: false } as const;
const int = { kind: 'int', low: 1, high: 8, log: false } as const;
const lr = { ...float, name: 'lr' } as const;
const opt = { name: 'opt', kind: 'categorical', choices: ['adam', 'sgd'], ordered: false } as const;

const problems = (draft: Partial<SpaceDraft>): readonly string[] => {
  const space = createSpace({ parameters: [], derived: [], constraints: [], ...draft });
  return space.ok ? [] : space.error.map(({ code, message }) => `${code}: ${message}`);
};
const problemOf = (parameter: Partial<DraftParameter> & { kind: 'float' | 'int' }): readonly string[] =>
  // The test completes what it leaves out.
  problems({
    parameters: [{ ...(parameter.kind === 'int' ? int : float), name: 'x', ...parameter } as DraftParameter],
  });

test('parameters stand after what their conditions need, otherwise in the order given', () => {
  const space = aSpace({
    parameters: [
      { ...lr, name: 'a', condition: 'half > 0.2' },
      { ...lr, name: 'b' },
      { ...lr, name: 'c', condition: 'e > 0.5' },
      { ...lr, name: 'd' },
      { ...lr, name: 'e' },
    ],
    derived: [
      { name: 'quarter', expression: 'half / 2' },
      { name: 'half', expression: 'd / 2' },
    ],
  });
  expect(space.parameters.map(({ name }) => name)).toEqual(['d', 'a', 'b', 'e', 'c']);
  expect(space.derived.map(({ name }) => name)).toEqual(['half', 'quarter']);
});

test('a long chain of conditions given backwards is put in order', () => {
  const parameters = Array.from({ length: 5000 }, (_, i): DraftParameter => {
    const base = { ...lr, name: `p${i}` };
    return i === 4999 ? base : { ...base, condition: `p${i + 1} > 0` };
  });
  expect(aSpace({ parameters }).parameters[0]?.name).toBe('p4999');
});

test('a one-value range and a one-value step are accepted', () => {
  expect(problemOf({ kind: 'float', low: 3, high: 3 })).toEqual([]);
  expect(problemOf({ kind: 'int', low: 3, high: 3, step: 5 })).toEqual([]);
});

test.each<[Partial<DraftParameter> & { kind: 'float' | 'int' }, string]>([
  [
    { kind: 'float', low: 0.1, high: 1e-5 },
    'range: The range of x is reversed: 0.1 is above 1e-5. Write 1e-5..0.1.',
  ],
  [{ kind: 'float', high: Number.NaN }, 'range: The bounds of x must be finite numbers.'],
  [{ kind: 'float', low: -1e308, high: 1e308 }, 'range: The range of x is too wide. Write smaller bounds.'],
  [{ kind: 'float', log: true }, 'range: x is logarithmic, so its low bound must be above 0, found 0.'],
  [{ kind: 'float', step: 0 }, 'range: The step of x must be above 0.'],
  [{ kind: 'float', step: 2 }, 'range: The step of x is larger than its range. Make it at most 1.'],
  [{ kind: 'float', step: 1e-17 }, 'range: The step of x is too small. Leave it out.'],
  [{ kind: 'float', low: 1, high: 8, factor: 1 }, 'range: The factor of x must be above 1, such as step 2x.'],
  [{ kind: 'float', factor: 2 }, 'range: x grows by a factor, so its low bound must be above 0.'],
  [
    { kind: 'float', low: 1, high: 8, factor: 9 },
    'range: The factor of x is larger than its range. Make it at most 8.',
  ],
  [
    { kind: 'float', low: 1, high: 8, factor: 2, step: 1 },
    'range: x has a step and a factor. Keep one of them.',
  ],
  [{ kind: 'int', low: 1.5 }, 'range: The bounds of x must be whole numbers up to 2^53, found 1.5.'],
  [{ kind: 'int', high: 2 ** 50 }, 'range: x has too many values. Make it a float.'],
])('%j is refused with a way out', (parameter, expected) => {
  expect(problemOf(parameter)).toEqual([expected]);
});

test('choices are at least one and distinct', () => {
  expect(problems({ parameters: [{ ...opt, choices: [] }] })).toEqual([
    'range: opt has no choices. Give at least one.',
  ]);
  expect(problems({ parameters: [{ ...opt, choices: ['a', 'b', 'a'] }] })).toEqual([
    'duplicate: opt has the choice "a" twice. Remove one.',
  ]);
});

test('names are unique and usable', () => {
  expect(problems({ parameters: [lr, lr] })).toEqual([
    'duplicate: lr is declared twice. Rename or remove one.',
  ]);
  expect(problems({ parameters: [{ ...lr, name: '' }] })).toHaveLength(1);
  expect(problems({ parameters: [{ ...lr, name: '__proto__' }] })).toHaveLength(1);
  expect(problems({ parameters: [{ ...lr, name: '12' }] })).toHaveLength(1);
  expect(problems({ parameters: [{ ...lr, name: 'constructor' }] })).toEqual([]);
});

test('an unknown name is reported with the one that was meant', () => {
  expect(problems({ parameters: [opt, { ...lr, condition: 'opr == "sgd"' }] })).toEqual([
    'unknown-name: opr in "opr == "sgd"" is not a parameter. Did you mean opt?',
  ]);
  expect(problems({ parameters: [opt, lr], constraints: ['momentum < 1'] })).toEqual([
    'unknown-name: momentum in "momentum < 1" is not a parameter. There are opt, lr.',
  ]);
});

test('a circle of conditions and derived values is reported with its names', () => {
  const parameters = [
    { ...lr, name: 'a', condition: 'b > 0' },
    { ...lr, name: 'b', condition: 'c > 0' },
  ];
  expect(problems({ parameters, derived: [{ name: 'c', expression: '2 * a' }] })).toEqual([
    'circular: a depends on b depends on c depends on a. Take one of these names out of a condition or expression.',
  ]);
  expect(problems({ parameters: [{ ...lr, condition: 'lr > 0' }] })).toEqual([
    'circular: lr depends on itself. Take lr out of its own condition or expression.',
  ]);
});

test('every problem of a draft is reported, each with what it is about', () => {
  const space = createSpace({
    parameters: [
      { ...lr, low: 2 },
      { ...opt, condition: 'lr >' },
    ],
    derived: [{ name: 'd', expression: '1 +' }],
    constraints: ['lr < 1', 'nr < 1'],
  });
  expect(
    space.ok ? [] : space.error.map(({ code, parameter, constraint }) => [code, parameter, constraint]),
  ).toEqual([
    ['range', 'lr', undefined],
    ['syntax', 'opt', undefined],
    ['syntax', 'd', undefined],
    ['unknown-name', undefined, 1],
  ]);
});

test.each([
  ['opt == "sdg"', 'range: opt is never "sdg". Did you mean sgd?'],
  ['"lion" != opt', 'range: opt is never "lion". Its choices are "adam", "sgd".'],
  ['opt in ["adam", "sdg"]', 'range: opt is never "sdg". Did you mean sgd?'],
  ['opt > 3', 'type: > cannot order opt (text) and 3.'],
  ['lr == "a"', 'type: lr (a number) is never equal to "a".'],
  ['opt * 2 < lr', 'type: * needs numbers, but opt (text) is not one.'],
  ['log(opt) < lr', 'type: log needs numbers, but opt (text) is not one.'],
  ['-opt < 3', 'type: - needs numbers, but opt (text) is not one.'],
  ['lr in 3', 'type: in needs a list behind it, such as ["a", "b"].'],
  ['name > 3', 'type: > cannot order name (text) and 3.'],
])('%s is refused, as its types cannot be meant', (constraint, expected) => {
  const derived = [{ name: 'name', expression: 'opt + "_v2"' }];
  expect(problems({ parameters: [opt, lr], derived, constraints: [constraint] })).toEqual([expected]);
});

test.each([
  'mixed == "auto" or mixed > 3',
  'opt == "sgd" and lr < 0.5',
  'on == 1',
  'not on',
  'opt in ["adam"]',
  'lr in [0, 1]',
])('%s is accepted', (constraint) => {
  const mixed = { name: 'mixed', kind: 'categorical', choices: ['auto', 4, null], ordered: false } as const;
  const on = { name: 'on', kind: 'bool' } as const;
  expect(problems({ parameters: [opt, lr, mixed, on], constraints: [constraint] })).toEqual([]);
});
