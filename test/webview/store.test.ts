import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Delta } from '../../src/protocol/index.ts';
import { applyDelta, emptyModel, findTrial, type PanelModel } from '../../webview/store.ts';
import { aStudyView, aTrialView } from './builders.ts';

const aDelta = (from: number, to: number, overrides: Partial<Delta> = {}): Delta => ({
  from,
  to,
  studies: [],
  trials: [],
  removedStudies: [],
  ...overrides,
});

const apply = (model: PanelModel, delta: Delta): PanelModel => {
  const next = applyDelta(model, 'study-1', delta);
  if (next === undefined) throw new Error('a gap');
  return next;
};

const started = apply(
  emptyModel,
  aDelta(0, 5, { studies: [aStudyView()], trials: [aTrialView(0), aTrialView(1)] }),
);

test('a delta from 0 brings the study and its trials', () => {
  expect(started.revision).toBe(5);
  expect(started.study?.name).toBe('digits');
  expect(started.trials.map(({ number }) => number)).toEqual([0, 1]);
});

test('a later delta replaces a trial and leaves the model before as it was', () => {
  const next = apply(started, aDelta(5, 6, { trials: [aTrialView(1, { state: 'failed' })] }));
  expect(next.trials.map(({ state }) => state)).toEqual(['complete', 'failed']);
  expect(started.trials[1]?.state).toBe('complete');
  expect(next.study).toBe(started.study);
});

test('a delta that begins after what is known is a gap', () => {
  expect(applyDelta(started, 'study-1', aDelta(7, 8))).toBeUndefined();
});

test('an old delta changes nothing', () => {
  expect(applyDelta(started, 'study-1', aDelta(2, 4, { trials: [aTrialView(0, { state: 'failed' })] }))).toBe(
    started,
  );
});

test('a delta from 0 replaces all that was known, even by less', () => {
  const next = apply(started, aDelta(0, 2, { studies: [aStudyView()], trials: [aTrialView(0)] }));
  expect(next).toMatchObject({ revision: 2, trials: [{ number: 0 }] });
});

test('what concerns other studies is passed over', () => {
  const other = aDelta(5, 6, {
    studies: [aStudyView({ id: 'other' })],
    trials: [aTrialView(2, { study: 'other' })],
  });
  const next = apply(started, other);
  expect(next.study?.id).toBe('study-1');
  expect(next.trials).toBe(started.trials);
  expect(next.revision).toBe(6);
});

test('a removed study is known to be removed', () => {
  const next = apply(started, aDelta(5, 6, { removedStudies: ['study-1'] }));
  expect(next).toMatchObject({ study: undefined, trials: [], removed: true });
});

test('numbers that JSON made null are NaN again', () => {
  const sent = JSON.parse(
    JSON.stringify(
      aTrialView(0, {
        values: [Number.NaN],
        metrics: { loss: Number.POSITIVE_INFINITY, acc: 0.5 },
        intermediate: [{ step: 1, value: Number.NaN }],
      }),
    ),
  );
  const [trial] = apply(emptyModel, aDelta(0, 1, { trials: [sent] })).trials;
  expect(trial).toMatchObject({ values: [Number.NaN], metrics: { loss: Number.NaN, acc: 0.5 } });
  expect(trial?.intermediate).toEqual([{ step: 1, value: Number.NaN }]);
});

test('trials that come in any order and any parts stand by number, each in its newest version', () => {
  const parts = fc.array(fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 12 }), { maxLength: 10 });
  fc.assert(
    fc.property(parts, (batches) => {
      const newest = new Map<number, number>();
      let model = emptyModel;
      for (const [revision, numbers] of batches.entries()) {
        const trials = [...new Set(numbers)].map((number) => aTrialView(number, { attempt: revision }));
        for (const { number } of trials) newest.set(number, revision);
        model = apply({ ...model, revision: revision + 1 }, aDelta(revision + 1, revision + 2, { trials }));
      }
      const expected = [...newest].sort((a, b) => a[0] - b[0]);
      expect(model.trials.map(({ number, attempt }) => [number, attempt])).toEqual(expected);
      for (const number of newest.keys()) expect(findTrial(model.trials, number)?.number).toBe(number);
      expect(findTrial(model.trials, 99)).toBeUndefined();
    }),
    { seed: 20_260_725 },
  );
});
