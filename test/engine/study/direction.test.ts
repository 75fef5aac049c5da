import { expect, test } from 'vitest';
import { guessDirection } from '../../../src/engine/study/direction.ts';

test.each([
  'acc',
  'val_acc',
  'Accuracy',
  'test/F1',
  'valF1Score',
  'roc_auc',
  'reward',
  'mean_reward',
  'r2',
  'precision@5',
  'recall',
  'BLEU',
  'testacc',
  'neg_mean_squared_error',
  'IoU',
  'log_likelihood',
  'top5',
  'acc1',
])('%s is to rise', (name) => expect(guessDirection(name)).toBe('maximize'));

test.each([
  'loss',
  'val_loss',
  'validationLoss',
  'valloss',
  'test error',
  'mse',
  'RMSE',
  'mae',
  'perplexity',
  'latency_ms',
  'WER',
  'nll',
  'neg_log_likelihood',
  'cross_entropy',
  'training_time',
  'fid_score',
])('%s is to fall', (name) => expect(guessDirection(name)).toBe('minimize'));

test('a name that says nothing is minimised', () => {
  expect(guessDirection('quux')).toBe('minimize');
  expect(guessDirection('')).toBe('minimize');
});

test('the last telling word decides', () => {
  expect(guessDirection('accuracy_error')).toBe('minimize');
  expect(guessDirection('loss_improvement')).toBe('maximize');
});
