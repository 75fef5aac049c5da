import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCommand } from './harness/commandPalette.ts';
import { type Editor, startEditor } from './harness/editor.ts';
import { openFile } from './harness/explorer.ts';
import { finishedStudy } from './harness/finishedStudy.ts';
import { clearNotifications, notification } from './harness/notifications.ts';
import { pick, pickLabels, pickRow, quickInput } from './harness/quickInput.ts';
import { screenshot, screenshotOnFailure } from './harness/screenshot.ts';
import {
  clickCodeLens,
  clickEditorAction,
  codeLensTexts,
  documentText,
  editorText,
  pasteText,
  selectAll,
  tabNames,
  undo,
  waitForEditorText,
  waitForTab,
} from './harness/textEditor.ts';
import { chooseInRowMenu, treeRow } from './harness/tree.ts';
import { until } from './harness/until.ts';
import { openContainer } from './harness/view.ts';
import { packagedExtension } from './harness/vsix.ts';

// What a person does with the values that a study has found: look, insert, round, take back, take elsewhere.

const script = `import math
import random

lr = 1e-2  # tune: 1e-5..1e-1 log
width = 40  # tune: 16..512 log
dropout = 0.50  # tune: 0..0.6
seed = 0  # tune: seed

random.seed(f"{lr} {width} {dropout}")
score = 1 - 0.05 * (math.log10(lr) + 2.9) ** 2 - 0.02 * (math.log2(width) - 7) ** 2
score -= (dropout - 0.2) ** 2 - random.gauss(0, 0.02)
print(f"score={score}")
# tune: maximize score
`;
/** The same program after an hour's work: a function around it, other names, other lines. */
const edited = script
  .replaceAll('lr', 'learning_rate')
  .replace('import random\n', 'import random\n\nprint("a new line")\n')
  .replace('width = 40', 'width = 48');

const both =
  'import model\nrate = 0.5  # tune: 0..1\nprint(f"score={model.width + rate}")\n# tune: maximize score\n';

let folder: string;
let editor: Editor | undefined;
let page: Page;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'einfügen work '));
  await writeFile(path.join(folder, 'train.py'), script);
  await writeFile(path.join(folder, 'model.py'), 'width = 8  # tune: 4..64\n');
  await writeFile(path.join(folder, 'both.py'), both);
  await finishedStudy(folder, 'both.py', { trials: 4, parallel: 1 });
  // One at a time, so that the best trial is always the same one.
  await finishedStudy(folder, 'train.py', { trials: 30, parallel: 1 });
  editor = await startEditor({ vsix: [await packagedExtension()] });
  page = await editor.open(folder);
  await openFile(page, 'train.py');
  await waitForLens('Insert all best');
});

afterAll(async () => {
  await editor?.close();
  await rm(folder, { recursive: true, force: true, maxRetries: 10 });
});

screenshotOnFailure(() => page);

const waitForLens = (text: string): Promise<unknown> =>
  until(`the lens ${text}`, async () => (await codeLensTexts(page)).includes(text));

/** Waits until the whole text is what is wanted of it, and gives it. */
const untilText = (what: string, fits: (text: string) => boolean): Promise<string> =>
  until(what, async () => {
    const text = await documentText(page);
    return fits(text) ? text : undefined;
  });

const untouched = (text: string): boolean => text === script;

/** Writes another text over the whole file, as one step of its history; nothing is saved. */
const replaceText = async (text: string): Promise<void> => {
  await selectAll(page);
  await pasteText(page, text);
  await untilText('the pasted text', (now) => now === text);
};

