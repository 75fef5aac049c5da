import type { StudyView, TrialView } from '../../src/protocol/index.ts';

/** A running study that maximises `val_acc` over a float, an integer, a choice and one more that depends on it. */
export const aStudyView = (overrides: Partial<StudyView> = {}): StudyView => ({
  id: 'study-1',
  name: 'digits',
  script: 'examples/digits/train.py',
  state: 'running',
  objectives: [{ metric: 'val_acc', direction: 'maximize' }],
  parameters: [
    aParameter('lr', '1e-5..1e-1 log'),
    aParameter('hidden', '8..128 log', 'int'),
    aParameter('dropout', '0..0.6 step 0.05'),
    aParameter('optimizer', '["sgd", "adam"]', 'categorical'),
    { ...aParameter('momentum', '0.5..0.99'), condition: 'optimizer == "sgd"' },
  ],
  sampler: { name: 'tpe', options: {} },
  pruner: { name: 'median', options: {} },
  seed: 1,
  parallel: 2,
  trialBudget: 30,
  elapsedMs: 133_000,
  createdAtMs: 1_700_000_000_000,
  counts: { waiting: 0, running: 0, paused: 0, complete: 0, pruned: 0, failed: 0, stopped: 0 },
  metricsSeen: [],
  drivenHere: true,
  corruptRecords: 0,
  ...overrides,
});

const aParameter = (
  name: string,
  summary: string,
  kind: StudyView['parameters'][number]['kind'] = 'float',
): StudyView['parameters'][number] => ({
  name,
  kind,
  summary,
  log: summary.includes('log'),
  file: 'train.py',
  line: 3,
});

export const aTrialView = (number: number, overrides: Partial<TrialView> = {}): TrialView => ({
  study: 'study-1',
  number,
  state: 'complete',
  params: { lr: 1e-3, hidden: 32, dropout: 0.1, optimizer: 'adam' },
  reason: number === 0 ? 'Your own values.' : 'Likely better by what the others gave.',
  values: [0.9],
  intermediate: [],
  metrics: {},
  attempt: 1,
  startedAtMs: 1_700_000_000_000 + number * 4_000,
  endedAtMs: 1_700_000_000_000 + number * 4_000 + 3_250,
  star: false,
  log: `/tmp/trials/${number}/output.log`,
  ...overrides,
});

/** Repeatable numbers between 0 and 1 (a linear congruential generator; constants of Numerical Recipes). */
const aStream = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
};

const traceback = [
  'The script ended with exit code 1: ValueError: loss is not finite',
  'Traceback (most recent call last):',
  '  File "/home/ada/digits/train.py", line 88, in <module>',
  '    main()',
  '  File "/home/ada/digits/train.py", line 71, in main',
  '    raise ValueError("loss is not finite")',
  'ValueError: loss is not finite',
].join('\n');

/** A study in the middle, as it would look after `count` trials: most complete, some stopped early, some failed. */
export const aStudyInTheMiddle = (
  count: number,
): { readonly study: StudyView; readonly trials: readonly TrialView[] } => {
  const next = aStream(7);
  const trials = Array.from({ length: count }, (_, number) => aTrialOf(number, count, next));
  const counts = { ...aStudyView().counts };
  for (const { state } of trials) counts[state]++;
  let best: TrialView | undefined;
  for (const trial of trials) if ((trial.values?.[0] ?? 0) > (best?.values?.[0] ?? 0)) best = trial;
  const study = aStudyView({ counts, ...(best && { best: best.number }) });
  return { study, trials };
};

const aTrialOf = (number: number, count: number, next: () => number): TrialView => {
  const [a, b, c, d, e, luck] = [next(), next(), next(), next(), next(), next()];
  const optimizer = d < 0.4 ? 'sgd' : 'adam';
  const params = {
    lr: 10 ** (-5 + 4 * a),
    hidden: Math.round(8 * 16 ** b),
    dropout: Math.round(c * 12) / 20,
    optimizer,
    ...(optimizer === 'sgd' && { momentum: 0.5 + 0.49 * e }),
  };
  const value = Math.min(
    0.991,
    0.86 + 0.1 * b + 0.03 * (number / count) - 0.06 * Math.abs(a - 0.55) + 0.02 * luck,
  );
  const steps = Array.from({ length: 10 }, (_, step) => ({
    step: step + 1,
    value: value * (1 - 0.5 * Math.exp(-(step + 1) * (0.5 + a))),
  }));
  const whole = { params, intermediate: steps, metrics: { val_acc: value, train_loss: 1 - value } };
  if (number === 0)
    return aTrialView(0, {
      ...whole,
      params: { lr: 1e-3, hidden: 32, dropout: 0.1, optimizer: 'adam' },
      values: [0.9306],
    });
  if (number === count - 1) {
    const { endedAtMs: _, values: __, ...running } = aTrialView(number, whole);
    return { ...running, state: 'running', intermediate: steps.slice(0, 4), startedAtMs: Date.now() - 2_000 };
  }
  if (number % 9 === 5) {
    const { values: _, ...failed } = aTrialView(number, { params, state: 'failed', message: traceback });
    return failed;
  }
  if (number % 4 === 3) {
    const { values: _, ...pruned } = aTrialView(number, whole);
    return {
      ...pruned,
      state: 'pruned',
      intermediate: steps.slice(0, 3),
      message: 'Below the median of 0.874 at step 3.',
    };
  }
  return aTrialView(number, { ...whole, values: [value] });
};
