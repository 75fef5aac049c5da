import { expect, test } from 'vitest';
import { Insights, type StudyInEngine } from '../../../src/extension/state/insights.ts';
import type { InsightsView } from '../../../src/protocol/index.ts';
import { aStudy, counts } from '../builders.ts';

const view = (trials: number): InsightsView => ({
  trials,
  noise: 0,
  noiseFrom: 'model',
  explained: 1,
  parameters: [],
  importances: [],
});

/** An engine that answers with how often it was asked. */
const engine = () => {
  let asked = 0;
  const session = {
    request: () => Promise.resolve(view(++asked)),
  } as unknown as StudyInEngine['session']; // the one request that is made
  return { session, asked: () => asked };
};

const entry = (session: StudyInEngine['session'], complete: number): StudyInEngine => ({
  session,
  study: aStudy({ counts: counts({ complete }) }),
});

const nextChange = (insights: Insights): Promise<string> =>
  new Promise((resolve) => {
    const listening = insights.onDidChange((study) => {
      listening.dispose();
      resolve(study);
    });
  });

test('the engine is asked once for each number of results, and not at all for few', async () => {
  const { session, asked } = engine();
  const insights = new Insights(0);
  expect(insights.of(entry(session, 9))).toBeUndefined();
  expect(asked()).toBe(0);
  expect(insights.of(entry(session, 12))).toBeUndefined();
  insights.of(entry(session, 12));
  expect(await nextChange(insights)).toBe('s1');
  expect(insights.of(entry(session, 12))?.trials).toBe(1);
  expect(asked()).toBe(1);
  await nextChange(insights);
  // Until the new answer is there, the old one is shown.
  expect(insights.of(entry(session, 13))?.trials).toBe(1);
  await nextChange(insights);
  expect(insights.of(entry(session, 13))?.trials).toBe(2);
  insights.dispose();
});

test('while results pour in the engine is asked at a calm pace', async () => {
  const { session, asked } = engine();
  const insights = new Insights(40);
  insights.of(entry(session, 12));
  await nextChange(insights);
  for (let complete = 13; complete < 30; complete++) insights.of(entry(session, complete));
  expect(asked()).toBe(1);
  await nextChange(insights);
  insights.of(entry(session, 30));
  expect(asked()).toBe(2);
  insights.dispose();
});

test('an engine that does not answer leaves nothing to show, and no failure', async () => {
  const session = { request: () => Promise.reject(new Error('lost')) } as unknown as StudyInEngine['session'];
  const insights = new Insights(0);
  insights.of(entry(session, 12));
  await nextChange(insights);
  expect(insights.of(entry(session, 12))).toBeUndefined();
  insights.dispose();
});
