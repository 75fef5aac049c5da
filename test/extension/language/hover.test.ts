import fc from 'fast-check';
import { expect, test } from 'vitest';
import { scanPython } from '../../../src/engine/index.ts';
import { collectHover, hoverPlace } from '../../../src/extension/language/collectHover.ts';
import { drawRange, drawShape, paletteOf } from '../../../src/extension/language/drawSpace.ts';

const palette = paletteOf({ light: true, highContrast: false });

const hovered = (notation: string): string | undefined => {
  const offset = notation.indexOf('|');
  const source = notation.replace('|', '');
  const place = hoverPlace(source, scanPython(source), offset);
  return place && `${place.tunable.name} by ${source.slice(place.span.start, place.span.end)}`;
};

test('literal, name and annotation of a tunable, and names of it elsewhere, are all about it', () => {
  expect(hovered('lr = 1e|-3  # tune: 1e-5..1')).toBe('lr by 1e-3');
  expect(hovered('l|r = 1e-3  # tune: 1e-5..1')).toBe('lr by lr');
  expect(hovered('f(lr=1, b|=0.9)  # tune: b: 0..1')).toBe('b by b');
  expect(hovered('lr = 1e-3  # tune: 1e|-5..1')).toBe('lr by tune: 1e-5..1');
  expect(hovered('a = 1; b = 2  # tune: a: 1..2; b|: 1..3')).toBe('b by b');
  const two = 'opt = "a"  # tune: ["a", "b"]\nm = 1  # tune: 1..4 if o|pt == "a"';
  expect(hovered(two)).toBe('opt by opt');
  expect(hovered('# a rema|rk\nlr = 1  # tune: 1..4')).toBeUndefined();
  expect(hovered('lr = 1  # tune: 1..4  # rema|rk')).toBeUndefined();
});

const tunableOf = (text: string) => {
  const [tunable] = scanPython(text).tunables.slice(-1);
  if (!tunable) throw new Error(`nothing is tuned in ${text}`);
  return tunable;
};

test('the words say space, condition, best value and importance', () => {
  const text = 'opt = "a"  # tune: ["a", "b"]\nlr = 1e-3  # tune: 1e-5..0.1 log if opt == "a"';
  const { markdown, alt } = collectHover(
    tunableOf(text),
    {
      study: 'train_1',
      trials: 25,
      best: { value: 3e-3, trial: 17, metric: 'val_acc 0.93', insert: 'command:x' },
      importance: { share: 0.61, rank: 1, of: 5 },
    },
    palette,
  );
  expect(markdown.split('\n\n')).toEqual([
    '**lr** · `1e-5..0.1 log if opt == "a"`',
    'A number from 1e\\-5 to 0\\.1, on a logarithmic scale',
    'PICTURE',
    'Only where `opt == "a"`',
    'Best value so far: `0.003`, trial 17 of train\\_1 (val\\_acc 0\\.93) · [Insert](command:x)',
    'Tried in 25 trials · explains 61 % of the differences, place 1 of 5',
  ]);
  expect(alt).toBe('lr: A number from 1e-5 to 0.1, on a logarithmic scale. Now 0.001, best 0.003');
});

test('a derived value shows its formula and no picture', () => {
  const { markdown, picture } = collectHover(
    tunableOf('lr = 1.0  # tune: 0..2\nd = 4.0  # tune: = 4 * lr'),
    undefined,
    palette,
  );
  expect(markdown).toContain('Always `4 * lr`');
  expect(picture).toBeUndefined();
});

const bars = (svg: string): number[] =>
  [...svg.matchAll(/<rect[^>]*height="([\d.]+)"/gu)].map(([, height]) => Number(height));

test('steps are drawn as bars, as high as their values are likely', () => {
  const uniform = drawRange({ kind: 'int', low: 1, high: 8, log: false }, {}, palette);
  expect(new Set(bars(uniform.svg)).size).toBe(1);
  expect(bars(uniform.svg)).toHaveLength(8);
  const normal = drawRange(
    { kind: 'int', low: 0, high: 10, log: false, prior: { kind: 'normal', mean: 5, sd: 2 } },
    {},
    palette,
  );
  const heights = bars(normal.svg);
  expect(heights.indexOf(Math.max(...heights))).toBe(5);
  // exp(-1 / 2) of the top at one deviation, but for the engine's share of a uniform distribution.
  expect((heights[7] ?? 0) / (heights[5] ?? 1)).toBeCloseTo(Math.exp(-0.5), 1);
});

test('a bell curve over a continuous range has its top at the mean', () => {
  const { svg } = drawRange(
    { kind: 'float', low: 0, high: 1, log: false, prior: { kind: 'normal', mean: 0.25, sd: 0.1 } },
    { present: 0.5, best: 0.25 },
    palette,
  );
  const [, line = ''] = /<path d="(M[^"]*)" fill="none"/u.exec(svg) ?? [];
  const points = line
    .slice(1)
    .split('L')
    .map((point) => point.split(' ').map(Number));
  const highest = points.reduce((a, b) => ((b[1] ?? 0) < (a[1] ?? 0) ? b : a));
  expect(((highest[0] ?? 0) - 12) / 296).toBeCloseTo(0.25, 1);
  expect(svg).toContain('now 0.5');
  expect(svg).toContain('best 0.25');
});

test('choices are chips, and text of a file never becomes markup', () => {
  const { svg } = drawRange(
    { kind: 'categorical', choices: ['<script>', 'a&b'], ordered: false },
    { present: '<script>' },
    palette,
  );
  expect(svg).not.toContain('<script');
  expect(svg).toContain('&lt;script&gt;');
});

test('any space that a person may write can be drawn', () => {
  const texts = [
    'x = [1, 2]  # tune: list 1..3 of 1..8',
    'x = ["a", "b"]  # tune: permutation',
    'x = ["a", "b"]  # tune: subset',
    'x = [0.5, 0.5]  # tune: simplex',
  ];
  for (const text of texts)
    expect(collectHover(tunableOf(text), undefined, palette).picture?.svg).toContain('<svg');
  const number = fc.double({ min: -1e300, max: 1e300, noNaN: true });
  fc.assert(
    fc.property(number, number, fc.boolean(), fc.boolean(), (a, b, log, whole) => {
      const kind = whole ? 'int' : 'float';
      const text = `x = ${whole ? 1 : 1.5}  # tune: ${Math.min(a, b)}..${Math.max(a, b)}${log ? ' log' : ''}`;
      for (const { role } of scanPython(text).tunables)
        if (role.kind === 'search') {
          const { svg } = drawRange(role.parameter, { present: 1 }, palette);
          expect([kind, svg.includes('NaN'), svg.includes('Infinity')]).toEqual([kind, false, false]);
        }
    }),
    { seed: 41, numRuns: 300 },
  );
  expect(drawShape({ kind: 'simplex', size: 2, total: 1 }, {}, palette).svg).toContain('<svg');
});
