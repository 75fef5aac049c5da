import { expect, test } from 'vitest';
import { scanPython } from '../../../src/engine/annotations/scanPython.ts';
import { tunablesOf } from './notation.ts';

test('settings of a study are read from comments', () => {
  const { options, problems } = scanPython(
    '# tune: trials 100, parallel 4, sampler tpe(startup=20, multivariate=True), pruner asha, stop 1h30m; seed 7\n',
  );
  expect(problems).toEqual([]);
  expect(options).toEqual({
    budget: { trials: 100, timeMs: 5_400_000 },
    parallel: 4,
    seed: 7,
    sampler: { name: 'tpe', options: { startup: 20, multivariate: true } },
    pruner: { name: 'asha', options: {} },
  });
});

test.each([
  ['90s', 90_000],
  ['1.5 hours', 5_400_000],
  ['2d', 172_800_000],
  ['10 min', 600_000],
])('time %s is %i ms', (written, timeMs) => {
  expect(scanPython(`# tune: time ${written}`).options.budget).toEqual({ timeMs });
});

test('objectives are named in lines of their own, each once and in order', () => {
  const { objectives } = scanPython(
    '# tune: maximize val_acc, minimise "latency ms"\n# tune: maximize val_acc, minimize val/loss',
  );
  expect(objectives).toEqual([
    { metric: 'val_acc', direction: 'maximize' },
    { metric: 'latency ms', direction: 'minimize' },
    { metric: 'val/loss', direction: 'minimize' },
  ]);
});

test('limits on metrics are read in source order', () => {
  const { limits, problems } = scanPython(
    '# tune: minimize loss, constraint latency_ms <= 20; constraint "val acc" >= -0.5\n# tune: constraint size/mb <= 1e3',
  );
  expect(problems).toEqual([]);
  expect(limits).toEqual([
    { metric: 'latency_ms', sign: '<=', bound: 20 },
    { metric: 'val acc', sign: '>=', bound: -0.5 },
    { metric: 'size/mb', sign: '<=', bound: 1000 },
  ]);
});

const reports: readonly (readonly [string, readonly string[]])[] = [
  ['acc = f(x)  # tune: maximize', ['acc @ acc = f(x)']],
  ['acc: float = f(x)  # tune: maximize', ['acc @ acc: float = f(x)']],
  ['acc = f(x); y = 2  # tune: maximize acc', ['acc @ acc = f(x)']],
  [
    'loss, acc = f(x)  # tune: minimize loss, maximize acc',
    ['loss @ loss, acc = f(x)', 'acc @ loss, acc = f(x)'],
  ],
  ['acc = f(\n    x,\n)  # tune: maximize', ['acc @ acc = f(\n    x,\n)']],
  ['acc += 1  # tune: maximize', ['acc @ acc += 1']],
  ['for e in r:\n    if e: acc = f(e)  # tune: maximize\n', ['acc @ for e in r:\n    if e: acc = f(e)']],
  ['print(acc)  # tune: maximize acc', []],
];

test.each(reports)('%j reports at the end of the statement', (text, expected) => {
  const scanned = scanPython(text);
  expect(scanned.problems).toEqual([]);
  expect(scanned.reports.map(({ name, at }) => `${name} @ ${text.slice(0, at)}`)).toEqual(expected);
  expect(scanned.objectives.length).toBeGreaterThan(0);
});

test('where lines are constraints with their place', () => {
  const text = 'a = 1  # tune: 1..4\n# tune: where a * 2 <= min(4, a + 3)';
  const { constraints, problems } = scanPython(text);
  expect(problems).toEqual([]);
  expect(constraints.map(({ text: written, span }) => [written, text.slice(span.start, span.end)])).toEqual([
    ['a * 2 <= min(4, a + 3)', 'a * 2 <= min(4, a + 3)'],
  ]);
});

test('a name that several owners bear is told apart by them', () => {
  const text = [
    'lr = 0.1  # tune: 0..1',
    'class Config:',
    '    lr: float = 0.1  # tune: 0..1',
    '    decay: float = 0.1  # tune: 0..1 if lr > 0.5',
    'def train(lr=0.1):  # tune: 0..1',
    '    opt = Adam(lr=0.1)  # tune: 0..1',
    'cfg = {"lr": 0.1}  # tune: 0..1',
  ].join('\n');
  expect(scanPython(text).tunables.map(({ name }) => name)).toEqual([
    'lr',
    'Config.lr',
    'decay',
    'train.lr',
    'Adam.lr',
    'cfg.lr',
  ]);
});

test('inside its owner a short name means the neighbour', () => {
  const text = [
    'class A:',
    '    opt = "x"  # tune: ["x", "opt"]',
    '    m = 0.1  # tune: 0..1 if opt == "opt"',
    'class B:',
    '    opt = "x"  # tune: ["x", "y"]',
  ].join('\n');
  expect(scanPython(text).problems).toEqual([]);
  expect(tunablesOf(text)[1]).toBe('m: 0.1 ∈ 0..1 if A.opt == "opt" (field A)');
});

test('names of other files may be used', () => {
  const text = 'b = 1  # tune: 1..4 if a > 1';
  expect(scanPython(text, ['a']).problems).toEqual([]);
  expect(scanPython(text).problems).toMatchObject([{ code: 'unknown-name' }]);
});

test('imports are found anywhere, relative ones with their dots', () => {
  const text = [
    'import a.b, c as d',
    'from . import x',
    'from ..pkg import (y as z,',
    '    w)',
    'from m import *',
    'def f():',
    '    try:',
    '        import late',
    '    except ImportError: from q import r',
    's = "import no"',
  ].join('\n');
  expect(scanPython(text).imports).toEqual([
    'a.b',
    'c',
    '.',
    '.x',
    '..pkg',
    '..pkg.y',
    '..pkg.w',
    'm',
    'late',
    'q',
    'q.r',
  ]);
});
