import type { Drawing } from '../charts/chart.ts';
import type { ChartTheme } from '../charts/theme.ts';
import { type Child, el, setAttribute, setText } from '../dom.ts';

export interface ChartCardProps<Data> {
  readonly subtitle: string;
  /** What to draw, with its description for those who do not see it; or why there is nothing to draw yet. */
  readonly content:
    | { readonly kind: 'data'; readonly data: Data; readonly description: string }
    | { readonly kind: 'nothing'; readonly why: string };
}

export interface ChartCard<Data> {
  readonly root: HTMLElement;
  update(props: ChartCardProps<Data>, theme: ChartTheme): void;
}

/** A heading, a drawing, and words in the drawing's place while there is nothing to draw. */
export const createChartCard = <Data>(
  title: string,
  createDrawing: (canvas: HTMLCanvasElement) => Drawing<Data>,
  tools: readonly Child[] = [],
): ChartCard<Data> => {
  const subtitle = el('span', { class: 'card-subtitle' });
  const canvas = el('canvas', { role: 'img' });
  const holder = el('div', { class: 'canvas-holder' }, [canvas]);
  const why = el('p', { class: 'nothing' });
  const root = el('section', { class: 'card', 'aria-label': title }, [
    el('div', { class: 'card-head' }, [el('h2', {}, [title]), subtitle, ...tools]),
    holder,
    why,
  ]);
  let drawing: Drawing<Data> | undefined;
  return {
    root,
    update: ({ subtitle: text, content }, theme) => {
      setText(subtitle, text);
      setAttribute(subtitle, 'title', text === '' ? undefined : text);
      setAttribute(holder, 'hidden', content.kind === 'nothing');
      setAttribute(why, 'hidden', content.kind === 'data');
      if (content.kind === 'nothing') return setText(why, content.why);
      setAttribute(canvas, 'aria-label', content.description);
      drawing ??= createDrawing(canvas);
      drawing.draw(content.data, theme);
    },
  };
};
