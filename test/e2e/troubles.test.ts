import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Frame, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import type { Store, StudyRecord, TrialRecord } from '../../src/engine/node.ts';
import { runCommand } from './harness/commandPalette.ts';
import { trustFolder } from './harness/dialog.ts';
import { type Editor, startEditor } from './harness/editor.ts';
import { chooseInExplorer, explorerRow, openFile } from './harness/explorer.ts';
import { chooseQuickFix, quickFixLabels } from './harness/language.ts';
import { contextMenuLabels } from './harness/menu.ts';
import {
  clearNotifications,
  clickNotification,
  notification,
  notificationTexts,
} from './harness/notifications.ts';
import { type Problem, problems } from './harness/problems.ts';
import { allProcesses } from './harness/processes.ts';
import { pick, pickLabels, quickInput } from './harness/quickInput.ts';
import { screenshot, screenshotOnFailure } from './harness/screenshot.ts';
import { setFolderSettings } from './harness/settings.ts';
import { terminalText, waitForTerminalText } from './harness/terminal.ts';
import {
  clickCodeLens,
  codeLensTexts,
  documentText,
  editorText,
  goTo,
  hasUnsavedChanges,
  save,
  tabNames,
  typeText,
  undo,
  waitForEditorText,
  waitForTab,
} from './harness/textEditor.ts';
import { clickRowAction, treeRow } from './harness/tree.ts';
import { openWhenMade } from './harness/studies.ts';
import { until } from './harness/until.ts';
import { openContainer, viewWelcome } from './harness/view.ts';
import { packagedExtension } from './harness/vsix.ts';
import { panelFrame } from './harness/webview.ts';
import { reloadWindow } from './harness/window.ts';

// A new user who makes mistakes: each must end in a sentence that says what to do, and in nothing lost.

const scripts = {
  'plain.py': 'lr = 0.1\nprint("loss", lr)\n',
  'asks.py': [
    'lr = 0.1  # tune: 0.01..1 log',
    '# tune: trials 4, parallel 2, seed 1, pruner none',
    'for epoch in range(3):',
    '    print(f"epoch {epoch} train_loss={lr * 2:.4f} val_acc={1 - lr:.4f}")',
    '',
  ].join('\n'),
  'crashes.py': [
    'lr = 0.1  # tune: 0.01..1 log',
    '# tune: maximize val_acc',
    '',
    'def train():',
    '    raise ValueError("the data is missing")',
    '',
    'train()',
    '',
  ].join('\n'),
  'silent.py': [
    'lr = 0.1  # tune: 0.01..1 log',
    '# tune: maximize val_acc',
    'print(f"train_loss={lr:.3f} seconds=12")',
    '',
  ].join('\n'),
  'wrong.py': [
    'lr = 0.1  # tune: 1..0.01 log',
    'optimizer = "sgd"  # tune: ["sgd", "adam"]',
    'momentum = 0.5  # tune: 0..1 if optimiser == "sgd"',
    'hidden = 24  # tune: 8...64',
    '# tune: maximize val_acc',
    'print(f"val_acc={lr * momentum:.3f}")',
    '',
  ].join('\n'),
  'stubborn.py': [
    'import signal, subprocess, sys, time',
    'lr = 0.1  # tune: 0.01..1 log',
    '# tune: maximize val_acc',
    '# tune: trials 50, parallel 2',
    'deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); time.sleep(600)"',
    'subprocess.Popen([sys.executable, "-c", deaf, "stubborn-child"])',
    'signal.signal(signal.SIGTERM, signal.SIG_IGN)',
    'for epoch in range(6000):',
    '    print(f"epoch {epoch} val_acc={lr + epoch / 1e4:.4f}", flush=True)',
    '    time.sleep(0.1)',
    '',
  ].join('\n'),
  'edited.py': [
    'import time',
    'lr = 1e-2  # tune: 1e-4..1.0 log',
    'width = 24  # tune: 8..64',
    '# tune: maximize score',
    '# tune: trials 8, parallel 2, seed 3, pruner none',
    'time.sleep(0.5)',
    'print(f"score={lr + width / 100:.6f}")',
    '',
  ].join('\n'),
  'wïndows fïle.py': [
    '# Grüße aus Zürich 🙂',
    'name = "日本"; lr = 1e-2  # tune lr: 1e-4..1.0 log',
    'width = 24  # tune: 8..64',
    '# tune: maximize score, trials 5, parallel 2, seed 3, pruner none',
    'print(f"score={lr + width / 100:.6f}")',
    '# the end, without a line break',
  ].join('\r\n'),
  'slow.py': [
    'import time',
    'lr = 0.1  # tune: 0.01..1 log',
    '# tune: maximize val_acc',
    '# tune: trials 40, parallel 1, seed 5, pruner none',
    'time.sleep(0.3)',
    'print(f"the rate is {lr}")',
    'print(f"val_acc={1 - lr:.4f}")',
    '',
  ].join('\n'),
} as const;

