import { describe, expect, test } from 'vitest';
import { randomStream } from '../../../src/engine/numeric/random.ts';
import { createHistoryReader } from '../../../src/engine/samplers/history.ts';
import { createHistoryFold } from '../../../src/engine/samplers/historyFold.ts';
import { turboSampler } from '../../../src/engine/samplers/turbo.ts';
import {
  failuresToShrink,
  firstTrials,
  regionLengths,
  type TrustRegion,
  turboFold,
} from '../../../src/engine/samplers/turboFold.ts';
import type { Assignment, SearchSpace } from '../../../src/engine/space/parameter.ts';
import type { Proposal } from '../../../src/engine/study/sampler.ts';
import type { Trial } from '../../../src/engine/study/trial.ts';
import { category, float, spaceOf } from '../../builders/spaces.ts';
import { aTrial } from '../../builders/trials.ts';

const objectives = [{ metric: 'loss', direction: 'minimize' }] as const;
const pair = spaceOf([float('x', 0, 1), float('y', 0, 1)]);

/** Finished trials with these losses in turn; a string is a state. */
const script = (...outcomes: readonly (number | 'pruned' | 'running' | 'failed')[]): readonly Trial[] =>
  outcomes.map((outcome, number) =>
    aTrial({
      number,
      params: { x: number / 100, y: 0.5 },
      ...(typeof outcome === 'number' ? { values: [outcome] } : { state: outcome }),
    }),
  );

const regionAfter = (trials: readonly Trial[]): TrustRegion => {
  const history = createHistoryReader()(pair, objectives, trials);
  const folded = createHistoryFold<TrustRegion>()(history, turboFold(2, firstTrials(2)));
  if (folded === undefined) throw new Error('nothing folded');
  return folded.state;
};

const repeated = (count: number, loss: number): readonly number[] => new Array<number>(count).fill(loss);

describe('the trust region', () => {
  const begun = [5, 7, 6, 9];

  test('is as the paper has it after its first trials, whatever these were', () => {
    expect(regionAfter(script(...begun))).toEqual({
      restarts: 0,
      start: 0,
      length: 0.8,
      successes: 0,
      failures: 0,
      best: 5,
      bestRow: 0,
    });
  });

  test('doubles after three improvements in a row, to 1.6 at most', () => {
    expect(regionAfter(script(...begun, 4, 3))).toMatchObject({ length: 0.8, successes: 2 });
    expect(regionAfter(script(...begun, 4, 3, 2))).toMatchObject({
      length: 1.6,
      successes: 0,
      best: 2,
      bestRow: 6,
    });
    expect(regionAfter(script(...begun, 4, 3, 2, 1, 0.5, 0.2))).toMatchObject({ length: regionLengths.most });
    expect(regionAfter(script(...begun, 4, 3, 8, 2))).toMatchObject({ length: 0.8, successes: 1 });
  });

  test('halves after as many failures as parameters, four at least', () => {
    expect([failuresToShrink(2), failuresToShrink(4), failuresToShrink(9)]).toEqual([4, 4, 9]);
    expect(regionAfter(script(...begun, ...repeated(3, 8)))).toMatchObject({ length: 0.8, failures: 3 });
    expect(regionAfter(script(...begun, ...repeated(4, 8)))).toMatchObject({ length: 0.4, failures: 0 });
    expect(regionAfter(script(...begun, 8, 8, 8, 1, 8, 8, 8))).toMatchObject({ length: 0.8, failures: 3 });
  });

  test('takes an improvement of less than a thousandth for a failure, but follows it', () => {
    expect(regionAfter(script(...begun, 4.9951))).toMatchObject({
      successes: 0,
      failures: 1,
      best: 4.9951,
      bestRow: 4,
    });
    expect(regionAfter(script(...begun, 4.99))).toMatchObject({ successes: 1 });
  });

  test('counts pruned trials as failures, and neither running nor failed ones', () => {
    expect(regionAfter(script(...begun, 'pruned', 'running', 'failed'))).toMatchObject({
      failures: 1,
      bestRow: 0,
    });
  });

  test('begins anew once it is narrower than 2⁻⁷', () => {
    // 0.8 / 2⁷ is the first below 2⁻⁷: seven times four failures.
    const last = script(...begun, ...repeated(28, 8));
    expect(regionAfter(last.slice(0, -1))).toMatchObject({ restarts: 0, length: 0.8 / 64, failures: 3 });
    expect(regionAfter(last)).toMatchObject({
      restarts: 1,
      start: 32,
      length: 0.8,
      best: Infinity,
      bestRow: -1,
    });
    const again = [...last, ...script(...repeated(32, 0), 20, 21, 22, 23).slice(32)];
    expect(regionAfter(again)).toMatchObject({ restarts: 1, best: 20, bestRow: 32, failures: 0 });
  });

  test('is the same when the trials are told one by one', () => {
    const random = randomStream(3);
    const trials = script(...Array.from({ length: 90 }, () => Math.round(20 * random.uniform())));
    const read = createHistoryReader();
    const follow = createHistoryFold<TrustRegion>();
    const fold = turboFold(2, 4);
    for (let count = 1; count <= trials.length; count++) {
      const state = follow(read(pair, objectives, trials.slice(0, count)), fold)?.state;
      expect(state).toEqual(regionAfter(trials.slice(0, count)));
    }
  });
});

