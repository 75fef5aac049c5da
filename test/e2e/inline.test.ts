import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCommand } from './harness/commandPalette.ts';
import { type Editor, startEditor } from './harness/editor.ts';
import { openFile } from './harness/explorer.ts';
import { finishedStudy } from './harness/finishedStudy.ts';
import type { Theme } from './harness/profile.ts';
import { screenshot, screenshotOnFailure } from './harness/screenshot.ts';
import { changeSettings, switchTheme } from './harness/settings.ts';
import { killLeftovers } from './harness/studies.ts';
import {
  activeGroup,
  clickCodeLens,
  codeLensTexts,
  documentText,
  editorText,
  editorLine,
  focusEditor,
  goTo,
  undo,
  waitForEditorText,
} from './harness/textEditor.ts';
import { until } from './harness/until.ts';
import { packagedExtension } from './harness/vsix.ts';

// What a finished study shows in the lines of its script, and what can be done about it there.

/** The best lr lies beyond its range, width's within, dropout does nothing; a trial waits while there is a file `hold`. */
const source = [
  'import math, os, time',
  'lr = 1e-3  # tune: 1e-5..1e-2 log',
  'width = 0.8  # tune: 0..1',
  'dropout = 0.1  # tune: 0..0.6',
  'kind = "a"  # tune: ["a", "b", "c"]',
  '# tune: sampler sobol, pruner none',
  'while os.path.exists("hold"): time.sleep(0.05)',
  'size = 0.05 * math.log10(lr) ** 2 + (width - 0.4) ** 2',
  'loss = size + {"a": 0.2, "b": 0.0, "c": 0.1}[kind]  # tune: minimize',
  '',
].join('\n');

const widen = /^At the upper edge of its range: widen to 1e-5\.\.0\.1\?$/;
const fix = /^Does not matter here: fix at 0\.1\?$/;

let folder: string;
let editor: Editor | undefined;
let page: Page;

screenshotOnFailure(() => page);

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'in der Zeile '));
  await writeFile(path.join(folder, 'train.py'), source);
  await finishedStudy(folder, 'train.py', { trials: 40 });
  editor = await startEditor({ vsix: [await packagedExtension()] });
  page = await editor.open(folder);
  await openFile(page, 'train.py');
});

afterAll(async () => {
  await editor?.close();
  const left = killLeftovers(folder);
  await rm(folder, { recursive: true, force: true, maxRetries: 10 });
  expect(left).toEqual([]);
});

/** Pictures of ours in the margin, as the browser was given them. */
const pictures = async (): Promise<string[]> => {
  const urls = await activeGroup(page)
    .locator('.glyph-margin-widgets [class*="ced-"]')
    .evaluateAll((icons) => icons.map((icon) => getComputedStyle(icon).backgroundImage));
  return urls.flatMap((url) => {
    const [, data] = /base64,([A-Za-z0-9+/=]+)/.exec(url) ?? [];
    return data === undefined ? [] : [Buffer.from(data, 'base64').toString()];
  });
};

/** Words that are drawn behind the end of a line. */
const wordsBehind = (): Promise<string> =>
  activeGroup(page)
    .locator('.view-line span[class*="ced-"]')
    .evaluateAll((parts) => parts.map((part) => getComputedStyle(part, '::after').content).join(' '));

const offered = async (title: RegExp): Promise<boolean> =>
  (await codeLensTexts(page)).some((text) => title.test(text));

const hoverCurve = (): Locator => page.locator('.monaco-hover:visible img[src^="data:image/svg+xml"]');

test('a tuned line shows the best value, the importance, a curve, and what follows from them', async () => {
  const text = await waitForEditorText(page, /lr = 1e-3 *best \S+ · \d+ %/);
  expect(text).toMatch(/dropout = 0\.1 *best/);
  await until('a picture on each tuned line', async () => (await pictures()).length === 4);
  // Curves for numbers, bars for choices.
  const drawn = await pictures();
  expect(drawn.filter((svg) => svg.includes('<path'))).toHaveLength(3);
  expect(drawn.filter((svg) => svg.includes('<rect'))).toHaveLength(1);
  await until('the suggestions', async () => (await offered(widen)) && (await offered(fix)));
  await screenshot(page, 'inline/1-lines-dark');
});

test('the curve at length, with its band, when the mouse rests on the literal', async () => {
  await until('the curve', async () => {
    await page.mouse.move(10, 300);
    await editorLine(page, 'width = ').locator('span', { hasText: '0.8' }).last().hover();
    return until('the hover', async () => (await hoverCurve().count()) > 0, { timeoutMs: 5_000 });
  });
  await page.locator('.monaco-hover:visible', { hasText: 'loss by width' }).first().waitFor();
  await screenshot(page, 'inline/2-hover-dark');
  await page.keyboard.press('Escape');
});

