import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { scanPython } from '../../../src/engine/annotations/scanPython.ts';
import { inWords } from './notation.ts';

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), 'utf8');

test('every form of a realistic script is read', () => {
  const text = read('../../fixtures/annotations/train.py');
  const { tunables, problems, reports, objectives, options, constraints, imports } = scanPython(text);
  expect(problems).toEqual([]);
  expect(tunables.map((each) => `${each.line + 1} ${inWords(each)}`)).toEqual([
    '31 SEED: 1234 ∈ seed (module SEED)',
    '32 EPOCHS: 30 ∈ budget 1..30 (module EPOCHS)',
    '35 optimizer: "adam" ∈ ["adam", "sgd", "lion"] (module optimizer)',
    '36 momentum: 0.9 ∈ 0.5..0.99 if optimizer == "sgd" (module momentum)',
    '38 width: 64 ∈ 16..256 log step 2x (module width)',
    '38 layers: 4 ∈ 1..8 (module layers)',
    '39 warmup: 500 ∈ 0..2000 step 100 (module warmup)',
    '39 clip: 1.0 ∈ 0.1..10 log (module clip)',
    '40 mixup: .2 ∈ 0..0.5 step 0.05 (module mixup)',
    '41 use_ema: True ∈ true | false (module use_ema)',
    '42 label_smoothing: 0.1 ∈ 0..0.3 (module label_smoothing)',
    '49 lr: 1e-3 ∈ 1e-5..0.1 log (field Config)',
    '50 weight_decay: 5e-4 ∈ 1e-6..0.01 log (field Config)',
    '51 batch_size: 64 ∈ 16..256 log step 2x (field Config)',
    '52 size: "base" ∈ ["small", "base", "large"] ordered (field Config)',
    '54 lr_head: 4e-3 ∈ = 4 * lr (field Config)',
    '62 flip: 0.5 ∈ 0..1 (dict)',
    '63 color_jitter: 0.4 ∈ 0..0.8 (dict)',
    '72 drop_path: 0.1 ∈ 0..0.5 (argparse drop_path)',
    '76 activation: "relu" ∈ ["relu", "gelu", "silu"] (argparse activation)',
    '83 dropout: 0.2 ∈ 0..0.6 (default __init__)',
    '85 gain: 1.5 ∈ 0.5..3 (local self.gain)',
    '104 eps: 1e-8 ∈ 1e-10..1e-6 log (keyword Adam)',
    '127 patience: 5 ∈ 2..10 (local patience)',
  ]);
  expect(reports.map(({ name, line, at }) => [name, line + 1, text.slice(at - 10, at).trim()])).toEqual([
    ['val_acc', 134, ')'],
    ['latency_ms', 139, 'ncy(model)'],
  ]);
  expect(objectives).toEqual([
    { metric: 'val_acc', direction: 'maximize' },
    { metric: 'latency_ms', direction: 'minimize' },
  ]);
  expect(options).toEqual({
    budget: { trials: 60, timeMs: 7_200_000 },
    parallel: 2,
    sampler: { name: 'tpe', options: { startup: 12 } },
    pruner: { name: 'median', options: {} },
  });
  expect(constraints.map((each) => each.text)).toEqual(['layers * width <= 4096']);
  expect(imports.filter((each) => each.startsWith('.') || each === 'local_config')).toEqual([
    '.',
    '.metrics',
    '.data',
    '.data.loaders',
    '.models.blocks',
    '.models.blocks.ResidualBlock',
    '.models.blocks.SqueezeExcite',
    'local_config',
  ]);
});

test('the bundled example has five parameters and no problems', () => {
  const { tunables, problems, objectives } = scanPython(read('../../../examples/digits/train.py'));
  expect(problems).toEqual([]);
  expect(tunables.map(({ name, role }) => `${name} ${role.kind}`)).toEqual([
    'lr search',
    'hidden search',
    'dropout search',
    'optimizer search',
    'momentum search',
  ]);
  expect(objectives).toEqual([{ metric: 'val_acc', direction: 'maximize' }]);
});
