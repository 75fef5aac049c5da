import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { languageCalled } from '../../../src/engine/annotations/languages.ts';
import { scanSource } from '../../../src/engine/annotations/scanSource.ts';
import { languageProperties, problemsIn, tunablesIn, withValue } from './codeNotation.ts';

const js = (text: string): readonly string[] => tunablesIn('javascript', text);

test.each([
  ['const lr = 1e-3; // tune: 1e-5..1e-1 log', 'lr: 1e-3 ∈ 1e-5..0.1 log (assignment)'],
  ['let on = true // tune', 'on: true ∈ true | false (assignment)'],
  ['export const opt = \'adam\'; // tune: ["adam", "sgd"]', `opt: 'adam' ∈ ["adam", "sgd"] (assignment)`],
  ['var n = -4; // tune: -8..8', 'n: -4 ∈ -8..8 (assignment)'],
  ['const c = { lr: 0.1 }; // tune: 0..1', 'lr: 0.1 ∈ 0..1 (dict)'],
  ["const c = { 'batch-size': 64 }; // tune: 16..256", 'batch-size: 64 ∈ 16..256 (dict)'],
  ['class A { static x = 3; } // tune: 1..4', 'x: 3 ∈ 1..4 (field)'],
  ['class A { #x = 3; } // tune: 1..4', 'x: 3 ∈ 1..4 (field)'],
  ['this.x = 3; // tune: 1..4', 'x: 3 ∈ 1..4 (field)'],
  ['o["x"] = 3; // tune: 1..4', 'x: 3 ∈ 1..4 (field)'],
  ['function f(x = 3) {} // tune: 1..4', 'x: 3 ∈ 1..4 (default)'],
  ['const f = ({ x = 3 }) => x; // tune: 1..4', 'x: 3 ∈ 1..4 (default)'],
  ['train({ x: 3 }); // tune: 1..4', 'x: 3 ∈ 1..4 (keyword)'],
  ['options.x ??= 3; // tune: 1..4', 'x: 3 ∈ 1..4 (field)'],
  ['const [x, y] = [3, f()]; // tune: 1..4', 'x: 3 ∈ 1..4 (assignment)'],
  [
    'const h = [64, 64]; // tune: list 1..4 of 16..512 log',
    'h: [64, 64] ∈ list 1..4 of 16..512 log (assignment)',
  ],
  ['const n = 1_000; // tune: 100..10000', 'n: 1_000 ∈ 100..10000 (assignment)'],
])('%s', (text, found) => {
  expect(js(text)).toEqual([found]);
});

test.each([
  ['const lr: number = 1e-3; // tune: 1e-5..1e-1 log', 'lr: 1e-3 ∈ 1e-5..0.1 log (assignment)'],
  ['class A { private readonly x: number = 3; } // tune: 1..4', 'x: 3 ∈ 1..4 (field)'],
  ['const x = 3 as const; // tune: 1..4', 'x: 3 ∈ 1..4 (assignment)'],
  ['enum E { A = 1 } // tune: 1..4', 'A: 1 ∈ 1..4 (field)'],
  ['function g<T>(a: T, x: number = 2) {} // tune: 1..4', 'x: 2 ∈ 1..4 (default)'],
])('TypeScript: %s', (text, found) => {
  expect(tunablesIn('typescript', text)).toEqual([found]);
});

describe('what only looks like an annotation', () => {
  test.each([
    'const s = "// tune: 1..2";',
    'const s = `// tune: 1..2`;',
    'const s = `\n// tune: 1..2\n`;',
    '/* // tune: 1..2 */',
    'const r = /\\/\\/ tune: 1..2/;',
    'const u = 3; // see http://tune: 1..2',
  ])('%s', (text) => {
    expect(scanSource('javascript', text)).toMatchObject({ tunables: [], problems: [] });
  });
});

test('names of several places are told apart by whose they are', () => {
  const text = `const a = { lr: 1, // tune: 1..2
};
const b = {
  lr: 2, // tune: 1..3
};`;
  expect(js(text).map((each) => each.split(':')[0])).toEqual(['a.lr', 'b.lr']);
});

