import { expect, test } from 'vitest';
import { languageCalled } from '../../../src/engine/annotations/languages.ts';
import { scanSource } from '../../../src/engine/annotations/scanSource.ts';
import { languageProperties, problemsIn, tunablesIn, withValue } from './codeNotation.ts';

test.each([
  ['constexpr double lr = 1e-3; // tune: 1e-5..1e-1 log', 'lr: 1e-3 ∈ 1e-5..0.1 log (assignment)'],
  ['#define LR 1e-3 // tune: 1e-5..1e-1 log', 'LR: 1e-3 ∈ 1e-5..0.1 log (assignment)'],
  ['#define N (32) // tune: 16..64', 'N: 32 ∈ 16..64 (assignment)'],
  ['float m = -.5f; // tune: -1..1', 'm: -.5f ∈ -1..1 (assignment)'],
  ["auto n = 1'000UL; // tune: 100..10000", "n: 1'000UL ∈ 100..10000 (assignment)"],
  ['int n{3}; // tune: 1..4', 'n: 3 ∈ 1..4 (assignment)'],
  ['double lr(0.5); // tune: 0..1', 'lr: 0.5 ∈ 0..1 (assignment)'],
  ['struct C { bool on = true; }; // tune', 'on: true ∈ true | false (field)'],
  ['C c{ .lr = 0.2 }; // tune: 0..1', 'lr: 0.2 ∈ 0..1 (dict)'],
  ['enum E { A = 1 }; // tune: 1..4', 'A: 1 ∈ 1..4 (dict)'],
  ['void f(int k = 3) {} // tune: 1..4', 'k: 3 ∈ 1..4 (default)'],
  ['int f() { x.lr = 3; } // tune: 1..4', 'lr: 3 ∈ 1..4 (field)'],
  ['const char* s = "adam"; // tune: ["adam", "sgd"]', 's: "adam" ∈ ["adam", "sgd"] (assignment)'],
  ['int v[] = {64, 64}; // tune: list 1..3 of 16..128', 'v: {64, 64} ∈ list 1..3 of 16..128 (assignment)'],
])('%s', (text, found) => {
  expect(tunablesIn('cpp', text)).toEqual([found]);
});

test.each(['const char* s = "// tune: 1..2";', 'auto s = R"(\n// tune: 1..2\n)";', '/* // tune: 1..2 */'])(
  '%s is no annotation',
  (text) => {
    expect(scanSource('cpp', text)).toMatchObject({ tunables: [], problems: [] });
  },
);

test('what is no single literal is said', () => {
  expect(problemsIn('cpp', '#define N a + b // tune: 1..2')[0]).toContain('no single literal');
  expect(problemsIn('cpp', "char c = 'a'; // tune: 1..2")[0]).toContain('a character');
  expect(problemsIn('cpp', 'int n = 010; // tune: 1..2')[0]).toContain('only a number');
});

test('values are written with the suffixes and quotes that fit', () => {
  const at = (literal: string): string => `auto x = ${literal}; // tune: 0..9999`;
  expect(withValue('cpp', at('1e-3f'), 2.5e-4)).toBe(at('2.5e-4f'));
  expect(withValue('cpp', at("1'000UL"), 2500)).toBe(at("2'500UL"));
  expect(withValue('cpp', at('10u'), 2.5)).toBe(at('2.5'));
  expect(withValue('c', 'void* p = NULL; // tune: [None, 1]', 1)).toContain('p = 1;');
});

test('headers in quotes are named, those of the system are not', () => {
  expect(
    languageCalled('cpp')
      .links?.('#include <a.h>\n#include "b.h"\n')
      .map(({ path }) => path),
  ).toEqual(['b.h']);
});

languageProperties('cpp', {
  pieces: [
    'double x = ',
    '1e-3',
    ' // tune: 1..2\n',
    '#define X 1',
    '{',
    '}',
    '"',
    "'",
    '/*',
    '*/',
    '\n',
    '(',
    ')',
    '<',
    '>',
    '::',
    '\\',
  ],
  statement: (literal) => `auto x = ${literal}; // tune: 0..1`,
});
