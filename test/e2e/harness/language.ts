import type { Page } from 'playwright-core';
import { type Label, labelPattern, plainText } from './label.ts';
import { focusEditor, goTo } from './textEditor.ts';
import { until } from './until.ts';

/** The text of the hover at a position, once there is one. */
export async function hoverText(page: Page, line: number, column: number): Promise<string> {
  await goTo(page, line, column);
  const hover = page.locator('.monaco-hover:visible .hover-row');
  return until('a hover', async () => {
    if ((await hover.count()) > 0) return plainText((await hover.allInnerTexts()).join('\n')).trim();
    // A provider that was not ready answers the first request with nothing, and nobody asks again.
    await page.keyboard.press('Control+KeyK');
    await page.keyboard.press('Control+KeyI');
    await hover
      .first()
      .waitFor({ timeout: 2_000 })
      .catch(() => undefined); // asked again above
    return undefined;
  });
}

/** Opens the suggestions at the cursor and returns their labels. */
export async function suggestionLabels(page: Page): Promise<string[]> {
  await focusEditor(page);
  const rows = page.locator('.suggest-widget.visible .monaco-list-row .label-name');
  if ((await rows.count()) === 0) await page.keyboard.press('Control+Space');
  await rows.first().waitFor();
  return (await rows.allInnerTexts()).map((text) => plainText(text).trim());
}

export async function chooseSuggestion(page: Page, label: Label): Promise<void> {
  const row = page
    .locator('.suggest-widget.visible .monaco-list-row')
    .filter({ has: page.locator('.label-name', { hasText: labelPattern(label) }) });
  await row.first().click();
}

/** Labels of the quick fixes at a position; the list stays open for `chooseQuickFix`. */
export async function quickFixLabels(page: Page, line: number, column = 1): Promise<string[]> {
  await goTo(page, line, column);
  const rows = page.locator('.action-widget .monaco-list-row.action');
  await until('quick fixes', async () => {
    await page.keyboard.press('Control+Period');
    return rows
      .first()
      .waitFor({ timeout: 2_000 })
      .then(() => true);
  });
  return (await rows.allInnerTexts()).map((text) => plainText(text).trim());
}

export async function chooseQuickFix(page: Page, label: Label): Promise<void> {
  const row = page.locator('.action-widget .monaco-list-row.action').filter({ hasText: labelPattern(label) });
  await row.first().click();
}
