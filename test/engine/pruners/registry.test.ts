import { expect, test } from 'vitest';
import { createPruner } from '../../../src/engine/pruners/registry.ts';
import { createRungRule, createScheduler } from '../../../src/engine/schedulers/registry.ts';
import { aCurve, aTrial } from '../../builders/trials.ts';

test('options reach the pruner', () => {
  const pruner = createPruner({ name: 'median', options: { startup: 1 } });
  const trial = aTrial({ state: 'running', intermediate: aCurve(2) });
  const others = [aTrial({ intermediate: aCurve(1) })];
  expect(pruner.ok && pruner.value.decide({ trial, others, direction: 'minimize' }).prune).toBe(true);
});

test('an unknown name or option is answered with what there is', () => {
  expect(createPruner({ name: 'mean', options: {} })).toEqual({
    ok: false,
    error:
      'No pruner is called “mean”; there are median, percentile, threshold, patience, diverged, wilcoxon, extrapolate, pareto and none.',
  });
  expect(createPruner({ name: 'median', options: { wait: 1 } })).toMatchObject({
    error: 'median has no option “wait”; it takes startup and warmup.',
  });
  expect(createPruner({ name: 'none', options: { wait: 1 } })).toMatchObject({ ok: false });
  expect(createScheduler({ name: 'median', options: {} })).toMatchObject({
    error:
      'No scheduler is called “median”; there are halving, hyperband, asha-promotion, pasha, dehb, pbt and pb2.',
  });
  expect(createRungRule({ name: 'asha', options: { eta: 1 } })).toMatchObject({
    error: 'asha: eta must be a number of at least 2, not 1.',
  });
});
