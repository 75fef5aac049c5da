import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { renderLiteral } from '../../../src/engine/annotations/renderLiteral.ts';
import { anyTextOf, expectPlacesInside } from './anyTextOf.ts';
import { scanSource } from '../../../src/engine/annotations/scanSource.ts';
import { tomlChunks } from '../../../src/engine/annotations/toml/chunks.ts';
import { readToml } from '../../../src/engine/annotations/toml/literal.ts';
import { rewritten, said, withValues } from './configNotation.ts';

const config = `# Settings
title = "run"
lr = 1e-3  # tune: 1e-5..1e-1 log

[model]  # the network
"drop-out" = 0.1  # tune: 0..0.6 if layers > 1
layers = 3  # tune: 1..8
shape = { width = 64, act = 'relu' }  # tune: width: 16..128, act: ["relu", "gelu"]
hidden = [ 64, 128 ]  # tune: list 1..4 of 16..512 log
sizes = [
  1, # tune: 1..4
  2,
]

[[runs]]
a.lr = 0.1  # tune: 0..1
[[runs]]
a.lr = 0.2  # tune: 0..1
[runs.deep]
flag = true  # tune
`;

test('every key with its place, through tables, inline tables, dotted keys and lists of tables', () => {
  expect(said('toml', config)).toEqual([
    'lr: 1e-3 ∈ 1e-5..0.1 log (key lr)',
    'drop_out: 0.1 ∈ 0..0.6 if layers > 1 (key model.drop-out)',
    'layers: 3 ∈ 1..8 (key model.layers)',
    'width: 64 ∈ 16..128 (key model.shape.width)',
    'act: \'relu\' ∈ ["relu", "gelu"] (key model.shape.act)',
    'hidden: [ 64, 128 ] ∈ list 1..4 of 16..512 log (key model.hidden)',
    'sizes_0: 1 ∈ 1..4 (key model.sizes[0])',
    'runs_0.a.lr: 0.1 ∈ 0..1 (key runs[0].a.lr)',
    'runs_1.a.lr: 0.2 ∈ 0..1 (key runs[1].a.lr)',
    'flag: true ∈ true | false (key runs[1].deep.flag)',
  ]);
});

test('values are written in the style of the file, and every comment stays', () => {
  const values = {
    lr: 0.00025,
    drop_out: 0.5,
    layers: 8,
    act: 'gelu',
    hidden: [32],
    flag: false,
    sizes_0: 4,
  };
  expect(withValues('toml', config, values)).toBe(
    config
      .replace('lr = 1e-3', 'lr = 2.5e-4')
      .replace('= 0.1  # tune: 0..0.6', '= 0.5  # tune: 0..0.6')
      .replace('layers = 3', 'layers = 8')
      .replace("'relu'", "'gelu'")
      .replace('[ 64, 128 ]', '[ 32 ]')
      .replace('  1, #', '  4, #')
      .replace('flag = true', 'flag = false'),
  );
});

test.each([
  ['a date', 'x = 2024-05-06  # tune: 1..2'],
  ['a table', 'x = {}  # tune: 1..2'],
  ['text over several lines', 'x = """a"""  # tune: ["a", "b"]'],
  ['a number that is not finite or too large', 'x = inf  # tune: 1..2'],
])('%s is said to be none that can be tuned', (what, text) => {
  expect(said('toml', text)[0]).toContain(
    `x is ${what}: only a number, a string, true or false can be tuned.`,
  );
});

test('a choice that TOML cannot write is told', () => {
  expect(said('toml', 'x = 1  # tune: [1, None]')).toEqual([
    'type: TOML has no null: leave None out of the choices.',
  ]);
});

test('a mistake elsewhere hides nothing', () => {
  const text =
    'a = [1, 2\nlr = 0.1  # tune: 0..1\nb = = 3\n[c\nwd = 0.2  # tune: 0..1\ns = "open\nz = 1 # tune: 1..2\n';
  expect(said('toml', text)).toEqual([
    'lr: 0.1 ∈ 0..1 (key lr)',
    'wd: 0.2 ∈ 0..1 (key wd)',
    'z: 1 ∈ 1..2 (key z)',
  ]);
});

