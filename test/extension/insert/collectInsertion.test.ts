import { expect, test } from 'vitest';
import { collectOutcome, reasonsOf } from '../../../src/extension/insert/collectOutcome.ts';
import {
  collectRemarks,
  describeDifference,
  describeRounded,
  withEdits,
} from '../../../src/extension/insert/collectPreview.ts';

const edit = { file: '/w/train.py', name: 'lr', start: 5, end: 9, expected: '1e-3', text: '2e-2' };

test('an insertion is told with how to take it back', () => {
  const one = collectOutcome('trial 3', { edits: [edit], skipped: [] }, { inserted: 1, changed: [] });
  expect(one).toEqual({
    isWarning: false,
    text: 'TuneLens: trial 3: inserted 1 value; one Undo takes it back',
  });
  const none = collectOutcome('trial 3', { edits: [], skipped: [] }, { inserted: 0, changed: [] });
  expect(none.text).toBe('TuneLens: trial 3: all values are already in the source');
});

test('what was left is told with each reason once', () => {
  const gone = 'train.py is gone. Put it back where it was, then insert again.';
  const skipped = [
    { name: 'lr', why: gone },
    { name: 'width', why: gone },
    { name: 'depth', why: 'depth is a list now' },
  ];
  expect(reasonsOf(skipped)).toEqual([`lr, width: ${gone}`, 'depth is a list now.']);
  const outcome = collectOutcome('trial 3', { edits: [edit], skipped }, { inserted: 0, changed: ['lr'] });
  expect(outcome.isWarning).toBe(true);
  expect(outcome.text).toBe(
    `Nothing was inserted. lr, width: ${gone} depth is a list now. lr was changed just now. Insert again.`,
  );
});

test('a preview is the text with its edits, and says what is not in it', () => {
  expect(withEdits('lr = 1e-3; n = 1', [edit, { start: 15, end: 16, text: '20' }])).toBe('lr = 2e-2; n = 20');
  expect(collectRemarks({ skipped: [], notes: [] })).toBeUndefined();
  expect(
    collectRemarks({
      skipped: [{ name: 'lr', why: 'lr is gone' }],
      notes: [{ name: 'width', note: 'width is called w now (line 3).' }],
    }),
  ).toEqual({ isWarning: true, text: 'lr is gone. width is called w now (line 3).' });
});

test('rounding is told with what it costs', () => {
  const metrics = [
    { metric: 'loss', worse: 0.0002, noise: 0.004 },
    { metric: 'ms', worse: -1, noise: 3 },
  ];
  expect(describeDifference({ metrics })).toBe(
    'loss expected 2e-4 worse, noise 0.004 · ms expected no worse, noise 3',
  );
  expect(describeRounded({ rounded: [{ parameter: 'lr', from: 0.0030412, to: 0.003 }] })).toBe(
    'lr 0.003041 → 0.003',
  );
});
