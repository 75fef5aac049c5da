import { expect, test } from 'vitest';
import { languageCalled } from '../../../src/engine/annotations/languages.ts';
import { scanSource } from '../../../src/engine/annotations/scanSource.ts';
import { languageProperties, problemsIn, tunablesIn, withValue } from './codeNotation.ts';

test.each([
  ['lr = 1e-3 # tune: 1e-5..1e-1 log', 'lr: 1e-3 ∈ 1e-5..0.1 log (assignment)'],
  ['const n = 1_000 # tune: 100..10000', 'n: 1_000 ∈ 100..10000 (assignment)'],
  ['h = 1f-3 # tune: 1e-4..1e-2 log', 'h: 1f-3 ∈ 1e-4..0.01 log (assignment)'],
  ['x::Float64 = -0.5 # tune: -1..1', 'x: -0.5 ∈ -1..1 (assignment)'],
  ['opt = :adam # tune: ["adam", "sgd"]', 'opt: :adam ∈ ["adam", "sgd"] (assignment)'],
  ['f(x; k = 3) = k # tune: 1..4', 'k: 3 ∈ 1..4 (default)'],
  ['function f(x; k::Int = 3) # tune: 1..4\nend', 'k: 3 ∈ 1..4 (default)'],
  ['train(m; k = 3) # tune: 1..4', 'k: 3 ∈ 1..4 (keyword)'],
  ['Base.@kwdef struct P\n  k::Int = 3 # tune: 1..4\nend', 'k: 3 ∈ 1..4 (field)'],
  ['d = Dict("k" => 3) # tune: 1..4', 'k: 3 ∈ 1..4 (dict)'],
  ['t = (k = 3, n = nothing) # tune: k: 1..4', 'k: 3 ∈ 1..4 (dict)'],
  ['v = [64, 64] # tune: list 1..3 of 16..128', 'v: [64, 64] ∈ list 1..3 of 16..128 (assignment)'],
  ['a, b = 3, f() # tune: 1..4', 'a: 3 ∈ 1..4 (assignment)'],
])('%s', (text, found) => {
  expect(tunablesIn('julia', text)).toEqual([found]);
});

test.each(['#= # tune: 1..2 =#', 's = """\n# tune: 1..2\n"""', 's = "# tune: 1..2"'])(
  '%s is no annotation',
  (text) => {
    expect(scanSource('julia', text)).toMatchObject({ tunables: [], problems: [] });
  },
);

test('a string that is computed is no literal', () => {
  expect(problemsIn('julia', 's = "a$b" # tune: ["a", "b"]')[0]).toContain('computed');
});

test('values are written as they stand there', () => {
  expect(withValue('julia', 'h = 1f-3 # tune: 1e-4..1', 2.5e-4)).toBe('h = 2.5f-4 # tune: 1e-4..1');
  expect(withValue('julia', 'o = :adam # tune: ["adam", "sgd"]', 'sgd')).toBe(
    'o = :sgd # tune: ["adam", "sgd"]',
  );
  expect(withValue('julia', 's = "a" # tune: ["a", "b"]', '$x')).toBe('s = "\\$x" # tune: ["a", "b"]');
});

test('included files are named', () => {
  expect(
    languageCalled('julia')
      .links?.('include("a.jl")\ninclude(x)\n')
      .map(({ path }) => path),
  ).toEqual(['a.jl']);
});

languageProperties('julia', {
  pieces: [
    'x = ',
    '1e-3',
    ' # tune: 1..2\n',
    '"',
    '"""',
    '#=',
    '=#',
    '$',
    '(',
    ')',
    '[',
    ']',
    'end',
    'function ',
    '\n',
    ':',
    ';',
  ],
  statement: (literal) => `x = ${literal} # tune: 0..1`,
});
