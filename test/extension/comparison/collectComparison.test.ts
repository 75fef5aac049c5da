import { expect, test } from 'vitest';
import { collectComparison, renderComparison } from '../../../src/extension/comparison/collectComparison.ts';
import { aStudy, aTrial } from '../builders.ts';

const study = aStudy();
const trials = [
  aTrial({
    number: 3,
    values: [0.9],
    params: { lr: 0.01, optimizer: 'sgd' },
    startedAtMs: 0,
    endedAtMs: 1_500,
  }),
  aTrial({
    number: 7,
    values: [0.95],
    params: { lr: 0.003, optimizer: 'sgd', beta: 0.9 },
    metrics: { loss: 0.2 },
  }),
];
const compared = trials.map((trial) => ({ study, trial }));

test('what differs stands side by side, what does not apart', () => {
  const { columns, values, same } = collectComparison(compared, 0);
  expect(columns).toEqual(['Trial 3', 'Trial 7']);
  expect(values).toEqual([
    { name: 'lr', cells: ['0.01', '0.003'] },
    { name: 'beta', cells: ['–', '0.9'] },
  ]);
  expect(same).toEqual([{ name: 'optimizer', value: '"sgd"' }]);
});

test('the best value of an objective has a star, also where less is better', () => {
  const less = aStudy({ objectives: [{ metric: 'loss', direction: 'minimize' }] });
  const cells = (of: typeof study): readonly string[] | undefined =>
    collectComparison(
      trials.map((trial) => ({ study: of, trial })),
      0,
    ).results.find(({ name }) => name === of.objectives[0]?.metric)?.cells;
  expect(cells(study)).toEqual(['0.9', '0.95 ★']);
  expect(cells(less)).toEqual(['0.9 ★', '0.95']);
});

test('trials of several studies say of which they are', () => {
  const other = aStudy({ id: 's2', name: 'train-2' });
  const both = [...compared.slice(0, 1), { study: other, trial: aTrial({ study: 's2' }) }];
  expect(collectComparison(both, 0).columns).toEqual(['train-1 · trial 3', 'train-2 · trial 0']);
});

test('the text is in columns, and no text of a script breaks them', () => {
  const odd = aTrial({ number: 9, params: { lr: 0.1 }, message: 'a|b\nc', reason: 'x'.repeat(90) });
  const text = renderComparison(collectComparison([...compared, { study, trial: odd }], 0));
  for (const part of text
    .trimEnd()
    .split('\n\n')
    .filter((block) => block.startsWith('|'))) {
    const widths = part.split('\n').map((line) => [...line.replaceAll('\\|', '##')].length);
    expect(new Set(widths).size, part).toBe(1);
  }
  expect(text).toContain('a\\|b c');
});

test('trials with the same values say so', () => {
  const twice = [aTrial(), aTrial({ number: 1 })].map((trial) => ({ study, trial }));
  expect(renderComparison(collectComparison(twice, 0))).toContain('ran with the same values');
});
