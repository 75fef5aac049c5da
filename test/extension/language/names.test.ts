import { expect, test } from 'vitest';
import { scanPython } from '../../../src/engine/index.ts';
import { collectRename, namedAt, placesOf } from '../../../src/extension/language/collectNames.ts';

/** The text after a rename at the `|`, or why there is none. */
const renamed = (notation: string, newName: string): string => {
  const offset = notation.indexOf('|');
  const source = notation.replace('|', '');
  const annotations = scanPython(source);
  const place = namedAt(source, annotations, offset);
  if (place?.literal === undefined) return place ? `${place.text} is unknown` : 'no name';
  const rename = collectRename(source, annotations, place.literal, newName);
  if (!rename.ok) return rename.error;
  const { mentions, target, refusal } = rename.value;
  if (refusal !== undefined) return refusal;
  return [...mentions, ...(target ? [target] : [])]
    .sort((a, b) => b.start - a.start)
    .reduce((text, { start, end }) => text.slice(0, start) + newName + text.slice(end), source);
};

test('a rename from an annotation reaches every annotation and the variable', () => {
  expect(
    renamed(
      'a = 1  # tune: 1..4\nb = 2  # tune: = 2 * a|\n# tune: where a + b < 9; where max(a, 1) > 0',
      'alpha',
    ),
  ).toBe(
    'alpha = 1  # tune: 1..4\nb = 2  # tune: = 2 * alpha\n# tune: where alpha + b < 9; where max(alpha, 1) > 0',
  );
});

test('a rename from the name of a part reaches the variable too', () => {
  expect(renamed('a = 1; b = 2  # tune: a|: 1..4; b: 1..3', 'x')).toBe(
    'x = 1; b = 2  # tune: x: 1..4; b: 1..3',
  );
});

test('parts of lists and members of classes are renamed by their own name', () => {
  expect(renamed('h = [8]  # tune: list 1..2 of 1..8\n# tune: where h|.length > 1 and h[0] > 2', 'hid')).toBe(
    'hid = [8]  # tune: list 1..2 of 1..8\n# tune: where hid.length > 1 and hid[0] > 2',
  );
});

test('a variable that is used in code is not renamed by halves', () => {
  expect(renamed('a = 1  # tune: 1..4\nprint(a)\n# tune: where a| > 1', 'x')).toContain('used on line 2');
  expect(renamed('f(a=1)  # tune: 1..4\n# tune: where a| > 1', 'x')).toContain('no variable');
});

test('names that cannot be are refused', () => {
  const text = 'a = 1  # tune: 1..4\nb = 1  # tune: 1..4 if a| > 1';
  expect(renamed(text, '1x')).toContain('letters, digits');
  expect(renamed(text, 'b')).toContain('tuned already');
  expect(renamed('a = 1  # tune: 1..4 if nothing| > 1', 'x')).toBe('nothing is unknown');
  expect(renamed('a| = 1  # tune: 1..4', 'x')).toBe('no name');
  expect(renamed('a = 1  # tune: 1..4 lo|g', 'x')).toBe('no name');
});

test('where a name stands is told apart by its class', () => {
  const source =
    'class A:\n    lr = 1  # tune: 1..4\n    m = 1  # tune: 1..4 if lr > 1\nclass B:\n    lr = 2  # tune: 1..4\n# tune: where B.lr > 1';
  const annotations = scanPython(source);
  const place = namedAt(source, annotations, source.indexOf('if lr') + 4);
  const spans = place?.literal ? placesOf(source, annotations, place.literal) : [];
  expect(spans.map(({ span }) => source.slice(0, span.start).split('\n').length)).toEqual([2, 3]);
  const other = namedAt(source, annotations, source.indexOf('B.lr') + 3);
  expect(other).toMatchObject({ shortName: 'lr', literal: { owner: 'B' } });
});
