import type { Delta, StudyView, TrialView } from '../../src/protocol/index.ts';

export const aStudy = (over: Partial<StudyView> = {}): StudyView => ({
  id: 's1',
  name: 'train-1',
  script: 'train.py',
  state: 'running',
  objectives: [{ metric: 'val_acc', direction: 'maximize' }],
  parameters: [
    {
      name: 'lr',
      kind: 'float',
      summary: '1e-5..0.1 log',
      log: true,
      low: 1e-5,
      high: 0.1,
      file: 'train.py',
      line: 3,
    },
  ],
  sampler: { name: 'tpe', options: {} },
  pruner: { name: 'median', options: {} },
  seed: 1,
  parallel: 2,
  trialBudget: 30,
  elapsedMs: 0,
  createdAtMs: 1_000,
  counts: { waiting: 0, running: 0, paused: 0, complete: 0, pruned: 0, failed: 0, stopped: 0 },
  metricsSeen: [],
  drivenHere: true,
  corruptRecords: 0,
  ...over,
});

export const aTrial = (over: Partial<TrialView> = {}): TrialView => ({
  study: 's1',
  number: 0,
  state: 'complete',
  params: { lr: 0.01 },
  reason: 'baseline',
  intermediate: [],
  metrics: {},
  attempt: 1,
  star: false,
  ...over,
});

export const aDelta = (over: Partial<Delta> = {}): Delta => ({
  from: 0,
  to: 1,
  studies: [],
  trials: [],
  removedStudies: [],
  ...over,
});

export const counts = (over: Partial<StudyView['counts']>): StudyView['counts'] => ({
  ...aStudy().counts,
  ...over,
});
