import type { Locator, Page } from 'playwright-core';
import { type Label, labelPattern, matches, quoted } from './label.ts';
import { clickAction } from './menu.ts';
import { until } from './until.ts';

/** Shows a view container of the activity bar by its title; does nothing when it is open. */
export async function openContainer(page: Page, title: string): Promise<void> {
  const item = page.locator('.activitybar .action-item').filter({
    has: page.locator(`a.action-label[aria-label^=${quoted(title)}]`),
  });
  await until(`the view container "${title}" to open`, async () => {
    if (/\bchecked\b/.test((await item.first().getAttribute('class')) ?? '')) return true;
    await item.first().click();
    return false;
  });
}

/** The number or mark on a container's icon, e.g. '3'; empty when there is none. */
export async function containerBadge(page: Page, title: string): Promise<string> {
  const item = page.locator('.activitybar .action-item').filter({
    has: page.locator(`a.action-label[aria-label^=${quoted(title)}]`),
  });
  const badge = item.locator('.badge:visible .badge-content');
  return (await badge.count()) === 0 ? '' : badge.first().innerText();
}

/** One view with its header, by title. */
export function view(page: Page, title: Label): Locator {
  return page
    .locator('.pane')
    .filter({ has: page.locator('.pane-header h3.title', { hasText: labelPattern(title) }) })
    .first();
}

/** Titles of the views of the open side bar. */
export async function viewTitles(page: Page): Promise<string[]> {
  return page.locator('.part.sidebar .pane-header h3.title').allTextContents();
}

/** Unfolds a view when it is folded. */
export async function unfoldView(page: Page, title: Label): Promise<void> {
  const header = view(page, title).locator('.pane-header').first();
  await header.waitFor({ state: 'attached' });
  if ((await header.getAttribute('aria-expanded')) === 'false') await header.click();
}

/** Clicks a button of a view's title. A container with a single view shows them in its own title. */
export async function clickViewAction(page: Page, title: Label, action: Label): Promise<void> {
  const header = view(page, title).locator('.pane-header').first();
  if (await header.isVisible()) {
    await header.hover();
    await clickAction(header.locator('a.action-label'), action);
    return;
  }
  await clickAction(page.locator('.part.sidebar .composite.title a.action-label'), action);
}

/** What an empty view says, with its links; empty when it shows something else. */
export async function viewWelcome(page: Page, title: Label): Promise<string> {
  const content = view(page, title).locator('.welcome-view-content:visible');
  return (await content.count()) === 0 ? '' : (await content.first().innerText()).trim();
}

/** Clicks a link or button in what an empty view says. */
export async function clickViewWelcome(page: Page, title: Label, label: Label): Promise<void> {
  const buttons = view(page, title).locator('.welcome-view-content').locator('.monaco-button, a');
  const button = await until(`the link ${String(label)}`, async () => {
    for (const candidate of await buttons.all()) {
      if (matches(label, (await candidate.innerText()).trim())) return candidate;
    }
    return undefined;
  });
  await button.click();
}
