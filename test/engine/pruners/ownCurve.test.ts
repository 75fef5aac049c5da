// Pruners that look at a trial's own curve: threshold, patience, diverged.
import { expect, test } from 'vitest';
import { divergedPruner } from '../../../src/engine/pruners/diverged.ts';
import { createPruner } from '../../../src/engine/pruners/registry.ts';
import { patiencePruner } from '../../../src/engine/pruners/patience.ts';
import { thresholdPruner } from '../../../src/engine/pruners/threshold.ts';
import type { Pruner } from '../../../src/engine/study/pruner.ts';
import type { Trial } from '../../../src/engine/study/trial.ts';
import { aCurve, aTrial } from '../../builders/trials.ts';

const running = (...values: readonly number[]): Trial =>
  aTrial({ number: 99, state: 'running', intermediate: aCurve(...values) });
const decide = (pruner: Pruner, values: readonly number[], others: readonly Trial[] = []) =>
  pruner.decide({ trial: running(...values), others, direction: 'minimize' });

test('a value beyond a bound, infinite or NaN stops a trial, a value on the bound does not', () => {
  const pruner = thresholdPruner({ lower: 0, upper: 10 });
  expect(decide(pruner, [0, 10]).prune).toBe(false);
  expect(decide(pruner, [10.5])).toEqual({ prune: true, reason: '10.5 at step 0 is above the bound 10.' });
  expect(decide(pruner, [5, -1]).reason).toBe('-1 at step 1 is below the bound 0.');
  expect(decide(pruner, [Number.NaN]).reason).toBe('The value at step 0 is not a number.');
  expect(decide(thresholdPruner(), [1e300, -1e300]).prune).toBe(false);
  expect(decide(thresholdPruner(), [Infinity]).prune).toBe(true);
  expect(decide(thresholdPruner({ upper: 1, warmup: 2 }), [5, 5]).prune).toBe(false);
  expect(decide(thresholdPruner({ upper: 1, warmup: 2 }), [5, 5, 5]).prune).toBe(true);
});

test('a trial stops after so many reports without improvement by more than the least', () => {
  const pruner = patiencePruner({ reports: 3, minDelta: 0.1 });
  expect(decide(pruner, [5, 4, 4, 4]).prune).toBe(false);
  expect(decide(pruner, [5, 4, 4, 4, 3.95])).toEqual({
    prune: true,
    reason: 'No improvement on its best, 4 at step 1, in 3 reports.',
  });
  expect(decide(pruner, [5, 4, 4, 4, 3.8]).prune).toBe(false);
  expect(decide(pruner, [5, 4, Number.NaN, Number.NaN, Number.NaN]).prune).toBe(true);
  expect(
    decide(
      pruner,
      Array.from({ length: 4 }, () => Number.NaN),
    ).reason,
  ).toBe('None of 4 reports was a number.');
});

test('with an inner rule a trial out of patience stops only where that rule would stop it too', () => {
  const pruner = createPruner({ name: 'patience', options: { reports: 2, inner: 'median' } });
  if (!pruner.ok) throw new Error(pruner.error);
  const peers = Array.from({ length: 5 }, (_, number) =>
    aTrial({ number, intermediate: aCurve(3, 3, 3, 3) }),
  );
  expect(decide(pruner.value, [2, 2, 2, 2], peers).prune).toBe(false);
  expect(decide(pruner.value, [4, 4, 4, 4], peers).prune).toBe(true);
  expect(decide(pruner.value, [7, 6, 5, 4], peers).prune).toBe(false);
});

test('two non-finite values in a row are divergence, one is not', () => {
  const pruner = divergedPruner();
  expect(decide(pruner, [2, 1, Number.NaN]).prune).toBe(false);
  expect(decide(pruner, [2, Number.NaN, 1]).prune).toBe(false);
  expect(decide(pruner, [2, Number.NaN, Infinity]).reason).toBe(
    'Diverged: 2 non-finite values in a row up to step 2.',
  );
});

test('a loss that explodes is divergence, one that bounces is not', () => {
  const pruner = divergedPruner();
  expect(decide(pruner, [2.3, 0.5, 2.4]).prune).toBe(false);
  expect(decide(pruner, [2.3, 0.5, 60]).reason).toMatch(/^Diverged: 60 is 25.87 times its scale away/);
  expect(decide(pruner, [0, 0, 50]).prune).toBe(false);
  const up = divergedPruner().decide({
    trial: running(0.5, 0.9, -40),
    others: [],
    direction: 'maximize',
  });
  expect(up.prune).toBe(true);
});

test('a value far out of the field is divergence, also from the first report on', () => {
  const peers = Array.from({ length: 9 }, (_, number) =>
    aTrial({ number, state: 'pruned', intermediate: aCurve(1 + number / 10) }),
  );
  expect(decide(divergedPruner(), [3], peers).prune).toBe(false);
  expect(decide(divergedPruner(), [30], peers)).toMatchObject({ prune: true });
  expect(decide(divergedPruner(), [30], peers.slice(2)).prune).toBe(false);
});
