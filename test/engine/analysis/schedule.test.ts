import { expect, test } from 'vitest';
import { scheduleOf } from '../../../src/engine/analysis/schedule.ts';
import { aCurve, aTrial } from '../../builders/trials.ts';

test('a trial without a parent has one stretch, its own values from the start', () => {
  expect(scheduleOf([aTrial({ params: { x: 1 } })], 0)).toEqual([{ step: 0, params: { x: 1 } }]);
});

test('the line of descent gives the stretches in order, whoever stood between', () => {
  const trials = [
    aTrial({ number: 0, params: { x: 1 } }),
    aTrial({ number: 1, params: { x: 9 } }),
    aTrial({ number: 2, params: { x: 2 }, parent: 0, parentStep: 10 }),
    aTrial({ number: 3, params: { x: 3 }, parent: 2, parentStep: 30 }),
  ];
  expect(scheduleOf(trials, 3)).toEqual([
    { step: 0, params: { x: 1 } },
    { step: 10, params: { x: 2 } },
    { step: 30, params: { x: 3 } },
  ]);
});

test('a stretch that was left where it began is not part of it', () => {
  const trials = [
    aTrial({ number: 0, params: { x: 1 } }),
    aTrial({ number: 1, params: { x: 2 }, parent: 0, parentStep: 10 }),
    aTrial({ number: 2, params: { x: 3 }, parent: 1, parentStep: 10 }),
  ];
  expect(scheduleOf(trials, 2).map(({ params }) => params.x)).toEqual([1, 3]);
});

test('without the step of a checkpoint a parent counts as far as it reported', () => {
  const trials = [
    aTrial({ number: 0, params: { x: 1 }, intermediate: aCurve(1, 1, 1) }),
    aTrial({ number: 1, params: { x: 2 }, parent: 0 }),
  ];
  expect(scheduleOf(trials, 1).map(({ step }) => step)).toEqual([0, 2]);
});

test('foreign data that makes a trial its own ancestor ends the line', () => {
  const trials = [aTrial({ number: 0, params: { x: 1 }, parent: 0 })];
  expect(scheduleOf(trials, 0)).toHaveLength(1);
  expect(scheduleOf(trials, 5)).toEqual([]);
});
