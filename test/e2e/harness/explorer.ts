import type { Locator, Page } from 'playwright-core';
import { type Label, quoted } from './label.ts';
import { chooseInContextMenu } from './menu.ts';
import { waitForTab } from './textEditor.ts';
import { until } from './until.ts';
import { openContainer } from './view.ts';

/** Opens a file of the window's folder to stay (not as a preview), given as 'folder/name.py'. */
export async function openFile(page: Page, file: string): Promise<void> {
  // A view that something else reveals meanwhile hides the row: looked for again then.
  await until(`a double click on ${file}`, async () => {
    await (await explorerRow(page, file)).dblclick({ timeout: 3_000 });
    return true;
  });
  await waitForTab(page, file.split('/').at(-1) ?? file);
}

/** Right clicks a file or folder in the explorer and chooses from its menu. */
export async function chooseInExplorer(page: Page, file: string, ...labels: readonly Label[]): Promise<void> {
  await chooseInContextMenu(page, await explorerRow(page, file), ...labels);
}

/** The row of a file or folder, with the folders above it unfolded. */
export async function explorerRow(page: Page, file: string): Promise<Locator> {
  await openContainer(page, 'Explorer');
  const parts = file.split('/');
  for (let depth = 1; depth < parts.length; depth++) {
    const folder = rowAt(page, parts.slice(0, depth).join('/'));
    await folder.waitFor();
    // The window may be unfolding it by itself, and the click that comes too late folds it again.
    await until(`the folder ${file} to unfold`, async () => {
      if ((await folder.getAttribute('aria-expanded')) === 'true')
        return rowAt(page, parts.slice(0, depth + 1).join('/'))
          .waitFor({ timeout: 2_000 })
          .then(() => true)
          .catch(() => false); // folded by the window meanwhile, or not read yet
      await folder.locator('.monaco-tl-twistie').click();
      return false;
    });
  }
  const row = rowAt(page, file);
  await row.waitFor();
  return row;
}

function rowAt(page: Page, file: string): Locator {
  const level = file.split('/').length;
  // The label is the whole path, and behind a dot what is special about the file: problems, changes in git.
  const icon = '.monaco-icon-label';
  const label = `${icon}[aria-label$=${quoted(`/${file}`)}], ${icon}[aria-label*=${quoted(`/${file} \u2022 `)}]`;
  return page
    .locator(`.explorer-folders-view [role=treeitem][aria-level="${level}"]`)
    .filter({ has: page.locator(label) })
    .first();
}
