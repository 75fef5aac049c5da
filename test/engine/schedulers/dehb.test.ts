import { expect, test } from 'vitest';
import { dehbScheduler } from '../../../src/engine/schedulers/dehb.ts';
import { float, spaceOf } from '../../builders/spaces.ts';
import { countByFidelity, runOnOneSlot } from './studies.ts';

const space = spaceOf([float('a', -5, 5), float('b', -5, 5), float('c', -5, 5)]);
const sphere = (params: Readonly<Record<string, unknown>>, step: number): number =>
  Object.values(params).reduce<number>((sum, value) => sum + (Number(value) - 1) ** 2, 0) + 1 / step;

test('the first round is Hyperband; after it every place of a bracket is an evaluation of its own', () => {
  const { jobs, trials } = runOnOneSlot(dehbScheduler({ maxFidelity: 9 }), space, sphere, 21 + 17 + 17);
  // Brackets for 9 and 3: 9@1 3@3 1@9, 3@3 1@9, 3@9.
  expect(countByFidelity(jobs.slice(0, 20))).toEqual({ 1: 9, 3: 6, 9: 5 });
  expect(jobs.slice(20).every(({ kind }) => kind === 'propose')).toBe(true);
  expect(countByFidelity(jobs.slice(20, 40))).toEqual({ 1: 9, 3: 6, 9: 5 });
  const mutants = trials.slice(15).filter(({ fidelity }) => fidelity !== 9);
  expect(mutants.every(({ state }) => state === 'pruned')).toBe(true);
});

test('evolution finds better values than as many random ones', () => {
  let wins = 0;
  for (let seed = 0; seed < 10; seed++) {
    const { trials } = runOnOneSlot(dehbScheduler({ maxFidelity: 9 }), space, sphere, 300, seed);
    const full = trials
      .filter(({ state }) => state === 'complete')
      .map(({ values }) => values?.[0] ?? Infinity);
    const early = trials.slice(0, 15).map(({ params }) => sphere(params, 9));
    if (Math.min(...full) < 0.5 * Math.min(...early)) wins++;
  }
  expect(wins).toBeGreaterThanOrEqual(8);
});