test('a double click on the hint inserts the best value, and one undo takes it back', async () => {
  await until('the best value', async () => {
    const hint = editorLine(page, 'lr = ').locator('span', { hasText: /^best/ }).last();
    await hint.dblclick({ timeout: 5_000 });
    return until('it to be written', async () => /lr = 4\.\d+e-3 *best ·/.test(await editorText(page)), {
      timeoutMs: 5_000,
    });
  });
  await undo(page);
  await waitForEditorText(page, /lr = 1e-3 *best \S+ ·/);
});

test('a click widens the range in the annotation, and one undo takes it back', async () => {
  await clickCodeLens(page, widen);
  await waitForEditorText(page, '# tune: 1e-5..1e-1 log');
  // The study was about another range: it has no more to say of this one.
  await until('the suggestion to be gone', async () => !(await offered(widen)));
  await undo(page);
  await waitForEditorText(page, '# tune: 1e-5..1e-2 log');
  await until('the suggestion again', () => offered(widen));
});

test('a click ends the tuning of what does not matter, and one undo takes it back', async () => {
  await clickCodeLens(page, fix);
  await until(
    'the annotation to be gone',
    async () => !(await waitForEditorText(page, 'dropout')).includes('0..0.6'),
  );
  expect(await documentText(page)).toBe(source.replace('dropout = 0.1  # tune: 0..0.6', 'dropout = 0.1'));
  await undo(page);
  await waitForEditorText(page, '# tune: 0..0.6');
  expect(await documentText(page)).toBe(source);
});

test('a suggestion that was dismissed stays away', async () => {
  await until('the suggestion', () => offered(fix));
  await runCommand(page, 'TuneLens: Dismiss a suggestion…');
  await page.locator('.quick-input-list [role=option]', { hasText: 'dropout' }).click();
  await until('it to be gone', async () => !(await offered(fix)));
  expect(await offered(widen)).toBe(true);
});

test('a value is stepped by command and by Alt with an arrow, with its predicted result; one undo takes all back', async () => {
  await goTo(page, 3, 9);
  await runCommand(page, 'TuneLens: Smaller value with prediction');
  await waitForEditorText(page, /width = 0\.75/);
  // By now the keys are ours here.
  await focusEditor(page);
  await page.keyboard.press('Alt+ArrowDown');
  await waitForEditorText(page, /width = 0\.7(?!\d)/);
  const words = await until('the prediction', async () => {
    const shown = await wordsBehind();
    return shown.includes('predicted') ? shown : undefined;
  });
  expect(words).toMatch(/predicted loss \d\.\d+ ± \d\.\d+ \(before \d\.\d+, best \d\.\d+\)/);
  await screenshot(page, 'inline/3-prediction-dark');
  await undo(page);
  await waitForEditorText(page, /width = 0\.8(?!\d)/);
  await until('the prediction to be gone', async () => !(await wordsBehind()).includes('predicted'));
  // Elsewhere the keys move lines.
  await goTo(page, 7, 1);
  await page.keyboard.press('Alt+ArrowDown');
  await until('the line to be moved', async () =>
    /size =[^\n]*\n[^\n]*while/.test(await waitForEditorText(page, 'size')),
  );
  await undo(page);
  expect(await documentText(page)).toBe(source);
});

test.for([
  'Light Modern',
  'Default High Contrast',
  'Default High Contrast Light',
] as const satisfies readonly Theme[])('curves can be read in %s', async (theme) => {
  const before = await pictures();
  await goTo(page, 9, 1);
  await switchTheme(page, editor?.profile ?? failing(), theme);
  await until('pictures in other colours', async () => {
    const now = await pictures();
    return now.length === before.length && now[0] !== before[0];
  });
  await focusEditor(page);
  await until('the curve', async () => {
    await page.mouse.move(10, 300);
    await editorLine(page, 'width = ').locator('span', { hasText: '0.8' }).last().hover();
    return until('the hover', async () => (await hoverCurve().count()) > 0, { timeoutMs: 5_000 });
  });
  await screenshot(page, `inline/4-${theme.replaceAll(' ', '-').toLowerCase()}`);
  await page.keyboard.press('Escape');
});

test('while a trial runs, its lines are marked', async () => {
  await switchTheme(page, editor?.profile ?? failing(), 'Dark Modern');
  await writeFile(path.join(folder, 'hold'), '');
  await runCommand(page, 'TuneLens: Tune this script');
  const drawn = await until('marks', async () => {
    const now = await pictures();
    return now.length === 4 && now.every((svg) => svg.includes('class="run"')) ? now : undefined;
  });
  // The editor was told to keep still.
  expect(drawn.join('')).not.toContain('animation');
  await screenshot(page, 'inline/5-running');
  await rm(path.join(folder, 'hold'));
});

test('all of it is switched off by settings', async () => {
  await changeSettings(page, editor?.profile ?? failing(), {
    'tunelens.inlays.enabled': false,
    'tunelens.gutter.enabled': false,
  });
  await until('nothing in the margin', async () => (await pictures()).length === 0);
  await until('nothing in the line', async () => !/best/.test(await waitForEditorText(page, 'dropout')));
  await screenshot(page, 'inline/6-off');
});

const failing = (): never => {
  throw new Error('no editor');
};