let folder: string;
let editor: Editor;
let page: Page;
let store: Store;

// Of two such hooks the later runs first.
afterEach(() => clearNotifications(page));
screenshotOnFailure(() => page);

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'träubles wörk space '));
  for (const [name, text] of Object.entries(scripts)) await writeFile(path.join(folder, name), text);
  editor = await startEditor({
    vsix: [await packagedExtension()],
    workspaceTrust: 'restricted',
    // The whole name of the folder would cover the first file under the mouse.
    settings: { 'workbench.hover.delay': 60_000 },
  });
  page = await editor.open(folder);
});

afterAll(async () => {
  store?.close();
  await editor?.close();
  const left = running(folder);
  for (const pid of left) process.kill(pid, 'SIGKILL');
  await rm(folder, { recursive: true, force: true, maxRetries: 10 });
  expect(left).toEqual([]);
});

/** Ids of the processes with this text in their command line. */
const running = (text: string): readonly number[] =>
  allProcesses()
    .filter(({ command }) => command.some((word) => word.includes(text)))
    .map(({ pid }) => pid);

const studyOf = (script: string): StudyRecord => {
  const newest = store.studies().findLast((study) => study.script === script);
  if (newest === undefined) throw new Error(`no study of ${script} is stored`);
  return newest;
};
const trialsOf = (script: string): readonly TrialRecord[] => store.trials(studyOf(script).id);
const untilState = (script: string, state: StudyRecord['state']): Promise<true> =>
  until(`${script} to be ${state}`, () => studyOf(script).state === state || undefined);
const tune = (script: string): Promise<void> => chooseInExplorer(page, script, 'Tune this script');
const panel = (): Promise<Frame> => panelFrame(page, { extension: 'tunelens.tunelens' });
const bytesOf = (script: string): Promise<string> => readFile(path.join(folder, script), 'utf8');
const untilSaved = (script: string, text: string): Promise<true> =>
  until(`${script} to hold the text`, async () => (await bytesOf(script)) === text || undefined);
const textOf = async (wanted: string | RegExp): Promise<string> => {
  const item = await notification(page, wanted);
  return (await item.locator('.notification-list-item-message').innerText()).replaceAll('\u00a0', ' ');
};
const buttonsOf = async (wanted: string | RegExp): Promise<readonly string[]> => {
  const item = await notification(page, wanted);
  await item.hover();
  return item.locator('.notification-list-item-buttons-container .monaco-button').allInnerTexts();
};

