import type { Locator, Page } from 'playwright-core';
import { plainText, quoted } from './label.ts';

/** An item by its id, '<publisher>.<name>.<id>' for an extension's. */
export function statusBarItem(page: Page, id: string): Locator {
  return page.locator(`.statusbar-item[id=${quoted(id)}]`);
}

/** The item's text without icons, once it is there. */
export async function statusBarText(page: Page, id: string): Promise<string> {
  return plainText(await statusBarItem(page, id).innerText()).trim();
}

export async function clickStatusBar(page: Page, id: string): Promise<void> {
  await statusBarItem(page, id).locator('a').first().click();
}
