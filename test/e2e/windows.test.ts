import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCommand } from './harness/commandPalette.ts';
import { trustFolder } from './harness/dialog.ts';
import { type Editor, startEditor } from './harness/editor.ts';
import { notification } from './harness/notifications.ts';
import { closeQuickInput, pick, pickRow } from './harness/quickInput.ts';
import { screenshot, screenshotOnFailure } from './harness/screenshot.ts';
import { killLeftovers } from './harness/studies.ts';
import { clickCodeLens, codeLensTexts, waitForTab } from './harness/textEditor.ts';
import { treeRows } from './harness/tree.ts';
import { until } from './harness/until.ts';
import { openContainer } from './harness/view.ts';
import { packagedExtension, packSample } from './harness/vsix.ts';
import { reloadWindow } from './harness/window.ts';

// Windows without a folder, on a folder that is on no disk, and in another language. `onboarding.test.ts` has a workspace of
// two folders and Restricted Mode.

let root: string;
let first: string;
let editor: Editor;
let page: Page;

screenshotOnFailure(() => page);

beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'windöws '));
  first = path.join(root, 'one');
  await mkdir(first);
  await writeFile(
    path.join(root, 'virtual.code-workspace'),
    JSON.stringify({ folders: [{ uri: 'memory:/project' }] }),
  );
  editor = await startEditor({
    vsix: [await packagedExtension(), await packSample('virtualFolder', root)],
    workspaceTrust: 'restricted',
  });
  page = await editor.open('');
});

afterAll(async () => {
  await editor?.close();
  const left = killLeftovers(root);
  await rm(root, { recursive: true, force: true, maxRetries: 10 });
  expect(left).toEqual([]);
});

test('a script whose folder is not open is tuned where it stands, and its study is found again', async () => {
  await runCommand(page, 'TuneLens: Open the example');
  await pick(page, 'Only to try it');
  await waitForTab(page, 'train.py');
  await clickCodeLens(page, /Tune this script/);
  await notification(page, /20 trials done/);
  await reloadWindow(page);
  await openContainer(page, 'TuneLens');
  await until('the study', async () =>
    (await treeRows(page, 'Studies')).some(({ description }) => description.includes('20/20')),
  );
});

test('in a virtual folder search spaces are shown, and tuning says why it cannot be', async () => {
  await page.close();
  page = await editor.open(path.join(root, 'virtual.code-workspace'));
  await trustFolder(page);
  await waitForTab(page, 'train.py');
  await clickCodeLens(page, /Tune this script/);
  await notification(page, /need the script on a disk, and this one is in a virtual folder/);
  expect(await codeLensTexts(page)).toContain('0..1');
  await screenshot(page, 'windows/1-virtual');
});

test('in an editor in German commands and questions are in German', async () => {
  // What VS Code sets when it is in another language; its own texts stay as they are without a language pack.
  await page.context().addInitScript(() => Reflect.set(globalThis, '_VSCODE_NLS_LANGUAGE', 'de'));
  await page.close();
  page = await editor.open(first);
  await runCommand(page, 'TuneLens: Beispiel öffnen');
  for (const label of ['In den Ordner one', 'In einen Ordner Ihrer Wahl…', 'Nur zum Ausprobieren'])
    await pickRow(page, label).waitFor();
  await screenshot(page, 'windows/2-german');
  await closeQuickInput(page);
});
