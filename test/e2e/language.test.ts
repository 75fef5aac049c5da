import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCommand } from './harness/commandPalette.ts';
import { type Editor, startEditor } from './harness/editor.ts';
import { openFile } from './harness/explorer.ts';
import { finishedStudy } from './harness/finishedStudy.ts';
import { plainText } from './harness/label.ts';
import { clearNotifications, notification } from './harness/notifications.ts';
import { closeQuickInput, pickLabels } from './harness/quickInput.ts';
import { screenshot, screenshotOnFailure } from './harness/screenshot.ts';
import { switchTheme } from './harness/settings.ts';
import { statusBarText } from './harness/statusBar.ts';
import {
  clickCodeLens,
  codeLensTexts,
  documentText,
  editorLine,
  focusEditor,
  goTo,
  pasteText,
  undo,
  waitForEditorText,
} from './harness/textEditor.ts';
import { until } from './harness/until.ts';
import { packagedExtension } from './harness/vsix.ts';

// What a person gets who writes annotations by hand: everything in the text editor itself.

const script = `# tune: maximize score
# tune: trials 100, sampler tpe
lr = 1e-3  # tune: 1e-5..1e-1 log
optimizer = "adam"  # tune: ["adam", "sgd"]
momentum = 0.9  # tune: 0.5..0.99 if optimizer == "sgd"
width = 64
dropout = 0.1  # tune: normal(0.2, 0.1) in 0..0.6
warmup = 5  # tune: 0..20
decay = 2  # tune: = 2 * warmup
score = 1 - abs(lr - 0.01) - (momentum - 0.8) ** 2 - dropout * 0.1
print(f"score={score} {optimizer} {width}")
`;

const bare = `import torch

lr = 1e-3
batch_size = 64
dropout = 0.1
path = "data.csv"
optimizer = torch.optim.AdamW(model.parameters(), lr=lr, weight_decay=0.01)
for epoch in range(10):
    val_loss = train(batch_size, dropout)
`;

let folder: string;
let editor: Editor;
let page: Page;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'språk work '));
  await writeFile(path.join(folder, 'train.py'), script);
  await writeFile(path.join(folder, 'bare.py'), bare);
  await finishedStudy(folder, 'train.py', { trials: 12 });
  editor = await startEditor({ vsix: [await packagedExtension()] });
  page = await editor.open(folder);
  await openFile(page, 'train.py');
  await waitForEditorText(page, 'lr = 1e-3');
});

afterAll(async () => {
  await editor?.close();
  await rm(folder, { recursive: true, force: true, maxRetries: 10 });
});

screenshotOnFailure(() => page);

/** Puts the cursor behind the last letter of a line, counted from 1. */
const goToEnd = async (line: number): Promise<void> => {
  await goTo(page, line);
  await page.keyboard.press('End');
};

/** Labels of the list of completions. */
const suggestions = async (): Promise<readonly string[]> =>
  (
    await page
      .locator('.suggest-widget.visible .monaco-list-row .label-name')
      .allInnerTexts()
      .catch(() => [])
  ).map((text) => plainText(text).trim());

/** Asked for once more where a key was lost or an extension had no time yet. */
const waitForSuggestion = (label: string): Promise<readonly string[]> => {
  let asked = performance.now();
  return until(`the completion ${label}`, async () => {
    const shown = await suggestions();
    if (shown.includes(label)) return shown;
    if (performance.now() - asked > 3_000) {
      asked = performance.now();
      if (shown.length > 0) await page.keyboard.press('Escape');
      await page.keyboard.press('Control+Space');
    }
    return undefined;
  });
};

/** The colour that a part of a line is drawn in; undefined while it is no part of its own. */
const colourOf = (lineText: string, part: string): Promise<string | undefined> =>
  editorLine(page, lineText).evaluate((line, text) => {
    const found = [...line.querySelectorAll('span > span')].find(
      (each) => each.textContent.replaceAll('\u00a0', ' ').trim() === text,
    );
    return found && getComputedStyle(found).color;
  }, part);

const hoverOver = async (lineText: string, text: string): Promise<string> => {
  const hover = page.locator('.monaco-hover:visible', { hasText: text }).first();
  // A hover that was under way when the mouse came may be dropped: come again.
  await until(`the hover with ${text}`, async () => {
    await page.mouse.move(5, 5);
    const box = await editorLine(page, lineText).locator('span').first().boundingBox();
    if (box === null) return false;
    await page.mouse.move(box.x + 8, box.y + box.height / 2, { steps: 3 });
    return hover
      .waitFor({ timeout: 5_000 })
      .then(() => true)
      .catch(() => false);
  });
  return plainText(await hover.innerText());
};

