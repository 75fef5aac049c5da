import fc from 'fast-check';
import { expect, test } from 'vitest';
import { planEdits } from '../../../src/engine/annotations/planEdits.ts';
import { hasAnnotation } from '../../../src/engine/annotations/comment.ts';
import { topLevelChunks } from '../../../src/engine/annotations/python/chunks.ts';
import { scanPython } from '../../../src/engine/annotations/scanPython.ts';

const pieces = [
  ...[
    'lr',
    ' ',
    '\n',
    '\r\n',
    '\t',
    '=',
    '1e-3',
    '-',
    '"a"',
    "'",
    '"""',
    '(',
    ')',
    '[',
    ']',
    '{',
    '}',
    ':',
    ',',
    ';',
    '\\',
    '#',
    '@',
    '.',
  ],
  ...[
    '# tune: ',
    '# tune',
    '1..2',
    ' log',
    ' step 2x',
    '["a", "b"]',
    ' if lr > 1',
    '= 2 * lr',
    'maximize x',
    'where lr < 2',
    'trials 3',
    'budget 1..3',
    'hidden = [8, 8]',
    'list 1..3 of ',
    ' of ',
    'subset',
    'permutation',
    'simplex total 2',
    'normal(0, 1)',
    ' in 0..1',
    'constraint x <= 3',
    ' if hidden.length > 1 and hidden[0] in [8]',
  ],
  ...[
    'def f(a=1):\n    ',
    'class A:\n    ',
    'import a\n',
    'from . import b\n',
    'if x:\n  ',
    'else:\n',
    'lambda x=1: ',
    'f"{x}"',
    '\uFEFF',
    '\uD800',
    '😀',
    '\0',
    'global lr\n',
  ],
];
const anyText = fc.oneof(
  fc.array(fc.constantFrom(...pieces), { maxLength: 60 }).map((parts) => parts.join('')),
  fc.string({ unit: 'binary', maxLength: 200 }).map((text) => `x = 1  # tune: ${text}`),
  fc.string({ unit: 'binary', maxLength: 200 }),
);

test('no text makes the scanner throw, and every place it gives lies in the text', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      const { tunables, problems, constraints, reports } = scanPython(text);
      for (const { span } of [...tunables, ...problems, ...constraints]) {
        expect(span.start).toBeGreaterThanOrEqual(0);
        expect(span.end).toBeGreaterThanOrEqual(span.start);
        expect(span.end).toBeLessThanOrEqual(text.length);
      }
      for (const { span, text: written } of tunables) expect(text.slice(span.start, span.end)).toBe(written);
      for (const { at } of reports) expect(at).toBeLessThanOrEqual(text.length);
      if (tunables.length > 0) expect(hasAnnotation(text)).toBe(true);
      planEdits(
        text,
        tunables.map(({ name }) => ({ name, value: 2 })),
      );
    }),
    { seed: 23, numRuns: 3000 },
  );
});

test('the top-level statements make up the whole text', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      expect(
        topLevelChunks(text)
          .map(({ start, end }) => text.slice(start, end))
          .join(''),
      ).toBe(text);
    }),
    { seed: 24, numRuns: 1000 },
  );
});

test('a statement keeps its branches, decorators, strings and brackets together', () => {
  const statements = [
    '# first\n',
    'import a\n# second\n\n',
    '@b\n@c(\nd)\ndef e():\n    pass\n\n',
    'if f:\n  g\nelif h: i\nelse:\n  j\n',
    'k = """\nl = 1\n"""\n',
    'm = [\n1,\n]\n',
    'n = \\\no\n',
    'p = 1',
  ];
  const text = statements.join('');
  expect(topLevelChunks(text).map(({ start, end }) => text.slice(start, end))).toEqual(statements);
});

const times = (count: number, text: string): string => text.repeat(count);

test('deep nesting and long lines are read, if only as errors', () => {
  for (const each of ['(', '[', '{', 'a=', '-', 'not ', '"', 'f"{', 'if x:\n', 'lambda:'])
    for (const text of [
      times(5000, each),
      `x = 1  # tune: ${times(5000, each)}`,
      `# tune: where ${times(5000, each)}`,
    ])
      expect(() => scanPython(text)).not.toThrow();
});

test('10,000 lines take milliseconds', () => {
  const filler =
    'model_x = build(lr=1e-3, momentum=0.9, name="foo")  # a comment\ndef f(a, b=2):\n    return a + b * [x for x in range(10)]\n';
  const text = `import os\nlr = 0.1  # tune: 1e-5..1e-1 log\n${times(1666, filler)}wd = 0.1  # tune: 1e-5..1e-1 log\n${times(1667, filler)}`;
  scanPython(text);
  const best = Math.min(
    ...[1, 2, 3].map(() => {
      const start = performance.now();
      expect(scanPython(text).tunables).toHaveLength(2);
      return performance.now() - start;
    }),
  );
  expect(best).toBeLessThan(50);
});
