import fc from 'fast-check';
import { expect, test } from 'vitest';
import { collectFileLinks } from '../../../src/extension/terminals/collectFileLinks.ts';

/** `path:line:column` of each link. */
const read = (line: string): readonly string[] =>
  collectFileLinks(line).map(({ path, line: at, column }) =>
    [path, at, ...(column === undefined ? [] : [column])].join(':'),
  );

test.each([
  ['  File "train.py", line 12, in <module>', ['train.py:12']],
  ['  | File "/home/a b/träin.py", line 3', ['/home/a b/träin.py:3']],
  ['  File "C:\\\\work\\\\train.py", line 7, in fit', ['C:\\\\work\\\\train.py:7']],
  ['tests/test_model.py:40: AssertionError', ['tests/test_model.py:40']],
  ['train.py:12:5: E999 SyntaxError', ['train.py:12:5']],
  ['    at main (file:///home/a%20b/train.mjs:3:5)', ['/home/a b/train.mjs:3:5']],
  ['    at Object.<anonymous> (/home/a b/train.js:10:11)', ['/home/a b/train.js:10:11']],
  ['    at async /srv/x/train.mjs:3:5', ['/srv/x/train.mjs:3:5']],
  ['train.sh: line 12: foo: command not found', ['train.sh:12']],
  ['Error in fit(x) (from train.R#12) : no', ['train.R:12']],
  [' [1] top-level scope at ./train.jl:8', ['./train.jl:8']],
  ['src/model.cpp:12:5: error: expected ;', ['src/model.cpp:12:5']],
  ['a.py:1 and b.py:2', ['a.py:1', 'b.py:2']],
])('%j names %j', (line, expected) => {
  expect(read(line)).toEqual(expected);
});

test.each([
  'File "<string>", line 1',
  'eta 12:30:05',
  'epoch 3: loss 0.4',
  'ratio 1.5:2',
  'val_acc=0.9312',
  'x.py:0',
])('%j names no place', (line) => {
  expect(read(line)).toEqual([]);
});

test('links lie in the line and do not overlap, whatever is printed', () => {
  const piece = fc.constantFrom(
    'File "',
    'a.py',
    '", line ',
    ':',
    '1',
    '(',
    ')',
    ' ',
    'file:///',
    '%',
    '#',
    '.R',
    '/',
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(piece, fc.string({ maxLength: 3 })), { maxLength: 30 }), (pieces) => {
      const line = pieces.join('');
      let last = 0;
      for (const { start, end, line: at } of collectFileLinks(line)) {
        expect(start).toBeGreaterThanOrEqual(last);
        expect(end).toBeGreaterThan(start);
        expect(end).toBeLessThanOrEqual(line.length);
        expect(at).toBeGreaterThan(0);
        last = end;
      }
    }),
    { seed: 11, numRuns: 500 },
  );
});

test('a line of two thousand characters is read at once', () => {
  const begun = performance.now();
  for (const piece of ['a.', '(', '/x', 'a.py ', ':', 'File "', '.R', 'x.py:'])
    collectFileLinks(`${piece.repeat(1_990 / piece.length)} :1`);
  expect(performance.now() - begun).toBeLessThan(500);
});
