import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { runCommand } from './harness/commandPalette.ts';
import { type Editor, startEditor } from './harness/editor.ts';
import { openFile } from './harness/explorer.ts';
import { finishedStudy } from './harness/finishedStudy.ts';
import { chooseInContextMenu } from './harness/menu.ts';
import { clearNotifications } from './harness/notifications.ts';
import { answerInput, pick, pickMany, quickInput } from './harness/quickInput.ts';
import { screenshot, screenshotOnFailure } from './harness/screenshot.ts';
import { switchTheme } from './harness/settings.ts';
import { killLeftovers } from './harness/studies.ts';
import {
  activeGroup,
  documentText,
  editorLine,
  undo,
  waitForEditorText,
  waitForTab,
} from './harness/textEditor.ts';
import { chooseInRowMenu, clickRowAction, expandRow, treeRow, treeRows } from './harness/tree.ts';
import { until } from './harness/until.ts';
import {
  clickViewAction,
  clickViewWelcome,
  openContainer,
  unfoldView,
  view,
  viewWelcome,
} from './harness/view.ts';
import { packagedExtension } from './harness/vsix.ts';

// What a person does in the side bar: find trials again, compare them, see what runs, and take values from there.

const train = `# tune: maximize score
optimizer = "adam"  # tune: ["adam", "sgd"]
momentum = 0.9  # tune: 0.5..0.99 if optimizer == "sgd"
lr = 1e-3  # tune: 1e-5..1e-1 log
width = 16  # tune: 4..64
score = 1 - abs(lr - 0.01) - abs(width - 32) / 100
print(f"score={score} {optimizer} {momentum}")
`;
const other = 'x = 0.5  # tune: 0..1\nprint(f"loss={x * x}")\n# tune: minimize loss\n';
const slow = `import time
pace = 0.2  # tune: 0.1..0.9
for step in range(3000):
    print(f"step={step} score={step * pace}", flush=True)
    time.sleep(0.1)
# tune: maximize score
# tune: trials 3, parallel 2, pruner none
`;

let folder: string;
let editor: Editor;
let page: Page;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'sidofält work '));
  const files = {
    'train.py': train,
    'other.py': other,
    'slow.py': slow,
    'plain.py': 'rate = 0.1\n',
    'notes.json': '\n', // an empty one has a hint drawn over it
  };
  for (const [name, text] of Object.entries(files)) await writeFile(path.join(folder, name), text);
  await finishedStudy(folder, 'train.py', { trials: 6 });
  await finishedStudy(folder, 'train.py', { trials: 12, seed: 2 });
  await finishedStudy(folder, 'other.py', { trials: 3 });
  editor = await startEditor({ vsix: [await packagedExtension()] });
  page = await editor.open(folder);
});

afterAll(async () => {
  await editor?.close();
  killLeftovers(folder);
  await rm(folder, { recursive: true, force: true, maxRetries: 10 });
});

screenshotOnFailure(() => page);

// What a test before left filtered, when it failed, is no trouble of the next one.
beforeEach(async () => {
  if (!(await page.locator('.part.sidebar a.action-label[aria-label^="Clear filter"]').first().isVisible()))
    return;
  await runCommand(page, 'TuneLens: Clear filter');
});

const row = (label: string | RegExp): Locator => treeRow(page, 'Studies', label);
const labels = async (): Promise<readonly string[]> =>
  (await treeRows(page, 'Studies')).map(({ label }) => label);
const descriptionOf = async (label: string): Promise<string> =>
  (await treeRows(page, 'Studies')).find((one) => one.label === label)?.description ?? '';

/** Unfolds rows until one is there; a click may fall on a row that is being drawn anew. */
const unfoldUntil = async (fold: string | RegExp, wanted: string | RegExp): Promise<void> => {
  await row(fold).waitFor();
  await until(`${String(wanted)} under ${String(fold)}`, async () => {
    await expandRow(row(fold));
    return row(wanted)
      .waitFor({ timeout: 2_000 })
      .then(() => true)
      .catch(() => false); // folded still
  });
};

test('studies stand under their script, newest first; a script tuned once is its study', async () => {
  await openFile(page, 'train.py');
  await openContainer(page, 'TuneLens');
  await row('train.py').waitFor();
  const top = (await treeRows(page, 'Studies')).filter(({ level }) => level === 1);
  expect(top.map(({ label }) => label)).toEqual(['other', 'train.py']);
  expect(top[1]?.description).toBe('2 studies');
  expect(await labels()).toEqual(['other', 'train.py', 'train-2', 'train']);
  await unfoldUntil('train', 'Trial 5');
  expect(await descriptionOf('Trial 0')).toMatch(/^score 0\.\d+ · your values · optimizer="adam"/);
});

