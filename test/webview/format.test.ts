import { expect, test } from 'vitest';
import { formatNumber } from '../../src/protocol/index.ts';
import {
  formatDuration,
  formatElapsed,
  formatResult,
  formatShare,
  formatValue,
} from '../../webview/format.ts';

test.each([
  [0, '0'],
  [-0, '0'],
  [32, '32'],
  [1_234_567, '1234567'],
  [12_345_678, '1.235e7'],
  [0.0032, '0.0032'],
  [3.2e-5, '3.2e-5'],
  [1e-3, '0.001'],
  [0.123_456, '0.1235'],
  [123_456.7, '1.235e5'],
  [-0.000_12, '-1.2e-4'],
  [Number.NaN, 'nan'],
  [Number.NEGATIVE_INFINITY, '-inf'],
])('the number %d is written %s', (value, text) => {
  expect(formatNumber(value)).toBe(text);
});

test('results keep their zeros, so that they can be compared down a column', () => {
  expect([0.95, 0.9722, 12.3, 1, 1e-5].map(formatResult)).toEqual(['0.9500', '0.9722', '12.30', '1', '1e-5']);
});

test('values are written as Python knows them', () => {
  expect([true, false, null, 'adam', 1e-4].map(formatValue)).toEqual([
    'True',
    'False',
    'None',
    'adam',
    '1e-4',
  ]);
});

test.each([
  [-5, '0.0 s'],
  [840, '0.8 s'],
  [9_960, '10 s'],
  [59_700, '1 min 0 s'],
  [125_000, '2 min 5 s'],
  [3_600_000 * 3.2, '3 h 12 min'],
  [3_600_000 * 52, '2 d 4 h'],
])('%d ms last %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});

test('a clock shows whole seconds, never more than have passed', () => {
  expect([0, 999, 59_999, 61_500].map(formatElapsed)).toEqual(['0 s', '0 s', '59 s', '1 min 1 s']);
});

test('a small share is not called nothing', () => {
  expect([0, 0.001, 0.004_9, 0.005, 0.624, 1].map(formatShare)).toEqual([
    '0 %',
    '<1 %',
    '<1 %',
    '1 %',
    '62 %',
    '100 %',
  ]);
});
