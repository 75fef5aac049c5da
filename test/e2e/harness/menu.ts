import type { Locator, Page } from 'playwright-core';
import { type Label, labelPattern, matches, plainText } from './label.ts';
import { until } from './until.ts';

/** Right clicks and chooses from the menu; further labels go down submenus. */
export async function chooseInContextMenu(
  page: Page,
  target: Locator,
  ...labels: readonly Label[]
): Promise<void> {
  const [first] = labels;
  if (first === undefined) return;
  // What extensions contribute to menus may come a moment after the window can be used.
  await until(`${String(first)} in the menu`, async () => {
    await openContextMenu(page, target);
    const shown = await menuItem(page, 0, first)
      .waitFor({ timeout: 2_000 })
      .then(() => true)
      .catch(() => false); // not in this menu: looked for again in a new one
    if (!shown) await page.keyboard.press('Escape');
    return shown;
  });
  for (const [depth, label] of labels.entries()) {
    const isLast = depth + 1 === labels.length;
    await pressMenuItem(page, menuItem(page, depth, label), isLast ? undefined : depth + 1);
  }
}

/** A menu that has just opened ignores a click, so that the right button's release chooses nothing: press until it acts. */
async function pressMenuItem(page: Page, item: Locator, submenu: number | undefined): Promise<void> {
  const acted =
    submenu === undefined ? page.locator('.monaco-menu').first() : page.locator('.monaco-menu').nth(submenu);
  const state = submenu === undefined ? 'hidden' : 'visible';
  await item.hover();
  await until('the menu to act', async () => {
    await item.click({ timeout: 2_000 }).catch(() => undefined); // gone: the click before was taken
    return acted
      .waitFor({ state, timeout: 1_000 })
      .then(() => true)
      .catch(() => false); // ignored: pressed again
  });
}

/** Labels of the context menu, separators left out; the menu is closed again. */
export async function contextMenuLabels(page: Page, target: Locator): Promise<string[]> {
  await until('the menu', () => openContextMenu(page, target).then(() => true));
  const labels = await page
    .locator('.monaco-menu')
    .first()
    .locator('.action-menu-item .action-label')
    .allInnerTexts();
  await page.keyboard.press('Escape');
  await page.locator('.monaco-menu').first().waitFor({ state: 'hidden' });
  return labels.map((label) => plainText(label).trim()).filter((label) => label !== '');
}

/** Clicks an action of a toolbar by its name; a shortcut that VS Code adds in brackets does not count. */
export async function clickAction(actions: Locator, label: Label): Promise<void> {
  const action = await until(`the action ${String(label)}`, async () => {
    for (const candidate of await actions.all()) {
      const name = (await candidate.getAttribute('aria-label')) ?? '';
      if (matches(label, name) || matches(label, name.replace(/ \([^()]*\)$/, ''))) return candidate;
    }
    return undefined;
  });
  await action.click();
}

function menuItem(page: Page, depth: number, label: Label): Locator {
  return page
    .locator('.monaco-menu')
    .nth(depth)
    .locator('.action-menu-item')
    .filter({ has: page.locator('.action-label', { hasText: labelPattern(label) }) })
    .first();
}

async function openContextMenu(page: Page, target: Locator): Promise<void> {
  // A menu left over from elsewhere swallows the first click.
  if (await page.locator('.monaco-menu').first().isVisible()) await page.keyboard.press('Escape');
  await target.click({ button: 'right' });
  // A row that moves under the mouse has its neighbour clicked, which may have no menu: who waits clicks again.
  await page.locator('.monaco-menu .action-menu-item').first().waitFor({ timeout: 5_000 });
}
