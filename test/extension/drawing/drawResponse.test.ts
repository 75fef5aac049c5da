import { expect, test } from 'vitest';
import type { ResponsePoint } from '../../../src/engine/index.ts';
import { drawResponse, drawResponseIcon } from '../../../src/extension/drawing/drawResponse.ts';
import { paletteOf } from '../../../src/extension/language/drawSpace.ts';

const palette = paletteOf({ light: false, highContrast: false });
const at = (value: ResponsePoint['value'], mean: number): ResponsePoint => ({ value, mean, sd: 0.01 });
const curve = { points: [at(1e-4, 1), at(1e-3, 0.2), at(1e-2, 0.6)] };
const choices = { points: [at('a', 1), at('b', 0.2)] };

/** Numbers of every attribute that places something. */
const places = (svg: string): readonly number[] =>
  [...svg.matchAll(/(?:[xy]|cx|cy|[xy]1|[xy]2|d)="([^"]*)"/g)].flatMap(([, text = '']) =>
    [...text.matchAll(/-?[\d.]+/g)].map(([number]) => Number(number)),
  );

test('the icon of numbers is a curve with the best value marked, on the scale it is searched on', () => {
  const icon = drawResponseIcon(
    { insight: curve, isScale: true, log: true, noise: 0, best: 1e-3, running: false, motion: 'auto' },
    palette,
  );
  // The middle of a logarithmic range lies in the middle, and the lowest value at the bottom.
  expect(icon).toContain('<circle cx="8" cy="13.5"');
  expect(icon).toContain('M1.5 3L8 13.5L14.5 8.3');
});

test('the icon of choices has a bar each, the best one in another colour', () => {
  const icon = drawResponseIcon(
    { insight: choices, isScale: false, log: false, noise: 0, best: 'b', running: false, motion: 'auto' },
    palette,
  );
  expect(icon?.match(/<rect/g)).toHaveLength(2);
  expect(icon?.indexOf(palette.line)).toBeLessThan(icon?.indexOf(palette.best) ?? 0);
});

test('a difference within the noise is drawn flat', () => {
  const flat = { points: [at(0, 1), at(1, 1.001)] };
  const icon = drawResponseIcon({ insight: flat, noise: 0.1, running: false, motion: 'auto' }, palette);
  const [, y0, , y1] = places(icon?.slice(icon.indexOf('<path')) ?? '');
  expect(Math.abs((y0 ?? 0) - (y1 ?? 9))).toBeLessThan(0.2);
});

test('a running trial is marked, and moves only where a person lets things move', () => {
  const icon = (motion: 'on' | 'off' | 'auto'): string =>
    drawResponseIcon({ running: true, motion }, palette) ?? '';
  expect(icon('on')).toContain('animation');
  expect(icon('auto')).toContain('prefers-reduced-motion: no-preference');
  expect(icon('off')).toContain('class="run"');
  expect(icon('off')).not.toContain('animation');
  expect(drawResponseIcon({ running: false, motion: 'on' }, palette)).toBeUndefined();
});

test('the large drawing stays within its frame, whatever it is given', () => {
  const cases = [
    { insight: curve, isScale: true, log: true, noise: 0, best: 1e-3, present: 1e-2, running: [1e-4, 5] },
    { insight: choices, isScale: false, log: false, noise: 0.5, best: 'b', present: 'a', running: ['a'] },
    { insight: { points: [at(0, 3), at(1, 3)] }, isScale: true, log: true, noise: 0, running: [] },
    {
      isScale: false,
      insight: { points: [at('<&"', 1e300), at('b'.repeat(99), -1e300)] },
      log: false,
      noise: 0,
      running: [],
    },
  ];
  for (const drawing of cases) {
    const { svg, width, height } = drawResponse(drawing, palette);
    for (const place of places(svg)) {
      expect(place).toBeGreaterThanOrEqual(0);
      expect(place).toBeLessThanOrEqual(Math.max(width, height));
    }
    expect(svg).not.toMatch(/NaN|Infinity|<&|"<"/);
  }
});
