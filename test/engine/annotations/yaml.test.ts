import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { renderLiteral } from '../../../src/engine/annotations/renderLiteral.ts';
import { anyTextOf, expectPlacesInside } from './anyTextOf.ts';
import { scanSource } from '../../../src/engine/annotations/scanSource.ts';
import { readYaml } from '../../../src/engine/annotations/yaml/literal.ts';
import { yamlChunks } from '../../../src/engine/annotations/yaml/chunks.ts';
import { rewritten, said, withValues } from './configNotation.ts';

const config = `# Settings of the run
# tune: trials 20
optimizer: &usual
  lr: 1e-3  # tune: 1e-5..1e-1 log
  name: adam  # tune: ["adam", "sgd"]
  betas: [0.9, 0.999]  # tune: list 2 of 0..1
  nesterov: yes  # tune
model:
  hidden:  # tune: list 1..4 of 16..512 log
    - 64
    - 128
  "drop-out": -.5  # tune: -1..1 if layers > 1
  layers: 0x10  # tune: 1..32
  shape: {width: 64, act: 'relu'}  # tune: width: 16..128, act: ["relu", "gelu"]
discriminator:
  lr: 0.1  # tune: = 4 * optimizer.lr
  steps:
  - 1  # tune: 1..4
  - 2
`;

test('every key with its place, through mappings and lists of either form', () => {
  expect(said('yaml', config)).toEqual([
    'optimizer.lr: 1e-3 ∈ 1e-5..0.1 log (key optimizer.lr)',
    'name: adam ∈ ["adam", "sgd"] (key optimizer.name)',
    'betas: [0.9, 0.999] ∈ list 2 of 0..1 (key optimizer.betas)',
    'nesterov: yes ∈ true | false (key optimizer.nesterov)',
    'hidden: \n    - 64\n    - 128 ∈ list 1..4 of 16..512 log (key model.hidden)',
    'drop_out: -.5 ∈ -1..1 if layers > 1 (key model.drop-out)',
    'layers: 0x10 ∈ 1..32 (key model.layers)',
    'width: 64 ∈ 16..128 (key model.shape.width)',
    'act: \'relu\' ∈ ["relu", "gelu"] (key model.shape.act)',
    'discriminator.lr: 0.1 ∈ = 4 * optimizer.lr (key discriminator.lr)',
    'steps_0: 1 ∈ 1..4 (key discriminator.steps[0])',
  ]);
  expect(scanSource('yaml', config).options.budget.trials).toBe(20);
});

test('values are written in the style of the file, and every comment stays', () => {
  const values = {
    'optimizer.lr': 0.00025,
    name: 'sgd',
    betas: [0.5, 0.9],
    nesterov: false,
    hidden: [32, 64, 256],
    drop_out: -0.25,
    layers: 31,
    act: 'gelu',
  };
  expect(withValues('yaml', config, values)).toBe(
    config
      .replace('lr: 1e-3', 'lr: 2.5e-4')
      .replace('name: adam', 'name: sgd')
      .replace('[0.9, 0.999]', '[0.5, 0.9]')
      .replace('yes', 'no')
      .replace('    - 64\n    - 128', '    - 32\n    - 64\n    - 256')
      .replace('-.5', '-0.25')
      .replace('0x10', '0x1f')
      .replace("'relu'", "'gelu'"),
  );
});

test('the ends of lines and a byte order mark stay as they are', () => {
  const text = '\uFEFFlr: 0.1  # tune: 0..1\r\nhidden:  # tune: list 1..4 of 1..9\r\n  - 1\r\n';
  expect(withValues('yaml', text, { lr: 0.5, hidden: [2, 3] })).toBe(
    text.replace('0.1', '0.5').replace('  - 1\r\n', '  - 2\r\n  - 3\r\n'),
  );
});

test.each([
  ['an alias', 'base: &base 1\nx: *base  # tune: 1..2'],
  ['a value with a tag', 'x: !!int "3"  # tune: 1..4'],
  ['an interpolation', `x: $\{model.width}  # tune: 1..4`],
  ['a number that readers of YAML disagree on', 'x: 017  # tune: 1..40'],
  ['a number that readers of YAML disagree on', 'x: 1:30  # tune: 1..90'],
  ['a number that is not finite', 'x: .inf  # tune: 1..90'],
  ['a date', 'x: 2024-05-06  # tune: 1..90'],
  ['empty', 'x:  # tune: 1..90'],
  ['a mapping', 'x:  # tune: 1..90\n  y: 1'],
  ['text over several lines', 'x: >  # tune: 1..90\n  some\n  text'],
])('%s is said to be none that can be tuned', (what, text) => {
  expect(said('yaml', text)).toEqual([
    `no-literal: x is ${what}: only a number, text, true, false or null can be tuned. Give the literal a name of its own.`,
  ]);
});

test('an anchored value is tuned where it is anchored; what is merged in is not', () => {
  const text = 'base: &base\n  lr: &lr 0.1  # tune: 0..1\nother:\n  <<: *base\n  rate: *lr\n';
  expect(said('yaml', text)).toEqual(['lr: 0.1 ∈ 0..1 (key base.lr)']);
  expect(withValues('yaml', text, { lr: 0.5 })).toBe(text.replace('0.1', '0.5'));
});

