import { expect, test } from 'vitest';
import {
  fixTunable,
  type ReadSource,
  type TextChange,
  widenRange,
} from '../../../src/engine/annotations/changeAnnotation.ts';
import { scanSource } from '../../../src/engine/annotations/scanSource.ts';
import type { LanguageId } from '../../../src/engine/annotations/tunable.ts';
import type { Result } from '../../../src/engine/space/result.ts';

const read = (text: string, language: LanguageId = 'python'): ReadSource => ({
  text,
  language,
  annotations: scanSource(language, text),
});

const after = ({ text }: ReadSource, made: Result<readonly TextChange[], string>): string =>
  made.ok
    ? made.value.reduceRight(
        (all, { span, text: put }) => all.slice(0, span.start) + put + all.slice(span.end),
        text,
      )
    : `refused: ${made.error}`;

const widened = (text: string, name: string, side: 'low' | 'high', bound: number): string => {
  const source = read(text);
  return after(source, widenRange(source, name, side, bound));
};

const fixed = (text: string, name: string, value: number | string | boolean): string => {
  const source = read(text);
  return after(source, fixTunable(source, name, value));
};

test.each([
  ['lr = 1e-3  # tune: 1e-5..1e-1 log', 'lr', 'high', 1, 'lr = 1e-3  # tune: 1e-5..1 log'],
  ['lr = 1e-3  # tune: 1e-5..1e-1 log', 'lr', 'low', 1e-6, 'lr = 1e-3  # tune: 1e-6..1e-1 log'],
  ['lr = 1e-3  # tune: 1E-05..0.1 log', 'lr', 'low', 1e-6, 'lr = 1e-3  # tune: 1E-06..0.1 log'],
  ['x = 0.2  # tune: 0..0.6 step 0.05', 'x', 'high', 0.9, 'x = 0.2  # tune: 0..0.9 step 0.05'],
  ['b = 64  # tune: 16..256 log step 2x', 'b', 'high', 1024, 'b = 64  # tune: 16..1024 log step 2x'],
  ['n = 4_000  # tune: 1_000..8_000', 'n', 'high', 15000, 'n = 4_000  # tune: 1_000..15_000'],
  ['lr = 1e-3  # tune: loguniform(1e-5, 1e-1)', 'lr', 'high', 1, 'lr = 1e-3  # tune: loguniform(1e-5, 1)'],
  ['m = 0.5  # tune: normal(0.5, 0.1) in 0..1', 'm', 'high', 2, 'm = 0.5  # tune: normal(0.5, 0.1) in 0..2'],
  [
    'lr = 1e-3  # tune: 1e-5..1e-1 log if o == "a"\no = "a"  # tune: ["a", "b"]',
    'lr',
    'high',
    1,
    'lr = 1e-3  # tune: 1e-5..1 log if o == "a"\no = "a"  # tune: ["a", "b"]',
  ],
  ['a, b = 1.5, 2.5  # tune: 0..2, 1..3', 'b', 'high', 5, 'a, b = 1.5, 2.5  # tune: 0..2, 1..5'],
  ['x = 1  # tune: 0.5..1.5', 'x', 'high', 2, 'x = 1  # tune: 0.5..2'],
] as const)('%s: %s gets another %s end, %d', (text, name, side, bound, expected) => {
  expect(widened(text, name, side, bound)).toBe(expected);
});

test('a range that was only inferred is written out', () => {
  expect(widened('learning_rate = 1e-3  # tune', 'learning_rate', 'high', 1)).toMatch(
    /^learning_rate = 1e-3 {2}# tune: \S+\.\.1 log$/u,
  );
});

test('equal ranges of several literals on a line are not mixed up', () => {
  expect(widened('a, b = 1.5, 1.7  # tune: 0..2, 0..2', 'b', 'high', 4)).toBe(
    'a, b = 1.5, 1.7  # tune: 0..2, 0..4',
  );
});

test('what has no range any more is refused with a sentence', () => {
  expect(widened('lr = 1e-3', 'lr', 'high', 1)).toBe('refused: No annotated literal is called lr any more.');
  expect(widened('lr = "a"  # tune: ["a", "b"]', 'lr', 'high', 1)).toBe('refused: lr has no range any more.');
});

test.each([
  ['dropout = 0.137  # tune: 0..0.6', 'dropout', 0.1, 'dropout = 0.1'],
  ['dropout = 0.1  # tune: 0..0.6\nx = 1', 'dropout', 0.1, 'dropout = 0.1\nx = 1'],
  ['f(x=0.3,  # tune: 0..1\n  y=2)', 'x', 0.5, 'f(x=0.5,\n  y=2)'],
  ['ema = True  # tune\r\ny = 1', 'ema', false, 'ema = False\r\ny = 1'],
  ['k = 3  # tune: 1..8  (doubles)', 'k', 4, 'k = 4  # (doubles)'],
  ['k = 3  # tune: 1..8 # layers', 'k', 4, 'k = 4  # layers'],
  ['k = 3  # layers # tune: 1..8', 'k', 4, 'k = 4  # layers'],
  ["opt = 'adam'  # tune: ['adam', 'sgd']", 'opt', 'sgd', "opt = 'sgd'"],
] as const)('%s: %s is fixed at %s', (text, name, value, expected) => {
  expect(fixed(text, name, value)).toBe(expected);
});

test('a literal that others depend on is not fixed', () => {
  expect(fixed('o = "sgd"  # tune: ["adam", "sgd"]\nm = 0.9  # tune: 0..1 if o == "sgd"', 'o', 'sgd')).toBe(
    'refused: Other annotations depend on o: change them first.',
  );
});

test('a comment that says more is left to the person', () => {
  expect(fixed('x = 0.5  # tune: 0..1, trials 9', 'x', 0.5)).toMatch(
    /^refused: The comment behind x says more/u,
  );
  expect(fixed('a, b = 1.5, 2.5  # tune: 0..2, 1..3', 'a', 1)).toMatch(
    /^refused: The comment behind a says more/u,
  );
});

test.each([
  ['yaml', 'lr: 0.001  # tune: 1e-5..1e-1 log\n', 'lr', 'lr: 0.001  # tune: 1e-5..1 log\n', 'lr: 0.01\n'],
  ['toml', 'lr = 0.001  # tune: 1e-5..1e-1 log\n', 'lr', 'lr = 0.001  # tune: 1e-5..1 log\n', 'lr = 0.01\n'],
  [
    'javascript',
    'const lr = 1e-3; // tune: 1e-5..1e-1 log\n',
    'lr',
    'const lr = 1e-3; // tune: 1e-5..1 log\n',
    'const lr = 1e-2;\n',
  ],
  ['shell', 'LR=0.001  # tune: 1e-5..1e-1 log\n', 'LR', 'LR=0.001  # tune: 1e-5..1 log\n', 'LR=0.01\n'],
] as const)('in %s a range is widened and a literal fixed alike', (language, text, name, wide, fix) => {
  const source = read(text, language);
  expect(after(source, widenRange(source, name, 'high', 1))).toBe(wide);
  expect(after(source, fixTunable(source, name, 0.01))).toBe(fix);
});
