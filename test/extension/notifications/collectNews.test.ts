import { expect, test } from 'vitest';
import { collectNews, type NewsInput, toSeen } from '../../../src/extension/notifications/collectNews.ts';
import { aStudy, aTrial, counts } from '../builders.ts';

const running = toSeen(aStudy());
const input = (over: Parameters<typeof aStudy>[0], more: Partial<NewsInput> = {}): NewsInput => ({
  study: aStudy(over),
  best: undefined,
  baseline: undefined,
  newestFailed: undefined,
  ...more,
});

test('how things are at the first look is not news', () => {
  expect(collectNews(undefined, input({ state: 'complete' }))).toEqual([]);
  expect(collectNews(undefined, input({ state: 'failed' }))).toEqual([]);
});

test('a question that waits is asked also at the first look, and once', () => {
  const asking = input({ state: 'needs-objective' });
  expect(collectNews(undefined, asking)).toEqual([{ kind: 'needs-objective', study: 's1' }]);
  expect(collectNews(toSeen(asking.study), asking)).toEqual([]);
});

test('the end is told with the best value beside your own', () => {
  const study = { state: 'complete', counts: counts({ complete: 30 }) } as const;
  const best = aTrial({ number: 12, values: [0.9722] });
  const [news] = collectNews(running, input(study, { best, baseline: aTrial({ values: [0.9444] }) }));
  expect(news).toMatchObject({
    text: 'train.py: 30 trials done. Best val_acc 0.9722 (trial 12); your values gave 0.9444.',
  });
});

test('a study a person stopped needs no telling', () => {
  expect(collectNews(running, input({ state: 'stopped' }))).toEqual([]);
});

test('only the first failed trial is told', () => {
  const newestFailed = aTrial({ number: 3, state: 'failed', message: 'ValueError: no' });
  const first = input({ counts: counts({ failed: 1 }) }, { newestFailed });
  expect(collectNews(running, first)).toMatchObject([
    { kind: 'trial-failed', text: 'Trial 3 of train.py failed: ValueError: no' },
  ]);
  expect(
    collectNews(toSeen(first.study), input({ counts: counts({ failed: 2 }) }, { newestFailed })),
  ).toEqual([]);
});
