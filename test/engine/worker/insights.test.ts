import { expect, test } from 'vitest';
import { insightsView, predictionsAt } from '../../../src/engine/worker/insights.ts';
import { aRequest, aWorkbench, begin } from '../tuner/workbench.ts';

const script = `lr = 1e-3  # tune: 1e-5..1e-2 log
kind = "a"  # tune: ["a", "b"]
beta = 0.5  # tune: 0..1 if kind == "b"
sizes = [1, 2]  # tune: list 1..3 of 1..4
# tune: sampler sobol, pruner none
import math
score = -math.log10(lr) ** 2 - (abs(beta - 0.2) if kind == "b" else 1)  # tune: maximize
`;

test('the host learns from finished trials what answers to what, and what to expect', async () => {
  const bench = aWorkbench();
  const engine = bench.engine();
  const study = begin(engine, aRequest(bench.write('train.py', script), { trials: 24 }));
  await engine.untilIdle(study);
  const view = insightsView(engine, study);
  expect(view.message).toBeUndefined();
  expect(view.trials).toBe(24);
  // Lists have an importance, and no curve of their own.
  expect(view.parameters.map(({ parameter }) => parameter)).toEqual(['lr', 'kind', 'beta']);
  expect(view.importances.map(({ parameter }) => parameter).sort()).toEqual(['beta', 'kind', 'lr', 'sizes']);
  const { points } = view.parameters[0] ?? { points: [] };
  expect(points.at(-1)?.mean).toBeGreaterThan(points[0]?.mean ?? 0);
  // What is not active where the others hold does not count, as in a run.
  const { predictions } = predictionsAt(engine, study, [
    { lr: 1e-2, kind: 'a', beta: 0.2, sizes: [1] },
    { lr: 1e-2, kind: 'a', beta: 0.9, sizes: [1] },
    { lr: 1e-5, kind: 'a', beta: 0.9, sizes: [1] },
  ]);
  expect(predictions[0]).toEqual(predictions[1]);
  const [mean = 0, , worse = 0] = predictions.map((one) => ('mean' in one ? one.mean : Number.NaN));
  expect(mean).toBeGreaterThan(worse);
  // A model says nothing of what was not searched.
  expect(predictionsAt(engine, study, [{ lr: 0.5, kind: 'a', sizes: [1] }]).predictions).toEqual([
    { outside: 'lr' },
  ]);
  // Made once for the same results.
  expect(engine.studyModel(study)).toBe(engine.studyModel(study));
}, 30_000);

test('too few trials are said to be too few', async () => {
  const bench = aWorkbench();
  const engine = bench.engine();
  const study = begin(engine, aRequest(bench.write('train.py', script), { trials: 4 }));
  await engine.untilIdle(study);
  const message = 'Foretelling results needs 10 complete trials with a finite value; there are 4.';
  expect(insightsView(engine, study)).toMatchObject({ message, parameters: [], importances: [] });
  expect(predictionsAt(engine, study, [{ lr: 1e-3 }])).toEqual({ predictions: [], noise: 0, message });
}, 30_000);
