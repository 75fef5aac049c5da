import type { Page } from 'playwright-core';
import { runCommand } from './commandPalette.ts';
import { type Label, labelPattern, plainText } from './label.ts';
import { closeTab } from './textEditor.ts';

/** The text of the question that blocks the window, once there is one. */
export async function dialogText(page: Page): Promise<string> {
  const box = page.locator('.monaco-dialog-box .dialog-message-row');
  await box.waitFor();
  return plainText(await box.innerText()).trim();
}

export async function answerDialog(page: Page, button: Label): Promise<void> {
  const buttons = page.locator('.monaco-dialog-box .dialog-buttons .monaco-button');
  await buttons
    .filter({ hasText: labelPattern(button) })
    .first()
    .click();
  await page.locator('.monaco-dialog-box').waitFor({ state: 'hidden' });
}

/** Answers "Do you trust the authors ...?", asked when the profile's workspace trust is 'ask'. */
export async function answerTrust(page: Page, trust: boolean): Promise<void> {
  await answerDialog(page, trust ? /^Yes/ : /^No/);
}

/** Trusts the window's folder by VS Code's own page, and closes the page. */
export async function trustFolder(page: Page): Promise<void> {
  await runCommand(page, 'Workspaces: Manage Workspace Trust');
  const trust = page.locator('.workspace-trust-editor .monaco-button').filter({ hasText: /^\s*Trust\s*$/ });
  await trust.first().click();
  await page.locator('.workspace-trust-editor .workspace-trust-header.workspace-trust-trusted').waitFor();
  await closeTab(page);
}