const runStudy = (
  space: SearchSpace,
  count: number,
  loss: (params: Assignment) => number,
): readonly Trial[] => {
  const sampler = turboSampler();
  const trials: Trial[] = [];
  for (let number = 0; number < count; number++) {
    const { params } = sampler.sample({ space, objectives, trials, random: randomStream(1, number) });
    trials.push(aTrial({ number, params, values: [loss(params)] }));
  }
  return trials;
};

const numberOf = (params: Assignment, name: string): number => Number(params[name]);

test('proposals lie in the box around the best trial', () => {
  const loss = (params: Assignment): number =>
    (numberOf(params, 'x') - 0.4) ** 2 + (numberOf(params, 'y') - 0.7) ** 2;
  // Twenty-four failures after the best: the box is 0.8/64 wide.
  const trials = Array.from({ length: 28 }, (_, number) => {
    const params = number === 0 ? { x: 0.42, y: 0.71 } : { x: (number * 0.618) % 1, y: (number * 0.755) % 1 };
    return aTrial({ number, params, values: [number === 0 ? 0 : 1 + loss(params)] });
  });
  for (let seed = 0; seed < 20; seed++) {
    const { params, reason } = propose(trials, seed);
    expect(Math.abs(numberOf(params, 'x') - 0.42)).toBeLessThan(0.06);
    expect(Math.abs(numberOf(params, 'y') - 0.71)).toBeLessThan(0.06);
    expect(Math.abs(numberOf(params, 'x') - 0.42) * Math.abs(numberOf(params, 'y') - 0.71)).toBeLessThan(
      (0.8 / 128) ** 2 * 1.01,
    );
    expect(reason).toMatch(
      /^Within 1\.3 % of the range around trial 0 a Gaussian process of 28 trials expects/,
    );
  }
});

const propose = (trials: readonly Trial[], seed: number): Proposal =>
  turboSampler().sample({ space: pair, objectives, trials, random: randomStream(seed) });

test('a mixed space is searched to its best choice and close to its best number', () => {
  const space = spaceOf([
    float('x', 0, 1),
    float('z', 1e-4, 1, { log: true }),
    category('c', ['a', 'b', 'd', 'e']),
    float('w', 0, 1, { condition: 'c == "d"' }),
  ]);
  const trials = runStudy(space, 50, (params) => {
    const wrong = params.c === 'd' ? (numberOf(params, 'w') - 0.8) ** 2 : 0.5;
    return wrong + (numberOf(params, 'x') - 0.3) ** 2 + (Math.log10(numberOf(params, 'z')) + 2) ** 2 / 4;
  });
  expect(Math.min(...trials.map(({ values }) => values?.[0] ?? NaN))).toBeLessThan(0.02);
});

test('the first trials of a region keep apart', () => {
  const trials = runStudy(pair, 4, () => 1);
  for (const [i, a] of trials.entries())
    for (const b of trials.slice(i + 1)) {
      const gap = Math.hypot(
        numberOf(a.params, 'x') - numberOf(b.params, 'x'),
        numberOf(a.params, 'y') - numberOf(b.params, 'y'),
      );
      expect(gap).toBeGreaterThan(0.3);
    }
});
