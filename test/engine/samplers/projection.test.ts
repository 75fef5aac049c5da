import { expect, test } from 'vitest';
import { createProjector } from '../../../src/engine/samplers/projection.ts';
import type { Objective } from '../../../src/engine/study/objective.ts';
import type { Trial } from '../../../src/engine/study/trial.ts';
import { aCurve, aTrial } from '../../builders/trials.ts';

const down: readonly Objective[] = [{ metric: 'loss', direction: 'minimize' }];
const up: readonly Objective[] = [{ metric: 'score', direction: 'maximize' }];

/** Complete trials whose value after one report says how they end: twice that, less one. */
const finished = [1, 2, 3, 4, 5].map((first, number) =>
  aTrial({ number, values: [2 * first - 1], intermediate: aCurve(first, 1.5 * first, 2 * first - 1) }),
);
const stoppedAfter = (...values: readonly number[]): Trial =>
  aTrial({ number: 9, state: 'pruned', intermediate: aCurve(...values) });

const projected = (trials: readonly Trial[], objectives = down): number =>
  createProjector()(trials, objectives).at(-1)?.values?.[0] ?? Number.NaN;

test('a stopped trial is taken to end as those did that stood where it stood', () => {
  expect(projected([...finished, stoppedAfter(3.5)])).toBeCloseTo(6, 10);
});

test('it is never better than the best that finished', () => {
  expect(projected([...finished, stoppedAfter(0.1)])).toBe(1);
  const upwards = finished.map((trial) => ({ ...trial, values: [10 - (trial.values?.[0] ?? 0)] }));
  expect(projected([...upwards, stoppedAfter(0.1)], up)).toBeLessThanOrEqual(9);
});

test('where early values say nothing of late ones, the mean is expected', () => {
  const crossing = [1, 2, 3, 4, 5].map((first, number) =>
    aTrial({ number, values: [6 - first], intermediate: aCurve(first, 6 - first) }),
  );
  expect(projected([...crossing, stoppedAfter(1)])).toBeCloseTo(3, 10);
});

test('from rung to rung, each by those that were at both', () => {
  const rung = (number: number, ...values: readonly number[]): Trial =>
    aTrial({ number, state: 'paused', intermediate: aCurve(...values) });
  const trials = [rung(0, 4), rung(1, 3), rung(2, 2, 1), rung(3, 1, 0), stoppedAfter(5)];
  // At both rungs stood two trials, each one lower at the second.
  expect(projected(trials)).toBeCloseTo(4, 10);
});

test('nothing changes without stopped trials, and unchanged trials stay the same objects', () => {
  const project = createProjector();
  expect(project(finished, down)).toBe(finished);
  const trials = [...finished, stoppedAfter(3.5)];
  const [first, second] = [project(trials, down), project(trials, down)];
  expect(second.at(-1)).toBe(first.at(-1));
  expect(second[0]).toBe(finished[0]);
  expect(project(trials, [...down, ...up])).toBe(trials);
});

test('a trial that reported only NaN is left as it is', () => {
  const lost = stoppedAfter(Number.NaN);
  expect(createProjector()([...finished, lost], down).at(-1)).toBe(lost);
});
