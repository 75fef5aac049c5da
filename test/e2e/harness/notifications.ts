import type { Locator, Page } from 'playwright-core';
import { runCommand } from './commandPalette.ts';
import { plainText } from './label.ts';
import { clickAction } from './menu.ts';
import { type UntilOptions, until } from './until.ts';

/** Finds a notification by part of its text, in the corner or, when it has faded, in the list of all. */
export async function notification(
  page: Page,
  text: string | RegExp,
  options: UntilOptions = {},
): Promise<Locator> {
  const item = page.locator('.notification-list-item:visible').filter({ hasText: text }).first();
  const start = performance.now();
  let looked = start;
  return until(
    `the notification ${String(text)}`,
    async () => {
      if (await item.isVisible()) return item;
      if (
        performance.now() - looked > 3_000 &&
        !(await page.locator('.notifications-center.visible').isVisible())
      ) {
        looked = performance.now();
        await runCommand(page, 'Notifications: Show Notifications');
      }
      return undefined;
    },
    options,
  );
}

/** Texts of the notifications on screen. */
export async function notificationTexts(page: Page): Promise<string[]> {
  const texts = await page
    .locator('.notification-list-item:visible .notification-list-item-message')
    .allInnerTexts();
  return texts.map((text) => plainText(text).trim());
}

/** Presses a button of a notification given by part of its text. */
export async function clickNotification(page: Page, text: string | RegExp, button: string): Promise<void> {
  const item = await notification(page, text);
  const buttons = item.locator('.notification-list-item-buttons-container .monaco-button');
  if ((await buttons.count()) === 0) await item.hover();
  await buttons.filter({ hasText: button }).first().click();
}

/** Closes one notification by its cross. */
export async function dismissNotification(page: Page, text: string | RegExp): Promise<void> {
  const item = await notification(page, text);
  await item.hover();
  await clickAction(
    item.locator('.notification-list-item-toolbar-container a.action-label'),
    /^Clear Notification/,
  );
}

export async function clearNotifications(page: Page): Promise<void> {
  await runCommand(page, 'Notifications: Clear All Notifications');
  await until('the notifications to go', async () => (await notificationTexts(page)).length === 0);
}
