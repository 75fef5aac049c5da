import { expect, test } from 'vitest';
import { scanPython } from '../../../src/engine/index.ts';
import { type Completion, collectCompletions } from '../../../src/extension/language/collectCompletions.ts';
import { commentAt } from '../../../src/extension/language/place.ts';

const completionsAt = (notation: string): readonly Completion[] => {
  const offset = notation.indexOf('|');
  const source = notation.replace('|', '');
  const annotations = scanPython(source);
  const comment = commentAt(source, annotations, offset);
  if (comment === undefined) return [];
  return collectCompletions({
    source,
    annotations,
    comment,
    offset,
    metrics: ['val_loss', 'test acc'],
    aboutStrategy: (_, name) => `About ${name}.`,
  });
};
const labels = (notation: string): readonly string[] => completionsAt(notation).map(({ label }) => label);

/** The line after the first completion was accepted, places to fill in taken as they stand. */
const accepted = (notation: string, label?: string): string => {
  const source = notation.replace('|', '');
  const items = completionsAt(notation);
  const item = label === undefined ? items[0] : items.find((each) => each.label === label);
  if (item === undefined) return 'nothing';
  const text = item.snippet.replaceAll(/\$\{\d+:?([^}]*)\}/gu, '$1').replaceAll(/\\([\\$}])/gu, '$1');
  return source.slice(0, item.word.start) + text + source.slice(item.word.end);
};

test('the range inferred from name and value comes first', () => {
  expect(accepted('lr = 1e-3  # tune: |')).toBe('lr = 1e-3  # tune: 1e-5..0.1 log');
  expect(accepted('batch_size = 64  # tune:|')).toBe('batch_size = 64  # tune:16..256 log step 2x');
  expect(accepted('opt = "adam"  # tune: |')).toBe('opt = "adam"  # tune: ["adam", ""]');
  expect(accepted('flag = True  # tune: |')).toBe('flag = True  # tune: [True, False]');
});

test('a bare tune goes on with a colon', () => {
  expect(accepted('lr = 1e-3  # tune|')).toBe('lr = 1e-3  # tune: 1e-5..0.1 log');
  expect(accepted('lr = 1e-3  # tune |')).toBe('lr = 1e-3  # tune: 1e-5..0.1 log');
});

test('the beginning of an annotation stays offered only while tune is being typed', () => {
  expect(new Set(completionsAt('lr = 1e-3  # tune|').map(({ filter }) => filter))).toEqual(new Set(['tune']));
  expect(completionsAt('lr = 1e-3  # tune: |').every(({ filter }) => filter === undefined)).toBe(true);
});

test('what is offered depends on what stands there', () => {
  expect(labels('n = 4  # tune: |')).toEqual([
    '1..10',
    'low..high',
    'low..high log',
    'normal(mean, deviation)',
    '[4, …]',
    '= expression',
    'budget',
    'seed',
    ...['maximize', 'minimize', 'constraint', 'where', 'trials', 'parallel', 'sampler', 'pruner', 'stop'],
    'seed',
  ]);
  expect(labels('h = [64, 32]  # tune: |').slice(0, 4)).toEqual([
    'list 1..n of low..high',
    'permutation',
    'subset',
    'simplex',
  ]);
  expect(labels('a = 1; b = 2  # tune: |').slice(0, 2)).toEqual(['a: ', 'b: ']);
  expect(labels('a = 1; b = 2  # tune: b: |')[0]).toBe('1..10');
  expect(labels('acc = f()  # tune: |')).toEqual(['maximize', 'minimize']);
  expect(labels('# tune: |')[0]).toBe('maximize');
});

test('conditions name other tuned values, and then their choices', () => {
  const above = 'opt = "adam"  # tune: ["adam", "sgd"]\nseed = 0  # tune\n';
  expect(labels(`${above}m = 0.9  # tune: 0..1 if |`).slice(0, 2)).toEqual(['opt', 'min']);
  expect(labels(`${above}m = 0.9  # tune: 0..1 if opt == |`).slice(0, 2)).toEqual(['"adam"', '"sgd"']);
  expect(accepted(`${above}m = 0.9  # tune: 0..1 if opt == "|"`, '"sgd"')).toBe(
    `${above}m = 0.9  # tune: 0..1 if opt == "sgd"`,
  );
  expect(labels(`${above}m = 0.9  # tune: 0..1 if opt in ["adam", |`)[0]).toBe('"sgd"');
  expect(labels('h = [8]  # tune: list 1..2 of 1..8\n# tune: where |').slice(0, 2)).toEqual([
    'h',
    'h.length',
  ]);
});

test('names within a class are known by their own name too', () => {
  const text =
    'class A:\n    opt = "a"  # tune: ["a", "b"]\n    m = 0.9  # tune: 0..1 if opt == |\nclass B:\n    opt = "c"  # tune: ["c", "d"]\n';
  expect(labels(text).slice(0, 2)).toEqual(['"a"', '"b"']);
});

test('objectives name metrics of the script and of earlier studies', () => {
  const text = 'acc = f()  # tune: maximize\n# tune: minimize |';
  expect(labels(text)).toEqual(['acc', 'val_loss', 'test acc']);
  expect(accepted(text, 'test acc')).toContain('minimize "test acc"');
});

test('samplers and pruners come with a line about each', () => {
  const items = completionsAt('# tune: sampler |');
  expect(items.map(({ label }) => label)).toContain('tpe');
  expect(items[0]?.documentation).toBe('About auto.');
  expect(labels('# tune: trials 100, pruner a|')).toContain('asha');
});

test('nothing is offered outside of annotations', () => {
  expect(labels('lr = 1e-3  # tu|ned by hand')).toEqual([]);
  expect(labels('lr = |1e-3  # tune: 1..2')).toEqual([]);
  expect(labels('lr = 1e-3  # tune: 1..2  # a remark |')).toEqual([]);
  expect(labels('s = "# tune: |"')).toEqual([]);
  expect(labels('# tune the piano |')).toEqual([]);
});

test('what is inferred never breaks the text it is written into', () => {
  for (const text of ['x = "a$b}"', "x = 'it\\'s'", 'x = -3', 'x = 0', 'x = 1e-300', 'x = None', 'x = []'])
    expect(accepted(`${text}  # tune: |`)).toContain(`${text}  # tune: `);
});
