import type { PanelState } from '../../src/protocol/index.ts';
import { el, setAttribute } from '../dom.ts';

export type Tab = PanelState['tab'];

/** In the order shown, each with its words. */
const tabs: readonly (readonly [Tab, string])[] = [
  ['trials', 'Trials'],
  ['history', 'History'],
  ['importance', 'Importance'],
];

export interface Tabs {
  readonly root: HTMLElement;
  /** In a wide panel everything is in sight and tabs would choose nothing. */
  update(tab: Tab, wide: boolean): void;
}

/** Tabs over three parts of the page; in a wide panel the parts stand side by side as plain regions. */
export const createTabs = (
  panels: Readonly<Record<Tab, HTMLElement>>,
  onChoose: (tab: Tab) => void,
): Tabs => {
  const buttons = tabs.map(([tab, words]) =>
    el(
      'button',
      { role: 'tab', type: 'button', class: 'tab', id: `tab-${tab}`, 'aria-controls': `panel-${tab}` },
      [words],
      {
        click: () => onChoose(tab),
      },
    ),
  );
  for (const [tab] of tabs) setAttribute(panels[tab], 'id', `panel-${tab}`);
  const root = el('div', { role: 'tablist', class: 'tabs', 'aria-label': 'Parts of the study' }, buttons, {
    keydown: (event) => {
      const at = buttons.findIndex((button) => button.matches(':focus'));
      const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
      if (at < 0 || to === undefined) return;
      event.preventDefault();
      const next = (to + tabs.length) % tabs.length;
      buttons[next]?.focus();
      onChoose(tabs[next]?.[0] ?? 'trials');
    },
  });
  return {
    root,
    update: (chosen, wide) => {
      setAttribute(root, 'hidden', wide);
      for (const [index, [tab, words]] of tabs.entries()) {
        const button = buttons[index];
        const panel = panels[tab];
        if (button) {
          setAttribute(button, 'aria-selected', tab === chosen ? 'true' : 'false');
          button.tabIndex = tab === chosen ? 0 : -1;
        }
        setAttribute(panel, 'role', wide ? 'region' : 'tabpanel');
        setAttribute(panel, 'aria-labelledby', wide ? undefined : `tab-${tab}`);
        setAttribute(panel, 'aria-label', wide ? words : undefined);
        setAttribute(panel, 'hidden', !wide && tab !== chosen);
      }
    },
  };
};
