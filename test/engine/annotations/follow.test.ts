import { expect, test } from 'vitest';
import { placeValues, type Placement } from '../../../src/engine/annotations/follow/placeValues.ts';
import { readerOf } from '../../../src/engine/annotations/follow/spots.ts';
import { scanPython } from '../../../src/engine/annotations/scanPython.ts';
import { scanSource } from '../../../src/engine/annotations/scanSource.ts';
import type { SourceValue } from '../../../src/engine/space/parameter.ts';

const reader = readerOf('python');

/** Gives the tunables of an old text these values in a new one. */
const place = (before: string, now: string, values: Readonly<Record<string, SourceValue>>): Placement =>
  placeValues(
    before,
    now,
    scanPython(before).tunables,
    Object.entries(values).map(([name, value]) => ({ name, value })),
    reader,
  );

const applied = (now: string, { edits }: Placement): string =>
  edits.reduceRight((text, { start, end, text: put }) => text.slice(0, start) + put + text.slice(end), now);

const script = `import math

lr = 1e-3  # tune: 1e-5..1e-1 log
momentum = 0.9  # tune: 0..0.99
batch = 32  # tune: 8..128 log


class Config:
    width = 64  # tune: 16..256
    dropout: float = 0.1  # tune: 0..0.5


def train(steps=100):  # tune: 10..1000
    score = math.cos(lr) * momentum
    print(f"score={score}")
`;
const values = { lr: 0.02, momentum: 0.5, batch: 64, width: 100, dropout: 0.3, steps: 200 };
const written = (text: string): string => applied(text, place(script, text, values));
const expected = (text: string): string =>
  text
    .replace('1e-3', '2e-2')
    .replace('0.9 ', '0.5 ')
    .replace('= 32', '= 64')
    .replace('= 64  # tune: 16', '= 100  # tune: 16')
    .replace('0.1 ', '0.3 ')
    .replace('=100', '=200');

test('values go into the text as it was', () => {
  expect(written(script)).toBe(expected(script));
});

test('values follow lines that moved, in files with other line ends and a byte order mark', () => {
  const moved = script.replace('import math\n', 'import math\nimport sys\n\nprint(sys.argv)\n');
  for (const text of [moved, script.replaceAll('\n', '\r\n'), `\uFEFF${script}`])
    expect(written(text)).toBe(expected(text));
  const [head, ...classes] = script.split('\n\n\n');
  const turned = [classes[0], head, classes[1]].join('\n\n\n');
  expect(written(turned)).toBe(expected(turned));
});

test('a renamed variable is followed by its annotation, its literal and its line', () => {
  const renamed = script.replaceAll('lr', 'learning_rate').replaceAll('momentum', 'beta');
  const result = place(script, renamed, values);
  expect(result.skipped).toEqual([]);
  expect(applied(renamed, result)).toBe(expected(renamed));
  expect(result.notes.map(({ note }) => note)).toEqual([
    'lr is called learning_rate now (line 3).',
    'momentum is called beta now (line 4).',
  ]);
});

test('two alike that were both renamed are told apart by the lines they stand on', () => {
  const before = 'lr_g = 1e-3  # tune: 1e-5..1 log\nlr_d = 1e-3  # tune: 1e-5..1 log\nprint(lr_g, lr_d)\n';
  const now = before.replaceAll('lr_g', 'gen').replaceAll('lr_d', 'disc');
  expect(applied(now, place(before, now, { lr_g: 0.5, lr_d: 0.25 }))).toBe(
    now.replace('1e-3', '5e-1').replace('1e-3', '2.5e-1'),
  );
});

test('an annotation that was edited, broken or taken away does not matter', () => {
  const text = script
    .replace('1e-5..1e-1 log', '1e-6..1 log if batch > 8')
    .replace('# tune: 0..0.99', '')
    .replace('8..128 log', '8..')
    .replace('100):  # tune: 10..1000', '100):');
  const result = place(script, text, values);
  expect(result.skipped).toEqual([]);
  expect(applied(text, result)).toBe(
    expected(script)
      .replace('1e-5..1e-1 log', '1e-6..1 log if batch > 8')
      .replace('# tune: 0..0.99', '')
      .replace('8..128 log', '8..')
      .replace('200):  # tune: 10..1000', '200):'),
  );
});

test('a variable renamed without its annotation is followed where it was renamed throughout', () => {
  const text = script
    .replace('lr = 1e-3  # tune: 1e-5..1e-1 log', 'rate = 1e-3')
    .replace('cos(lr)', 'cos(rate)');
  expect(applied(text, place(script, text, { lr: 0.02 }))).toContain('rate = 2e-2\n');
  const other = script.replace('lr = 1e-3  # tune: 1e-5..1e-1 log', 'other = 1e-3');
  expect(place(script, other, { lr: 0.02 })).toMatchObject({ edits: [], skipped: [{ name: 'lr' }] });
});

