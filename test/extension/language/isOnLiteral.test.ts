import { expect, test } from 'vitest';
import { isOnLiteral } from '../../../src/extension/language/isOnLiteral.ts';

const on = (notation: string): boolean => isOnLiteral(notation.replace('|', ''), notation.indexOf('|'));

test.each([
  'lr = |1e-3',
  'lr = 1e-3|',
  'x = -|4',
  'opt = "ad|am"',
  'f(a=1, b=Tru|e)',
  'x = .5|',
  "n = 1'0|00",
])('%j is on a literal', (text) => {
  expect(on(text)).toBe(true);
});

test.each(['l|r = 1e-3', 'x = f"{|y}"', '# 12|', 'x = 1  # 12|', 'x1| = y', '|', 'print(|x)', 'x // 2|'])(
  '%j is not',
  (text) => {
    expect(on(text)).toBe(false);
  },
);
