import type { Locator, Page } from 'playwright-core';
import { type Label, labelPattern, plainText } from './label.ts';
import { chooseInContextMenu, clickAction } from './menu.ts';
import { view } from './view.ts';

export interface TreeRow {
  readonly label: string;
  readonly description: string;
  /** 1 at the top. */
  readonly level: number;
  /** `undefined` for a row that cannot be unfolded. */
  readonly expanded: boolean | undefined;
  /** What a screen reader says: the tooltip, or what the extension set. */
  readonly spoken: string;
}

/** The rows of a tree view that are on screen, from top to bottom. */
export async function treeRows(page: Page, viewTitle: Label): Promise<TreeRow[]> {
  const rows = await view(page, viewTitle)
    .locator('[role=treeitem]')
    .evaluateAll((elements) =>
      elements
        .map((element) => ({
          top: Number.parseFloat((element as HTMLElement).style.top),
          label: element.querySelector('.label-name')?.textContent ?? '',
          description: element.querySelector('.label-description')?.textContent ?? '',
          level: Number(element.getAttribute('aria-level')),
          expanded: element.getAttribute('aria-expanded'),
          spoken: element.getAttribute('aria-label') ?? '',
        }))
        .sort((a, b) => a.top - b.top),
    );
  return rows.map(({ label, description, level, expanded, spoken }) => ({
    label: plainText(label).trim(),
    description: plainText(description).trim(),
    level,
    expanded: expanded === null ? undefined : expanded === 'true',
    spoken,
  }));
}

/** The first row of a view with this label. */
export function treeRow(page: Page, viewTitle: Label, label: Label): Locator {
  return view(page, viewTitle)
    .locator('[role=treeitem]')
    .filter({ has: page.locator('.label-name', { hasText: labelPattern(label) }) })
    .first();
}

export async function expandRow(row: Locator): Promise<void> {
  if ((await row.getAttribute('aria-expanded')) === 'false') await row.locator('.monaco-tl-twistie').click();
}

export async function collapseRow(row: Locator): Promise<void> {
  if ((await row.getAttribute('aria-expanded')) === 'true') await row.locator('.monaco-tl-twistie').click();
}

/** Clicks one of the buttons that appear on a row under the mouse. */
export async function clickRowAction(row: Locator, action: Label): Promise<void> {
  await row.hover();
  await clickAction(row.locator('.actions a.action-label'), action);
}

export async function chooseInRowMenu(row: Locator, ...labels: readonly Label[]): Promise<void> {
  await chooseInContextMenu(row.page(), row, ...labels);
}
