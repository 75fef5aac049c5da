import { expect, test } from 'vitest';
import {
  createRpc,
  type Delta,
  type PanelEvents,
  type PanelRequests,
  type RpcPort,
} from '../../src/protocol/index.ts';
import { createStudyFeed, type FeedState } from '../../webview/feed.ts';
import { aStudyView, aTrialView } from './builders.ts';

const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

/** Two ports joined, each message a copy, as between host and page. */
const aChannel = (): readonly [RpcPort, RpcPort] => {
  const listeners: [((message: unknown) => void) | undefined, ((message: unknown) => void) | undefined] = [
    undefined,
    undefined,
  ];
  const port = (own: 0 | 1, other: 0 | 1): RpcPort => ({
    post: (message) => queueMicrotask(() => listeners[other]?.(structuredClone(message))),
    listen: (onMessage) => {
      listeners[own] = onMessage;
      return () => {
        listeners[own] = undefined;
      };
    },
  });
  return [port(0, 1), port(1, 0)];
};

type Ready = PanelRequests['ready'];

const aFeed = (answer: (params: Ready['params']) => Ready['result'] | Promise<Ready['result']>) => {
  const [page, host] = aChannel();
  const asked: Ready['params'][] = [];
  const states: FeedState[] = [];
  const failures: string[] = [];
  const hostRpc = createRpc<Record<never, never>, Pick<PanelRequests, 'ready'>, object, PanelEvents>(host, {
    ready: (params) => {
      asked.push(params);
      return answer(params);
    },
  });
  const feed = createStudyFeed(page, 'study-1', {
    onChange: (state) => states.push(state),
    onFailure: (text) => failures.push(text),
  });
  return { feed, hostRpc, asked, states, failures };
};

const aDelta = (from: number, to: number, trials: Delta['trials'] = [], id = 'study-1'): Delta => ({
  from,
  to,
  studies: from === 0 ? [aStudyView({ id })] : [],
  trials,
  removedStudies: [],
});

test('the page speaks first, for the study it showed last', async () => {
  const { feed, asked, states } = aFeed(() => ({ study: 'study-1', delta: aDelta(0, 3, [aTrialView(0)]) }));
  await feed.catchUp();
  expect(asked).toEqual([{ study: 'study-1', revision: 0 }]);
  expect(states.at(-1)?.model).toMatchObject({ revision: 3, trials: [{ number: 0 }] });
});

test('a missed delta makes it ask from what it knows', async () => {
  const { feed, hostRpc, asked, states } = aFeed(({ revision }) => ({
    study: 'study-1',
    delta: revision === 0 ? aDelta(0, 3) : aDelta(revision, 9, [aTrialView(0), aTrialView(1)]),
  }));
  await feed.catchUp();
  hostRpc.send('delta', aDelta(8, 9, [aTrialView(1)]));
  await settle();
  expect(asked.at(-1)).toEqual({ study: 'study-1', revision: 3 });
  expect(states.at(-1)?.model.trials.map(({ number }) => number)).toEqual([0, 1]);
});

test('another study chosen during a question is asked for from 0, and the late answer is not taken', async () => {
  let release: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  const { feed, hostRpc, asked, states } = aFeed(async ({ study }) => {
    if (study === 'study-1') await held;
    return { study: study ?? null, delta: aDelta(0, 4, [], study) };
  });
  const first = feed.catchUp();
  await settle();
  hostRpc.send('show', { study: 'study-2' });
  await settle();
  release();
  await first;
  expect(asked).toEqual([
    { study: 'study-1', revision: 0 },
    { study: 'study-2', revision: 0 },
  ]);
  expect(states.map(({ model }) => model.study?.id).filter(Boolean)).toEqual(['study-2']);
});

test('a host without a study leaves an empty page, connected', async () => {
  const { feed, states } = aFeed(() => ({ study: null, delta: { ...aDelta(0, 0), studies: [] } }));
  await feed.catchUp();
  expect(states.at(-1)).toMatchObject({ studyId: null, connected: true, model: { study: undefined } });
});

test('a host that cannot answer is a failure with its words, and the next question is asked anew', async () => {
  let broken = true;
  const { feed, states, failures } = aFeed(() => {
    if (broken) throw new Error('The database is from a newer version.');
    return { study: 'study-1', delta: aDelta(0, 1) };
  });
  await feed.catchUp();
  expect(failures).toEqual(['The database is from a newer version.']);
  broken = false;
  await feed.catchUp();
  expect(states.at(-1)?.model.revision).toBe(1);
});
