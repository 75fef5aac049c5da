import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readJson } from '../../../src/engine/annotations/json/literal.ts';
import { renderLiteral } from '../../../src/engine/annotations/renderLiteral.ts';
import { anyTextOf, expectPlacesInside } from './anyTextOf.ts';
import { scanSource } from '../../../src/engine/annotations/scanSource.ts';
import { rewritten, said, withValues } from './configNotation.ts';

const config = `{
  // tune: trials 20
  "optimizer": {
    "lr": 1e-3, // tune: 1e-5..1e-1 log
    "name": "adam", // tune: ["adam", "sgd"]  // the usual ones
    "url": "http://tune" /* a remark */
  },
  "hidden": [64, 128], // tune: list 1..4 of 16..512 log
  "sizes": [
    1, // tune: 1..4
    2
  ],
  "model": { "lr": 2, "drop-out": 0.1 }, // tune: lr: 1..4, drop_out: 0..0.5
  "use_ema": false, // tune
}
`;

test('every key with its place, and settings of the study', () => {
  expect(said('json', config)).toEqual([
    'optimizer.lr: 1e-3 ∈ 1e-5..0.1 log (key optimizer.lr)',
    'name: "adam" ∈ ["adam", "sgd"] (key optimizer.name)',
    'hidden: [64, 128] ∈ list 1..4 of 16..512 log (key hidden)',
    'sizes_0: 1 ∈ 1..4 (key sizes[0])',
    'model.lr: 2 ∈ 1..4 (key model.lr)',
    'drop_out: 0.1 ∈ 0..0.5 (key model.drop-out)',
    'use_ema: false ∈ true | false (key use_ema)',
  ]);
  expect(scanSource('json', config).options.budget.trials).toBe(20);
});

test('values are written as JSON, and every comment stays', () => {
  const values = { 'optimizer.lr': 0.00025, name: 'sgd', hidden: [32, 64, 96], use_ema: true };
  expect(withValues('json', config, values)).toBe(
    config
      .replace('1e-3', '2.5e-4')
      .replace('"adam",', '"sgd",')
      .replace('[64, 128]', '[32, 64, 96]')
      .replace('false', 'true'),
  );
});

test('a mistake elsewhere hides nothing', () => {
  expect(said('json', '{ "a": [1,, 2],\n "b": , \n"lr": 0.1 // tune: 0..1\n "x": tru }')[0]).toMatch(
    /^lr: 0\.1 ∈ 0\.\.1/u,
  );
});

test('comments in text are none', () => {
  expect(said('json', '{"x": "// tune: 1..2"}')).toEqual([]);
});

test.each([
  ['1', 2, '2'],
  ['0.1', 3, '3.0'],
  ['"a"', 'b "c"\n', '"b \\"c\\"\\n"'],
  ['null', 0.5, '0.5'],
  ['[ 1 ]', [1, null, 'q'], '[ 1, null, "q" ]'],
])('%s becomes %j as %s', (present, value, written) => {
  expect(rewritten('json', present, value)).toBe(written);
});

test('what is written reads back as the value', () => {
  const presents = fc.constantFrom('1', '0.5', '1e-3', '1E+03', '"a"', 'true', 'null');
  const scalars = fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.string({ unit: 'binary' }),
  );
  fc.assert(
    fc.property(scalars, presents, (value, present) => {
      const text = renderLiteral(value, { text: present, value: readJson(present) ?? null }, 'json');
      const expected = Object.is(value, -0) ? 0 : value;
      expect(JSON.parse(text)).toEqual(expected);
      expect(readJson(text)).toBe(expected);
    }),
    { seed: 51, numRuns: 1000 },
  );
});

const pieces = [
  '"a": ',
  '"lr": 0.1',
  '[',
  ']',
  '{',
  '}',
  ',',
  '\n',
  '\r\n',
  ' // tune: 1..2',
  '// tune',
  '/*',
  '*/',
  '"',
  ':',
  '1',
  '-',
  'true',
  '\uFEFF',
  '\\',
];
const anyText = anyTextOf(pieces);

test('no text makes the scanner throw, and every place it gives lies in the text', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      expectPlacesInside('json', text);
    }),
    { seed: 52, numRuns: 1500 },
  );
  for (const each of ['[', '{"a":', '"'])
    expect(() => scanSource('json', `${each.repeat(9000)} // tune: 1..2`)).not.toThrow();
});

test('10,000 lines take little time', () => {
  const text = `{"lr": 0.1, // tune: 0..1\n${'"block": {\n"lr": 1e-3, // a comment\n"sizes": [1, 2, 3]\n},\n'.repeat(2500)}"wd": 0.1 // tune: 0..1\n}`;
  const times = [1, 2, 3].map(() => {
    const start = performance.now();
    expect(scanSource('json', text).tunables).toHaveLength(2);
    return performance.now() - start;
  });
  // A few milliseconds of a processor; the limit leaves room for a busy machine.
  expect(Math.min(...times)).toBeLessThan(250);
});
