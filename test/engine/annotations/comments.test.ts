import { expect, test } from 'vitest';
import { scanPython } from '../../../src/engine/annotations/scanPython.ts';

const commentsOf = (text: string): string[] =>
  scanPython(text).comments.map(
    ({ body, line, literals }) =>
      `${line}:${text.slice(body.start, body.end)} (${literals.map(({ name, text: written }) => `${name}=${written}`).join(', ')})`,
  );

test('each annotation comment is told with the literals that it can be about', () => {
  const text = [
    'lr = 1e-3  # tune: 1e-5..1',
    'a = 1; b = None  # tune: b: ["x"',
    '# tune: maximize acc',
    'hidden = [64, 64]  # tune: list 1..2 of 1..8',
    'x = f()  # tune',
  ].join('\n');
  expect(commentsOf(text)).toEqual([
    '0: 1e-5..1 (lr=1e-3)',
    '1: b: ["x" (a=1, b=None)',
    '2: maximize acc ()',
    '3: list 1..2 of 1..8 (hidden=[64, 64])',
    '4: ()',
  ]);
});

test('prose and strings are no annotations', () => {
  expect(commentsOf('x = 1  # tune the model: by hand\ny = "# tune: 1..2"\n# tune this later')).toEqual([]);
});
