import type { SpaceDraft } from '../../src/engine/space/draft.ts';
import { createSpace } from '../../src/engine/space/create.ts';
import type { SearchSpace } from '../../src/engine/space/parameter.ts';
import type {
  IngestBatch,
  LeaseOwner,
  NewStudy,
  NewTrial,
  StudyRecord,
  TrialRecord,
} from '../../src/engine/study/store.ts';
import type { StudySpec } from '../../src/engine/study/study.ts';

/** Any moment will do; that a test's times are near it shows that no clock is read. */
export const startMs = 1_700_000_000_000;

/** A space of the parts given; one float `lr` when none are. */
export const aSpace = (part: Partial<SpaceDraft> = {}): SearchSpace => {
  const parameters = part.parameters ?? [{ kind: 'float', name: 'lr', low: 1e-5, high: 0.1, log: true }];
  const space = createSpace({ derived: [], constraints: [], ...part, parameters });
  if (!space.ok) throw new Error(space.error.map(({ message }) => message).join(' '));
  return space.value;
};

export const aSpec = (part: Partial<StudySpec> = {}): StudySpec => ({
  space: aSpace(),
  objectives: [{ metric: 'loss', direction: 'minimize' }],
  sampler: { name: 'random', options: {} },
  pruner: { name: 'none', options: {} },
  budget: { trials: 20 },
  parallel: 2,
  seed: 7,
  ...part,
});

export const aStudy = (part: Partial<NewStudy> = {}): NewStudy => ({
  name: 'train',
  script: 'train.py',
  state: 'running',
  spec: aSpec(),
  plan: '{}',
  createdAtMs: startMs,
  ...part,
});

export const aTrial = (part: Partial<NewTrial> = {}): NewTrial => ({
  params: { lr: 0.01 },
  reason: 'The values in the source.',
  seed: 11,
  createdAtMs: startMs,
  ...part,
});

export const aStudyRecord = (part: Partial<StudyRecord> = {}): StudyRecord => ({
  ...aStudy(),
  id: 's1',
  updatedAtMs: startMs,
  elapsedMs: 0,
  revision: 1,
  ...part,
});

export const aTrialRecord = (part: Partial<TrialRecord> = {}): TrialRecord => ({
  ...aTrial(),
  study: 's1',
  number: 0,
  state: 'waiting',
  intermediate: [],
  metrics: {},
  attempt: 0,
  star: false,
  revision: 2,
  ...part,
});

export const aBatch = (part: Partial<IngestBatch> = {}): IngestBatch => ({
  study: 's1',
  trial: 0,
  attempt: 1,
  cursor: { spool: 100, log: 0, print: null },
  reports: [],
  corrupt: [],
  atMs: startMs,
  ...part,
});

export const anOwner = (part: Partial<LeaseOwner> = {}): LeaseOwner => ({
  id: 'window-1',
  pid: 100,
  startTime: '5000',
  host: 'here',
  ...part,
});
