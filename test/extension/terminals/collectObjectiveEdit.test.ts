import { expect, test } from 'vitest';
import { scanPython } from '../../../src/engine/index.ts';
import { collectObjectiveEdit, type Wish } from '../../../src/extension/terminals/collectObjectiveEdit.ts';

const maximize = (metric: string): Wish => ({ kind: 'objective', metric, direction: 'maximize' });

/** The text after the edit; what else came of it in brackets. */
const written = (text: string, wish: Wish): string => {
  const plan = collectObjectiveEdit(text, scanPython(text), wish);
  if (plan.kind !== 'edit') return `(${plan.kind})`;
  return plan.edits.reduceRight(
    (after, { start, end, text: put }) => after.slice(0, start) + put + after.slice(end),
    text,
  );
};

test('without an objective the script gets a line of its own behind the tuned literals', () => {
  expect(written('lr = 0.1  # tune: 0..1\nn = 3  # tune: 1..4\n\nx = 1\n', maximize('val_acc'))).toBe(
    'lr = 0.1  # tune: 0..1\nn = 3  # tune: 1..4\n# tune: maximize val_acc\n\nx = 1\n',
  );
});

test('the line has the indentation and line ends of its neighbours', () => {
  expect(written('def f():\r\n    lr = 0.1  # tune: 0..1\r\n', maximize('f1'))).toBe(
    'def f():\r\n    lr = 0.1  # tune: 0..1\r\n    # tune: maximize f1\r\n',
  );
});

test('it stands behind the settings where there are some', () => {
  expect(written('lr = 0.1  # tune: 0..1\n# tune: trials 30  (enough)\nx = 1', maximize('f1'))).toBe(
    'lr = 0.1  # tune: 0..1\n# tune: trials 30  (enough)\n# tune: maximize f1\nx = 1',
  );
});

test('another objective takes the place of the one that stands there', () => {
  expect(written('lr = 0.1  # tune: 0..1\n# tune: minimize loss, trials 9\n', maximize('val_acc'))).toBe(
    'lr = 0.1  # tune: 0..1\n# tune: maximize val_acc, trials 9\n',
  );
});

test('it takes the place of several', () => {
  expect(
    written('lr = 0.1  # tune: 0..1\n# tune: minimize loss, trials 9, maximize f1\n', maximize('val_acc')),
  ).toBe('lr = 0.1  # tune: 0..1\n# tune: maximize val_acc, trials 9\n');
  expect(
    written('lr = 0.1  # tune: 0..1\n# tune: minimize loss\n# tune: maximize f1\n', maximize('val_acc')),
  ).toBe('lr = 0.1  # tune: 0..1\n# tune: maximize val_acc\n');
});

test('what an assignment reports is no longer the objective', () => {
  expect(written('lr = 0.1  # tune: 0..1\nacc = f(lr)  # tune: maximize\n', maximize('val_acc'))).toBe(
    'lr = 0.1  # tune: 0..1\n# tune: maximize val_acc\nacc = f(lr)\n',
  );
});

test('behind an assignment only the direction changes when it is the same metric', () => {
  expect(written('lr = 0.1  # tune: 0..1\nacc = f(lr)  # tune: minimize\n', maximize('acc'))).toBe(
    'lr = 0.1  # tune: 0..1\nacc = f(lr)  # tune: maximize\n',
  );
});

test('nothing is written that stands there already', () => {
  expect(written('lr = 0.1  # tune: 0..1\n# tune: maximise val_acc\n', maximize('val_acc'))).toBe('(same)');
});

test('a limit is added, and replaces one on the same metric', () => {
  const limit: Wish = { kind: 'limit', metric: 'latency_ms', sign: '<=', bound: '20' };
  const once = written('lr = 0.1  # tune: 0..1\n# tune: maximize f1\n', limit);
  expect(once).toBe('lr = 0.1  # tune: 0..1\n# tune: maximize f1\n# tune: constraint latency_ms <= 20\n');
  expect(written(once, { ...limit, bound: '15' })).toBe(once.replace('20', '15'));
  expect(written(once, limit)).toBe('(same)');
});

test('names with spaces are quoted, and what is written reads back as it was meant', () => {
  const text = written('lr = 0.1  # tune: 0..1\n', maximize('val acc'));
  expect(scanPython(text).objectives).toEqual([{ metric: 'val acc', direction: 'maximize' }]);
  expect(scanPython(text).problems).toEqual([]);
});

test('a comment with more in it than can be taken apart is left to the person', () => {
  expect(
    written('lr = 0.1  # tune: 0..1\nacc = f(lr)  # tune: maximize  # (by hand)\n', maximize('val_acc')),
  ).toBe('(refused)');
});