test('annotations are coloured, in dark and in light', async () => {
  const [word, number, string] = await until('coloured words', async () => {
    const found = await Promise.all([
      colourOf('lr = 1e-3', 'log'),
      colourOf('lr = 1e-3', '1e-5'),
      colourOf('optimizer = ', '"sgd"'),
      colourOf('lr = 1e-3', '#'),
    ]);
    return found.includes(undefined) ? undefined : found;
  });
  expect(new Set([word, number, string]).size).toBe(3);
  await screenshot(page, 'language/colours-dark');
});

test('a comment behind a literal completes to its range', async () => {
  // Only an extension that runs already hears of the `#`.
  await until('the lenses', async () => (await codeLensTexts(page)).length > 0);
  await goToEnd(6);
  await page.keyboard.type('  #');
  const labels = await waitForSuggestion('tune: 16..256 log step 2x');
  expect(labels[0]).toBe('tune: 16..256 log step 2x');
  await screenshot(page, 'language/completion');
  await page.keyboard.press('Enter');
  await waitForEditorText(page, 'width = 64  # tune: 16..256 log step 2x');
  await page.keyboard.type(' if optimizer == ');
  await waitForSuggestion('"sgd"');
  await screenshot(page, 'language/completion-value');
  await page.keyboard.press('Enter');
  await waitForEditorText(page, 'step 2x if optimizer == "adam"');
});

