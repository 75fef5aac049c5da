import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Store, StudyRecord } from '../../src/engine/node.ts';
import { paletteTitles, runCommand } from './harness/commandPalette.ts';
import { trustFolder } from './harness/dialog.ts';
import { type Editor, startEditor } from './harness/editor.ts';
import { openFile } from './harness/explorer.ts';
import { clearNotifications, clickNotification, notification } from './harness/notifications.ts';
import { closeQuickInput, pick, pickLabels } from './harness/quickInput.ts';
import { repository } from './harness/paths.ts';
import { screenshot, screenshotOnFailure } from './harness/screenshot.ts';
import { newestStudy, openWhenMade } from './harness/studies.ts';
import { killLeftovers } from './harness/studies.ts';
import { clickTerminalLink, showTerminal, terminalNames, waitForTerminalText } from './harness/terminal.ts';
import {
  clickCodeLens,
  codeLensTexts,
  documentText,
  hasUnsavedChanges,
  undo,
  waitForEditorText,
  waitForTab,
} from './harness/textEditor.ts';
import { treeRows } from './harness/tree.ts';
import { until } from './harness/until.ts';
import { openContainer } from './harness/view.ts';
import { packagedExtension } from './harness/vsix.ts';

// A person's first minutes: a workspace of two folders in Restricted Mode, trusted then; the walkthrough and the
// example; what a click in a trial's output does.

/** Prints a metric without saying that it counts; the second trial fails with a traceback. */
const printing = [
  'import os',
  'x = 0.5  # tune: 0..1',
  '# tune: trials 4, parallel 1, seed 3, pruner none, sampler random',
  '',
  'def check():',
  '    if os.environ["TUNELENS_RUN"].split(os.sep)[-3] == "1":',
  '        raise ValueError("the second one fails")',
  '',
  'print(0.4321, flush=True)',
  'print(f"val_acc={1 - x * x:.4f} latency_ms={10 * x:.2f}", flush=True)',
  'check()',
  '',
].join('\n');

let root: string;
let first: string;
let second: string;
let editor: Editor | undefined;
let page: Page;
let store: Store;

screenshotOnFailure(() => page);

beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'érste schritte '));
  first = path.join(root, 'one');
  second = path.join(root, 'two');
  await mkdir(first);
  await mkdir(second);
  await writeFile(path.join(second, 'prints.py'), printing);
  const workspace = path.join(root, 'both.code-workspace');
  await writeFile(workspace, JSON.stringify({ folders: [{ path: 'one' }, { path: 'two' }] }));
  editor = await startEditor({ vsix: [await packagedExtension()], workspaceTrust: 'restricted' });
  page = await editor.open(workspace);
});

afterAll(async () => {
  store?.close();
  await editor?.close();
  const left = killLeftovers(root);
  await rm(root, { recursive: true, force: true, maxRetries: 10 });
  expect(left).toEqual([]);
});

const study = (): StudyRecord => newestStudy(store);

test('in Restricted Mode search spaces are shown, and nothing is run or opened', async () => {
  await openFile(page, 'two/prints.py');
  await until('the lenses', async () => (await codeLensTexts(page)).some((text) => text.includes('0..1')));
  await clickCodeLens(page, /Tune this script/);
  await notification(page, /needs a trusted workspace/);
  await screenshot(page, 'onboarding/1-restricted');
  const titles = await paletteTitles(page, 'TuneLens: ');
  expect(titles).toContain('TuneLens: Open the example');
  for (const title of ['Import study…', 'Tune this script', 'Clean up…'])
    expect(titles).not.toContain(`TuneLens: ${title}`);
  await clearNotifications(page);
});

test('once trusted, the script runs, and asks what counts of what it printed', async () => {
  await trustFolder(page);
  await openFile(page, 'two/prints.py');
  await clickCodeLens(page, /Tune this script/);
  store = await openWhenMade(second);
  await until('the question', () => store.studies().length > 0 && study().state === 'needs-objective');
  expect(await pickLabels(page)).toContain('Maximize val_acc');
  await closeQuickInput(page);
});

test('a number in the output can be made the objective', async () => {
  await showTerminal(page, /^Slot 1/);
  await waitForTerminalText(page, /val_acc=0\.7500/);
  await clickTerminalLink(page, '0.4321');
  await notification(page, /This number has no name/);
  await clearNotifications(page);
  await clickTerminalLink(page, 'val_acc=0.75');
  const labels = await pickLabels(page);
  expect(labels.filter((label) => !label.startsWith('Writes'))).toEqual([
    'Maximize val_acc',
    'Minimize val_acc',
    'Keep val_acc at or above 0.75',
    'Keep val_acc at or below 0.75',
  ]);
  await screenshot(page, 'onboarding/2-number');
  await pick(page, 'Maximize val_acc');
  await until('the objective', () => study().spec.objectives[0]?.metric === 'val_acc');
  await until('the end', () => study().state === 'complete');
  expect(store.trials(study().id).map(({ state }) => state)).toEqual([
    'complete',
    'failed',
    'complete',
    'complete',
  ]);
});

