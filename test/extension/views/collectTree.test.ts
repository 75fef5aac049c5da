import { expect, test } from 'vitest';
import { StudyMirror } from '../../../src/extension/state/mirror.ts';
import {
  collectChildren,
  collectParent,
  collectRow,
  collectStudyNodes,
  collectTooltip,
  mostTrialsInGroup,
  type TreeNode,
} from '../../../src/extension/views/collectTree.ts';
import type { StudyView, TrialView } from '../../../src/protocol/index.ts';
import { aDelta, aStudy, aTrial, counts } from '../builders.ts';

const aMirror = (study: StudyView, trials: readonly TrialView[] = []): StudyMirror => {
  const mirror = new StudyMirror();
  mirror.apply(aDelta({ studies: [study], trials }));
  return mirror;
};
const complete: TreeNode = { kind: 'group', study: 's1', state: 'complete' };
const trial = (number: number): TreeNode => ({ kind: 'trial', study: 's1', trial: number });

test('the newest study stands on top', () => {
  const nodes = collectStudyNodes([
    aStudy({ id: 'old', createdAtMs: 1 }),
    aStudy({ id: 'new', createdAtMs: 2 }),
  ]);
  expect(nodes.map(({ study }) => study)).toEqual(['new', 'old']);
});

test('a study shows only the groups it has trials in', () => {
  const mirror = aMirror(aStudy({ counts: counts({ running: 1, complete: 2, failed: 1 }) }));
  const groups = collectChildren(mirror, { kind: 'study', study: 's1' });
  expect(groups.map((node) => collectRow(mirror, node)?.label)).toEqual(['Running', 'Complete', 'Failed']);
});

test('a study that another window drives says which', () => {
  const mirror = aMirror(aStudy({ drivenHere: false, drivenBy: 'another window (process 7)' }));
  const row = collectRow(mirror, { kind: 'study', study: 's1' });
  expect(row?.description).toBe('running · 0/30 · driven by another window (process 7)');
  expect(row?.contextValue).toBe('study.running.elsewhere');
});

test('the best trial is first and starred, the others follow newest first', () => {
  const mirror = aMirror(
    aStudy({ best: 1, counts: counts({ complete: 3 }) }),
    [0, 1, 2].map((number) => aTrial({ number })),
  );
  const nodes = collectChildren(mirror, complete);
  expect(nodes).toEqual([trial(1), trial(2), trial(0)]);
  expect(nodes.map((node) => collectRow(mirror, node)?.icon)).toEqual(['star-full', 'pass', 'pass']);
});

test('a trial shows its metric and values, and the first that they are yours', () => {
  const mirror = aMirror(aStudy(), [aTrial({ values: [0.94444], params: { lr: 0.01, optimizer: 'sgd' } })]);
  expect(collectRow(mirror, trial(0))).toMatchObject({
    label: 'Trial 0',
    description: 'val_acc 0.9444 · your values · lr=0.01 optimizer="sgd"',
    spoken: 'Trial 0, complete, val_acc 0.9444, your values',
  });
});

test('a trial that repeats another says which', () => {
  const mirror = aMirror(aStudy(), [aTrial(), aTrial({ number: 1, replicaOf: 0, values: [0.5] })]);
  expect(collectRow(mirror, trial(1))?.description).toContain('val_acc 0.5 · trial 0 again');
});

test('what a row is decides what can be done with it', () => {
  const mirror = aMirror(aStudy(), [
    aTrial({ state: 'running', log: '/l', star: true }),
    aTrial({ number: 1 }),
  ]);
  expect([0, 1].map((number) => collectRow(mirror, trial(number))?.contextValue)).toEqual([
    'trial.running.starred.log',
    'trial.complete.plain',
  ]);
  expect(collectRow(mirror, { kind: 'study', study: 's1' })?.contextValue).toBe('study.running.here');
});

test('a row keeps its id when the trial changes state', () => {
  const mirror = aMirror(aStudy(), [aTrial({ state: 'running' })]);
  const before = collectRow(mirror, trial(0))?.id;
  mirror.apply(aDelta({ from: 1, to: 2, trials: [aTrial({ state: 'complete' })] }));
  expect(collectRow(mirror, trial(0))?.id).toBe(before);
  expect(collectParent(mirror, trial(0))).toEqual(complete);
});

test('a large group ends with a way to the rest', () => {
  const trials = Array.from({ length: mostTrialsInGroup + 5 }, (_, number) => aTrial({ number }));
  const nodes = collectChildren(aMirror(aStudy(), trials), complete);
  expect(nodes).toHaveLength(mostTrialsInGroup + 1);
  expect(nodes.at(-1)).toEqual({ kind: 'more', study: 's1', state: 'complete', hidden: 5 });
});

test('what is gone has no row', () => {
  const mirror = aMirror(aStudy());
  expect(collectRow(mirror, trial(9))).toBeUndefined();
  expect(collectRow(new StudyMirror(), complete)).toBeUndefined();
});

test('a tooltip quotes what scripts and people wrote', () => {
  const mirror = aMirror(aStudy(), [aTrial({ message: 'a|b', reason: '' })]);
  expect(collectTooltip(mirror, trial(0), (text) => `<${text}>`)).toContain('<a|b>');
});

test('records that could not be read are marked, spoken and explained', () => {
  const mirror = aMirror(aStudy({ corruptRecords: 3 }), [aTrial({ corrupt: 3 }), aTrial({ number: 1 })]);
  expect(collectRow(mirror, { kind: 'study', study: 's1' })?.description).toContain('⚠ 3 unreadable records');
  expect(collectRow(mirror, trial(0))?.description).toMatch(/^⚠ 3 unreadable records/);
  expect(collectRow(mirror, trial(0))?.spoken).toContain('3 unreadable records');
  expect(collectTooltip(mirror, trial(0), (text) => text)).toContain('is kept, and part of an export');
  expect(collectRow(mirror, trial(1))?.description).not.toContain('unreadable');
});
