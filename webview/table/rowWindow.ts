import { elementScroll, observeElementOffset, observeElementRect, Virtualizer } from '@tanstack/virtual-core';

/** Pixels; the style sheet reads it as `--row-height`. */
export const rowHeight = 24;

/** Which of many rows of one height are in sight of a scroll box whose head takes `rowHeight` too. */
export interface RowWindow {
  setCount(count: number): void;
  /** Indexes in sight and a few around them. */
  visible(): readonly number[];
  dispose(): void;
}

export const createRowWindow = (scroller: HTMLElement, onChange: () => void): RowWindow => {
  // The virtualizer reports a change from within its constructor.
  let ready = false;
  const optionsFor = (
    count: number,
  ): ConstructorParameters<typeof Virtualizer<HTMLElement, HTMLElement>>[0] => ({
    count,
    getScrollElement: () => scroller,
    estimateSize: () => rowHeight,
    scrollMargin: rowHeight,
    overscan: 8,
    scrollToFn: elementScroll,
    observeElementRect,
    observeElementOffset,
    onChange: () => {
      if (ready) onChange();
    },
  });
  const virtualizer = new Virtualizer<HTMLElement, HTMLElement>(optionsFor(0));
  const unmount = virtualizer._didMount();
  virtualizer._willUpdate();
  ready = true;
  let count = 0;
  return {
    setCount: (next) => {
      if (next === count) return;
      count = next;
      virtualizer.setOptions(optionsFor(next));
      virtualizer._willUpdate();
    },
    visible: () => virtualizer.getVirtualItems().map(({ index }) => index),
    dispose: unmount,
  };
};