test('in an untrusted folder search spaces are shown, and tuning is refused with a way to trust', async () => {
  await openFile(page, 'asks.py');
  await until('the lenses', async () => (await codeLensTexts(page)).some((text) => text.includes('0.01..1')));
  const row = await explorerRow(page, 'asks.py');
  expect(await contextMenuLabels(page, row)).not.toContain('Tune this script');
  await openContainer(page, 'TuneLens');
  expect(await until('the welcome', () => viewWelcome(page, 'Studies'))).toMatch(/Restricted Mode/);
  await screenshot(page, 'troubles/01-untrusted');
  await openFile(page, 'asks.py');
  await clickCodeLens(page, /Tune this script/);
  expect(await textOf(/trusted workspace/)).toMatch(/needs a trusted workspace\.$/);
  expect(await buttonsOf(/trusted workspace/)).toEqual(['Manage workspace trust']);
  await expect(stat(path.join(folder, '.tunelens'))).rejects.toThrow();
  await trustFolder(page);
});

test('where studies cannot be kept, a sentence says why', async () => {
  await writeFile(path.join(folder, '.tunelens'), 'not a folder');
  // A list of files that changes takes an open menu with it.
  const gone = await explorerRow(page, '.tunelens');
  await tune('asks.py');
  expect(await textOf(/\.tunelens/)).toMatch(/Cannot write .*\.tunelens\. .*move the file.* away/);
  await screenshot(page, 'troubles/02-no-folder');
  await rm(path.join(folder, '.tunelens'));
  await gone.waitFor({ state: 'detached' });
});