test('ordinary comments and code are left alone', async () => {
  await goTo(page, 12);
  await page.keyboard.type('# to do: ');
  // Words of the file are the editor's own; their list says that providers have been asked.
  const shown = await waitForSuggestion('abs');
  expect(shown.filter((label) => label.includes('tune:') || label === 'trials')).toEqual([]);
  await page.keyboard.press('Escape');
  await page.keyboard.type('nothing\n');
  await goTo(page, 13);
  await page.keyboard.type('alpha = 5  # low\nomega = 1\n');
  await waitForEditorText(page, /alpha = 5 {2}# low\s*\n.*omega = 1/u);
});

test('a hover tells space, distribution and what is known of a value', async () => {
  const text = await hoverOver('lr = 1e-3', 'Tried in');
  expect(text).toContain('on a logarithmic scale');
  expect(text).toContain('Best value so far');
  expect(text).toContain('Insert');
  const drawn = await page
    .locator('.monaco-hover:visible img')
    .first()
    .evaluate((image) => (image as HTMLImageElement).naturalWidth);
  expect(drawn).toBe(320);
  await screenshot(page, 'language/hover-dark');
});

test('a hover on a sampler says what it does', async () => {
  await page.mouse.move(5, 5);
  const hover = page.locator('.monaco-hover:visible', { hasText: 'Parzen' }).first();
  await until('the hover on tpe', async () => {
    await page.mouse.move(5, 5);
    await editorLine(page, 'sampler tpe').locator('span > span', { hasText: 'tpe' }).first().hover();
    return hover
      .waitFor({ timeout: 5_000 })
      .then(() => true)
      .catch(() => false);
  });
});

test('a mistake is underlined and repaired by its quick fix, and one undo takes that back', async () => {
  await goTo(page, 15);
  await page.keyboard.type('beta = 0.5  # tune: 1..0');
  await page.keyboard.press('Escape');
  await page.locator('.squiggly-error').first().waitFor();
  await until('the quick fix', async () => {
    await focusEditor(page);
    await page.keyboard.press('Control+Period');
    const row = page.locator('.action-widget .monaco-list-row', { hasText: 'Change to 0..1' }).first();
    return row
      .waitFor({ timeout: 5_000 })
      .then(() => true)
      .catch(() => false);
  });
  await screenshot(page, 'language/quick-fix');
  await page.locator('.action-widget .monaco-list-row', { hasText: 'Change to 0..1' }).first().click();
  await waitForEditorText(page, 'beta = 0.5  # tune: 0..1');
  await undo(page);
  await waitForEditorText(page, 'beta = 0.5  # tune: 1..0');
});

test('tuned values are symbols of the file', async () => {
  await runCommand(page, 'Go to Symbol in Editor...');
  const labels = await pickLabels(page);
  expect(labels.join('\n')).toMatch(/lr[\s\S]*momentum[\s\S]*warmup/u);
  await screenshot(page, 'language/symbols');
  await closeQuickInput(page);
});

test('F12 in an annotation goes to the literal that a name means', async () => {
  await goTo(page, 5, 'momentum = 0.9  # tune: 0.5..0.99 if opt'.length);
  await page.keyboard.press('F12');
  await until('the cursor at the literal', async () =>
    (await statusBarText(page, 'status.editor.selection')).includes('Ln 4,'),
  );
});

test('F2 in an annotation renames the variable and every mention, but not by halves', async () => {
  await goTo(page, 9, 'decay = 2  # tune: = 2 * wa'.length);
  await page.keyboard.press('F2');
  const box = page.locator('.rename-box input').first();
  await box.waitFor();
  expect(await box.inputValue()).toBe('warmup');
  await box.fill('warm_steps');
  await screenshot(page, 'language/rename');
  await page.keyboard.press('Enter');
  await waitForEditorText(page, 'warm_steps = 5');
  await waitForEditorText(page, '= 2 * warm_steps');
  await undo(page);
  await waitForEditorText(page, '= 2 * warmup');
  expect(await documentText(page)).toContain('warmup = 5  # tune');
});

const actionRow = (title: string) =>
  page.locator('.action-widget .monaco-list-row', { hasText: title }).first();

/** Opens the menu of code actions at the cursor until it has one, and chooses it. */
const chooseAction = async (title: string, picture: string): Promise<void> => {
  await until(`the action ${title}`, async () => {
    await focusEditor(page);
    await page.keyboard.press('Control+Period');
    const shown = await actionRow(title)
      .waitFor({ timeout: 5_000 })
      .then(() => true)
      .catch(() => false);
    if (!shown) await page.keyboard.press('Escape');
    return shown;
  });
  await screenshot(page, picture);
  await actionRow(title).click();
};

test('a literal becomes tunable by its code action, and stops being so, each undone as one', async () => {
  await goTo(page, 10, 'score = 1 - abs(lr - 0.01) - (momentum - 0.8) ** 2 - dropout * 0.'.length);
  await runCommand(page, 'TuneLens: Make tunable');
  await notification(page, /score is an expression|Put the cursor/u);
  await clearNotifications(page);
  await goToEnd(15);
  await pasteText(page, '\ngamma = 0.99'); // a typed Enter can go to a list that is still open
  await goTo(page, 16, 'gamma = 0.9'.length);
  await chooseAction('Make tunable', 'language/make-tunable');
  await waitForEditorText(page, /gamma = 0\.99 {2}# tune: 0\.9\.\.0\.\d+/u);
  await screenshot(page, 'language/made-tunable');
  await undo(page);
  await waitForEditorText(page, /gamma = 0\.99\s*$/mu);
  await goTo(page, 3, 'lr = 1e'.length);
  await chooseAction('Remove annotation', 'language/remove-annotation');
  await waitForEditorText(page, /lr = 1e-3\s*$/mu);
  await undo(page);
  // What the study says of it may stand between.
  await waitForEditorText(page, /lr = 1e-3.*# tune: 1e-5\.\.1e-1 log/u);
});

test('a variable that got another name is followed by its annotations', async () => {
  await goTo(page, 8, 'warmup'.length + 1);
  await page.keyboard.type('_steps');
  await page.locator('.squiggly-error').nth(1).waitFor();
  await goTo(page, 9, 'decay = 2  # tune: = 2 * wa'.length);
  await chooseAction('Rename warmup to warmup_steps in annotations', 'language/follow-rename');
  await waitForEditorText(page, '= 2 * warmup_steps');
});

test('what is worth tuning in a script is proposed in a preview, and one undo takes all of it back', async () => {
  await openFile(page, 'bare.py');
  // Without annotations the editor goes on folding by indentation.
  await page.locator('.codicon-folding-expanded').first().waitFor({ state: 'attached' });
  await clickCodeLens(page, /Find tunables in this script/u);
  const preview = page.locator('.bulk-edit-panel:visible').first();
  await preview.waitFor();
  await until('the proposals', async () => (await preview.locator('.monaco-list-row').count()) > 3);
  await page.locator('.view-line', { hasText: 'weight_decay' }).first().waitFor();
  await screenshot(page, 'language/find-tunables');
  const apply = preview.locator('.monaco-button', { hasText: 'Apply' }).first();
  await until('the proposals to be written', async () => {
    await apply.click({ timeout: 2_000 }).catch(() => undefined); // gone: the click before was taken
    return preview
      .waitFor({ state: 'hidden', timeout: 3_000 })
      .then(() => true)
      .catch(() => false);
  });
  await waitForEditorText(page, /lr = 1e-3 {2}# tune/u);
  await screenshot(page, 'language/found-tunables');
  await undo(page);
  expect(await documentText(page)).not.toContain('tune');
});

test('all of it can be read on white and in high contrast', async () => {
  await switchTheme(page, editor.profile, 'Light Modern');
  await openFile(page, 'train.py');
  await goTo(page, 1);
  await hoverOver('dropout = 0.1', 'Tried in');
  await screenshot(page, 'language/hover-light');
  await switchTheme(page, editor.profile, 'Default High Contrast');
  await goTo(page, 1);
  await hoverOver('optimizer = "adam"', 'Tried in');
  await screenshot(page, 'language/hover-high-contrast');
});
