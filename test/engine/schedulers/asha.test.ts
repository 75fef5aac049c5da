import { expect, test } from 'vitest';
import { randomStream } from '../../../src/engine/numeric/random.ts';
import { ashaPromotionScheduler } from '../../../src/engine/schedulers/ashaPromotion.ts';
import { pashaScheduler } from '../../../src/engine/schedulers/pasha.ts';
import type { Job, Scheduler } from '../../../src/engine/study/scheduler.ts';
import type { Trial } from '../../../src/engine/study/trial.ts';
import { float, spaceOf } from '../../builders/spaces.ts';
import { countByFidelity, loss, runOnOneSlot } from './studies.ts';

const space = spaceOf([float('x', 0, 1)]);
const next = (scheduler: Scheduler, trials: readonly Trial[], more = {}): Job =>
  scheduler.next({ space, objectives: loss, trials, random: randomStream(1), ...more });
const pausedAt = (fidelity: number, ...values: readonly number[]) =>
  values.map(
    (value): Omit<Trial, 'number'> => ({
      state: 'paused',
      params: {},
      fidelity,
      intermediate: [{ step: fidelity, value }],
    }),
  );
const numbered = (trials: readonly Omit<Trial, 'number'>[]): readonly Trial[] =>
  trials.map((trial, number) => ({ ...trial, number }));
const asha = (options = {}): Scheduler => ashaPromotionScheduler({ maxFidelity: 9, ...options });

test('the best of a rung goes on once eta trials have reached it, the next best only with eta more', () => {
  expect(next(asha(), numbered(pausedAt(1, 5, 4))).kind).toBe('start');
  expect(next(asha(), numbered(pausedAt(1, 5, 4, 6)))).toEqual({
    kind: 'resume',
    trial: 1,
    fidelity: 3,
    reason: 'It is within the best 1 of 3 at fidelity 1; goes on to 3.',
  });
  const promoted = numbered([...pausedAt(1, 5), ...pausedAt(3, 4), ...pausedAt(1, 6)]);
  expect(next(asha(), promoted).kind).toBe('start');
});

test('a promotion from a higher rung comes before one from a lower', () => {
  const trials = numbered([...pausedAt(3, 1, 2, 3), ...pausedAt(1, 4, 5, 6, 7, 0.5, 0.6, 0.7)]);
  expect(next(asha(), trials)).toMatchObject({ kind: 'resume', trial: 0, fidelity: 9 });
});

test('trials that were promoted, failed or are running still count among those that reached a rung', () => {
  const [a, b, c] = numbered(pausedAt(1, 3, 2, 9));
  if (!a || !b || !c) throw new Error('three');
  const trials: readonly Trial[] = [{ ...a, state: 'failed' }, b, { ...c, state: 'running' }];
  expect(next(asha(), trials)).toMatchObject({ kind: 'resume', trial: 1 });
});

test('when all trials are started the best of the highest rung runs in full', () => {
  const { jobs, trials } = runOnOneSlot(asha({ trials: 5 }), space, ({ x }, step) => Number(x) / step, 100);
  expect(countByFidelity(jobs)).toEqual({ 1: 5, 3: 1, 9: 1 });
  expect(jobs.at(-1)).toMatchObject({
    kind: 'done',
    ends: [expect.any(Number), expect.any(Number), expect.any(Number), expect.any(Number)],
  });
  expect(trials.filter(({ state }) => state === 'complete')).toHaveLength(1);
});

test('a trial whose value is not a number never goes on', () => {
  expect(next(asha(), numbered(pausedAt(1, Number.NaN, Number.NaN, Number.NaN))).kind).toBe('start');
});

test('PASHA stays in its two lowest rungs while they agree on the order', () => {
  const { jobs } = runOnOneSlot(
    pashaScheduler({ maxFidelity: 81, trials: 60 }),
    space,
    ({ x }, step) => Number(x) + 1 / step,
    1000,
  );
  const counts = countByFidelity(jobs);
  // One trial, the leader, is run in full at the end. A few early promotions are overtaken later.
  expect(counts).toEqual({ 1: 60, 3: expect.any(Number), 9: 1, 27: 1, 81: 1 });
  expect(counts['3']).toBeLessThan(25);
});

test('PASHA opens rungs while the two at the top disagree', () => {
  const { jobs } = runOnOneSlot(
    pashaScheduler({ maxFidelity: 81, trials: 120 }),
    space,
    ({ x }, step) => Number(x) + (1 - 2 * Number(x)) * (Math.log(step) / Math.log(3)),
    1000,
  );
  expect(countByFidelity(jobs)['9'] ?? 0).toBeGreaterThan(1);
});

test('PASHA takes small changes of order between curves that cross again and again for noise', () => {
  const wobble = (x: number, step: number): number => 0.03 * Math.sin(280 * x + 2.5 * step);
  const { jobs } = runOnOneSlot(
    pashaScheduler({ minFidelity: 9, maxFidelity: 243, trials: 60 }),
    space,
    ({ x }, step) => Number(x) + 1 / step + wobble(Number(x), step),
    1000,
  );
  expect(countByFidelity(jobs)['81']).toBe(1);
});