test('a value changed by hand since is replaced, and said', () => {
  const text = script.replace('1e-3', '5e-4');
  const result = place(script, text, { lr: 0.02 });
  expect(applied(text, result)).toBe(script.replace('1e-3', '2e-2'));
  expect(result.notes).toEqual([{ name: 'lr', note: 'lr was 1e-3 when the study began; it is 5e-4 now.' }]);
});

test('a new literal of the same name does not take the place of the old one', () => {
  const text = script.replace('class Config', 'class Small:\n    width = 8  # tune: 4..16\n\n\nclass Config');
  expect(applied(text, place(script, text, { width: 100 }))).toBe(text.replace('width = 64', 'width = 100'));
});

test('where two places are as likely, the value is left out with the lines named', () => {
  const twice = `${script}lr = 1e-3  # tune: 1e-5..1e-1 log\n`;
  expect(place(script, twice, { lr: 0.02 }).skipped).toEqual([
    {
      name: 'lr',
      why: 'lr is annotated at two places now: lines 3 and 16. Take all but one of the annotations away, or insert the value by hand.',
      line: 15,
    },
  ]);
  const bare = script
    .replace('lr = 1e-3  # tune: 1e-5..1e-1 log', 'lr = 1e-3')
    .replace('class Config', 'lr = 5e-4\n\n\nclass Config');
  expect(place(script, bare, { lr: 0.02 }).skipped).toEqual([
    {
      name: 'lr',
      why: 'lr is assigned at two places now: lines 3 and 8. Annotate the one that counts, or insert the value by hand.',
      line: 2,
    },
  ]);
  const before = 'a = 1  # tune: 0..9\nb = 1  # tune: 0..9\n';
  expect(place(before, 'c = 1  # tune: 0..9\n', { a: 2, b: 3 }).skipped.map(({ why }) => why)).toEqual([
    'Line 1 could be a or b. Insert the value by hand.',
    'Line 1 could be a or b. Insert the value by hand.',
  ]);
});

test('what is gone, no literal any more or inside a syntax error is left out with the reason', () => {
  const text = script
    .replace('momentum = 0.9  # tune: 0..0.99\n', '')
    .replace('batch = 32', 'batch = 2 * 16')
    .replace('1e-3  #', '1e-3 +* 2  #');
  const result = place(script, text, { lr: 0.02, momentum: 0.5, batch: 64, width: 100 });
  expect(result.edits.map(({ name }) => name)).toEqual(['width']);
  expect(result.skipped.map(({ name }) => name)).toEqual(['lr', 'momentum', 'batch']);
  const broken = script.replace('width = 64', 'width = 64)');
  expect(place(script, broken, { width: 100 }).edits).toEqual([]);
});

test('the exact text of old can be put back', () => {
  const before = "lr = 1_0e-4  # tune: 0..1\nname = r'a'  # tune: ['a', 'b']\n";
  const now = "lr = 0.5  # tune: 0..1\nname = \"b\"  # tune: ['a', 'b']\n";
  const planned = scanPython(before).tunables;
  const wanted = planned.map(({ name, value, text }) => ({ name, value, text }));
  expect(applied(now, placeValues(before, now, planned, wanted, reader))).toBe(before);
});

test('keys of configuration files are followed like variables', () => {
  const yaml = `# of the model
optimizer:
  lr: 0.001  # tune: 1e-5..1e-1 log
  kind: adam  # tune: ["adam", "sgd"]
steps: 10  # tune: 1..100
`;
  const toml = `steps = 10  # tune: 1..100\n[optimizer]\nlr = 0.001  # tune: 1e-5..1e-1 log\nkind = 'adam'  # tune: ["adam", "sgd"]\n`;
  for (const [language, before] of [
    ['yaml', yaml],
    ['toml', toml],
  ] as const) {
    const planned = scanSource(language, before).tunables;
    expect(planned.map(({ name }) => name).sort()).toEqual(['kind', 'lr', 'steps']);
    const wanted = [
      { name: 'lr', value: 0.02 },
      { name: 'kind', value: 'sgd' },
      { name: 'steps', value: 20 },
    ];
    const now = before
      .replace('lr', 'learning_rate')
      .replace(/ {2}# tune: \["adam", "sgd"\]/, '')
      .replace(/^(steps.*\n)/m, '# a remark\n\n$1');
    const result = placeValues(before, now, planned, wanted, readerOf(language));
    expect(result.skipped).toEqual([]);
    expect(applied(now, result)).toBe(
      now
        .replace('0.001', '0.02')
        .replace('adam', 'sgd')
        .replace(/(steps.*?)10 /, '$120 '),
    );
  }
});