test('what a failed trial printed is kept, and its traceback leads to the line', async () => {
  await until('two terminals', async () => {
    const names = (await terminalNames(page)).filter((name) => name.startsWith('Slot 1'));
    return names.length === 2 && names[0]?.endsWith('trial 1 · failed') === true;
  });
  await showTerminal(page, /trial 1 · failed/);
  await waitForTerminalText(page, /ValueError/);
  await screenshot(page, 'onboarding/3-traceback');
  await clickTerminalLink(page, 'line 7');
  await waitForTab(page, 'prints.py');
  await until('the cursor on the line', async () =>
    /Ln 7\b/.test(await page.locator('.statusbar-item[id="status.editor.selection"]').innerText()),
  );
});

test('a number of a study that has an objective is written into the script for the next one', async () => {
  await showTerminal(page, /^Slot 1 · trial 3 · complete/);
  await clickTerminalLink(page, 'latency_ms=');
  await pick(page, /Keep latency_ms at or below/);
  await waitForEditorText(page, /constraint latency_ms <= [\d.]+/);
  expect(await hasUnsavedChanges(page)).toBe(true);
  const settings = printing.split('\n')[2] ?? '';
  const limit = /\n# tune: constraint latency_ms <= [\d.]+/;
  expect((await documentText(page)).replace(limit, '')).toBe(printing);
  expect(await documentText(page)).toMatch(new RegExp(`${settings}${limit.source}`));
  await screenshot(page, 'onboarding/4-written');
  await undo(page);
  expect(await documentText(page)).toBe(printing);
  await runCommand(page, 'View: Toggle Panel Visibility');
});

test('the walkthrough leads to the example', async () => {
  await clearNotifications(page);
  await runCommand(page, 'View: Close All Editors');
  await runCommand(page, 'TuneLens: Get started');
  const steps = page.locator('.gettingStartedContainer');
  await steps.getByText('See the search space').first().waitFor();
  // The picture is in a page of its own.
  await until('the picture', async () => {
    const circles = page.frames().map((frame) => frame.locator('svg circle').count());
    const counts = await Promise.allSettled(circles);
    return counts.some((count) => count.status === 'fulfilled' && count.value > 100);
  });
  await screenshot(page, 'onboarding/5-walkthrough');
  await steps.getByRole('button', { name: 'Open the example' }).first().click();
  await pick(page, 'Into the folder one');
  await waitForTab(page, 'train.py');
  await until('the lenses', async () =>
    (await codeLensTexts(page)).some((text) => text.includes('Tune this script · 5 parameters')),
  );
  const shipped = await readFile(path.join(repository, 'examples/spirals/train.py'), 'utf8');
  expect(await readFile(path.join(first, 'tunelens-example/train.py'), 'utf8')).toBe(shipped);
  await screenshot(page, 'onboarding/6-example');
});

test('the example is tuned from the walkthrough, in the folder it was put into', async () => {
  const steps = page.locator('.gettingStartedContainer');
  await steps.getByText('Tune it', { exact: true }).first().click();
  await steps.getByRole('button', { name: 'Tune this script' }).first().click();
  store.close();
  store = await openWhenMade(first);
  await until('the end', () => store.studies().length > 0 && study().state === 'complete');
  const trials = store.trials(study().id);
  expect(trials).toHaveLength(20);
  const values = trials.flatMap(({ state, values: of }) => (state === 'complete' ? (of ?? []) : []));
  expect(trials[0]?.values?.[0]).toBeCloseTo(0.755, 2);
  expect(Math.max(...values)).toBeGreaterThan(0.9);
  await openContainer(page, 'TuneLens');
  await until('studies of both folders', async () => {
    const rows = (await treeRows(page, 'Studies')).map(({ label, description }) => `${label} ${description}`);
    return rows.some((row) => row.includes('one')) && rows.some((row) => row.includes('two'));
  });
});

test('one notification tells the end, shows the panel and inserts the best values', async () => {
  const told = await notification(page, /train\.py: 20 trials done\. Best val_acc/);
  expect(await told.locator('.monaco-button').allInnerTexts()).toEqual([
    'Show',
    'Insert best',
    'Don’t show again',
  ]);
  await screenshot(page, 'onboarding/7-end');
  await clickNotification(page, /20 trials done/, 'Insert best');
  await waitForTab(page, 'train.py');
  await until('the edit', () => hasUnsavedChanges(page));
  await screenshot(page, 'onboarding/8-inserted');
});

test('the example is never written over', async () => {
  await undo(page);
  await runCommand(page, 'TuneLens: Open the example');
  await pick(page, 'Into the folder one');
  await until('the second copy', () =>
    readFile(path.join(first, 'tunelens-example-2/train.py'), 'utf8').then(
      () => true,
      () => false,
    ),
  );
});
