import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { runCommand } from './commandPalette.ts';
import { type Profile, type Settings, type Theme, themes, userSettingsFile } from './profile.ts';
import { pick, typeInput } from './quickInput.ts';
import { closeTab, hasUnsavedChanges, pasteText, save, selectAll, waitForTab } from './textEditor.ts';
import { until } from './until.ts';

/**
 * Changes user settings in the window's settings.json editor; `undefined` removes one. The window does not notice when
 * the file is changed behind its back. The editor in front is covered for a moment, which resets a webview panel.
 */
export async function changeSettings(page: Page, profile: Profile, changes: Settings): Promise<void> {
  const before = await readFile(userSettingsFile(profile), 'utf8');
  const after = { ...(await readSettings(profile)), ...changes };
  await runCommand(page, 'Preferences: Open User Settings (JSON)');
  await replaceSettings(page, before, after);
}

/** Makes these the settings of the window's folder, also those that a remote machine does not take from the user. */
export async function setFolderSettings(page: Page, settings: Settings): Promise<void> {
  await runCommand(page, 'Preferences: Open Workspace Settings (JSON)');
  await replaceSettings(page, '', settings);
}

async function replaceSettings(page: Page, before: string, after: Settings): Promise<void> {
  await waitForTab(page, 'settings.json');
  await selectAll(page);
  const text = JSON.stringify(after, undefined, 2);
  await pasteText(page, text);
  // Saved before the paste has arrived, the tab would ask about unsaved changes when it is closed.
  if (text !== before) await until('the pasted settings', () => hasUnsavedChanges(page));
  await save(page);
  await closeTab(page);
}

/** Switches the colour theme by the list of themes; editors and panels stay where they are. */
export async function switchTheme(page: Page, profile: Profile, theme: Theme): Promise<void> {
  await runCommand(page, 'Preferences: Color Theme');
  await typeInput(page, themes[theme]);
  await pick(page, themes[theme]);
  await until(
    `the theme ${theme}`,
    async () => (await readSettings(profile))['workbench.colorTheme'] === theme,
  );
}

async function readSettings(profile: Profile): Promise<Settings> {
  return JSON.parse(await readFile(userSettingsFile(profile), 'utf8')) as Settings;
}
