import { expect, test } from 'vitest';
import type { StudyView } from '../../src/protocol/index.ts';
import {
  collectBest,
  collectProgress,
  collectStudyActions,
  collectTrialActions,
  durationMs,
  splitMessage,
} from '../../webview/selectors.ts';
import { emptyModel } from '../../webview/store.ts';
import { aStudyView, aTrialView } from './builders.ts';

const allowed = (study: StudyView): readonly string[] =>
  Object.entries(collectStudyActions(study)).flatMap(([action, on]) => (on ? [action] : []));

const counts = { waiting: 0, running: 2, paused: 0, complete: 9, pruned: 2, failed: 1, stopped: 0 };

test.each([
  ['running', ['pause', 'stop', 'insertBest', 'exportStudy']],
  ['paused', ['resume', 'stop', 'insertBest', 'exportStudy']],
  ['needs-objective', ['stop', 'insertBest', 'exportStudy', 'chooseObjective']],
  ['stopped', ['resume', 'insertBest', 'exportStudy']],
  ['failed', ['resume', 'insertBest', 'exportStudy']],
  ['complete', ['insertBest', 'exportStudy']],
] as const)('a study that is %s offers %j', (state, actions) => {
  expect(allowed(aStudyView({ state, counts, best: 3 }))).toEqual(actions);
});

test('a study whose first trial failed cannot be resumed', () => {
  const none = { ...counts, complete: 0 };
  expect(allowed(aStudyView({ state: 'failed', counts: none }))).toEqual(['exportStudy']);
});

test('without trials there is nothing to insert or export', () => {
  expect(allowed(aStudyView())).toEqual(['pause', 'stop']);
});

test('a study that another window drives is steered from here all the same', () => {
  const elsewhere = aStudyView({
    drivenHere: false,
    drivenBy: 'another window (process 7)',
    counts,
    best: 3,
  });
  expect(allowed(elsewhere)).toEqual(['pause', 'stop', 'insertBest', 'exportStudy']);
});

test('only a trial that has not ended can be stopped', () => {
  expect(collectTrialActions(aTrialView(1, { state: 'waiting' })).stop).toBe(true);
  expect(collectTrialActions(aTrialView(1, { state: 'pruned' })).stop).toBe(false);
});

test('progress counts every trial that ended, and stays within the budget', () => {
  expect(collectProgress(aStudyView({ counts }))).toEqual({ finished: 12, budget: 30, share: 0.4 });
  expect(collectProgress(aStudyView({ counts, trialBudget: 10 })).share).toBe(1);
  const { trialBudget: _, ...unlimited } = aStudyView({ counts });
  expect(collectProgress(unlimited).share).toBeUndefined();
});

test('the best is told beside the own values, unless it is they', () => {
  const trials = [aTrialView(0, { values: [0.9] }), aTrialView(1, { values: [0.95] })];
  const best = (number: number) =>
    collectBest({ ...emptyModel, study: aStudyView({ best: number }), trials });
  expect(best(1)).toMatchObject({ value: 0.95, baseline: 0.9 });
  expect(best(0)?.baseline).toBeUndefined();
  expect(collectBest({ ...emptyModel, study: aStudyView(), trials })).toBeUndefined();
});

test('a message is parted into a sentence and what the program said, indentation kept', () => {
  expect(splitMessage('It failed.')).toEqual({ summary: 'It failed.', detail: undefined });
  expect(splitMessage('It failed.\n\n  File "a.py"\n    x()\n')).toEqual({
    summary: 'It failed.',
    detail: '  File "a.py"\n    x()',
  });
});

test('a trial lasts until now while it runs, and not at all before it started', () => {
  const { startedAtMs: _, endedAtMs: __, ...waiting } = aTrialView(1, { state: 'waiting' });
  expect(durationMs(waiting, 9_000)).toBeUndefined();
  expect(durationMs({ ...waiting, state: 'running', startedAtMs: 4_000 }, 9_000)).toBe(5_000);
  expect(durationMs({ ...waiting, state: 'running', startedAtMs: 9_500 }, 9_000)).toBe(0);
  expect(durationMs({ ...waiting, state: 'failed', startedAtMs: 4_000, endedAtMs: 5_500 }, 9_000)).toBe(
    1_500,
  );
});
