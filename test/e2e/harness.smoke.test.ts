import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { paletteTitles, runCommand } from './harness/commandPalette.ts';
import { answerDialog, answerTrust, dialogText, trustFolder } from './harness/dialog.ts';
import { type Editor, startEditor } from './harness/editor.ts';
import { chooseInExplorer, explorerRow, openFile } from './harness/explorer.ts';
import { chooseQuickFix, hoverText, quickFixLabels, suggestionLabels } from './harness/language.ts';
import { contextMenuLabels } from './harness/menu.ts';
import {
  clearNotifications,
  clickNotification,
  notification,
  notificationTexts,
} from './harness/notifications.ts';
import { repository } from './harness/paths.ts';
import { problems } from './harness/problems.ts';
import { crashExtensionHost, descendants, extensionHost, isAlive } from './harness/processes.ts';
import {
  answerInput,
  closeQuickInput,
  inputMessage,
  pick,
  pickLabels,
  pickMany,
  pickRow,
  typeInput,
} from './harness/quickInput.ts';
import { screenshot, screenshotOnFailure } from './harness/screenshot.ts';
import { changeSettings, switchTheme } from './harness/settings.ts';
import { clickStatusBar, statusBarText } from './harness/statusBar.ts';
import * as terminal from './harness/terminal.ts';
import * as text from './harness/textEditor.ts';
import { chooseInRowMenu, clickRowAction, expandRow, treeRow, treeRows } from './harness/tree.ts';
import { until } from './harness/until.ts';
import * as views from './harness/view.ts';
import { panelFrame, viewFrame } from './harness/webview.ts';
import { reloadWindow } from './harness/window.ts';

const sample = path.join(repository, 'test/e2e/harness/sampleExtension');
const fileName = 'ä train #1.py';
const fileText = 'import sys\n\nprint( "grüße"  )\nlr = 0.1  # wrong\n';

let workspace: string;

beforeAll(async () => {
  workspace = await mkdtemp(path.join(tmpdir(), 'tunelens workspace ü 日本 '));
  await mkdir(path.join(workspace, 'sub folder', 'deeper'), { recursive: true });
  await writeFile(path.join(workspace, fileName), fileText);
  await writeFile(path.join(workspace, 'sub folder', 'deeper', 'bad.json'), '{ "a": 1,, }\n');
});

afterAll(() => rm(workspace, { recursive: true, force: true }));

describe('an editor without extensions', () => {
  let editor: Editor;
  let page: Page;

  screenshotOnFailure(() => page);

  beforeAll(async () => {
    editor = await startEditor();
    page = await editor.open(workspace);
  });

  afterAll(async () => {
    const pids = editor ? [editor.server.pid, ...descendants(editor.server.pid).map(({ pid }) => pid)] : [];
    await editor?.close();
    expect(pids.filter(isAlive)).toEqual([]);
    await expect(stat(editor.profile.root)).rejects.toThrow();
  });

  test('opens a file with spaces and other letters in its path', async () => {
    await openFile(page, fileName);
    expect(await text.editorText(page)).toBe(fileText);
    expect(await text.tabNames(page)).toEqual([fileName]);
    const picture = await screenshot(page, 'harness/file');
    expect((await stat(picture)).size).toBeGreaterThan(10_000);
  });

  test('types, undoes and saves', async () => {
    await text.goTo(page, 2);
    await text.typeText(page, 'typed');
    await text.waitForEditorText(page, 'typed');
    expect(await text.hasUnsavedChanges(page)).toBe(true);
    await text.undo(page);
    expect(await text.documentText(page)).toBe(fileText);
    await text.goTo(page, 5);
    await text.pasteText(page, 'y = "(2"\n');
    await text.save(page);
    expect(await readFile(path.join(workspace, fileName), 'utf8')).toBe(`${fileText}y = "(2"\n`);
  });

  test('runs commands from the palette', async () => {
    expect(await paletteTitles(page, 'Reload Window')).toContain('Developer: Reload Window');
    await runCommand(page, 'View: Toggle Panel Visibility');
    await page.locator('.part.panel').waitFor();
    await runCommand(page, 'View: Toggle Panel Visibility');
    await page.locator('.part.panel').waitFor({ state: 'hidden' });
  });

  test('runs a line in a terminal', async () => {
    await terminal.showTerminals(page);
    await terminal.waitForTerminalText(page, '#');
    await terminal.typeInTerminal(page, 'echo sum $((40 + 2)); pwd; node --version\n');
    await terminal.waitForTerminalText(page, /^sum 42$/m);
    await terminal.waitForTerminalText(page, workspace);
    expect(await terminal.terminalNames(page)).toEqual(['bash']);
  });

  test('lists problems', async () => {
    await openFile(page, 'sub folder/deeper/bad.json');
    const [first] = await until('a problem', async () => {
      const found = await problems(page);
      return found.length > 0 ? found : undefined;
    });
    expect(first).toMatchObject({ severity: 'error', line: 1, column: 10 });
    await screenshot(page, 'harness/problems');
  });

  test('reloads the window', async () => {
    const host = await extensionHost(editor.server.pid);
    await reloadWindow(page);
    await until('the old extension host to end', () => !isAlive(host));
    await text.waitForTab(page, 'bad.json');
  });

  test('switches the theme', async () => {
    const background = (): Promise<string> =>
      page.locator('.part.sidebar').evaluate((element) => getComputedStyle(element).backgroundColor);
    const before = await background();
    await switchTheme(page, editor.profile, 'Light Modern');
    await until('the colours to change', async () => (await background()) !== before);
    await screenshot(page, 'harness/light');
    const fontSize = (): Promise<string> =>
      page
        .locator('.view-line')
        .first()
        .evaluate((element) => getComputedStyle(element).fontSize);
    await changeSettings(page, editor.profile, { 'editor.fontSize': 21 });
    await text.waitForTab(page, 'bad.json');
    await until('the font to change', async () => (await fontSize()) === '21px');
  });
});