test('a preview shows what would change, rounds it, and inserts with one button', async () => {
  await clickCodeLens(page, 'Preview');
  await until('the preview', async () =>
    (await tabNames(page)).some((name) => /^train\.py ↔ best of trial \d+$/.test(name)),
  );
  // The other side is the file itself, with hints between its letters.
  await page.locator('.editor-instance .modified .view-line', { hasText: '1e-5..1e-1' }).waitFor();
  await screenshot(page, 'insert-preview');
  await clickEditorAction(page, /^Round within the noise/);
  await until('the rounded preview', async () =>
    (await tabNames(page)).some((name) => name.endsWith(', rounded')),
  );
  await screenshot(page, 'insert-preview-rounded');
  await clickEditorAction(page, /^Insert these values/);
  await waitForTab(page, 'train.py');
  const text = await untilText('the rounded values', (now) => now !== script);
  expect(await tabNames(page)).toEqual(['train.py']);
  // Round enough to remember.
  expect(text).toMatch(/^lr = \d(\.\d{1,2})?e-\d {2}#/m);
  expect(text).toContain('seed = 0  # tune: seed');
  await undo(page);
  await untilText('one undo', untouched);
});

test('exact and rounded values are offered beside each other, with what rounding costs', async () => {
  await runCommand(page, 'TuneLens: Insert rounded values…');
  await pick(page, 'train');
  await pickRow(page, 'Rounded').waitFor();
  expect(await pickLabels(page)).toEqual(
    expect.arrayContaining(['Rounded', expect.stringMatching(/^Exactly as trial \d+$/), 'Preview rounded']),
  );
  expect(await quickInput(page).innerText()).toMatch(/score expected (no|[\d.e-]+) worse, noise/);
  await screenshot(page, 'insert-rounded');
  await pick(page, 'Rounded');
  await untilText(
    'the rounded values',
    (now) => /^lr = \d(\.\d{1,2})?e-\d {2}#/m.test(now) && now !== script,
  );
  await undo(page);
  await untilText('one undo', untouched);
});

test('values find renamed, moved and hand-edited literals in a text that was not saved', async () => {
  await replaceText(edited);
  await waitForLens('Insert all best');
  await clickCodeLens(page, 'Insert all best');
  const text = await untilText('the values', (now) => now !== edited);
  const bare = (code: string): string => code.replaceAll(/ = [\d.e-]+/g, ' = ?');
  expect(bare(text)).toBe(bare(edited));
  expect(text).not.toContain('learning_rate = 1e-2');
  expect(text).not.toContain('width = 48');
  await screenshot(page, 'insert-followed');
  await clickCodeLens(page, 'Restore your own values');
  await untilText('own values', (now) => now === edited.replace('width = 48', 'width = 40'));
  await undo(page);
  await untilText('one undo', (now) => now === text);
  await undo(page);
  await untilText('another', (now) => now === edited);
  await undo(page);
  await untilText('the third', untouched);
});

test('where a value could go to two places it goes nowhere, and both are named', async () => {
  const twice = script
    .replace('lr = 1e-2  # tune: 1e-5..1e-1 log', 'lr = 1e-2')
    .replace('random.seed', 'lr = 2e-2\nrandom.seed');
  await replaceText(twice);
  await clickCodeLens(page, 'Insert all best');
  await notification(page, /lr is assigned at two places now: lines 4 and 9\. Annotate the one that counts/);
  await screenshot(page, 'insert-ambiguous');
  const text = await documentText(page);
  expect(text).toContain('lr = 1e-2\n');
  expect(text).not.toContain('width = 40');
  await undo(page);
  await undo(page);
  await untilText('undone', untouched);
  await clearNotifications(page);
});

test('a study of several files is previewed and inserted as a whole', async () => {
  await openFile(page, 'both.py');
  await clickCodeLens(page, 'Preview');
  await until('the preview of both', async () =>
    (await tabNames(page)).some((name) => /^both\.py ↔ best of trial \d+/.test(name)),
  );
  await screenshot(page, 'insert-preview-files');
  await clickEditorAction(page, /^Insert these values/);
  await waitForTab(page, 'both.py');
  await untilText('the best rate', (now) => now !== both && /^rate = [\d.]+ {2}# tune: 0\.\.1$/m.test(now));
  await openFile(page, 'model.py');
  await untilText('the best width', (now) => /^width = (?!8 )\d+ {2}# tune: 4\.\.64$/m.test(now));
});

test('the best values are copied as flags from the side bar', async () => {
  await openContainer(page, 'TuneLens');
  await chooseInRowMenu(treeRow(page, 'Studies', /^train/), 'Copy as', 'Command-line flags');
  await runCommand(page, 'File: New Untitled Text File');
  await until('the pasted flags', async () => {
    if ((await editorText(page)).includes('--lr')) return true;
    await page.keyboard.press('Control+KeyV');
    return false;
  });
  expect(await waitForEditorText(page, /--dropout/)).toMatch(/^--lr [\d.e-]+ --width \d+ --dropout [\d.]+/);
  await screenshot(page, 'copied-flags');
});
