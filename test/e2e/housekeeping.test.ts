import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Engine } from '../../src/engine/node.ts';
import { runCommand } from './harness/commandPalette.ts';
import { answerDialog, dialogText } from './harness/dialog.ts';
import { type Editor, startEditor } from './harness/editor.ts';
import { clearNotifications, notification, notificationTexts } from './harness/notifications.ts';
import { quickInput } from './harness/quickInput.ts';
import { screenshot, screenshotOnFailure } from './harness/screenshot.ts';
import { treeRow } from './harness/tree.ts';
import { until } from './harness/until.ts';
import { openContainer } from './harness/view.ts';
import { packagedExtension } from './harness/vsix.ts';

// What a person does with studies they have: look after them, take them elsewhere, bring them back.

const script = 'x = 0.5  # tune: 0..1\nprint(f"score={x}")\n# tune: maximize score\n';

let folder: string;
let editor: Editor | undefined;
let page: Page;

/** A complete study, made by an engine that is gone when the editor opens the folder. */
const withStudy = async (): Promise<void> => {
  const file = path.join(folder, 'train.py');
  await writeFile(file, script);
  const engine = new Engine({ folder, runtimeFolder: path.resolve('src/runtime'), adoptOthers: true });
  const begun = engine.createStudy({ script: file, interpreter: 'python3', args: [], trials: 6, seed: 1 });
  if (!begun.ok) throw new Error('the study could not be started');
  await engine.untilIdle(begun.value.study.id);
  await engine.close();
};

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'häuslich work '));
  await withStudy();
  editor = await startEditor({
    vsix: [await packagedExtension()],
    settings: { 'tunelens.retention.runFolders': '0 studies' },
  });
  page = await editor.open(folder);
});

afterAll(async () => {
  await editor?.close();
  await rm(folder, { recursive: true, force: true, maxRetries: 10 });
});

screenshotOnFailure(() => page);

/** The editor's own dialog for files, as it is in a browser: a path and Enter. */
const answerFileDialog = async (file: string): Promise<void> => {
  const input = quickInput(page).locator('input.input');
  // It comes with a path of its own, which it may write once more while ours is being typed.
  await quickInput(page).locator('.monaco-button').first().waitFor();
  await until('the file dialog', async () => {
    await input.fill(file, { timeout: 3_000 });
    await page.waitForTimeout(1_000);
    return (await input.inputValue()) === file;
  });
  await quickInput(page).locator('.monaco-button', { hasText: /^OK$/ }).first().click();
};

test('the database is looked at and found in order', async () => {
  await openContainer(page, 'TuneLens');
  await treeRow(page, 'Studies', /^train/)
    .first()
    .waitFor();
  await runCommand(page, 'TuneLens: Check database');
  await notification(page, /The database of TuneLens is in order \(\d+\.\d MB\)/);
  await clearNotifications(page);
});

test('a study goes to one file and comes back as a copy', async () => {
  const file = path.join(folder, 'mine.tunelens');
  await rm(file, { force: true }); // of an attempt before
  await runCommand(page, 'TuneLens: Export study');
  await answerFileDialog(file);
  expect(await dialogText(page)).toContain('what the trials printed');
  await answerDialog(page, 'With output');
  await until('the archive', () => existsSync(file));
  await runCommand(page, 'TuneLens: Import study…');
  await answerFileDialog(file);
  expect(await dialogText(page)).toContain('This study is here already');
  await screenshot(page, 'import-again');
  await answerDialog(page, 'Import a copy');
  await treeRow(page, 'Studies', 'train-2').waitFor();
  await page.waitForTimeout(1_000);
  expect(await notificationTexts(page)).toEqual([]);
});

test('a clean-up says what it frees before it does', async () => {
  await runCommand(page, 'TuneLens: Clean up…');
  const text = await dialogText(page);
  expect(text).toMatch(/run folders of older studies: /);
  expect(text).toMatch(/ in all/);
  await screenshot(page, 'clean-up');
  await answerDialog(page, 'Clean up');
  await runCommand(page, 'TuneLens: Clean up…');
  await notification(page, 'There is nothing to clean up');
  await clearNotifications(page);
});
