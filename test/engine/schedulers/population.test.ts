import { expect, test } from 'vitest';
import { scheduleOf } from '../../../src/engine/analysis/schedule.ts';
import { randomStream } from '../../../src/engine/numeric/random.ts';
import { explore } from '../../../src/engine/schedulers/explore.ts';
import { pb2Scheduler } from '../../../src/engine/schedulers/pb2.ts';
import { pbtScheduler } from '../../../src/engine/schedulers/pbt.ts';
import { replayScheduler } from '../../../src/engine/schedulers/replay.ts';
import { checkAssignment } from '../../../src/engine/space/assignment.ts';
import type { Assignment } from '../../../src/engine/space/parameter.ts';
import type { Scheduler } from '../../../src/engine/study/scheduler.ts';
import type { Trial } from '../../../src/engine/study/trial.ts';
import { category, flag, float, ordered, spaceOf, whole } from '../../builders/spaces.ts';
import { type Run, runOnOneSlot } from './studies.ts';

const space = spaceOf([float('lr', 0.001, 1, { log: true })]);

/** A loss that falls fastest with a rate that itself must fall: no constant value does as well as a schedule. */
const decay = ({ lr }: Assignment, step: number, _: Trial, before: number): number => {
  const best = 0.5 * 0.93 ** step;
  const now = Number.isNaN(before) ? 10 : before;
  const fit = Math.exp(-((Math.log(Number(lr)) - Math.log(best)) ** 2));
  return now * (1 - 0.1 * fit);
};

const train = (scheduler: Scheduler, seed = 1): Run => runOnOneSlot(scheduler, space, decay, 2000, seed);
const bestOf = ({ trials }: Run): Trial => {
  const [best] = trials
    .filter(({ state }) => state === 'complete')
    .toSorted((a, b) => (a.values?.[0] ?? 0) - (b.values?.[0] ?? 0));
  if (best === undefined) throw new Error('nothing complete');
  return best;
};
const pbt = (): Scheduler => pbtScheduler({ population: 8, interval: 4, maxFidelity: 60 });

test('the members keep together: none begins an interval before all have done the one before', () => {
  const { trials, jobs } = train(pbt());
  const firstSecond = jobs.findIndex((job) => job.kind === 'resume');
  expect(jobs.slice(0, firstSecond).filter(({ kind }) => kind === 'start')).toHaveLength(8);
  const ends = jobs.flatMap((job) => (job.kind === 'resume' ? [job.fidelity] : []));
  expect(ends.every((end, i) => i === 0 || end >= (ends[i - 1] ?? 0))).toBe(true);
  expect(trials.filter(({ state }) => state === 'complete')).toHaveLength(8);
});

test('a child goes on from a checkpoint of a member of the top quarter and replaces one of the bottom', () => {
  const { trials, jobs } = train(pbt());
  const [exploit] = jobs.filter((job) => job.kind === 'propose');
  if (exploit?.kind !== 'propose') throw new Error('nobody was replaced');
  expect(exploit.parentStep).toBe(4);
  const atFour = trials.slice(0, 8).map(({ intermediate }) => intermediate[3]?.value ?? Number.NaN);
  const order = atFour.map((_, i) => i).sort((a, b) => (atFour[a] ?? 0) - (atFour[b] ?? 0));
  expect(order.slice(0, 2)).toContain(exploit.parent);
  expect(order.slice(-2)).toContain(exploit.ends?.[0]);
});

test('the schedule it finds does better than any constant value of the first population, and is recorded', () => {
  const wins = [1, 2, 3, 4, 5].filter((seed) => {
    const run = train(pbt(), seed);
    const best = bestOf(run);
    const constants = run.trials.slice(0, 8).map(({ params }) => {
      let value = Number.NaN;
      for (let step = 1; step <= 60; step++) value = decay(params, step, best, value);
      return value;
    });
    return (best.values?.[0] ?? Infinity) < Math.min(...constants);
  });
  expect(wins.length).toBeGreaterThanOrEqual(4);
});

test('a recorded schedule replayed gives the same result', () => {
  const run = train(pbt(), 3);
  const best = bestOf(run);
  const schedule = scheduleOf(run.trials, best.number);
  expect(schedule[0]?.step).toBe(0);
  expect(schedule.length).toBeGreaterThan(1);
  const replayed = runOnOneSlot(replayScheduler({ schedule, maxFidelity: 60 }), space, decay, 100);
  expect(replayed.jobs.at(-1)).toEqual({ kind: 'done', reason: 'The schedule has been replayed.' });
  expect(replayed.trials).toHaveLength(schedule.length);
  expect(bestOf(replayed).values?.[0]).toBeCloseTo(best.values?.[0] ?? Number.NaN, 12);
  expect(scheduleOf(replayed.trials, replayed.trials.length - 1)).toEqual(schedule);
});

test('PB2 finds as good schedules as exploring at random', () => {
  const losses = (make: () => Scheduler): readonly number[] =>
    Array.from({ length: 4 }, (_, seed) => Math.log(bestOf(train(make(), seed)).values?.[0] ?? Infinity));
  const mean = (values: readonly number[]): number => values.reduce((sum, v) => sum + v, 0) / values.length;
  const pb2 = losses(() => pb2Scheduler({ population: 8, interval: 4, maxFidelity: 60 }));
  expect(mean(pb2)).toBeLessThan(mean(losses(pbt)) + 0.1);
});

test('exploring multiplies numbers by 1.2 or 0.8 and moves choices to a neighbour', () => {
  const mixed = spaceOf([
    float('lr', 0.001, 10, { log: true }),
    float('shift', -1, 1),
    whole('layers', 1, 8),
    category('act', ['a', 'b', 'c']),
    ordered('size', ['s', 'm', 'l']),
    flag('bias'),
    float('momentum', 0.1, 1, { condition: 'bias' }),
  ]);
  const from = { lr: 1, shift: 0, layers: 3, act: 'b', size: 's', bias: true, momentum: 0.5 };
  const seen = new Set<number>();
  for (let seed = 0; seed < 50; seed++) {
    const params = explore(mixed, from, randomStream(seed), { resample: 0 });
    expect(checkAssignment(mixed, params)).toBeUndefined();
    seen.add(Number(params.lr));
    expect([2, 4]).toContain(params.layers);
    expect(['a', 'c']).toContain(params.act);
    expect(params.size).toBe('m');
    expect(params.bias).toBe(false);
    expect(params).not.toHaveProperty('momentum');
    expect(Math.abs(Number(params.shift))).toBeCloseTo(0.2, 12);
  }
  expect([...seen].sort()).toEqual([0.8, 1.2]);
});