test('comments in text are none', () => {
  expect(said('toml', 'x = "# tune: 1..2"\ny = """\nlr = 1  # tune: 1..2\n"""\n')).toEqual([]);
});

test.each([
  ['1e-3', 0.00003, '3e-5'],
  ['0x10', 255, '0xff'],
  ['0x10', -1, '-1'],
  ['1_000', 20000, '20_000'],
  ['1.0', 2, '2.0'],
  ['"adam"', 'a "b"\u0001', '"a \\"b\\"\\u0001"'],
  ["'adam'", "it's", '"it\'s"'],
  ["'adam'", 'a\\b', "'a\\b'"],
  ['["a"]', ['q', 'r'], '["q", "r"]'],
])('%s becomes %j as %s', (present, value, written) => {
  expect(rewritten('toml', present, value)).toBe(written);
});

const scalars = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer(),
  fc.boolean(),
  fc.string({ unit: 'grapheme', maxLength: 8 }),
  fc.string({
    unit: fc.constantFrom('\\', '"', "'", '\n', '\t', '\u0007', '\u007f', 'u', '0', '#'),
    maxLength: 6,
  }),
);
const presents = fc.constantFrom('1', '0.5', '1e-3', "'a'", '"a"', 'true', '0x10', '1_000', '0b1');

test('what is written reads back as the value, here and in tomllib', () => {
  const made: { readonly text: string; readonly value: unknown }[] = [];
  fc.assert(
    fc.property(scalars, presents, (value, present) => {
      const text = renderLiteral(value, { text: present, value: readToml(present) ?? null }, 'toml');
      expect(readToml(text)).toBe(Object.is(value, -0) ? 0 : value);
      made.push({ text, value });
    }),
    { seed: 41, numRuns: 2000 },
  );
  const program = `import json, sys
try:
    import tomllib
except ImportError:
    print("absent"); sys.exit()
for each in json.load(sys.stdin):
    got = tomllib.loads("x = %s  # c" % each["text"])["x"]
    same = float(got) == float(each["value"]) if isinstance(got, (int, float)) else got == each["value"]
    if not same or isinstance(got, bool) != isinstance(each["value"], bool):
        print(repr((each["text"], got, each["value"])))`;
  const wrong = execFileSync('python3', ['-c', program], { input: JSON.stringify(made), encoding: 'utf8' });
  if (wrong.trim() !== 'absent') expect(wrong).toBe('');
});

const pieces = [
  'a = ',
  'lr = 0.1',
  '[a]',
  '[[a]]',
  '[',
  ']',
  '{',
  '}',
  '\n',
  '\r\n',
  ' # tune: 1..2',
  '# tune',
  '"',
  "'",
  '"""',
  "'''",
  ',',
  '=',
  '.',
  '1',
  'x',
  '\uFEFF',
  '\\',
];
const anyText = anyTextOf(pieces);

test('no text makes the scanner throw, and every place it gives lies in the text', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      expectPlacesInside('toml', text);
      expect(
        tomlChunks(text)
          .map(({ start, end }) => text.slice(start, end))
          .join(''),
      ).toBe(text);
    }),
    { seed: 42, numRuns: 1500 },
  );
  for (const each of ['x = [', 'x = {a = ', '[a.', '"', '[['])
    expect(() => scanSource('toml', `${each.repeat(3000)} # tune: 1..2`)).not.toThrow();
});

test('10,000 lines take little time', () => {
  const block = '[[blocks]]\nlr = 1e-3  # a comment\nname = "adam"\nsizes = [1, 2, 3]\n';
  const text = `lr = 0.1  # tune: 0..1\n${block.repeat(2500)}wd = 0.1  # tune: 0..1\n`;
  const times = [1, 2, 3].map(() => {
    const start = performance.now();
    expect(scanSource('toml', text).tunables).toHaveLength(2);
    return performance.now() - start;
  });
  // A few milliseconds of a processor; the limit leaves room for a busy machine.
  expect(Math.min(...times)).toBeLessThan(250);
});
