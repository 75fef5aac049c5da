import { expect, test } from 'vitest';
import { scanPython } from '../../../src/engine/index.ts';
import { collectSpace, type SpaceInput, type SpaceRow } from '../../../src/extension/views/collectSpace.ts';
import type { ParameterView } from '../../../src/protocol/index.ts';
import { aStudy, aTrial } from '../builders.ts';

const script = `optimizer = "adam"  # tune: ["adam", "sgd"]
momentum = 0.9  # tune: 0.5..0.99 if optimizer == "sgd"
lr = 1e-3  # tune: 1e-5..1e-1 log
fast_lr = 1e-2  # tune: = 10 * lr
val_acc = 0.5  # tune: maximize
# tune: where lr <= 0.05
# tune: constraint latency_ms <= 20
# tune: trials 40, sampler gp
`;

const rowsOf = (text: string, over: Partial<SpaceInput> = {}): readonly SpaceRow[] =>
  collectSpace({
    documents: [{ document: 'file:///train.py', annotations: scanPython(text) }],
    file: 'train.py',
    settings: { trials: null, parallel: 3, sampler: 'auto', pruner: 'none' },
    pathOf: (file) => `/project/${file}`,
    quote: (one) => one,
    ...over,
  });
const named = (rows: readonly SpaceRow[], label: string): SpaceRow | undefined =>
  rows.flatMap((row) => [row, ...row.children]).find((row) => row.label === label);

test('parameters stand in the order of the source, conditional ones under what they depend on', () => {
  const rows = rowsOf(script);
  expect(rows.map(({ label }) => label)).toEqual([
    'optimizer',
    'lr',
    'fast_lr',
    'maximize val_acc',
    'lr <= 0.05',
    'latency_ms <= 20',
    'Study settings',
  ]);
  expect(rows[0]?.children.map(({ label }) => label)).toEqual(['momentum']);
  expect(named(rows, 'lr')).toMatchObject({
    description: '1e-3 · 1e-5..0.1 log'.replace('1e-3', '0.001'),
    contextValue: 'parameter',
    copy: '0.001',
    place: { document: 'file:///train.py', offset: script.indexOf('1e-3') },
  });
});

const parameter = (over: Partial<ParameterView>): ParameterView => ({
  name: 'lr',
  kind: 'float',
  summary: '1e-5..0.1 log',
  log: true,
  file: 'train.py',
  line: 2,
  ...over,
});

test('what came of a parameter stands beside it, and can be inserted', () => {
  const study = aStudy({
    parameters: [parameter({}), parameter({ name: 'lib.depth', file: 'lib/model.py', line: 4 })],
  });
  const best = aTrial({ number: 5, values: [0.97], params: { lr: 0.0032, 'lib.depth': 3 } });
  const rows = rowsOf(script, {
    tuned: { study, best, importances: new Map([['lr', 0.452]]) },
  });
  expect(named(rows, 'lr')).toMatchObject({
    description: '0.001 · best 0.0032 · 45 % · 1e-5..0.1 log',
    contextValue: 'parameter.best',
    study: 's1',
    parameter: 'lr',
    copy: '0.0032',
    spoken: 'Parameter lr, 0.001, best 0.0032, 45 %, 1e-5..0.1 log',
  });
  expect(named(rows, 'model.py')).toMatchObject({ description: 'lib' });
  expect(named(rows, 'lib.depth')).toMatchObject({
    parameter: 'lib.depth',
    place: { file: '/project/lib/model.py', line: 4 },
  });
});

test('settings say whether the script or the settings chose them', () => {
  const settings = rowsOf(script)
    .at(-1)
    ?.children.map(({ label, description }) => [label, description]);
  expect(settings).toEqual([
    ['Trials', '40 · in the script'],
    ['At a time', '3 · setting'],
    ['Sampler', 'gp · in the script'],
    ['Early stopping', 'none · setting'],
  ]);
});

test('problems come first and lead to their place', () => {
  const text = 'lr = 1e-3  # tune: 1..0 loog\n';
  const [first] = rowsOf(text);
  expect(first?.label).toMatch(/problem/);
  expect(first?.children[0]?.place).toMatchObject({ document: 'file:///train.py' });
});

test('a file without annotations has no rows, so that the view can say what to do', () => {
  expect(rowsOf('lr = 1e-3\n')).toEqual([]);
});

test('ids are unique', () => {
  const ids = (rows: readonly SpaceRow[]): readonly string[] =>
    rows.flatMap((row) => [row.id, ...ids(row.children)]);
  const all = ids(rowsOf(script));
  expect(new Set(all).size).toBe(all.length);
});
