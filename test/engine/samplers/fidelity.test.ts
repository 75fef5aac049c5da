import { expect, test } from 'vitest';
import { createFidelityReader } from '../../../src/engine/samplers/fidelity.ts';
import { aCurve, aTrial } from '../../builders/trials.ts';

const ended = (number: number, ...values: readonly number[]): ReturnType<typeof aTrial> =>
  aTrial({ number, state: 'pruned', intermediate: aCurve(...values) });

test('values are taken at the highest step that enough trials reached', () => {
  const trials = [
    ended(0, 9, 8, 7),
    ended(1, 9, 6),
    aTrial({ number: 2, state: 'paused', intermediate: aCurve(5, 4) }),
    ended(3, 3),
    aTrial({ number: 4, state: 'failed', intermediate: aCurve(1, 1, 1) }),
  ];
  const { trials: stood, step } = createFidelityReader()(trials, 1, 3);
  expect(step).toBe(1);
  expect(stood.map(({ state, values }) => [state, values])).toEqual([
    ['complete', [8]],
    ['complete', [6]],
    ['complete', [4]],
    ['pruned', undefined],
    ['failed', undefined],
  ]);
});

test('enough final values go before all others, and too few of any leave the trials as they are', () => {
  const complete = [0, 1, 2].map((number) => aTrial({ number, values: [number] }));
  const trials = [...complete, ended(3, 1, 2), ended(4, 1, 2), ended(5, 1, 2)];
  expect(createFidelityReader()(trials, 1, 3)).toEqual({ trials, step: undefined });
  expect(createFidelityReader()(trials, 1, 4)).toEqual({ trials, step: undefined });
});

test('a trial is made into another only once for a step', () => {
  const read = createFidelityReader();
  const trials = [ended(0, 9, 8), ended(1, 9, 6)];
  expect(read(trials, 1, 2).trials[0]).toBe(read([...trials], 1, 2).trials[0]);
});
