import type { Page } from 'playwright-core';
import type { EditorTheme } from './themes.ts';

/** The topmost place in a chart that is painted in a colour of the theme, in CSS pixels. */
export const findColour = (
  page: Page,
  chart: number,
  theme: EditorTheme,
  name: string,
): Promise<{ readonly x: number; readonly y: number } | undefined> => {
  const hex = theme.variables[name] ?? '';
  const wanted = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
  return page.locator('canvas').nth(chart).evaluate(findInCanvas, wanted);
};

/** Runs in the page. A copy is read, so that the chart's own canvas stays as fast as it was. */
function findInCanvas(
  element: Element,
  wanted: readonly number[],
): { readonly x: number; readonly y: number } | undefined {
  const canvas = element as HTMLCanvasElement;
  const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext('2d', {
    willReadFrequently: true,
  });
  if (copy === null || canvas.width === 0) return undefined;
  copy.drawImage(canvas, 0, 0);
  const { data } = copy.getImageData(0, 0, canvas.width, canvas.height);
  const scale = canvas.clientWidth / canvas.width;
  for (let at = 0; at < data.length; at += 4)
    if (data[at + 3] === 255 && wanted.every((part, index) => data[at + index] === part))
      return { x: ((at / 4) % canvas.width) * scale, y: Math.floor(at / 4 / canvas.width) * scale };
  return undefined;
}