test('a script without annotations: the message says what to write, and there is no lens', async () => {
  await openFile(page, 'plain.py');
  await tune('plain.py');
  const said = await textOf(/Nothing to tune yet/);
  expect(said).toMatch(/Write a comment behind a constant, for example: lr = 1e-3 # tune: 1e-5\.\.1e-1 log$/);
  expect(await buttonsOf(/Nothing to tune yet/)).toEqual(['Open script']);
  expect(await codeLensTexts(page)).toEqual([]);
  await screenshot(page, 'troubles/03-no-annotation');
});

test('an interpreter that is not there is one sentence with a way to mend it', async () => {
  await setFolderSettings(page, { 'tunelens.python.interpreter': '/nowhere/bin/python' });
  await tune('asks.py');
  expect(await textOf(/no interpreter/)).toContain('/nowhere/bin/python');
  expect(await notificationTexts(page)).toHaveLength(1);
  expect(await buttonsOf(/no interpreter/)).toEqual(['Open setting']);
  await clickNotification(page, /no interpreter/, 'Open setting');
  await page.locator('.settings-editor').getByText('Python interpreter that runs trials').waitFor();
  await screenshot(page, 'troubles/04-interpreter');
  await setFolderSettings(page, {});
});

test('without an objective the metrics that were printed are offered, once', async () => {
  await tune('asks.py');
  store = await openWhenMade(folder);
  await untilState('asks.py', 'needs-objective');
  const labels = await pickLabels(page);
  expect(labels.map((label) => label.trim())).toEqual([
    'Maximize val_acc',
    'Minimize train_loss',
    'Minimize val_acc',
    'Maximize train_loss',
  ]);
  const shown = await quickInput(page).innerText();
  expect(shown).toMatch(/now 0\.2\b/);
  expect(shown).toMatch(/now 0\.9\b/);
  await screenshot(page, 'troubles/05-objective');
  await pick(page, /Maximize val_acc/);
  await untilState('asks.py', 'complete');
  expect(studyOf('asks.py').spec.objectives).toEqual([{ metric: 'val_acc', direction: 'maximize' }]);
  expect(trialsOf('asks.py').map(({ state }) => state)).toEqual(Array.from({ length: 4 }, () => 'complete'));
  expect(trialsOf('asks.py')[0]?.values).toEqual([0.9]);
  await notification(page, /asks\.py: 4 trials done/);
});

test('a command with nothing to act on says what to do instead, and is no error', async () => {
  await runCommand(page, 'TuneLens: Pause study');
  expect(await textOf(/No study is running/)).toMatch(/nothing to pause\.$/);
  const item = await notification(page, /No study is running/);
  expect(await item.locator('.codicon-info').count()).toBe(1);
});

test('a script that crashes ends its study after one trial, told once, with the traceback in reach', async () => {
  await tune('crashes.py');
  await untilState('crashes.py', 'failed');
  const said = await textOf(/the data is missing/);
  expect(said).toMatch(/^crashes\.py: .*ValueError: the data is missing/);
  expect(said).not.toContain('Traceback');
  expect(await notificationTexts(page)).toHaveLength(1);
  expect(trialsOf('crashes.py')).toHaveLength(1);
  const frame = await panel();
  await frame.locator('.message-error .message-detail', { hasText: 'line 5, in train' }).waitFor();
  await screenshot(page, 'troubles/06-crashed');
  await clickNotification(page, /the data is missing/, 'Show output');
  await waitForTerminalText(page, /line 5, in train[\s\S]*ValueError: the data is missing/);
  expect(await tabNames(page)).not.toContain('log');
  await screenshot(page, 'troubles/07-crashed-output');
});

test('a failure that was told is not told again after a reload', async () => {
  await reloadWindow(page);
  await openContainer(page, 'TuneLens');
  await treeRow(page, 'Studies', 'crashes').waitFor();
  const frame = await panel();
  await frame.locator('.message-error .message-detail', { hasText: 'line 5, in train' }).waitFor();
  await runCommand(page, 'Notifications: Show Notifications');
  expect(await notificationTexts(page)).toEqual([]);
  expect(trialsOf('crashes.py')).toHaveLength(1);
  await runCommand(page, 'Notifications: Hide Notifications');
});

test('a metric that is never printed is told with the numbers that were', async () => {
  await tune('silent.py');
  await untilState('silent.py', 'failed');
  const said = await textOf(/val_acc was never reported/);
  expect(said).toContain('train_loss = 0.1');
  expect(said).toContain('seconds = 12');
  expect(trialsOf('silent.py')).toHaveLength(1);
  await screenshot(page, 'troubles/08-never-printed');
});

const ownProblems = async (): Promise<readonly Problem[]> =>
  (await problems(page)).filter(({ source }) => source === 'TuneLens').sort((a, b) => a.line - b.line);

test('annotations that are wrong are underlined with what to do, and a quick fix mends one', async () => {
  await openFile(page, 'wrong.py');
  const found = await until('three problems', async () => {
    const now = await ownProblems();
    return now.length === 3 ? now : undefined;
  });
  expect(found.map(({ line }) => line)).toEqual([1, 3, 4]);
  expect(found[0]?.message).toMatch(/0\.01/);
  expect(found[1]?.message).toMatch(/optimiser[\s\S]*optimizer/);
  expect(found[2]?.message).toMatch(/two dots/);
  await screenshot(page, 'troubles/09-problems');
  await quickFixLabels(page, 1, 22);
  await chooseQuickFix(page, /swap|0\.01\.\.1/i);
  await waitForEditorText(page, '# tune: 0.01..1 log');
  await until('one problem less', async () => (await ownProblems()).length === 2);
});

test('tuning with an error in the script shows where it is', async () => {
  await tune('wrong.py');
  const said = await textOf(/wrong\.py:3/);
  expect(said).toMatch(/and 1 more/);
  await openFile(page, 'plain.py');
  await clickNotification(page, /wrong\.py:3/, 'Show problem');
  await waitForTab(page, 'wrong.py');
  await page.locator('.statusbar-item', { hasText: /Ln 3, Col \d+/ }).waitFor();
  await screenshot(page, 'troubles/10-show-problem');
  expect(store.studies().some(({ script }) => script === 'wrong.py')).toBe(false);
});

test('stopping a study ends its processes, also children that do not listen', async () => {
  await tune('stubborn.py');
  await until('two trials with their children', () => running('stubborn-child').length === 2);
  await openContainer(page, 'TuneLens');
  const row = treeRow(page, 'Studies', 'stubborn');
  await row.waitFor();
  await screenshot(page, 'troubles/11-stubborn');
  const clickedMs = performance.now();
  await clickRowAction(row, /Stop/);
  await until(
    'all processes to be gone',
    () => running('stubborn-child').length === 0 && running('stubborn.py').length === 0,
    { timeoutMs: 8_000 },
  );
  console.log(`stopped after ${Math.round(performance.now() - clickedMs)} ms`);
  await untilState('stubborn.py', 'stopped');
  await until('all trials to be stopped', () =>
    trialsOf('stubborn.py').every(({ state }) => state === 'stopped'),
  );
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(running('stubborn-child')).toEqual([]);
  expect(await notificationTexts(page)).toEqual([]);
});

const bestOf = (script: string): TrialRecord => {
  const complete = trialsOf(script).filter(({ state }) => state === 'complete');
  const [best] = [...complete].sort((a, b) => (b.values?.[0] ?? 0) - (a.values?.[0] ?? 0));
  if (best === undefined) throw new Error('no trial completed');
  return best;
};

test('values go to the right place in a script that was edited meanwhile', async () => {
  await openFile(page, 'edited.py');
  await clickCodeLens(page, /Tune this script/);
  await until('trials to run', () => trialsOf('edited.py').length >= 2);
  await openFile(page, 'edited.py');
  await goTo(page, 1, 1);
  await typeText(page, '# a new first line, not saved\n');
  await goTo(page, 4, 1);
  await typeText(page, 'x = 0.5\n');
  await untilState('edited.py', 'complete');
  for (const trial of trialsOf('edited.py')) expect(trial.state).toBe('complete');
  await until('the lens of the end', async () => {
    const lenses = (await codeLensTexts(page)).join('\n');
    return lenses.includes('8/8 trials') && !lenses.includes('Pause');
  });
  const before = await documentText(page);
  await goTo(page, 1, 1);
  await clickCodeLens(page, 'Insert all best');
  await until('the edit', async () => (await documentText(page)) !== before);
  const { lr, width } = bestOf('edited.py').params;
  const after = await documentText(page);
  const written = /^lr = (\S+) {2}#/m.exec(after)?.[1];
  expect(Number(written)).toBe(lr);
  expect(after).toBe(
    before.replace('lr = 1e-2', `lr = ${written}`).replace('width = 24', `width = ${String(width)}`),
  );
  expect(after).toContain('# a new first line, not saved\nimport time\n');
  expect(after).toContain('x = 0.5\n');
  await screenshot(page, 'troubles/12-edited');
  await undo(page);
  expect(await documentText(page)).toBe(before);
});

test('a literal that is gone is told, and nothing is guessed', async () => {
  const line = (await documentText(page)).split('\n').findIndex((text) => text.startsWith('width = ')) + 1;
  await goTo(page, line, 1);
  await page.keyboard.press('Control+Shift+KeyK');
  const before = await documentText(page);
  expect(before).not.toContain('width = 24');
  await goTo(page, 1, 1);
  await clickCodeLens(page, 'Insert all best');
  const said = await textOf(/width/);
  expect(said).toMatch(/1 value of trial \d+ inserted; the rest was left\. width cannot be found any more/);
  const after = await documentText(page);
  expect(after.replace(/^lr = \S+/m, 'lr = 1e-2')).toBe(before);
  expect(after).not.toBe(before);
  await screenshot(page, 'troubles/13-literal-gone');
  await save(page);
});

test('a file with line ends of Windows keeps every other byte', async () => {
  const script = 'wïndows fïle.py';
  const source = scripts[script];
  await openFile(page, script);
  await tune(script);
  await untilState(script, 'complete');
  await openFile(page, script);
  await until('the lens of the end', async () => (await codeLensTexts(page)).join().includes('5/5 trials'));
  await clickCodeLens(page, 'Insert all best');
  await until('the edit', () => hasUnsavedChanges(page));
  await save(page);
  const { lr, width } = bestOf(script).params;
  const saved = await until('the saved file', async () => {
    const now = await bytesOf(script);
    return now !== '' && now !== source ? now : undefined;
  });
  const written = /; lr = (\S+) {2}#/.exec(saved)?.[1];
  expect(Number(written)).toBe(lr);
  expect(saved).toBe(
    source.replace('lr = 1e-2', `lr = ${written}`).replace('width = 24', `width = ${String(width)}`),
  );
  await screenshot(page, 'troubles/14-windows');
  await undo(page);
  await save(page);
  await untilSaved(script, source);
});

const press = async (name: string): Promise<void> => {
  const button = (await panel()).locator('vscode-button:visible').filter({ hasText: name }).first();
  await until(`the button ${name}`, async () => (await button.getAttribute('disabled')) === null);
  await button.click();
};

test('the buttons of the panel pause, resume and stop', async () => {
  await openFile(page, 'slow.py');
  await tune('slow.py');
  await until(
    'two finished trials',
    () => trialsOf('slow.py').filter(({ state }) => state === 'complete').length >= 2,
  );
  await press('Pause');
  await untilState('slow.py', 'paused');
  await until('no running trial', () => trialsOf('slow.py').every(({ state }) => state !== 'running'));
  const count = trialsOf('slow.py').length;
  await screenshot(page, 'troubles/15-paused');
  await press('Resume');
  await until('another trial', () => trialsOf('slow.py').length > count);
  await press('Stop');
  await untilState('slow.py', 'stopped');
  await until('no process', () => running('slow.py').length === 0);
  expect(trialsOf('slow.py').length).toBeLessThan(40);
});

test('the panel inserts the values of a trial, shows its output and exports', async () => {
  const chosen = trialsOf('slow.py').find(({ number, state }) => number > 0 && state === 'complete');
  if (chosen === undefined) throw new Error('no trial besides the baseline is complete');
  await runCommand(page, 'View: Focus First Editor Group');
  await openFile(page, 'plain.py');
  const frame = await panel();
  await frame
    .locator('[role=row]')
    .filter({ has: frame.getByText(String(chosen.number), { exact: true }) })
    .first()
    .click();
  await frame.getByRole('heading', { name: `Trial ${chosen.number}`, exact: true }).waitFor();
  await press('Insert values');
  // The script opens beside the panel, not over it.
  await runCommand(page, 'View: Focus First Editor Group');
  await waitForTab(page, 'slow.py');
  await until('the edit', () => hasUnsavedChanges(page));
  const text = await documentText(page);
  expect(Number(/^lr = (\S+)/m.exec(text)?.[1])).toBe(chosen.params.lr);
  await screenshot(page, 'troubles/16-inserted-trial');
  await undo(page);
  const terminals = page.locator('.part.panel');
  if (await terminals.isVisible()) await runCommand(page, 'View: Toggle Panel Visibility');
  await press('Show output');
  // In the slot's terminal while it still has it, else from the log.
  await until('the output of the trial', async () => {
    const inTerminal = (await terminals.isVisible()) ? await terminalText(page) : '';
    const inEditor = (await tabNames(page)).includes('log') ? await editorText(page) : '';
    return `${inTerminal}${inEditor}`.includes(`the rate is ${chosen.params.lr}`);
  });
  await press('Export');
  const target = path.join(folder, 'slow.csv');
  await until('the question where to', async () =>
    (await quickInput(page).locator('input.input').inputValue()).endsWith('/slow.csv'),
  );
  await screenshot(page, 'troubles/17-export');
  await until('the exported file', async () => {
    // While the dialog is still looking at the folder it does not listen.
    if (await quickInput(page).isVisible()) await page.keyboard.press('Enter');
    return (await stat(target)).size > 0;
  });
  const csv = await readFile(target, 'utf8');
  expect(csv.trim().split('\n')).toHaveLength(trialsOf('slow.py').length + 1);
});