test('a template, a call, a big integer and an octal number are no literals that can be tuned', () => {
  expect(problemsIn('javascript', 'const x = `a`; // tune: 1..2')[0]).toContain('a template');
  expect(problemsIn('javascript', 'const x = f(); // tune: 1..2')[0]).toContain('a call');
  expect(problemsIn('javascript', 'const x = 10n; // tune: 1..2')[0]).toContain('only a number');
  expect(problemsIn('javascript', 'const x = 010; // tune: 1..2')[0]).toContain('only a number');
});

test('an objective is found by name, and reports nothing by itself', () => {
  const { objectives, reports } = scanSource('javascript', 'const acc = f(); // tune: maximize');
  expect(objectives).toEqual([{ metric: 'acc', direction: 'maximize' }]);
  expect(reports).toEqual([]);
});

test('a variable that gets another value later is a warning', () => {
  expect(problemsIn('javascript', 'let lr = 1; // tune: 1..2\nlr = 3;\n')[0]).toContain('assigned anew');
});

test('values are written as they stand there', () => {
  const at = (literal: string, space: string): string => `x = ${literal}; // tune: ${space}`;
  expect(withValue('javascript', at('1e-3', '1e-5..1'), 2.5e-4)).toBe(at('2.5e-4', '1e-5..1'));
  expect(withValue('javascript', at('1_000', '1..9999'), 2500)).toBe(at('2_500', '1..9999'));
  expect(withValue('javascript', at("'a'", '["a", "b"]'), "it's")).toBe(at("'it\\'s'", '["a", "b"]'));
  expect(withValue('javascript', at('true', '[true, false]'), false)).toBe(at('false', '[true, false]'));
  expect(withValue('javascript', at('[ 1, 2 ]', 'list 1..3 of 1..9'), [3, 4, 5])).toBe(
    at('[ 3, 4, 5 ]', 'list 1..3 of 1..9'),
  );
});

test('local modules are named; packages are not', () => {
  const text =
    "import a from './a.js'; import b from 'b'; export * from '../c'; const d = require('./d'); import('./e.mjs');";
  expect(
    languageCalled('javascript')
      .links?.(text)
      .map(({ path }) => path),
  ).toEqual(['./a.js', '../c', './d', './e.mjs']);
});

languageProperties('javascript', {
  pieces: [
    'const x = ',
    '1e-3',
    ' // tune: 1..2\n',
    '`',
    '${',
    '}',
    '{',
    '"',
    "'",
    '/*',
    '*/',
    '\n',
    '(',
    ')',
    '=>',
    'class A {',
    '/',
    '\\',
  ],
  statement: (literal) => `let x = ${literal}; // tune: 0..1`,
});

test('typing in a long file gives what reading it anew gives', () => {
  const body =
    'export function f(a, b = 2) {\n  const x = { a: 1, b: [1, 2] };\n  return `v=` + x.a + a;\n}\n';
  const long = `const lr = 1e-3; // tune: 1e-5..1e-1 log\n${body.repeat(400)}let n = 3; // tune: 1..9\n`;
  const blank = ' '.repeat(long.length);
  const pieces = fc.constantFrom(
    '`',
    '"',
    '{',
    '}',
    '/*',
    '*/',
    ' ',
    '\n',
    'x',
    '// ',
    'k = 4 // tune: 1..5\n',
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(long.length), pieces), { minLength: 1, maxLength: 6 }), (edits) => {
      let text = long;
      scanSource('javascript', text);
      for (const [at, piece] of edits) {
        text = text.slice(0, at) + piece + text.slice(at);
        scanSource('javascript', text);
      }
      const typed = scanSource('javascript', `${text} `);
      scanSource('javascript', blank);
      expect(typed.tunables).toEqual(scanSource('javascript', `${text} `).tunables);
    }),
    { seed: 5, numRuns: 40 },
  );
});
