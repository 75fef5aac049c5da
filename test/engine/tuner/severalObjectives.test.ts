import { expect, test } from 'vitest';
import { aRequest, aWorkbench, begin, eventually } from './workbench.ts';

const script = `
import time
x = 0.5  # tune: 0.0..1.0
waste = 0.0  # tune: [0.0, 1.0]
# tune: minimize loss, minimize size
# tune: trials 24, parallel 3, seed 4, sampler random
for epoch in range(8):
    time.sleep(0.02)
    # Either objective alone calls half of the good ones bad.
    print(f"epoch {epoch + 1} loss {x + waste + 0.01 * epoch:.4f} size {1 - x + waste:.4f}")
`;

test('with several objectives a trial is stopped when it is behind in all, and not for the first one alone', async () => {
  const bench = aWorkbench();
  const engine = bench.engine();
  const study = begin(engine, { ...aRequest(bench.write('two.py', script)), trials: 24, parallel: 3 });
  expect(engine.store.study(study).spec.pruner.name).toBe('pareto');
  await eventually(() => engine.store.study(study).state === 'complete', 60_000);
  const trials = engine.store.trials(study);
  expect(trials).toHaveLength(24);
  const stopped = trials.filter(({ state }) => state === 'pruned');
  expect(stopped.length).toBeGreaterThan(3);
  expect(stopped.every(({ params }) => params.waste === 1)).toBe(true);
  // The worst of all in the first objective, and the best in the second.
  const thrifty = trials.filter(({ params }) => params.waste === 0);
  expect(thrifty.every(({ state }) => state === 'complete')).toBe(true);
  expect(bench.problems).toEqual([]);
});
