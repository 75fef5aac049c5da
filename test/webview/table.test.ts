import { expect, test } from 'vitest';
import type { TrialView } from '../../src/protocol/index.ts';
import { absent, collectColumns } from '../../webview/table/columns.ts';
import { moveInGrid } from '../../webview/table/gridKeys.ts';
import { orderTrials, toggleSort } from '../../webview/table/order.ts';
import { measureColumns } from '../../webview/table/widths.ts';
import { aStudyView, aTrialView } from './builders.ts';

const columns = collectColumns(aStudyView({ best: 2 }));
const context = { nowMs: 1_700_000_100_000, best: 2 };

const { values: _, ...withoutResult } = aTrialView(3);
const trials: readonly TrialView[] = [
  aTrialView(0, { values: [0.93] }),
  aTrialView(1, { values: [Number.NaN], params: { lr: 0.1, optimizer: 'sgd', momentum: 0.9 } }),
  aTrialView(2, { values: [0.97], params: { lr: 1e-5, optimizer: 'adam' } }),
  { ...withoutResult, state: 'failed', message: 'It crashed.\nTraceback' },
  aTrialView(10, { values: [0.95] }),
];

const sorted = (column: string, descending: boolean): readonly number[] =>
  orderTrials(trials, columns, { column, descending }, context).map(({ number }) => number);

const textsOf = (trial: TrialView): Readonly<Record<string, string>> =>
  Object.fromEntries(columns.map((column) => [column.id, column.text(trial, context)]));

test('there is a column for the number, the state, each result, each parameter, the duration and the reason', () => {
  expect(columns.map(({ title }) => title)).toEqual([
    ...['Trial', 'State', 'val_acc'],
    ...['lr', 'hidden', 'dropout', 'optimizer', 'momentum'],
    ...['Duration', 'Why'],
  ]);
});

test('a parameter that does not apply is shown as absent', () => {
  expect(textsOf(aTrialView(0))['param:momentum']).toBe(absent);
});

test('a failed trial says the first line of why', () => {
  expect(trials[3] && textsOf(trials[3]).remark).toBe('It crashed.');
});

test('a running trial shows the newest value, and does not show it as a result', () => {
  const { values: __, ...running } = aTrialView(4, {
    state: 'running',
    intermediate: [{ step: 1, value: 0.5 }],
  });
  const value = columns.find(({ id }) => id === 'value:0');
  expect(value?.text(running, context)).toBe('0.5000');
  expect(value?.tone?.(running, context)).toBe('provisional');
});

test('numbers sort as numbers', () => {
  expect(sorted('number', true)).toEqual([10, 3, 2, 1, 0]);
  expect(sorted('param:lr', false)).toEqual([2, 0, 3, 10, 1]);
});

test('what is missing or not a number comes last in both directions', () => {
  expect(sorted('value:0', true)).toEqual([2, 10, 0, 1, 3]);
  expect(sorted('value:0', false)).toEqual([0, 10, 2, 1, 3]);
  expect(sorted('param:momentum', true)[0]).toBe(1);
});

test('the first click on a result shows the best first, the second turns it', () => {
  const value = columns.find(({ id }) => id === 'value:0');
  if (value === undefined) throw new Error('no such column');
  const once = toggleSort({ column: 'number', descending: true }, value);
  expect(once).toEqual({ column: 'value:0', descending: true });
  expect(toggleSort(once, value).descending).toBe(false);
  const loss = collectColumns(aStudyView({ objectives: [{ metric: 'loss', direction: 'minimize' }] }))[2];
  expect(loss?.descendingFirst).toBe(false);
});

test('columns take the width of what is in them, within bounds, and never shrink', () => {
  const widths = measureColumns(columns, trials, context, []);
  for (const [index, width] of widths.entries()) {
    expect(width).toBeGreaterThanOrEqual(columns[index]?.minWidthCh ?? 0);
    expect(width).toBeLessThanOrEqual(columns[index]?.maxWidthCh ?? 0);
  }
  expect(measureColumns(columns, [], context, widths)).toEqual(widths);
});

test.each([
  ['ArrowDown', false, { row: 5, column: 2 }],
  ['ArrowUp', false, { row: 3, column: 2 }],
  ['ArrowLeft', false, { row: 4, column: 1 }],
  ['ArrowRight', false, { row: 4, column: 3 }],
  ['PageDown', false, { row: 14, column: 2 }],
  ['PageUp', false, { row: 0, column: 2 }],
  ['Home', false, { row: 4, column: 0 }],
  ['End', false, { row: 4, column: 5 }],
  ['Home', true, { row: 0, column: 0 }],
  ['End', true, { row: 99, column: 5 }],
] as const)('%s (with control: %s) goes to %j', (key, ctrl, expected) => {
  expect(moveInGrid({ key, ctrl }, { row: 4, column: 2 }, { rows: 100, columns: 6, page: 10 })).toEqual(
    expected,
  );
});

test('the keyboard stays within the grid, whose head is above the first row', () => {
  const size = { rows: 3, columns: 2, page: 10 };
  expect(moveInGrid({ key: 'ArrowUp', ctrl: false }, { row: 0, column: 0 }, size)).toEqual({
    row: -1,
    column: 0,
  });
  expect(moveInGrid({ key: 'ArrowUp', ctrl: false }, { row: -1, column: 0 }, size)).toEqual({
    row: -1,
    column: 0,
  });
  expect(moveInGrid({ key: 'ArrowDown', ctrl: false }, { row: 2, column: 0 }, size)).toEqual({
    row: 2,
    column: 0,
  });
  expect(moveInGrid({ key: 'a', ctrl: false }, { row: 0, column: 0 }, size)).toBeUndefined();
});
