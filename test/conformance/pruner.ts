import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Direction } from '../../src/engine/study/objective.ts';
import type { Pruner } from '../../src/engine/study/pruner.ts';
import type { Trial } from '../../src/engine/study/trial.ts';
import { aCurve, aTrial } from '../builders/trials.ts';

const running = (...values: readonly number[]): Trial =>
  aTrial({ number: 999, state: 'running', intermediate: aCurve(...values) });

const complete = (curves: readonly (readonly number[])[]): readonly Trial[] =>
  curves.map((values, number) =>
    aTrial({ number, values: [values.at(-1) ?? 0], intermediate: aCurve(...values) }),
  );

const negated = (trial: Trial): Trial => ({
  ...trial,
  ...(trial.values ? { values: trial.values.map((value) => -value) } : {}),
  intermediate: trial.intermediate.map(({ step, value }) => ({ step, value: -value })),
});

const number = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.constantFrom(Number.NaN, Infinity, -Infinity));
const curve = fc.array(number, { maxLength: 10 });
const states = fc.constantFrom('waiting', 'running', 'paused', 'complete', 'pruned', 'failed', 'stopped');
const someTrials = fc
  .array(
    fc.tuple(states, curve).map(([state, values]) => aTrial({ state, intermediate: aCurve(...values) })),
    { maxLength: 12 },
  )
  .map((trials): readonly Trial[] => trials.map((trial, number) => ({ ...trial, number })));
const directions = fc.constantFrom<Direction>('minimize', 'maximize');

/** Rules that look at a trial's own curve alone, and may stop the only trial. */
const looksAtItself = ['threshold', 'patience', 'diverged'];

/** What every pruner owes. A pruner joins with one line in its registry. */
export const prunerConformance = (name: string, create: () => Pruner): void => {
  test(`${name}: the only trial goes on, whatever it reports`, () => {
    const reports = looksAtItself.includes(name) ? fc.array(fc.constant(2), { maxLength: 10 }) : curve;
    fc.assert(
      fc.property(reports, directions, (values, direction) => {
        expect(create().decide({ trial: running(...values), others: [], direction }).prune).toBe(false);
      }),
      { seed: 1 },
    );
  });

  test(`${name}: a trial among the others is not compared with itself`, () => {
    fc.assert(
      fc.property(curve, someTrials, directions, (values, others, direction) => {
        const trial = { ...running(...values), number: others.length };
        const alone = create().decide({ trial, others, direction });
        expect(create().decide({ trial, others: [...others, trial], direction })).toEqual(alone);
      }),
      { seed: 6, numRuns: 200 },
    );
  });

  test(`${name}: several objectives are answered, with a reason`, () => {
    fc.assert(
      fc.property(curve, curve, someTrials, (first, second, others) => {
        const trial = running(...first);
        const two = (one: Trial, values: readonly number[]): Trial => ({
          ...one,
          curves: [one.intermediate, aCurve(...values)],
        });
        const { reason } = create().decide({
          trial: two(trial, second),
          others: others.map((other, i) => two(other, second.slice(i))),
          direction: 'minimize',
          objectives: [
            { metric: 'loss', direction: 'minimize' },
            { metric: 'size', direction: 'maximize' },
          ],
        });
        expect(reason).toMatch(/^\S.*\.$/);
      }),
      { seed: 7, numRuns: 100 },
    );
  });

  test(`${name}: its decision does not depend on the study it was asked about before`, () => {
    const used = create();
    fc.assert(
      fc.property(curve, someTrials, someTrials, directions, (values, before, others, direction) => {
        used.decide({ trial: running(...values), others: before, direction });
        const context = { trial: running(...values), others, direction };
        expect(used.decide(context)).toEqual(create().decide(context));
      }),
      { seed: 8, numRuns: 200 },
    );
  });

  test(`${name}: among peers that have reported nothing a trial goes on`, () => {
    const others = complete(Array.from({ length: 20 }, () => []));
    expect(create().decide({ trial: running(1, 2), others, direction: 'minimize' }).prune).toBe(false);
  });

  test(`${name}: a trial better than every other goes on`, () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 9 }), { maxLength: 20 }),
        (curves) => {
          const trial = running(0, 0, 0, 0);
          expect(create().decide({ trial, others: complete(curves), direction: 'minimize' }).prune).toBe(
            false,
          );
        },
      ),
      { seed: 2 },
    );
  });

  test(`${name}: minimising and maximising the negated values decide alike`, () => {
    fc.assert(
      fc.property(curve, someTrials, (values, others) => {
        const trial = running(...values);
        const down = create().decide({ trial, others, direction: 'minimize' });
        const up = create().decide({
          trial: negated(trial),
          others: others.map(negated),
          direction: 'maximize',
        });
        expect(up.prune).toBe(down.prune);
      }),
      { seed: 3, numRuns: 300 },
    );
  });

  test(`${name}: the same context gets the same decision from a fresh pruner and a used one, with a reason`, () => {
    const used = create();
    fc.assert(
      fc.property(curve, someTrials, directions, (values, others, direction) => {
        const context = { trial: running(...values), others, direction };
        const decision = used.decide(context);
        expect(create().decide(context)).toEqual(decision);
        expect(decision.reason).toMatch(/^\S.*\.$/);
      }),
      { seed: 4, numRuns: 200 },
    );
  });

  test(`${name}: the order of the others does not matter`, () => {
    fc.assert(
      fc.property(curve, someTrials, (values, others) => {
        const context = { trial: running(...values), direction: 'minimize' } as const;
        const decision = create().decide({ ...context, others });
        expect(create().decide({ ...context, others: others.toReversed() })).toEqual(decision);
      }),
      { seed: 5, numRuns: 200 },
    );
  });
};
