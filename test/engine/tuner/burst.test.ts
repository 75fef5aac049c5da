import { expect, test } from 'vitest';
import { aRequest, aWorkbench, begin } from './workbench.ts';

const reports = 20_000;

const chatty = `import tunelens
# tune: minimize loss, trials 3
lr = 0.1  # tune: 0.01..1 log
for step in range(${reports}):
    tunelens.report(step=step, loss=lr * step)
`;

test('scripts that report as fast as they can lose nothing, and their ends are noticed', async () => {
  const bench = aWorkbench();
  const engine = bench.engine();
  const study = begin(engine, aRequest(bench.write('train.py', chatty), { trials: 3, parallel: 2 }));
  expect((await engine.untilIdle(study)).state).toBe('complete');
  const trials = engine.store.trials(study);
  expect(trials).toHaveLength(3);
  for (const { intermediate, params, corrupt } of trials) {
    expect(corrupt).toBeUndefined();
    expect(intermediate).toHaveLength(reports);
    expect(intermediate.every(({ step }, index) => step === index)).toBe(true);
    expect(intermediate.at(-1)?.value).toBe(Number(params.lr) * (reports - 1));
  }
});
