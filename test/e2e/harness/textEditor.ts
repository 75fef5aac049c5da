import type { Locator, Page } from 'playwright-core';
import { type Label, labelPattern, matches, plainText } from './label.ts';
import { chooseInContextMenu, clickAction } from './menu.ts';
import { quickInput } from './quickInput.ts';
import { until } from './until.ts';

/** The name on a tab is drawn in two parts, so that a long one keeps its ending. */
const tabLabel = '.tab-label .monaco-icon-label-container';

/** The group of editors that has the focus. */
export function activeGroup(page: Page): Locator {
  return page.locator('.editor-group-container.active');
}

/** Names on the tabs of all groups. */
export async function tabNames(page: Page): Promise<string[]> {
  return (await page.locator(`.tabs-container .tab ${tabLabel}`).allTextContents()).map(plainText);
}

/** Waits until a tab is the active one and shows its content. */
export async function waitForTab(page: Page, name: Label): Promise<void> {
  const tab = activeGroup(page)
    .locator('.tab.active')
    .filter({ has: page.locator(tabLabel, { hasText: labelPattern(name) }) });
  await tab.first().waitFor();
}

export async function closeTab(page: Page): Promise<void> {
  await clickAction(activeGroup(page).locator('.tab.active .tab-actions a.action-label'), /^Close/);
}

/** The text of the active editor that is on screen; hints drawn into the text are part of it. */
export async function editorText(page: Page): Promise<string> {
  const lines = activeGroup(page).locator('.editor-instance .view-lines').first();
  await lines.locator('.view-line').first().waitFor({ state: 'attached' });
  const text = await lines.evaluate((element) =>
    [...element.querySelectorAll<HTMLElement>('.view-line')]
      .sort((a, b) => Number.parseFloat(a.style.top) - Number.parseFloat(b.style.top))
      .map((line) => line.textContent)
      .join('\n'),
  );
  return plainText(text);
}

/** Waits until the text on screen has the wanted part or matches the pattern. */
export async function waitForEditorText(page: Page, wanted: string | RegExp): Promise<string> {
  return until(`the editor to show ${String(wanted)}`, async () => {
    const text = await editorText(page);
    const shown = typeof wanted === 'string' ? text.includes(wanted) : wanted.test(text);
    return shown ? text : undefined;
  });
}

/** The whole text of the active editor, hidden lines included and hints excluded. Selects everything on the way. */
export async function documentText(page: Page): Promise<string> {
  await selectAll(page);
  await page.evaluate(() => navigator.clipboard.writeText(''));
  await page.keyboard.press('Control+KeyC');
  return until('the copied text', () => page.evaluate(() => navigator.clipboard.readText()));
}

/** Gives the active text editor the keyboard; the cursor stays. */
export async function focusEditor(page: Page): Promise<void> {
  await activeGroup(page).locator('.editor-instance .monaco-editor').first().waitFor();
  await until('the editor to have the keyboard', async () => {
    if ((await activeGroup(page).locator('.editor-instance .monaco-editor.focused').count()) > 0) return true;
    await page.keyboard.press('Control+Digit1');
    return false;
  });
}

/** Puts the cursor at a line and column, both counted from 1. */
export async function goTo(page: Page, line: number, column = 1): Promise<void> {
  await focusEditor(page);
  await page.keyboard.press('Control+KeyG');
  const input = quickInput(page).locator('input.input');
  await input.fill(`:${line}:${column}`);
  await page.keyboard.press('Enter');
  await quickInput(page).waitFor({ state: 'hidden' });
}

/** Types at the cursor as a user does, so brackets and suggestions behave as for a user. */
export async function typeText(page: Page, text: string): Promise<void> {
  await focusEditor(page);
  await page.keyboard.type(text);
}

/** Pastes over the selection or at the cursor, without completion or closing brackets. */
export async function pasteText(page: Page, text: string): Promise<void> {
  await focusEditor(page);
  await page.evaluate((copied) => navigator.clipboard.writeText(copied), text);
  await page.keyboard.press('Control+KeyV');
}

export async function selectAll(page: Page): Promise<void> {
  await focusEditor(page);
  await page.keyboard.press('Control+KeyA');
}

export async function undo(page: Page): Promise<void> {
  await focusEditor(page);
  await page.keyboard.press('Control+KeyZ');
}

export async function redo(page: Page): Promise<void> {
  await focusEditor(page);
  await page.keyboard.press('Control+KeyY');
}

/** Saves the active editor and waits until it is written. */
export async function save(page: Page): Promise<void> {
  await focusEditor(page);
  await page.keyboard.press('Control+KeyS');
  await until('the file to be saved', async () => !(await hasUnsavedChanges(page)));
}

export async function hasUnsavedChanges(page: Page): Promise<boolean> {
  return (await activeGroup(page).locator('.tab.active.dirty').count()) > 0;
}

/** Right clicks a line, given by part of its text, and chooses from the menu. */
export async function chooseInEditor(
  page: Page,
  lineText: string | RegExp,
  ...labels: readonly Label[]
): Promise<void> {
  await chooseInContextMenu(page, editorLine(page, lineText).locator('span').first(), ...labels);
}

/** The first line on screen with this text in it. */
export function editorLine(page: Page, lineText: string | RegExp): Locator {
  const hasText = typeof lineText === 'string' ? new RegExp(spaces(lineText)) : lineText;
  return activeGroup(page).locator('.editor-instance .view-line').filter({ hasText }).first();
}

/** Clicks a button to the right of the tabs. */
export async function clickEditorAction(page: Page, action: Label): Promise<void> {
  await clickAction(activeGroup(page).locator('.editor-actions a.action-label'), action);
}

/** The texts of all CodeLenses on screen, from top to bottom. */
export async function codeLensTexts(page: Page): Promise<string[]> {
  const lenses = await activeGroup(page)
    .locator('.codelens-decoration')
    .evaluateAll((elements) =>
      elements
        .map((element) => ({
          top: element.getBoundingClientRect().top,
          // Links where a lens does something, plain text where it only tells; either may begin with an icon.
          texts: [...element.children].map((part) => part.textContent),
        }))
        .sort((a, b) => a.top - b.top)
        .flatMap(({ texts }) => texts),
    );
  return lenses.map((text) => plainText(text).trim()).filter((text) => text !== '' && text !== '|');
}

/** Clicks the n-th CodeLens (from 0) with this text. */
export async function clickCodeLens(page: Page, text: Label, nth = 0): Promise<void> {
  // Lenses are drawn anew whenever the text or their provider changes, so a found one may be gone.
  await until(`the CodeLens ${String(text)}`, async () => {
    const lenses = activeGroup(page).locator('.codelens-decoration a');
    let seen = 0;
    for (const lens of await lenses.all()) {
      if (!matches(text, (await lens.innerText({ timeout: 1_000 })).trim())) continue;
      if (seen++ < nth) continue;
      await lens.click({ timeout: 3_000 });
      return true;
    }
    return false;
  });
}

function spaces(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&').replaceAll(' ', '[ \u00a0]');
}