describe('an editor with a packaged extension', () => {
  let editor: Editor;
  let page: Page;

  screenshotOnFailure(() => page);

  beforeAll(async () => {
    const vsix = path.join(workspace, 'sample.vsix');
    const vsce = path.join(repository, 'node_modules/.bin/vsce');
    const choices = ['--no-dependencies', '--allow-missing-repository', '--skip-license', '-o', vsix];
    await promisify(execFile)(vsce, ['package', ...choices], { cwd: sample });
    editor = await startEditor({ vsix: [vsix], workspaceTrust: 'ask', theme: 'Default High Contrast' });
    page = await editor.open(workspace);
    await answerTrust(page, true);
    await openFile(page, fileName);
  });

  afterAll(() => editor?.close());

  test('shows and clicks CodeLenses', async () => {
    const lenses = await until('lenses', async () => {
      const found = await text.codeLensTexts(page);
      return found.length === 3 ? found : undefined;
    });
    expect(lenses).toEqual(['Tune', 'Show', 'Tune']);
    await text.clickCodeLens(page, 'Tune', 1);
    await notification(page, 'file Tune print( "grüße"  )');
    await screenshot(page, 'harness/lenses');
    await clearNotifications(page);
  });

  test('uses menus of the explorer and the editor', async () => {
    expect(await contextMenuLabels(page, await explorerRow(page, fileName))).toContain('Sample This File');
    await chooseInExplorer(page, fileName, 'Sample This File');
    await notification(page, `file ${fileName}`);
    await clearNotifications(page);
    await text.chooseInEditor(page, 'print(', 'Sample This File');
    await notification(page, `file ${fileName}`);
    await chooseInExplorer(page, 'sub folder/deeper', 'More Samples', 'Greet');
    await clickNotification(page, 'Good day.', 'Bow');
    await notification(page, 'answered Bow');
    await clearNotifications(page);
    expect(await notificationTexts(page)).toEqual([]);
  });

  test('answers questions', async () => {
    await runCommand(page, 'Harness Sample: Ask');
    expect(await pickLabels(page)).toEqual(['Apple', 'Pear']);
    await pick(page, 'Pear');
    await until('the second question', async () => (await pickLabels(page)).includes('two'));
    await pickMany(page, ['one', 'three']);
    await until('the third question', async () => (await pickRow(page, 'two').count()) === 0);
    await typeInput(page, 'no');
    await until('the complaint', async () => (await inputMessage(page)).includes('not this one'));
    await answerInput(page, 'some words');
    await notification(page, 'asked Pear one+three some words');
    await runCommand(page, 'Harness Sample: Ask');
    await closeQuickInput(page);
    await runCommand(page, 'Harness Sample: Confirm');
    expect(await dialogText(page)).toContain('Really?');
    await answerDialog(page, 'Do It');
    await notification(page, 'confirmed Do It');
  });

  test('reads and uses views, the status bar and pages', async () => {
    expect(await views.containerBadge(page, 'Harness Sample')).toBe('3');
    await views.openContainer(page, 'Harness Sample');
    expect(await views.viewTitles(page)).toEqual(['Fruits', 'Nothing', 'Leaf']);
    const basket = treeRow(page, 'Fruits', 'Basket');
    await basket.waitFor();
    await expandRow(basket);
    await treeRow(page, 'Fruits', 'Pear').waitFor();
    expect(await treeRows(page, 'Fruits')).toMatchObject([
      { label: 'Basket', level: 1, expanded: true, spoken: 'about Basket' },
      { label: 'Apple', level: 2, expanded: undefined },
      { label: 'Pear', description: 'ripe', level: 2 },
      { label: 'Plum', level: 1 },
    ]);
    await clickRowAction(treeRow(page, 'Fruits', 'Apple'), 'Eat');
    await notification(page, 'ate Apple');
    await chooseInRowMenu(treeRow(page, 'Fruits', 'Plum'), 'Eat');
    await notification(page, 'ate Plum');

    await views.clickViewAction(page, 'Fruits', 'Count');
    await text.clickEditorAction(page, 'Count');
    await clickStatusBar(page, 'harness.harness-sample.count');
    await until(
      '3 counts',
      async () => (await statusBarText(page, 'harness.harness-sample.count')) === '3 counted',
    );

    expect(await views.viewWelcome(page, 'Nothing')).toContain('Nothing here yet.');
    await views.clickViewWelcome(page, 'Nothing', 'Greet Me');
    await clickNotification(page, 'Good day.', 'Wave');

    await runCommand(page, 'Harness Sample: Open Page');
    const panel = await panelFrame(page, { extension: 'harness.harness-sample' });
    const leaf = await viewFrame(page, { containing: 'leaf' });
    expect(await leaf.locator('p').innerText()).toBe('a green leaf');
    await panel.locator('button').click();
    await notification(page, 'page sent a pressed button');
    await screenshot(page, 'harness/views');
    await text.closeTab(page);
    await clearNotifications(page);
  });

  test('asks for hovers, suggestions and quick fixes', async () => {
    await openFile(page, fileName);
    expect(await hoverText(page, 1, 3)).toContain('a sample hover');
    await text.goTo(page, 2);
    expect(await suggestionLabels(page)).toContain('sampleWord');
    await page.keyboard.press('Escape');
    const [problem] = await until('a problem', async () => {
      const found = await problems(page);
      return found.length > 0 ? found : undefined;
    });
    expect(problem).toEqual({
      ...{ severity: 'warning', message: 'this is wrong (really)', line: 4, column: 13, source: 'sample' },
    });
    expect(await quickFixLabels(page, 4, 14)).toContain('Make it right');
    await chooseQuickFix(page, 'Make it right');
    await text.waitForEditorText(page, '# right');
    await text.undo(page);
    await text.waitForEditorText(page, '# wrong');
  });

  test('reads terminals of an extension', async () => {
    await runCommand(page, 'Harness Sample: Open Terminal');
    await terminal.waitForTerminalText(page, 'line 60');
    await terminal.newTerminal(page);
    // Until the shell runs, a new terminal goes by the name of the process that starts it.
    await until('the shell', async () => (await terminal.terminalNames(page)).includes('bash'));
    expect(await terminal.terminalNames(page)).toEqual(['Trial 7 · lr=0.1', 'bash']);
    await terminal.showTerminal(page, 'Trial 7 · lr=0.1');
    expect(await terminal.terminalHistory(page)).toMatch(/line 1\nline 2\n[\s\S]*line 60/);
  });

  test('opens an untrusted folder', async () => {
    const other = await startEditor({ workspaceTrust: 'restricted' });
    try {
      const untrusted = await other.open(workspace);
      await untrusted.locator('[id="status.workspaceTrust"]').waitFor();
      await trustFolder(untrusted);
      await untrusted.locator('[id="status.workspaceTrust"]').waitFor({ state: 'hidden' });
    } finally {
      await other.close();
    }
  });

  test('survives a crash of the extension host and a restart', async () => {
    await crashExtensionHost(editor.server.pid);
    await runCommand(page, 'Harness Sample: Greet');
    await notification(page, 'Good day.');
    await editor.restart();
    page = await editor.open(workspace);
    await runCommand(page, 'Harness Sample: Greet');
    await notification(page, 'Good day.');
  });
});

test('an extension runs from source, also after a reload', async () => {
  const editor = await startEditor({ testDriver: true });
  try {
    const page = await editor.open(workspace, { developing: [sample] });
    await runCommand(page, 'Harness Sample: Greet');
    await notification(page, 'Good day.');
    await reloadWindow(page);
    await runCommand(page, 'Harness Sample: Greet');
    await notification(page, 'Good day.');
  } finally {
    await editor.close();
  }
});
