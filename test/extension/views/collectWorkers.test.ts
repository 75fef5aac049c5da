import { expect, test } from 'vitest';
import { StudyMirror } from '../../../src/extension/state/mirror.ts';
import { collectWorkers, type Workers } from '../../../src/extension/views/collectWorkers.ts';
import type { StudyView, TrialView } from '../../../src/protocol/index.ts';
import { aDelta, aStudy, aTrial, counts } from '../builders.ts';

const nowMs = 100_000;
const workers = (studies: readonly StudyView[], trials: readonly TrialView[] = []): Workers => {
  const mirror = new StudyMirror();
  mirror.apply(aDelta({ studies, trials }));
  return collectWorkers([{ folder: '/project', mirror }], { name: 'gpu-1', cores: 8, load: 1.234 }, nowMs);
};
const slotRows = ({ roots }: Workers): readonly (string | undefined)[] =>
  roots[0]?.children.map(({ row }) => row.description) ?? [];

test('without a study under way there is nothing to show', () => {
  expect(workers([aStudy({ state: 'complete' })])).toEqual({ roots: [], busy: 0, slots: 0 });
});

test('a slot says what runs there, how it does and for how long', () => {
  const running = aTrial({
    number: 7,
    state: 'running',
    slot: 2,
    startedAtMs: 66_000,
    metrics: { val_acc: 0.93 },
    log: '/log',
  });
  const found = workers([aStudy({ counts: counts({ running: 1 }) })], [running]);
  expect(found.roots[0]?.row).toMatchObject({
    label: 'gpu-1',
    description: '1 of 2 slots busy · 8 cores · load 1.2',
  });
  expect(slotRows(found)).toEqual([
    'free · waits for the next proposal',
    'trial 7 · val_acc 0.93 · 34 s · train-1',
  ]);
  expect(found.roots[0]?.children[1]).toMatchObject({
    study: 's1',
    slot: 2,
    trial: 7,
    row: { label: 'Slot 2', contextValue: 'slot.running.log' },
  });
});

test.each([
  [{ state: 'paused' }, 'free · the study is paused'],
  [{ state: 'needs-objective' }, 'free · the study waits for an objective'],
  [{ counts: counts({ complete: 30 }) }, 'free · no trials are left to start'],
  [{ counts: counts({ complete: 28, paused: 2 }) }, 'free · paused trials wait for others'],
  [{ counts: counts({ waiting: 1 }) }, 'free · the next trial is about to start'],
] as const)('a free slot of a study with %j says why', (over, why) => {
  expect(slotRows(workers([aStudy({ ...over, parallel: 1 })]))).toEqual([why]);
});

test('slots of several studies stand under their studies', () => {
  const found = workers([aStudy(), aStudy({ id: 's2', name: 'other', parallel: 1 })]);
  expect(found.roots[0]?.children.map(({ row, children }) => [row.label, children.length])).toEqual([
    ['train-1', 2],
    ['other', 1],
  ]);
  expect(found.slots).toBe(3);
});

test('a trial in a slot that is no longer given out is shown until it ends', () => {
  const trial = aTrial({ state: 'running', slot: 5, startedAtMs: nowMs });
  const found = workers([aStudy({ parallel: 1, counts: counts({ running: 1 }) })], [trial]);
  expect(found.roots[0]?.children.map(({ row }) => row.label)).toEqual(['Slot 1', 'Slot 5']);
});
