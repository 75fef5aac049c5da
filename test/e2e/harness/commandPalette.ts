import type { Page } from 'playwright-core';
import { closeQuickInput, pickLabels, pickRow, quickInput } from './quickInput.ts';
import { until } from './until.ts';

/** Runs a command by the title the palette shows, e.g. 'Developer: Reload Window'. */
export async function runCommand(page: Page, title: string): Promise<void> {
  // The open palette does not notice commands that arrive later, hence the new attempts.
  await until(`the command "${title}"`, async () => {
    await openPalette(page, `>${title}`);
    const row = pickRow(page, title);
    const found = await row.waitFor({ timeout: 3_000 }).then(
      () => true,
      () => false,
    );
    if (!found) {
      // A file that opens meanwhile takes the keyboard, and the palette closes by itself.
      if (await quickInput(page).isVisible()) await closeQuickInput(page);
      return false;
    }
    await row.click({ timeout: 3_000 });
    return true;
  });
}

/** Titles the palette offers for a filter, best match first. */
export async function paletteTitles(page: Page, filter: string): Promise<string[]> {
  await openPalette(page, `>${filter}`);
  const titles = await pickLabels(page);
  await closeQuickInput(page);
  return titles;
}

async function openPalette(page: Page, text: string): Promise<void> {
  const input = quickInput(page).locator('input.input');
  await until('the command palette', async () => {
    if (!(await input.isVisible())) await page.keyboard.press('F1');
    await input.fill(text, { timeout: 2_000 });
    return (await input.inputValue({ timeout: 2_000 })) === text;
  });
}
