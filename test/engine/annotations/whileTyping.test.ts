import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { topLevelChunks } from '../../../src/engine/annotations/python/chunks.ts';
import { scanPython } from '../../../src/engine/annotations/scanPython.ts';
import { scanSource } from '../../../src/engine/annotations/scanSource.ts';
import { SourceMemory } from '../../../src/engine/annotations/sourceMemory.ts';

const script = readFileSync(new URL('../../fixtures/annotations/train.py', import.meta.url), 'utf8');

const typed = [
  ...[
    '\n',
    ' ',
    '(',
    ')',
    '[',
    ']',
    '{',
    '}',
    '"',
    "'",
    '"""',
    '#',
    '# tune: 1..2',
    '\\',
    '\\\n',
    ':',
    '@',
    '=',
    '\r\n',
  ],
  ...[
    'def f(',
    'class A:',
    'import os',
    'from x import y',
    'async ',
    'else:',
    'lr = 0.1',
    '    ',
    'x',
    '😀',
    'f"{',
    '@dec',
  ],
];

interface Edit {
  readonly at: number;
  readonly remove: number;
  readonly put: string;
}

const anEdit = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  remove: fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.integer({ min: 1, max: 40 })),
  put: fc.constantFrom('', ...typed),
});

const edited = (text: string, { at, remove, put }: Edit): string => {
  const start = Math.floor(at * text.length);
  return text.slice(0, start) + put + text.slice(start + remove);
};

test('a text cut again after an edit has the statements that it has when cut anew', () => {
  fc.assert(
    fc.property(fc.array(anEdit, { maxLength: 12 }), (edits) => {
      let text = script;
      let chunks = topLevelChunks(text);
      for (const edit of edits) {
        const next = edited(text, edit);
        const again = topLevelChunks(next, { text, chunks });
        expect(again).toEqual(topLevelChunks(next));
        [text, chunks] = [next, again];
      }
    }),
    { seed: 51, numRuns: 150 },
  );
});

test('a text read again after an edit says what it says when read anew', () => {
  fc.assert(
    fc.property(fc.array(anEdit, { maxLength: 5 }), (edits) => {
      const memory = new SourceMemory();
      let text = script;
      for (const edit of edits) {
        text = edited(text, edit);
        scanSource('python', text, [], memory);
      }
      expect(scanSource('python', text, [], memory)).toEqual(scanSource('python', text));
    }),
    { seed: 52, numRuns: 25 },
  );
});

/** What somebody may have typed of a statement so far. */
const halfTyped = [
  'x = foo(',
  'y = [1, 2',
  'def f(a, b=',
  'class',
  'class A(',
  'if x ==',
  'for i in',
  'from torch import (',
  'import',
  'z = "abc',
  'w = {"a": ',
  'return',
  'print(f"{x',
  '@',
  'lambda:',
  'x = y if',
  'with open("a") as',
  'try:',
  'a.b.',
  'x +=',
  '!',
  'await',
  '    indented = 1',
  '"""never closed on this line""" + (',
  'match x:',
  '# a comment',
];

const settings = [
  ['lr = 1e-3  # tune: 1e-5..1e-1 log', 'lr'],
  ['layers, width = 3, 64  # tune: layers: 1..8; width: 16..256', 'layers width'],
  ['opt = Adam(\n    p,\n    weight_decay=0.1,  # tune: 0..1\n)', 'weight_decay'],
  ['cfg = {\n    "drop": 0.1,  # tune: 0..1\n}', 'drop'],
  ['class C:\n    heads: int = 4  # tune: 1..8\n', 'heads'],
  ['def g(tau=0.5):  # tune: 0..1\n    return tau\n', 'tau'],
  ['p.add_argument("--clip", default=1.0)  # tune: 0.1..10 log', 'clip'],
  ['hidden = [8, 8]  # tune: list 1..3 of 4..64', 'hidden'],
] as const;

test('half-typed statements between them hide no tunables', () => {
  const statements = fc.shuffledSubarray([...settings], { minLength: 2 });
  const junk = fc.array(fc.constantFrom(...halfTyped), { minLength: 1, maxLength: 2 });
  fc.assert(
    fc.property(statements, junk, fc.nat(), ([first, ...rest], broken, seed) => {
      const all = [first ?? settings[0], ...rest];
      const place = 1 + (seed % all.length);
      const lines = all.map(([text]) => text);
      // What stands between begins with a line that can only begin a statement, as an unclosed bracket takes all others.
      const text = [...lines.slice(0, place), ...broken, 'import os', ...lines.slice(place)].join('\n');
      const names = scanPython(text).tunables.map(({ name }) => name);
      expect([text, names]).toEqual([text, all.flatMap(([, name]) => name.split(' '))]);
    }),
    { seed: 53, numRuns: 250 },
  );
});
