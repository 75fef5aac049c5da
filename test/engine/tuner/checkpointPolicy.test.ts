import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type CheckpointHolder,
  checkpointsToRemove,
  defaultCheckpointPolicy,
} from '../../../src/engine/tuner/checkpointPolicy.ts';
import { trialStates } from '../../../src/engine/study/trial.ts';

const complete = (number: number, rank: number, gb = 1): CheckpointHolder => ({
  number,
  state: 'complete',
  needed: false,
  rank,
  endedAtMs: number,
  bytes: gb * 1e9,
});
const numbers = (removals: readonly { readonly number: number }[]): readonly number[] =>
  removals.map(({ number }) => number);

test('the best and the last stay, the others go', () => {
  const holders = [4, 0, 5, 1, 2, 3].map((rank, number) => complete(number, rank));
  const policy = { keepBest: 2, keepLast: 1, maxSizeGb: 10 };
  const removals = checkpointsToRemove(holders, policy);
  expect(numbers(removals)).toEqual([0, 2, 4]);
  expect(removals[0]?.why).toBe('neither among the best 2 nor the last 1');
});

test('beyond the size limit the last ended go before the best, the best one never', () => {
  const holders = [0, 1, 2, 5, 4, 3].map((rank, number) => complete(number, rank, 3));
  const policy = { keepBest: 3, keepLast: 2 };
  expect(numbers(checkpointsToRemove(holders, { ...policy, maxSizeGb: 20 }))).toEqual([3]);
  expect(numbers(checkpointsToRemove(holders, { ...policy, maxSizeGb: 12 }))).toEqual([3, 4]);
  expect(numbers(checkpointsToRemove(holders, { ...policy, maxSizeGb: 7 }))).toEqual([3, 4, 5, 2]);
  expect(numbers(checkpointsToRemove(holders, { ...policy, maxSizeGb: 0 }))).toEqual([3, 4, 5, 2, 1]);
});

const aHolder = fc.record({
  state: fc.constantFrom(...trialStates),
  needed: fc.boolean(),
  endedAtMs: fc.integer({ min: 0, max: 9 }),
  bytes: fc.integer({ min: 1, max: 5e9 }),
});

test('what unfinished trials have, or others begin from, is never removed; nothing twice', () => {
  fc.assert(
    fc.property(
      fc.array(aHolder, { maxLength: 30 }),
      fc.record({
        keepBest: fc.nat(4),
        keepLast: fc.nat(4),
        maxSizeGb: fc.double({ min: 0, max: 20, noNaN: true }),
      }),
      (drawn, policy) => {
        let rank = 0;
        const holders = drawn.map(
          (holder, number): CheckpointHolder => ({
            ...holder,
            number,
            ...(holder.state === 'complete' ? { rank: rank++ } : {}),
          }),
        );
        const removed = numbers(checkpointsToRemove(holders, policy));
        expect(new Set(removed).size).toBe(removed.length);
        for (const number of removed) {
          expect(['complete', 'pruned', 'failed', 'stopped']).toContain(holders[number]?.state);
          expect(holders[number]?.needed).toBe(false);
        }
        const best = holders.find((holder) => holder.rank === 0);
        if (policy.keepBest > 0 && best !== undefined) expect(removed).not.toContain(best.number);
        const left = holders.filter(({ number }) => !removed.includes(number));
        const spare = left.filter(
          (holder) =>
            !holder.needed &&
            !['running', 'waiting', 'paused'].includes(holder.state) &&
            !(holder.rank === 0 && policy.keepBest > 0),
        );
        if (left.reduce((sum, { bytes }) => sum + bytes, 0) > policy.maxSizeGb * 1e9)
          expect(spare).toEqual([]);
      },
    ),
    { seed: 4, numRuns: 300 },
  );
});

test('by default the best three and the last two stay, up to ten gigabytes', () => {
  expect(defaultCheckpointPolicy).toEqual({ keepBest: 3, keepLast: 2, maxSizeGb: 10 });
});