test('the search space of the file in front stands beside what came of it', async () => {
  const space = (label: string): Locator => treeRow(page, 'Search space', label);
  await space('lr').waitFor();
  const rows = await until('best values and importances', async () => {
    const found = await treeRows(page, 'Search space');
    return found.some(({ description }) => /best .* % · /.test(description)) ? found : undefined;
  });
  expect(rows.map(({ label, level }) => [label, level])).toEqual([
    ['optimizer', 1],
    ['momentum', 2],
    ['lr', 1],
    ['width', 1],
    ['maximize score', 1],
    ['Study settings', 1],
  ]);
  expect(rows[2]?.description).toMatch(/^0\.001 · best .* · \d+ % · 1e-5\.\.0\.1 log$/);
  await screenshot(page, 'sidebar/1-studies-and-space');
  await space('width').click();
  await until('the cursor on the literal', async () =>
    (await page.locator('.statusbar-item', { hasText: /Ln 5, Col 9/ }).count()) > 0 ? true : undefined,
  );
});

test('the chosen order is shown and kept', async () => {
  await clickViewAction(page, 'Studies', 'Sort studies and trials…');
  await pick(page, 'Best value');
  await until('trials by value', async () => {
    const values = (await treeRows(page, 'Studies'))
      .filter(({ label }) => label.startsWith('Trial '))
      .map(({ description }) => Number(/score (-?[\d.]+)/.exec(description)?.[1]));
    return (
      values.length >= 6 && values.every((value, index) => index === 0 || value <= (values[index - 1] ?? 0))
    );
  });
  const present = view(page, 'Studies').locator('.pane-header .description');
  await until('the order beside the name', async () => (await present.innerText()) === 'best first');
});

test('notes and tags are written on rows, and rows are found by them', async () => {
  await chooseInRowMenu(row('Trial 3'), 'Note…');
  await answerInput(page, 'Try again with less decay');
  await until('the note on the row', async () =>
    /“Try again with less decay”/.test(await descriptionOf('Trial 3')),
  );
  await row('Trial 2').click();
  await row('Trial 4').click({ modifiers: ['Control'] });
  await chooseInContextMenu(page, row('Trial 4'), 'Tags…');
  await quickInput(page).locator('input.input').fill('thesis');
  await quickInput(page).locator('.quick-input-list .monaco-list-row', { hasText: '#thesis' }).waitFor();
  await page.keyboard.press('Enter');
  await until('the tag on both rows', async () =>
    [await descriptionOf('Trial 2'), await descriptionOf('Trial 4')].every((text) =>
      text.includes('#thesis'),
    ),
  );
  await screenshot(page, 'sidebar/2-notes-and-tags');
  await clickViewAction(page, 'Studies', 'Filter trials…');
  await pickMany(page, ['#thesis']);
  await until('only tagged trials, unfolded', async () => {
    const shown = (await labels()).filter((label) => label.startsWith('Trial '));
    return shown.length === 2 && shown.includes('Trial 2') && shown.includes('Trial 4');
  });
  expect(await labels()).not.toContain('other');
  await until('the filter above the rows', async () =>
    (await view(page, 'Studies').innerText()).includes('2 of 21 trials: #thesis'),
  );
  await screenshot(page, 'sidebar/3-filtered');
  await runCommand(page, 'TuneLens: Find trials by text…');
  await quickInput(page).locator('.quick-input-title', { hasText: 'Find trials by text' }).waitFor();
  await answerInput(page, 'nowhere to be found');
  await until('the welcome of a filter', async () =>
    (await viewWelcome(page, 'Studies')).includes('No trial matches the filter.'),
  );
  await until('all trials again', async () => {
    if ((await viewWelcome(page, 'Studies')) !== '') await clickViewWelcome(page, 'Studies', 'Clear filter');
    return row('other')
      .waitFor({ timeout: 3_000 })
      .then(() => true)
      .catch(() => false); // the click fell on a welcome that was being drawn anew
  });
});

test('selected trials are compared side by side', async () => {
  await unfoldUntil('train', 'Trial 3');
  await row('Trial 3').click();
  await row('Trial 4').click({ modifiers: ['Control'] });
  await chooseInContextMenu(page, row('Trial 4'), 'Compare selected trials');
  await waitForTab(page, /^Compare trials/);
  const text = await waitForEditorText(page, 'Compare trials');
  expect(text).toMatch(/\| Result +\| Trial \d +\| Trial \d +\|/);
  expect(text).toMatch(/\| score +\| [\d.e-]+ ?★? +\|/);
  expect(text).toContain('Try again with less decay');
  await screenshot(page, 'sidebar/4-compare');
});