test('several documents are read; a name in two of them is told', () => {
  expect(
    said('yaml', 'a: 1  # tune: 1..2\n---\nb: 1  # tune: 1..2\n...\n---\n{"c": 1}  # tune: c: 1..2'),
  ).toEqual(['a: 1 ∈ 1..2 (key a)', 'b: 1 ∈ 1..2 (key b)', 'c: 1 ∈ 1..2 (key c)']);
  expect(said('yaml', 'a: 1  # tune: 1..2\n---\na: 1  # tune: 1..2')[1]).toMatch(/^duplicate: a is tuned/u);
});

test('comments in text are none', () => {
  expect(said('yaml', 'x: "# tune: 1..2"\ny: |\n  a: 1  # tune: 1..2\nz: a#tune: 1..2\n')).toEqual([]);
});

test('a mistake elsewhere hides nothing', () => {
  const text = 'a: [1, 2\nlr: 0.1  # tune: 0..1\nb: }\n  c: "\nwd: 0.2  # tune: 0..1\n\t- x: : y\n';
  expect(said('yaml', text)).toEqual(['lr: 0.1 ∈ 0..1 (key lr)', 'wd: 0.2 ∈ 0..1 (key wd)']);
});

test.each([
  ['1e-3', 0.00003, '3.0e-5'],
  ['1E3', 25000, '2.5E+4'],
  ['.5', -0.25, '-0.25'],
  ['.5', 0.25, '.25'],
  ['1', 2, '2'],
  ['1_000', 20000, '20_000'],
  ['adam', 'yes', '"yes"'],
  ['adam', '1e5', '"1e5"'],
  ['adam', 'a: b', '"a: b"'],
  ['adam', 'sgd with momentum', 'sgd with momentum'],
  ["'adam'", "it's", "'it''s'"],
  ['"adam"', 'a\n"b"', '"a\\n\\"b\\""'],
  ['True', false, 'False'],
  ['ON', false, 'OFF'],
  ['true', null, 'null'],
  ['~', 'adam', 'adam'],
  ['[a, b]', ['q', 'n', 'null'], '[q, "n", "null"]'],
  ['[ 1, 2, ]', [3], '[ 3, ]'],
  ['[]', [1, 'x'], '[1, x]'],
])('%s becomes %j as %s', (present, value, written) => {
  expect(rewritten('yaml', present, value)).toBe(written);
});

const scalars = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
  fc.string({ unit: 'grapheme', maxLength: 8 }),
  fc.constantFrom(
    'yes',
    'Null',
    '~',
    '1:30',
    '0x1',
    '.5',
    '1_0',
    '- a',
    '#x',
    '2020-01-01',
    '=',
    '<<',
    '',
    ' a',
  ),
);
const presents = fc.constantFrom('1', '0.5', '1e-3', '-.5', 'a', "'a'", '"a"', 'true', '~', '0x10', '1_000');

test('what is written reads back as the value, here and in PyYAML', () => {
  const made: { readonly text: string; readonly value: unknown }[] = [];
  fc.assert(
    fc.property(scalars, presents, (value, present) => {
      const text = renderLiteral(value, { text: present, value: readYaml(present) ?? null }, 'yaml');
      expect(readYaml(text)).toBe(Object.is(value, -0) ? 0 : value);
      made.push({ text, value });
    }),
    { seed: 31, numRuns: 2000 },
  );
  const program = `import json, sys
try:
    import yaml
except ImportError:
    print("absent"); sys.exit()
for each in json.load(sys.stdin):
    for text in ("x: %s  # c" % each["text"], "x: [%s, 1]" % each["text"]):
        got = yaml.safe_load(text)["x"]
        got = got[0] if isinstance(got, list) else got
        same = float(got) == float(each["value"]) if isinstance(got, (int, float)) else got == each["value"]
        if not same or isinstance(got, bool) != isinstance(each["value"], bool):
            print(repr((text, got, each["value"])))`;
  const wrong = execFileSync('python3', ['-c', program], { input: JSON.stringify(made), encoding: 'utf8' });
  if (wrong.trim() !== 'absent') expect(wrong).toBe('');
});

const pieces = [
  'a: ',
  'lr: 0.1',
  '  ',
  '- ',
  '\n',
  '\r\n',
  '# tune: 1..2',
  ' # tune',
  '[',
  ']',
  '{',
  '}',
  ',',
  '"',
  "'",
  '|',
  '>',
  '&a ',
  '*a',
  '? ',
  ': ',
  '---\n',
  '...\n',
  '!!x ',
  '\t',
  '<<',
  '\uFEFF',
  '1',
  'x',
];
const anyText = anyTextOf(pieces);

test('no text makes the scanner throw, and every place it gives lies in the text', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      expectPlacesInside('yaml', text);
      expect(
        yamlChunks(text)
          .map(({ start, end }) => text.slice(start, end))
          .join(''),
      ).toBe(text);
    }),
    { seed: 32, numRuns: 1500 },
  );
  for (const each of ['[', '{', '- ', 'a: [', '? ', '"', '{a: '])
    expect(() => scanSource('yaml', `${each.repeat(3000)} # tune: 1..2`)).not.toThrow();
});

test('10,000 lines take little time', () => {
  const block = 'blockN:\n  lr: 1e-3  # a comment\n  name: "adam"\n  sizes: [1, 2, 3]\n';
  const text = `lr: 0.1  # tune: 0..1\n${block.repeat(2500)}wd: 0.1  # tune: 0..1\n`;
  const times = [1, 2, 3].map(() => {
    const start = performance.now();
    expect(scanSource('yaml', text).tunables).toHaveLength(2);
    return performance.now() - start;
  });
  // A few milliseconds of a processor; the limit leaves room for a busy machine.
  expect(Math.min(...times)).toBeLessThan(250);
});
