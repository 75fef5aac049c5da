import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { placeValues } from '../../../src/engine/annotations/follow/placeValues.ts';
import { readerOf } from '../../../src/engine/annotations/follow/spots.ts';
import { scanPython } from '../../../src/engine/annotations/scanPython.ts';
import { scanSource } from '../../../src/engine/annotations/scanSource.ts';

/** A line of a script; a tuned one has a mark by which it is known however it is edited. */
interface Line {
  readonly text: string;
  /** Number of the tunable. */
  readonly tuned?: number;
}

const names = ['lr', 'width', 'depth', 'beta', 'gamma'];

const aScript = (order: readonly number[], sameAnnotation: boolean): readonly Line[] => [
  { text: 'import math' },
  ...order.flatMap((n): readonly Line[] => {
    const name = names[n] ?? 'x';
    const line = {
      text: `${name} = 0.${n + 1}  # tune: 0..${sameAnnotation ? 1 : n + 1}`,
      tuned: n,
    };
    return n % 2 === 0 ? [line, { text: '' }] : [{ text: '# a remark' }, line];
  }),
  { text: `print(${names.join(' + ')})` },
];

type Edit = (lines: readonly Line[]) => readonly Line[];

const at = (lines: readonly Line[], place: number): number => Math.floor(place * lines.length);
const replaced = (lines: readonly Line[], i: number, ...by: readonly Line[]): readonly Line[] => [
  ...lines.slice(0, i),
  ...by,
  ...lines.slice(i + 1),
];
const changeTuned =
  (n: number, change: (text: string, name: string) => string): Edit =>
  (lines) =>
    lines.map((line) =>
      line.tuned === n ? { ...line, text: change(line.text, line.text.split(' ')[0] ?? '') } : line,
    );

const which = fc.nat({ max: names.length - 1 });
const place = fc.double({ min: 0, max: 0.999, noNaN: true });
const edit: fc.Arbitrary<Edit> = fc.oneof(
  place.map(
    (p): Edit =>
      (lines) => [...lines.slice(0, at(lines, p)), { text: 'x = 3' }, ...lines.slice(at(lines, p))],
  ),
  place.map(
    (p): Edit =>
      (lines) =>
        replaced(lines, at(lines, p)),
  ),
  fc.tuple(place, place).map(
    ([from, to]): Edit =>
      (lines) => {
        const line = lines[at(lines, from)];
        if (line === undefined) return lines;
        const rest = replaced(lines, at(lines, from));
        return [...rest.slice(0, at(rest, to)), line, ...rest.slice(at(rest, to))];
      },
  ),
  // Renamed throughout, or at its own line alone.
  fc.tuple(which, fc.boolean()).map(
    ([n, everywhere]): Edit =>
      (lines) => {
        const from = lines.find(({ tuned }) => tuned === n)?.text.split(' ')[0];
        if (from === undefined) return lines;
        const word = new RegExp(`\\b${from}\\b`, 'g');
        return lines.map((line) =>
          everywhere || line.tuned === n ? { ...line, text: line.text.replace(word, `${from}_new`) } : line,
        );
      },
  ),
  which.map((n) => changeTuned(n, (text) => text.replace(/ {2}#.*/, ''))),
  which.map((n) => changeTuned(n, (text) => text.replace(/0\.(\d)/, '0.$15'))),
  which.map((n) => changeTuned(n, (text) => text.replace(/\.\.\d/, '..7'))),
  which.map((n) => changeTuned(n, (text, name) => text.replace(`${name} =`, `${name} = 2 *`))),
  // A new line of an old name.
  which.map(
    (n): Edit =>
      (lines) => [...lines, { text: `${names[n]} = 0.9  # tune: 0..1` }],
  ),
);

test('however a script is edited, a value goes to its own literal or nowhere', () => {
  let [placed, skipped] = [0, 0];
  fc.assert(
    fc.property(
      fc.shuffledSubarray([0, 1, 2, 3, 4], { minLength: 2 }),
      fc.boolean(),
      fc.array(edit, { minLength: 1, maxLength: 4 }),
      (order, sameAnnotation, edits) => {
        const before = aScript(order, sameAnnotation);
        const now = edits.reduce<readonly Line[]>((lines, change) => change(lines), before);
        const text = now.map((line) => line.text).join('\n');
        const source = before.map((line) => line.text).join('\n');
        const planned = scanPython(source).tunables;
        const wanted = planned.map(({ name }) => ({ name, value: 0.75 }));
        const result = placeValues(source, text, planned, wanted, readerOf('python'));
        placed += result.edits.length;
        skipped += result.skipped.length;
        const twice = new Set(
          now.filter(({ tuned }) => tuned === undefined).map((line) => line.text.split(' ')[0]),
        );
        for (const { name, start } of result.edits) {
          const line = now[text.slice(0, start).split('\n').length - 1];
          // Where a person wrote the name anew, the name decides if the old line went or was called otherwise.
          if (twice.has(name) && line?.text.startsWith(`${name} =`) === true) continue;
          expect(line?.tuned, `${name} in\n${text}`).toBe(names.indexOf(name));
        }
      },
    ),
    { seed: 17, numRuns: 400 },
  );
  // It is no proof of care to place nothing.
  expect(placed).toBeGreaterThan(5 * skipped);
});

const fragment = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 6 }),
  fc.constantFrom(
    'lr',
    ' = ',
    '0.1',
    '  # tune: 0..1',
    '\n',
    '\r\n',
    '\r',
    '"""',
    '(',
    ')',
    '\\',
    '😀',
    '\uFEFF',
    "'",
  ),
);

test('any two texts are compared without an error, and what is edited is the literal that was expected', () => {
  const text = fc.array(fragment, { maxLength: 30 }).map((parts) => parts.join(''));
  for (const language of ['python', 'yaml', 'toml'] as const)
    fc.assert(
      fc.property(text, text, (before, now) => {
        const planned = [
          ...scanSource(language, before).tunables,
          { name: 'gone', span: { start: 3, end: 5 }, text: 'lr' },
        ];
        const wanted = planned.map(({ name }) => ({ name, value: 0.75 }));
        const result = placeValues(before, now, planned, wanted, readerOf(language));
        for (const { start, end, expected } of result.edits) expect(now.slice(start, end)).toBe(expected);
        expect(result.edits.length + result.skipped.length).toBeLessThanOrEqual(wanted.length);
      }),
      { seed: 23, numRuns: 200 },
    );
});
