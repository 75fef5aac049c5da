import type { Locator, Page } from 'playwright-core';
import { type Label, labelPattern, plainText } from './label.ts';
import { until } from './until.ts';

/** The box at the top of the window: palette, pick lists and text questions. */
export function quickInput(page: Page): Locator {
  // While one fades away it is still visible, but deaf.
  return page.locator('.quick-input-widget:visible:not([inert])');
}

/** The row of the open pick list with this label; its description does not count. */
export function pickRow(page: Page, label: Label): Locator {
  return quickInput(page)
    .locator('.quick-input-list .monaco-list-row')
    .filter({ has: page.locator('.quick-input-list-label .label-name', { hasText: labelPattern(label) }) })
    .first();
}

/** Labels of the pick list on screen, once there is one. */
export async function pickLabels(page: Page): Promise<string[]> {
  const names = quickInput(page).locator('.quick-input-list .quick-input-list-label .label-name');
  await names.first().waitFor();
  return (await names.allInnerTexts()).map((text) => plainText(text).trim());
}

export async function pick(page: Page, label: Label): Promise<void> {
  await pickRow(page, label).click();
}

/** Ticks exactly these rows of a list with boxes and confirms. */
export async function pickMany(page: Page, labels: readonly Label[]): Promise<void> {
  const rows = quickInput(page).locator('.quick-input-list .monaco-list-row');
  await rows.first().waitFor();
  for (const row of await rows.all()) {
    const text = plainText(await row.locator('.label-name').first().innerText());
    const wanted = labels.some((label) => labelPattern(label).test(text));
    if ((await isTicked(row)) !== wanted) await row.locator('.label-name').first().click();
  }
  await quickInput(page).locator('.quick-input-action a, .quick-input-action .monaco-button').first().click();
}

async function isTicked(row: Locator): Promise<boolean> {
  const box = row.locator('[role=checkbox], input[type=checkbox]').first();
  return (await box.getAttribute('aria-checked')) === 'true';
}

/** Answers a text question and confirms. */
export async function answerInput(page: Page, text: string): Promise<void> {
  await typeInput(page, text);
  await page.keyboard.press('Enter');
}

/** Types into a text question without confirming, to see what it says of the text. */
export async function typeInput(page: Page, text: string): Promise<void> {
  await quickInput(page).locator('input.input').fill(text);
}

/** The line under a text question: its prompt or what is wrong with the text. */
export async function inputMessage(page: Page): Promise<string> {
  return plainText(await quickInput(page).locator('.quick-input-message').innerText());
}

/** Waits a little for a box and closes it without an answer. */
export async function closeQuickInput(page: Page): Promise<void> {
  await quickInput(page)
    .waitFor({ timeout: 5_000 })
    .catch(() => undefined); // closed already
  // A box that has just appeared may not have the keyboard yet.
  await until('the quick input to close', async () => {
    if (!(await quickInput(page).isVisible())) return true;
    await page.keyboard.press('Escape');
    return false;
  });
}
