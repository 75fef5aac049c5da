import { expect, test } from 'vitest';
import type { TrialView } from '../../src/protocol/index.ts';
import { collectCurves, describeCurves, mostCurves } from '../../webview/charts/curvesData.ts';
import { collectHistory, describeHistory } from '../../webview/charts/historyData.ts';
import { collectImportance, describeImportance, mostBars } from '../../webview/charts/importanceData.ts';
import { aStudyView, aTrialView } from './builders.ts';

const steps = (...values: readonly number[]): TrialView['intermediate'] =>
  values.map((value, step) => ({ step, value }));

const unfinished = (number: number, state: TrialView['state'], ...values: readonly number[]): TrialView => {
  const { values: _, ...rest } = aTrialView(number, { state, intermediate: steps(...values) });
  return rest;
};

const trials = [
  aTrialView(0, { values: [0.8], intermediate: steps(0.5, 0.8) }),
  aTrialView(1, { values: [0.7], intermediate: steps(0.4, 0.7) }),
  unfinished(2, 'pruned', 0.3, 0.35),
  aTrialView(3, { values: [0.9], intermediate: steps(0.6, Number.NaN, 0.9) }),
  unfinished(4, 'failed'),
  aTrialView(5, { values: [Number.NaN] }),
  unfinished(6, 'running', 0.2),
];

test('history has a point for each value and a step at each improvement, drawn on to the last trial', () => {
  const data = collectHistory(aStudyView({ best: 3 }), trials);
  expect(data?.complete.map(({ x }) => x)).toEqual([0, 1, 3]);
  expect(data?.pruned).toEqual([{ x: 2, y: 0.35 }]);
  expect(data?.running).toEqual([{ x: 6, y: 0.2 }]);
  expect(data?.bestSoFar).toEqual([
    { x: 0, y: 0.8 },
    { x: 3, y: 0.9 },
    { x: 6, y: 0.9 },
  ]);
  expect(data).toMatchObject({ baseline: 0.8, best: { x: 3, y: 0.9 }, withoutValue: 2, positive: true });
});

test('the best of a loss so far goes down', () => {
  const loss = aStudyView({ objectives: [{ metric: 'loss', direction: 'minimize' }], best: 1 });
  expect(collectHistory(loss, trials.slice(0, 2))?.bestSoFar).toEqual([
    { x: 0, y: 0.8 },
    { x: 1, y: 0.7 },
  ]);
});

test('history is told in words', () => {
  const data = collectHistory(aStudyView({ best: 3 }), trials);
  expect(data && describeHistory(data)).toBe(
    'val_acc by trial, higher is better: 3 complete trials, 1 stopped early, 1 running, 2 without a value. ' +
      'Best 0.9000 in trial 3. Your own values gave 0.8000.',
  );
});

test('without an objective there is no history and there are no curves', () => {
  const study = aStudyView({ objectives: [] });
  expect(collectHistory(study, trials)).toBeUndefined();
  expect(collectCurves(study, trials)).toBeUndefined();
});

test('a negative value rules out a logarithmic axis', () => {
  expect(collectHistory(aStudyView(), [aTrialView(0, { values: [-1] })])?.positive).toBe(false);
});

test('curves are those of two points and more; own values and best are drawn last', () => {
  const data = collectCurves(aStudyView({ best: 3 }), trials);
  expect(data?.curves.map(({ number, role }) => [number, role])).toEqual([
    [1, 'other'],
    [2, 'pruned'],
    [0, 'baseline'],
    [3, 'best'],
  ]);
  expect(data?.curves.at(-1)?.points).toEqual([
    { x: 0, y: 0.6 },
    { x: 2, y: 0.9 },
  ]);
});

test('of many curves the newest are drawn, and it is said so', () => {
  const many = Array.from({ length: 500 }, (_, number) =>
    aTrialView(number, { intermediate: steps(0.1, 0.2) }),
  );
  const data = collectCurves(aStudyView({ best: 3 }), many);
  expect(data?.curves.length).toBe(mostCurves);
  expect(data?.curves[0]?.number).toBe(500 - (mostCurves - 2));
  expect(data && describeCurves(data)).toContain(`the newest ${mostCurves} of 500`);
});

test('bars stand by importance, and what does not fit is put together', () => {
  const importances = Array.from({ length: 20 }, (_, index) => ({
    parameter: `p${index}`,
    importance: (index + 1) / 210,
  }));
  const { bars, rest } = collectImportance({ importances });
  expect(bars.length).toBe(mostBars - 1);
  expect(bars[0]?.parameter).toBe('p19');
  expect(rest?.count).toBe(20 - bars.length);
  expect(bars.reduce((sum, { share }) => sum + share, rest?.share ?? 0)).toBeCloseTo(1, 12);
});

test('importance is told in words', () => {
  const importances = [
    { parameter: 'lr', importance: 0.62 },
    { parameter: 'hidden', importance: 0.38 },
  ];
  expect(describeImportance(collectImportance({ importances }))).toBe(
    'Share of the differences between results that each parameter explains: lr 62 %, hidden 38 %.',
  );
});
