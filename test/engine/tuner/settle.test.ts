import { expect, test } from 'vitest';
import {
  lastError,
  lastTraceback,
  mismatch,
  type RunFacts,
  settle,
} from '../../../src/engine/tuner/settle.ts';
import { aTrialRecord } from '../../builders/records.ts';

const facts = (more: Partial<RunFacts> = {}): RunFacts => ({
  record: aTrialRecord({ number: 3, attempt: 1, state: 'running' }),
  state: { kind: 'ended', exitCode: 0 },
  objectives: [{ metric: 'acc', direction: 'maximize' }],
  limits: [],
  metrics: { acc: 0.9, loss: 0.1 },
  expected: { lr: 0.1 },
  bound: { lr: 0.1 },
  logTail: '',
  ...more,
});
const asked = (what: 'stop' | 'prune', message = 'why') =>
  aTrialRecord({ number: 3, attempt: 1, state: 'running', asked: what, message });

test('a run that ends well is complete with the newest values of the objectives', () => {
  expect(settle(facts())).toEqual({ state: 'complete', values: [0.9] });
});

test('a limit on a metric becomes a constraint, and says when it is broken', () => {
  const limits = [
    { metric: 'ms', sign: '<=', bound: 20 },
    { metric: 'recall', sign: '>=', bound: 0.5 },
  ] as const;
  const metrics = { acc: 0.9, ms: 31, recall: 0.75 };
  expect(settle(facts({ limits, metrics }))).toEqual({
    state: 'complete',
    values: [0.9],
    constraints: [11, -0.25],
    message: 'ms is 31, and must be <= 20.',
  });
  expect(settle(facts({ limits, metrics: { ...metrics, ms: 20 } })).message).toBeUndefined();
  expect(settle(facts({ limits, metrics: { acc: 0.9, ms: 20 } }))).toMatchObject({ state: 'failed' });
  expect(settle(facts({ limits, metrics: { ...metrics, ms: Number.NaN } })).constraints).toEqual([
    Number.NaN,
    -0.25,
  ]);
});

test('a run with a value other than asked fails, whatever it reported', () => {
  expect(settle(facts({ bound: { lr: 0.2 } }))).toMatchObject({ state: 'failed' });
  expect(settle(facts({ bound: {} })).message).toContain('lr was never bound');
});

test('one and one point nought are the same bound value, minus nought and nought too', () => {
  expect(mismatch({ expected: { x: 1 }, bound: { x: 1.0 } })).toBeUndefined();
  expect(mismatch({ expected: { x: 0 }, bound: { x: -0 } })).toBeUndefined();
  expect(mismatch({ expected: { x: '1' }, bound: { x: 1 } })).toContain('"1"');
});

test('a trial asked to stop is stopped, whatever its exit code', () => {
  for (const exitCode of [0, 1, 143]) {
    expect(settle(facts({ record: asked('stop'), state: { kind: 'ended', exitCode } })).state).toBe(
      'stopped',
    );
    expect(settle(facts({ record: asked('prune'), state: { kind: 'ended', exitCode } }))).toEqual({
      state: 'pruned',
      message: 'why',
    });
  }
  expect(settle(facts({ record: asked('stop'), state: { kind: 'lost' } })).state).toBe('stopped');
});

test('a vanished run is started once more, then failed', () => {
  for (const state of [
    { kind: 'lost' },
    { kind: 'ended', exitCode: 137 },
    { kind: 'ended', exitCode: 143 },
  ] as const) {
    const first = settle(facts({ state }));
    expect(first).toMatchObject({ state: 'waiting', losses: { count: 1 } });
    expect(first.message).toMatch(/; started again\.$/);
    const record = aTrialRecord({ number: 3, attempt: 2, state: 'running', losses: { count: 1 } });
    expect(settle(facts({ record, state }))).toMatchObject({ state: 'failed', losses: { count: 2 } });
  }
});

test('a restart of the machine is not held against a trial so soon', () => {
  const state = { kind: 'lost', rebooted: true } as const;
  const after = (count: number) =>
    aTrialRecord({ number: 3, attempt: 1 + count, state: 'running', losses: { count } });
  expect(settle(facts({ state })).message).toBe('The machine was restarted; started again.');
  expect(settle(facts({ record: after(2), state })).state).toBe('waiting');
  expect(settle(facts({ record: after(3), state }))).toMatchObject({
    state: 'failed',
    message: 'The machine was restarted, 4 times in a row.',
  });
});

test('a run with a checkpoint goes on as long as it saves and gets further', () => {
  const state = { kind: 'lost' } as const;
  const record = aTrialRecord({ number: 3, attempt: 9, state: 'running', losses: { count: 3, step: 7 } });
  expect(settle(facts({ record, state, checkpoint: { isNew: true }, step: 8 }))).toEqual({
    state: 'waiting',
    losses: { count: 1, step: 8 },
    message: 'The process vanished; goes on from its checkpoint.',
  });
  expect(settle(facts({ record, state, checkpoint: { isNew: true }, step: 7 }))).toMatchObject({
    state: 'failed',
    message: expect.stringMatching(/^The process vanished, 4 times in a row without getting past step 7\./),
  });
  expect(settle(facts({ record, state, checkpoint: { isNew: false }, step: 8 })).state).toBe('failed');
});

test('values of an earlier attempt do not count', () => {
  const record = aTrialRecord({ number: 3, attempt: 2, state: 'running', metrics: { acc: 0.5 } });
  expect(settle(facts({ record, metrics: {} })).message).toContain('acc was never reported');
});

test('a literal that was not where expected is fatal', () => {
  const logTail = 'train.py:4: expected 0.1, found 0.2\n';
  expect(settle(facts({ state: { kind: 'ended', exitCode: 97 }, logTail }))).toEqual({
    state: 'failed',
    fatal: true,
    message: 'train.py:4: expected 0.1, found 0.2',
  });
});

test('NaN is no result, infinity is one', () => {
  expect(settle(facts({ metrics: { acc: Number.NaN } }))).toEqual({
    state: 'failed',
    message: 'acc ended as NaN.',
  });
  expect(settle(facts({ metrics: { acc: Infinity } })).values).toEqual([Infinity]);
});

test('the error is the last line of the traceback that names one', () => {
  const log =
    'epoch 1\nTraceback (most recent call last):\n  File "t.py", line 2\ntorch.cuda.OutOfMemoryError: no room\nbye\n';
  expect(lastError(log)).toBe('torch.cuda.OutOfMemoryError: no room');
  expect(lastError('only words\n\n')).toBe('only words');
  expect(lastError('')).toBeUndefined();
  expect(lastTraceback(log)).toMatch(/^Traceback[\s\S]*bye$/);
});
