import type { BrowserContext, Page } from 'playwright-core';
import { runCommand } from './commandPalette.ts';
import type { Server } from './server.ts';
import { patienceMs, until } from './until.ts';

export interface WindowOptions {
  /** Folders of unpackaged extensions to run from source, also after a reload. The editor needs `testDriver`. */
  readonly developing?: readonly string[];
  readonly width?: number;
  readonly height?: number;
}

export async function openWindow(
  context: BrowserContext,
  server: Server,
  folder: string,
  options: WindowOptions = {},
): Promise<Page> {
  if (options.developing && !server.testDriver) {
    throw new Error('without `testDriver` a window ignores extensions run from source');
  }
  const page = await context.newPage();
  await page.setViewportSize({ width: options.width ?? 1440, height: options.height ?? 900 });
  page.setDefaultTimeout(patienceMs);
  // "Leave the page?" with unsaved changes; a test that closes or reloads means it.
  page.on('dialog', (dialog) => void dialog.accept().catch(() => undefined)); // the page may be gone already
  await page.goto(windowUrl(server, folder, options.developing ?? []));
  await waitUntilUsable(page);
  return page;
}

/** Reloads by VS Code's own command, so that extensions are deactivated in order. */
export async function reloadWindow(page: Page): Promise<void> {
  await page.evaluate(() => document.body.setAttribute('data-before-reload', ''));
  await runCommand(page, 'Developer: Reload Window');
  await until(
    'the window to reload',
    async () => (await page.locator('body[data-before-reload]').count()) === 0,
  );
  await waitUntilUsable(page);
}

export async function waitUntilUsable(page: Page): Promise<void> {
  await page.locator('.monaco-workbench .part.statusbar').waitFor();
  await page.locator('.monaco-workbench .activitybar .action-item').first().waitFor();
  // Until keyboard shortcuts and the connection to the server are there, keys typed are lost.
  await page.locator('.statusbar-item[id="status.notifications"]').waitFor();
}

function windowUrl(server: Server, folder: string, developing: readonly string[]): string {
  const url = new URL(server.url);
  if (folder === '') url.searchParams.set('ew', 'true');
  else url.searchParams.set(folder.endsWith('.code-workspace') ? 'workspace' : 'folder', folder);
  if (developing.length > 0) {
    const remote = (path: string): string => `vscode-remote://${url.host}${encodeURI(path)}`;
    url.searchParams.set(
      'payload',
      JSON.stringify(developing.map((path) => ['extensionDevelopmentPath', remote(path)])),
    );
  }
  return url.href;
}
