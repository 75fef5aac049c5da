import type { TrialView } from '../../src/protocol/index.ts';
import { el, setAttribute, setChildren } from '../dom.ts';
import type { Sort } from '../store.ts';
import type { CellContext, Column } from './columns.ts';
import { moveInGrid } from './gridKeys.ts';
import { createHead, createRow, markSort, type Row } from './row.ts';
import { createRowWindow, rowHeight } from './rowWindow.ts';
import { measureColumns } from './widths.ts';

export interface TrialTableProps {
  readonly columns: readonly Column[];
  /** In the order to show. */
  readonly order: readonly TrialView[];
  readonly sort: Sort;
  readonly selected: number | undefined;
  readonly context: CellContext;
}

export interface TrialTableEvents {
  onSort(column: Column): void;
  /** A row was chosen, or `undefined` when the choice was given up. */
  onSelect(number: number | undefined): void;
  /** A row was chosen by Enter: go on to what can be done with it. */
  onOpen(number: number): void;
}

export interface TrialTable {
  readonly root: HTMLElement;
  update(props: TrialTableProps): void;
  /** Puts the keyboard on the cell it was last on. */
  focus(): void;
  /** Scrolls a trial into sight. */
  reveal(number: number): void;
}

/** Where the keyboard is: a trial, not a place, so that it stays with the trial when rows move. */
interface ActiveCell {
  readonly trial: number | 'head' | undefined;
  readonly column: number;
}

