import { expect, test } from 'vitest';
import type { TrialRecord } from '../../../src/engine/node.ts';
import { aRequest, aWorkbench, begin, eventually } from './workbench.ts';

/** Counts epochs from 0 and tells what it ran with. */
const training = (seconds = 0): string => `
import os, time
x = 0.5  # tune: 0..1
epochs = 12  # tune: budget 1..4
with open("runs.txt", "a") as runs:
    runs.write(f"{os.environ['TUNELENS_RUN']} {epochs}\\n")
for epoch in range(epochs):
    time.sleep(${seconds})
    print(f"epoch {epoch} loss {(x - 0.3) ** 2 + 1 / (epoch + 1)}", flush=True)
# tune: minimize loss
`;

const runsOf = (text: string): readonly { readonly run: string; readonly epochs: number }[] =>
  text
    .trim()
    .split('\n')
    .map((line) => {
      const space = line.lastIndexOf(' ');
      return { run: line.slice(0, space), epochs: Number(line.slice(space)) };
    });

const lossOf = ({ params }: TrialRecord, epochs: number): number =>
  (Number(params.x) - 0.3) ** 2 + 1 / epochs;

test('a scheduler sets the budget annotation: the best of a rung run again with more', async () => {
  const bench = aWorkbench();
  const script = bench.write('train.py', training());
  const engine = bench.engine();
  const study = begin(engine, aRequest(script, { pruner: 'halving', sampler: 'random', trials: 4 }));
  const ended = await engine.untilIdle(study);
  expect(ended).toMatchObject({ state: 'complete', message: 'Every bracket has been run to its end.' });
  const [baseline, ...trials] = engine.store.trials(study);
  expect(baseline).toMatchObject({ state: 'complete' });
  expect(baseline?.fidelity).toBeUndefined();
  const runs = runsOf(bench.read('runs.txt'));
  expect(runs.map(({ epochs }) => epochs).sort((a, b) => a - b)).toEqual([1, 1, 1, 4, 12]);
  expect(new Set(runs.map(({ run }) => run)).size).toBe(runs.length);
  const byLoss = trials.toSorted((a, b) => lossOf(a, 1) - lossOf(b, 1));
  expect(byLoss.map(({ state, fidelity, attempt }) => [state, fidelity, attempt])).toEqual([
    ['complete', 4, 2],
    ['pruned', 1, 1],
    ['pruned', 1, 1],
  ]);
  const [winner] = byLoss;
  if (winner === undefined) throw new Error('no trials');
  expect(winner.values?.[0]).toBeCloseTo(lossOf(winner, 4), 9);
  expect(winner.rungs?.map(({ fidelity }) => fidelity)).toEqual([1, 4]);
  for (const trial of byLoss.slice(1)) expect(trial.values).toBeUndefined();
});

test('a study with a scheduler goes on in another engine where the first one stopped', async () => {
  const bench = aWorkbench();
  const script = bench.write('train.py', training(0.03));
  const first = bench.engine();
  const study = begin(first, aRequest(script, { pruner: 'hyperband', sampler: 'random', trials: 6 }));
  await eventually(() => first.store.trials(study).some(({ rungs = [] }) => rungs.length > 0), 60_000);
  await first.close();
  const second = bench.engine();
  const ended = await second.untilIdle(study);
  expect(ended.state).toBe('complete');
  const trials = second.store.trials(study);
  expect(trials.filter(({ state }) => state !== 'complete' && state !== 'pruned')).toEqual([]);
  const runs = runsOf(bench.read('runs.txt'));
  expect(new Set(runs.map(({ run }) => run)).size).toBe(runs.length);
  expect(trials.filter(({ fidelity }) => fidelity === 4).every(({ state }) => state === 'complete')).toBe(
    true,
  );
}, 120_000);

test('BOHB is known by name and brings its sampler', async () => {
  const bench = aWorkbench();
  const script = bench.write(
    'train.py',
    training().replace('# tune: minimize', '# tune: pruner bohb\n# tune: minimize'),
  );
  const engine = bench.engine();
  const study = begin(engine, aRequest(script, { trials: 4 }));
  const ended = await engine.untilIdle(study);
  expect(ended.state).toBe('complete');
  expect(ended.spec.sampler.name).toBe('bohb');
});

test('what a scheduler needs and the script lacks is said before anything runs', () => {
  const bench = aWorkbench();
  const plain = 'x = 0.5  # tune: 0..1\nprint(f"loss={x}")\n# tune: minimize loss\n';
  const script = bench.write('plain.py', plain);
  const engine = bench.engine();
  const messageOf = (pruner: string): string | undefined => {
    const result = engine.createStudy(aRequest(script, { pruner }));
    return result.ok ? undefined : result.error[0]?.message;
  };
  expect(messageOf('hyperband')).toBe(
    'hyperband sets how long a trial runs: write “# tune: budget 1..30” behind the number of epochs.',
  );
  expect(messageOf('pbt')).toMatch(/^pbt sets how long a trial runs: write “# tune: budget/);
  expect(messageOf('magic')).toMatch(/^No pruner is called “magic”/);
});

test('a time budget ends a study with trials still paused', async () => {
  const bench = aWorkbench();
  const script = bench.write('train.py', training(0.02));
  const engine = bench.engine();
  const study = begin(
    engine,
    aRequest(script, { pruner: 'asha-promotion', sampler: 'random', trials: 1000, timeMs: 1500 }),
  );
  const ended = await engine.untilIdle(study);
  expect(ended).toMatchObject({ state: 'complete', message: 'The time budget is used up.' });
  const states = new Set(engine.store.trials(study).map(({ state }) => state));
  expect(states.has('paused')).toBe(false);
  expect(states.has('running')).toBe(false);
});
