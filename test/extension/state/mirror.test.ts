import fc from 'fast-check';
import { expect, test } from 'vitest';
import { StudyMirror } from '../../../src/extension/state/mirror.ts';
import { aDelta, aStudy, aTrial, counts } from '../builders.ts';

test('a delta replaces studies by id and trials by number', () => {
  const mirror = new StudyMirror();
  mirror.apply(
    aDelta({
      to: 1,
      studies: [aStudy()],
      trials: [aTrial({ number: 1 }), aTrial({ number: 0, state: 'running' })],
    }),
  );
  mirror.apply(
    aDelta({
      from: 1,
      to: 2,
      studies: [aStudy({ state: 'paused' })],
      trials: [aTrial({ number: 0, star: true })],
    }),
  );
  expect(mirror.study('s1')?.state).toBe('paused');
  expect(mirror.trials('s1').map(({ number, state, star }) => [number, state, star])).toEqual([
    [0, 'complete', true],
    [1, 'complete', false],
  ]);
  expect(mirror.revision).toBe(2);
});

test('a delta that leaves a gap is refused and changes nothing', () => {
  const mirror = new StudyMirror();
  expect(mirror.apply(aDelta({ from: 3, to: 4, studies: [aStudy()] }))).toBeUndefined();
  expect(mirror.studies()).toEqual([]);
  expect(mirror.revision).toBe(0);
});

test('a removed study takes its trials with it', () => {
  const mirror = new StudyMirror();
  mirror.apply(aDelta({ studies: [aStudy()], trials: [aTrial()] }));
  const change = mirror.apply(aDelta({ from: 1, to: 2, removedStudies: ['s1'] }));
  expect(change?.removed).toEqual(['s1']);
  expect(mirror.trial('s1', 0)).toBeUndefined();
  expect(mirror.deltaSince('s1', 1).removedStudies).toEqual(['s1']);
});

test('the best trial follows the study', () => {
  const mirror = new StudyMirror();
  mirror.apply(
    aDelta({
      studies: [aStudy({ best: 1 })],
      trials: [aTrial(), aTrial({ number: 1, params: { lr: 0.5 } })],
    }),
  );
  expect(mirror.best('s1')?.params).toEqual({ lr: 0.5 });
});

test('a view that stands at the newest revision has missed nothing', () => {
  const mirror = new StudyMirror();
  mirror.apply(aDelta({ to: 7, studies: [aStudy()], trials: [aTrial()] }));
  expect(mirror.deltaSince('s1', 7)).toEqual(aDelta({ from: 7, to: 7 }));
});

test('a view from another life of the store gets everything', () => {
  const mirror = new StudyMirror();
  mirror.apply(aDelta({ to: 2, studies: [aStudy()], trials: [aTrial()] }));
  expect(mirror.deltaSince('s1', 99)).toMatchObject({ from: 0, to: 2, trials: [{ number: 0 }] });
});

test('whenever a view catches up, it ends with what the mirror has', () => {
  const step = fc.record({ number: fc.nat(5), star: fc.boolean(), look: fc.boolean() });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const mirror = new StudyMirror();
      const view = new StudyMirror();
      steps.forEach(({ number, star, look }, index) => {
        mirror.apply(
          aDelta({
            from: index,
            to: index + 1,
            studies: [aStudy({ seed: index })],
            trials: [aTrial({ number, star })],
          }),
        );
        if (look) view.apply(mirror.deltaSince('s1', view.revision));
      });
      view.apply(mirror.deltaSince('s1', view.revision));
      expect(view.trials('s1')).toEqual(mirror.trials('s1'));
      expect(view.study('s1')).toEqual(mirror.study('s1'));
    }),
    { seed: 11 },
  );
});

test('running trials are found wherever they are', () => {
  const mirror = new StudyMirror();
  const trials = ['running', 'complete', 'running', 'pruned'] as const;
  mirror.apply(
    aDelta({
      studies: [aStudy({ counts: counts({ running: 2, complete: 1, pruned: 1 }) })],
      trials: trials.map((state, number) => aTrial({ number, state })),
    }),
  );
  expect(mirror.runningTrials('s1').map(({ number }) => number)).toEqual([2, 0]);
  expect(mirror.runningTrials('none')).toEqual([]);
});
