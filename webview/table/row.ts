import type { TrialView } from '../../src/protocol/index.ts';
import { el, setAttribute, setText } from '../dom.ts';
import { type IconName, icon } from '../icons.ts';
import type { CellContext, Column } from './columns.ts';

/** One row of the grid on the page: kept while its trial is in sight, and told what changed. */
export interface Row {
  readonly element: HTMLElement;
  readonly cells: readonly HTMLElement[];
  update(trial: TrialView, context: CellContext): void;
  place(index: number, top: number): void;
}

export const createRow = (number: number, columns: readonly Column[]): Row => {
  const parts = columns.map((column, index) => createCell(column, index));
  const cells = parts.map(({ element }) => element);
  const element = el('div', { role: 'row', class: 'row', 'data-trial': number }, cells);
  let drawn: { readonly trial: TrialView; readonly best: number | undefined } | undefined;
  return {
    element,
    cells,
    update: (trial, context) => {
      // A running trial's duration goes on without any news of it.
      if (drawn?.trial === trial && drawn.best === context.best && trial.state !== 'running') return;
      drawn = { trial, best: context.best };
      for (const part of parts) part.update(trial, context);
    },
    place: (index, top) => {
      // The head is row 1.
      setAttribute(element, 'aria-rowindex', index + 2);
      element.classList.toggle('odd', index % 2 === 1);
      element.style.transform = `translateY(${top}px)`;
    },
  };
};

interface CellPart {
  readonly element: HTMLElement;
  update(trial: TrialView, context: CellContext): void;
}

const createCell = (column: Column, index: number): CellPart => {
  const label = el('span', { class: 'cell-text' });
  const base = column.numeric ? 'cell numeric' : 'cell';
  const element = el('div', { role: 'gridcell', 'aria-colindex': index + 1, tabindex: -1, class: base }, [
    label,
  ]);
  let shown: IconName | undefined;
  let picture: SVGSVGElement | undefined;
  return {
    element,
    update: (trial, context) => {
      const text = column.text(trial, context);
      if (label.textContent !== text) {
        label.textContent = text;
        // Long texts are cut off in the cell and read whole on hovering.
        setAttribute(element, 'title', text.length > column.maxWidthCh - 4 ? text : undefined);
      }
      setAttribute(element, 'class', `${base} ${column.tone?.(trial, context) ?? ''}`.trimEnd());
      const name = column.icon?.(trial, context);
      if (name === shown) return;
      shown = name;
      picture?.remove();
      picture = name && icon(name);
      if (picture) element.prepend(picture);
    },
  };
};

/** The head of a column; its arrow and `aria-sort` follow the order chosen. */
export const createHead = (column: Column, index: number): HTMLElement => {
  const title = el('span', { class: 'cell-text' });
  setText(title, column.title);
  return el(
    'div',
    {
      role: 'columnheader',
      'aria-colindex': index + 1,
      tabindex: -1,
      class: column.numeric ? 'cell head numeric' : 'cell head',
      title: column.hint ?? column.title,
    },
    [title],
  );
};

export const markSort = (head: HTMLElement, direction: 'ascending' | 'descending' | undefined): void => {
  const wanted = direction ?? 'none';
  if (head.getAttribute('aria-sort') === wanted) return;
  head.setAttribute('aria-sort', wanted);
  head.querySelector('svg')?.remove();
  if (direction !== undefined) head.append(icon(direction === 'ascending' ? 'up' : 'down'));
};
