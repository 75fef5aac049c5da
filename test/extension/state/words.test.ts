import { expect, test } from 'vitest';
import {
  likeliestFirst,
  toMetric,
  toProgress,
  toShortParams,
  toShortValue,
} from '../../../src/extension/state/words.ts';
import { formatNumber } from '../../../src/protocol/index.ts';
import { aStudy, aTrial, counts } from '../builders.ts';

test.each([
  [0.97222, '0.9722'],
  [0.00323456, '0.003235'],
  [0.000321, '3.21e-4'],
  [1e-5, '1e-5'],
  [1200, '1200'],
  [123456.789, '1.235e5'],
  [0, '0'],
  [-0.5, '-0.5'],
  [Number.NaN, 'nan'],
  [Number.POSITIVE_INFINITY, 'inf'],
])('%d is shown as %s', (value, text) => {
  expect(formatNumber(value)).toBe(text);
});

test('values are written as Python writes them', () => {
  expect([true, false, null, 'adam', 3].map(toShortValue)).toEqual(['True', 'False', 'None', '"adam"', '3']);
  expect(toShortParams({ lr: 0.01, optimizer: 'sgd' })).toBe('lr=0.01 optimizer="sgd"');
});

test('progress counts every finished trial', () => {
  const study = aStudy({ counts: counts({ complete: 8, pruned: 2, failed: 1, stopped: 1, running: 2 }) });
  expect(toProgress(study)).toBe('12/30');
  const { trialBudget: _, ...without } = study;
  expect(toProgress(without)).toBe('12');
});

test('a finished trial shows its value, a running one the newest report', () => {
  expect(toMetric(aStudy(), aTrial({ values: [0.9], metrics: { val_acc: 0.8 } }))).toBe('val_acc 0.9');
  expect(toMetric(aStudy(), aTrial({ state: 'running', metrics: { val_acc: 0.8 } }))).toBe('val_acc 0.8');
  expect(toMetric(aStudy({ objectives: [] }), aTrial({ metrics: { val_acc: 0.8 } }))).toBeUndefined();
});

test('metrics on data held back are offered first, those on training data last', () => {
  const metrics = ['train_loss', 'seconds', 'val_acc', 'training/acc', 'testable', 'test/loss'];
  expect(likeliestFirst(metrics.map((metric) => ({ metric }))).map(({ metric }) => metric)).toEqual([
    'val_acc',
    'test/loss',
    'seconds',
    'testable',
    'train_loss',
    'training/acc',
  ]);
});
