import { expect, test } from 'vitest';
import { studyModel } from '../../../src/engine/analysis/insights.ts';
import { randomStream } from '../../../src/engine/numeric/random.ts';
import { sampleUniform } from '../../../src/engine/space/sample.ts';
import type { StudyRecord, TrialRecord } from '../../../src/engine/study/store.ts';
import { simplified } from '../../../src/engine/tuner/simplified.ts';
import { toTrial } from '../../../src/engine/tuner/trialModel.ts';
import { aSpec, aStudyRecord, aTrialRecord } from '../../builders/records.ts';
import { float, spaceOf } from '../../builders/spaces.ts';

const space = spaceOf([float('x', 0, 1), float('y', 0, 1)]);

/** Both objectives and the limit depend on `x`, which must not be above 0.4237; the noise is that of `scatter`. */
const aStudyOf = (scatter: number): { study: StudyRecord; trials: readonly TrialRecord[] } => ({
  study: aStudyRecord({
    spec: aSpec({
      space,
      objectives: [
        { metric: 'loss', direction: 'minimize' },
        { metric: 'score', direction: 'maximize' },
      ],
      limits: [{ metric: 'x', sign: '<=', bound: 0.4237 }],
    }),
  }),
  trials: Array.from({ length: 60 }, (_, number) => {
    const random = randomStream(4, number);
    const params = sampleUniform(space, random);
    const [x, y] = [Number(params.x), Number(params.y)];
    return aTrialRecord({
      number,
      params: number === 7 ? { x: 0.42361, y: 0.70213 } : params,
      state: 'complete',
      values: [(y - 0.7) ** 2 + scatter * random.normal(), 1 - (x - 0.42) ** 2 + scatter * random.normal()],
      constraints: [(number === 7 ? 0.42361 : x) - 0.4237],
    });
  }),
});

const simplify = (scatter: number): ReturnType<typeof simplified> => {
  const { study, trials } = aStudyOf(scatter);
  const first = studyModel(
    space,
    trials.map((trial) => toTrial(trial)),
    { metric: 'loss', direction: 'minimize' },
  );
  return simplified(study, trials, 7, first);
};

test('all objectives stay within their noise, and what a limit allowed is still expected to be allowed', () => {
  const result = simplify(0.02);
  if (!result.ok) throw new Error(result.error);
  expect(result.value.metrics.map(({ metric }) => metric)).toEqual(['loss', 'score']);
  for (const { worse, noise } of result.value.metrics) expect(worse).toBeLessThanOrEqual(noise);
  expect(result.value.params.y).toBe(0.7);
  expect(Number(result.value.params.x)).toBeLessThan(0.44);
});

test('an unknown trial, and too few results, are told', () => {
  const { study, trials } = aStudyOf(0.02);
  const few = { ok: false, error: 'too few' } as const;
  expect(simplified(study, trials, 99, few)).toEqual({ ok: false, error: 'There is no trial 99.' });
  expect(simplified(study, trials, 7, few)).toEqual(few);
});
