import { expect, test } from 'vitest';
import { selectedWith, trialIn } from '../../../src/extension/commands/selectedRows.ts';
import type { TreeNode } from '../../../src/extension/views/collectTree.ts';

const study: TreeNode & { kind: 'study' } = { kind: 'study', study: 's1' };
const group: TreeNode & { kind: 'group' } = { kind: 'group', study: 's1', state: 'complete' };
const trial = (number: number): TreeNode & { kind: 'trial' } => ({
  kind: 'trial',
  study: 's1',
  trial: number,
});

test('a command called on one of several selected rows means them all', () => {
  expect(selectedWith(trial(1), [trial(1), trial(2)])).toEqual([trial(1), trial(2)]);
});

test('a command called on another row means that row alone', () => {
  expect(selectedWith(trial(3), [trial(1), trial(2)])).toBeUndefined();
  expect(selectedWith(study, [trial(1), trial(2)])).toBeUndefined();
});

test('one selected row is no selection, and neither is what an inline button passes', () => {
  expect(selectedWith(trial(1), [trial(1)])).toBeUndefined();
  expect(selectedWith(trial(1), undefined)).toBeUndefined();
});

test('a group that is selected too does not stand for its study', () => {
  expect(selectedWith(trial(1), [group, trial(1), trial(2)])).toEqual([trial(1), trial(2)]);
  expect(selectedWith(group, [group, study])).toBeUndefined();
});

test('what the editor passes is looked at', () => {
  expect(trialIn(trial(7))).toBe(7);
  for (const odd of [undefined, null, 7, 'x', { study: 's1' }, { study: 1, trial: 2 }])
    expect(trialIn(odd)).toBeUndefined();
});
