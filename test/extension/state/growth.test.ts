import fc from 'fast-check';
import { expect, test } from 'vitest';
import { StudyMirror } from '../../../src/extension/state/mirror.ts';
import { type Delta, growthAfter, type TrialNews } from '../../../src/protocol/index.ts';
import { applyDelta, emptyModel, type PanelModel } from '../../../webview/store.ts';
import { aDelta, aStudy, aTrial } from '../builders.ts';

const curveOf = (length: number, value = 1): { step: number; value: number }[] =>
  Array.from({ length }, (_, step) => ({ step, value: step === 3 ? Number.NaN : value * step }));

const news = (curve: { step: number; value: number }[], after: number): TrialNews => ({
  ...aTrial({ state: 'running' }),
  grown: growthAfter(curve, after),
});

const asJson = (delta: Delta): Delta => JSON.parse(JSON.stringify(delta));

test('a curve that grew is sent as what is new, and is whole in mirror and panel', () => {
  const mirror = new StudyMirror();
  mirror.apply(aDelta({ studies: [aStudy()], trials: [news(curveOf(5), 0)] }));
  mirror.apply(aDelta({ from: 1, to: 2, studies: [aStudy()], trials: [news(curveOf(8), 5)] }));
  expect(mirror.trial('s1', 0)?.intermediate).toEqual(curveOf(8));
  const sent = mirror.deltaSince('s1', 1);
  expect(sent.trials[0]?.grown).toEqual({ after: 5, points: [5, 5, 6, 6, 7, 7] });
});

test('news of a curve that is not known make the mirror ask for everything', () => {
  const mirror = new StudyMirror();
  mirror.apply(aDelta({ studies: [aStudy()], trials: [news(curveOf(2), 0)] }));
  expect(mirror.apply(aDelta({ from: 1, to: 2, trials: [news(curveOf(9), 5)] }))).toBeUndefined();
  expect(mirror.revision).toBe(0);
  mirror.apply(aDelta({ from: 0, to: 2, studies: [aStudy()], trials: [news(curveOf(9), 0)] }));
  expect(mirror.trial('s1', 0)?.intermediate).toEqual(curveOf(9));
});

test('whenever the panel is told, and however a curve changes, it shows what the mirror has', () => {
  const change = fc.record({
    grow: fc.integer({ min: 0, max: 4 }),
    rewrite: fc.boolean(),
    tell: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(change, { maxLength: 40 }), (changes) => {
      const mirror = new StudyMirror();
      mirror.apply(aDelta({ studies: [aStudy()], trials: [news([], 0)] }));
      let panel: PanelModel | undefined = emptyModel;
      let [length, value] = [0, 1];
      for (const [index, { grow, rewrite, tell }] of changes.entries()) {
        const after = rewrite ? 0 : length;
        if (rewrite) value += 1;
        length += grow;
        const [from, to] = [index + 1, index + 2];
        mirror.apply(
          aDelta({ from, to, studies: [aStudy()], trials: [news(curveOf(length, value), after)] }),
        );
        if (!tell || panel === undefined) continue;
        panel = applyDelta(panel, 's1', asJson(mirror.deltaSince('s1', panel.revision)));
        expect(panel?.trials[0]?.intermediate).toEqual(curveOf(length, value));
      }
    }),
    { seed: 4, numRuns: 200 },
  );
});