test('a trial dragged onto its script puts its values there, and one undo takes them back', async () => {
  await openFile(page, 'train.py');
  await openContainer(page, 'TuneLens');
  await unfoldUntil('train', 'Trial 2');
  await dragTo(row('Trial 2'), editorLine(page, 'print'));
  await until('the values in the script', async () => !(await documentText(page)).includes('lr = 1e-3 '));
  const text = await documentText(page);
  expect(text.split('\n')).toHaveLength(train.split('\n').length);
  expect(text).toMatch(/^lr = \S+ {2}# tune: 1e-5\.\.1e-1 log$/m);
  await screenshot(page, 'sidebar/5-dropped');
  await undo(page);
  await until('the script as before', async () => (await documentText(page)) === train);
});

test('dropped on another file a trial is text', async () => {
  await openFile(page, 'notes.json');
  await openContainer(page, 'TuneLens');
  await unfoldUntil('train', 'Trial 2');
  await dragTo(row('Trial 2'), activeGroup(page).locator('.editor-instance .view-lines').first());
  await until('JSON', async () => /\{\s+"optimizer"/.test(await documentText(page)));
});

test('the workers view shows what runs in which slot, and why a slot is free', async () => {
  await openFile(page, 'slow.py');
  await waitForEditorText(page, 'pace');
  await runCommand(page, 'TuneLens: Tune this script');
  await openContainer(page, 'TuneLens');
  await unfoldView(page, 'Workers');
  const rows = await until('two busy slots', async () => {
    const found = (await treeRows(page, 'Workers')).filter(({ label }) => label.startsWith('Slot '));
    return found.length === 2 &&
      found.every(({ description }) => /score .* \d+(\.\d)? s · slow$/.test(description))
      ? found
      : undefined;
  });
  expect(rows[0]?.description).toMatch(/^trial \d · score [\d.]+ · .* s · slow$/);
  await screenshot(page, 'sidebar/6-workers');
  await runCommand(page, 'TuneLens: Pause study');
  const isFree = async (): Promise<boolean> =>
    (await treeRows(page, 'Workers')).some(({ description }) => description === 'free · the study is paused');
  // Rows are drawn anew every second, and a click meanwhile is lost: clicked again then.
  await until('a free slot', async () => {
    if (await isFree()) return true;
    await clickRowAction(treeRow(page, 'Workers', 'Slot 1'), 'Stop trial');
    return until('the stop to act', isFree, { timeoutMs: 8_000 });
  });
  await runCommand(page, 'TuneLens: Stop study');
  if (await quickInput(page).isVisible()) await pick(page, 'slow');
  await until('no slot any more', async () =>
    (await viewWelcome(page, 'Workers')).startsWith('No trial is running'),
  );
  await clearNotifications(page);
});

test('a script without annotations is told what to do, in a narrow side bar and a light theme too', async () => {
  await openFile(page, 'plain.py');
  await openContainer(page, 'TuneLens');
  expect(
    await until('what to do', async () => {
      const text = await viewWelcome(page, 'Search space');
      return text.includes('Find tunables') ? text : undefined;
    }),
  ).toContain('no annotated constants');
  await switchTheme(page, editor.profile, 'Light Modern');
  const edge = await page.locator('.part.sidebar').boundingBox();
  if (edge === null) throw new Error('the side bar is not on screen');
  await page.mouse.move(edge.x + edge.width, edge.y + 300);
  await page.mouse.down();
  await page.mouse.move(edge.x + 175, edge.y + 300, { steps: 5 });
  await page.mouse.up();
  await screenshot(page, 'sidebar/7-narrow-light');
});

/** With pauses as a hand makes them: a drag begins only once the mouse has moved a little. */
const dragTo = async (from: Locator, to: Locator): Promise<void> => {
  const [start, end] = [await from.boundingBox(), await to.boundingBox()];
  if (start === null || end === null) throw new Error('nothing to drag, or nowhere');
  await page.mouse.move(start.x + 130, start.y + start.height / 2);
  await page.mouse.down();
  await page.mouse.move(start.x + 145, start.y + start.height / 2 + 4, { steps: 4 });
  await page.mouse.move(end.x + 20, end.y + Math.min(10, end.height / 2), { steps: 12 });
  await page.waitForTimeout(300);
  await page.mouse.up();
};