/** A grid of trials in which only the rows in sight exist. */
export const createTrialTable = (events: TrialTableEvents): TrialTable => {
  const head = el('div', { role: 'row', class: 'row head-row', 'aria-rowindex': 1 });
  const body = el('div', { role: 'rowgroup', class: 'grid-body' });
  const root = el('div', { role: 'grid', class: 'grid', 'aria-label': 'Trials' }, [
    el('div', { role: 'rowgroup', class: 'grid-head' }, [head]),
    body,
  ]);
  root.style.setProperty('--row-height', `${rowHeight}px`);

  let props: TrialTableProps | undefined;
  let columnKey = '';
  let widths: readonly number[] = [];
  let heads: readonly HTMLElement[] = [];
  let active: ActiveCell = { trial: undefined, column: 0 };
  let tabStop: HTMLElement | undefined;
  const rows = new Map<number, Row>();
  const rowWindow = createRowWindow(root, () => drawRows());

  const indexOf = (number: number | 'head' | undefined): number =>
    typeof number === 'number' ? (props?.order.findIndex((trial) => trial.number === number) ?? -1) : -1;

  const setColumns = ({ columns, order, context }: TrialTableProps): void => {
    const key = columns.map(({ id, title }) => `${id} ${title}`).join('\n');
    if (key !== columnKey) {
      columnKey = key;
      widths = [];
      heads = columns.map(createHead);
      setChildren(head, heads);
      for (const row of rows.values()) row.element.remove();
      rows.clear();
      setAttribute(root, 'aria-colcount', columns.length);
    }
    widths = measureColumns(columns, order, context, widths);
    const tracks = widths.map((width, index) =>
      columns[index]?.grows ? `minmax(${width}ch, 1fr)` : `${width}ch`,
    );
    root.style.setProperty('--columns', tracks.join(' '));
    root.style.setProperty('--grid-width', `${widths.reduce((sum, width) => sum + width, 0)}ch`);
  };

  const drawRows = (): void => {
    if (props === undefined) return;
    const { order, context, selected, columns } = props;
    const wanted: { readonly index: number; readonly trial: TrialView }[] = [];
    // The row that has the keyboard stays, however far it is scrolled away.
    const kept = indexOf(active.trial);
    const indexes = new Set([...rowWindow.visible(), ...(kept >= 0 ? [kept] : [])]);
    for (const index of [...indexes].sort((a, b) => a - b)) {
      const trial = order[index];
      if (trial !== undefined) wanted.push({ index, trial });
    }
    const focused = body.contains(document.activeElement);
    const numbers = new Set(wanted.map(({ trial }) => trial.number));
    for (const number of [...rows.keys()]) if (!numbers.has(number)) rows.delete(number);
    const elements = wanted.map(({ index, trial }) => {
      const row = rows.get(trial.number) ?? createRow(trial.number, columns);
      rows.set(trial.number, row);
      row.update(trial, context);
      row.place(index, index * rowHeight);
      setAttribute(row.element, 'aria-selected', trial.number === selected ? 'true' : 'false');
      return row.element;
    });
    setChildren(body, elements);
    setTabStop();
    if (focused && !body.contains(document.activeElement)) tabStop?.focus({ preventScroll: true });
  };

  const activeElement = (): HTMLElement | undefined => {
    if (active.trial === 'head') return heads[active.column];
    return typeof active.trial === 'number' ? rows.get(active.trial)?.cells[active.column] : undefined;
  };

  /** Exactly one cell can be reached by Tab. */
  const setTabStop = (): void => {
    if (indexOf(active.trial) < 0 && active.trial !== 'head')
      active = { trial: props?.order[0]?.number ?? 'head', column: 0 };
    const cell = activeElement();
    if (cell === tabStop) return;
    if (tabStop !== undefined) tabStop.tabIndex = -1;
    tabStop = cell;
    if (tabStop !== undefined) tabStop.tabIndex = 0;
  };

  const scrollTo = (index: number): void => {
    const top = index * rowHeight;
    const space = root.clientHeight - rowHeight;
    if (top < root.scrollTop) root.scrollTop = top;
    else if (top + rowHeight > root.scrollTop + space) root.scrollTop = top + rowHeight - space;
  };

  const goTo = (cell: ActiveCell): void => {
    active = cell;
    const index = indexOf(cell.trial);
    if (index >= 0) scrollTo(index);
    drawRows();
    tabStop?.focus({ preventScroll: true });
    tabStop?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  };

  const press = (): void => {
    if (props === undefined) return;
    const column = props.columns[active.column];
    if (active.trial === 'head') column && events.onSort(column);
    else if (active.trial !== undefined) events.onOpen(active.trial);
  };

  const onKey = (event: KeyboardEvent): void => {
    if (props === undefined || event.altKey || event.metaKey) return;
    if (event.key === 'Enter') press();
    else if (event.key === ' ') {
      if (typeof active.trial === 'number')
        events.onSelect(props.selected === active.trial ? undefined : active.trial);
      else press();
    } else if (event.key === 'Escape' && props.selected !== undefined) events.onSelect(undefined);
    else {
      const page = Math.max(1, Math.floor(root.clientHeight / rowHeight) - 2);
      const size = { rows: props.order.length, columns: props.columns.length, page };
      const from = { row: indexOf(active.trial), column: active.column };
      const to = moveInGrid({ key: event.key, ctrl: event.ctrlKey }, from, size);
      if (to === undefined) return;
      const trial = to.row < 0 ? 'head' : (props.order[to.row]?.number ?? 'head');
      goTo({ trial, column: to.column });
      // Once details are open they go with the keyboard.
      if (props.selected !== undefined && typeof trial === 'number') events.onSelect(trial);
    }
    event.preventDefault();
  };

  const onClick = (event: MouseEvent): void => {
    const cell = event.target instanceof Element ? event.target.closest<HTMLElement>('.cell') : null;
    const row = cell?.closest<HTMLElement>('.row');
    if (!cell || !row || props === undefined) return;
    const column = Number(cell.getAttribute('aria-colindex')) - 1;
    const trial = row === head ? 'head' : Number(row.dataset.trial);
    goTo({ trial, column });
    const clicked = props.columns[column];
    if (trial !== 'head') events.onSelect(trial);
    else if (clicked !== undefined) events.onSort(clicked);
  };

  root.addEventListener('keydown', onKey);
  root.addEventListener('click', onClick);

  /** New trials above what is in sight must not push it away. */
  const keepInSight = (before: TrialTableProps | undefined, after: TrialTableProps): void => {
    if (before === undefined || before.order === after.order || root.scrollTop === 0) return;
    if (before.sort !== after.sort) return;
    const first = Math.floor(root.scrollTop / rowHeight);
    const number = before.order[first]?.number;
    const index = after.order.findIndex((trial) => trial.number === number);
    if (number !== undefined && index >= 0 && index !== first) root.scrollTop += (index - first) * rowHeight;
  };

  return {
    root,
    update: (next) => {
      const before = props;
      props = next;
      setColumns(next);
      setAttribute(root, 'aria-rowcount', next.order.length + 1);
      body.style.height = `${next.order.length * rowHeight}px`;
      keepInSight(before, next);
      if (before !== undefined && before.sort !== next.sort) root.scrollTop = 0;
      rowWindow.setCount(next.order.length);
      for (const [index, element] of heads.entries()) {
        const sorted = next.columns[index]?.id === next.sort.column;
        markSort(element, sorted ? (next.sort.descending ? 'descending' : 'ascending') : undefined);
      }
      drawRows();
    },
    focus: () => goTo(active),
    reveal: (number) => {
      const index = indexOf(number);
      if (index < 0) return;
      active = { trial: number, column: active.column };
      scrollTo(index);
      drawRows();
    },
  };
};
