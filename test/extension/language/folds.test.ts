import { expect, test } from 'vitest';
import { scanPython } from '../../../src/engine/index.ts';
import { collectFolds } from '../../../src/extension/language/collectFolds.ts';

const folds = (source: string): string | undefined =>
  collectFolds(source, scanPython(source).comments, 'python')
    ?.map(({ start, end, isComment }) => `${start}-${end}${isComment ? ' comment' : ''}`)
    .join(', ');

test('a block of annotations folds, and so does everything that folded by indentation', () => {
  const text =
    '# tune: maximize acc\n# tune: trials 100\n\ndef f():\n    if x:\n        y\n\n        z\n    w\n\nq = 1\n# tune: stop 1h\n';
  expect(folds(text)).toBe('0-1 comment, 3-8, 4-7');
});

test('without a block nothing is said, and the editor folds as it always did', () => {
  expect(folds('# tune: maximize acc\ndef f():\n    pass\n')).toBeUndefined();
});
