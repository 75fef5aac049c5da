import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Store } from '../../src/engine/node.ts';
import { type Editor, startEditor } from './harness/editor.ts';
import { explorerRow } from './harness/explorer.ts';
import { runCommand } from './harness/commandPalette.ts';
import { screenshot, screenshotOnFailure } from './harness/screenshot.ts';
import { killLeftovers, newestStudy, openWhenMade } from './harness/studies.ts';
import { until } from './harness/until.ts';
import { openContainer } from './harness/view.ts';
import { packagedExtension } from './harness/vsix.ts';

// A notebook tuned where it stands: search spaces in its cells, values into its cells, outputs left alone.

const output = { output_type: 'stream', name: 'stdout', text: ['an output from before\n'] };
const code = (source: string): object => ({
  cell_type: 'code',
  execution_count: 3,
  metadata: {},
  outputs: [output],
  source: source.split(/(?<=\n)/u),
});
const notebook = {
  cells: [
    { cell_type: 'markdown', metadata: {}, source: ['# Größe lernen\n'] },
    code(
      '%matplotlib inline\nimport math\n# tune: minimize loss, trials 6, parallel 2, seed 5, sampler random',
    ),
    code('lr = 0.1  # tune: 1e-4..1 log\nmomentum = 0.9  # tune: 0..0.99 if lr > 1e-3'),
    code('loss = (math.log10(lr) + 2) ** 2 + 0.01 * momentum\nprint(f"loss={loss}")'),
  ],
  metadata: {
    kernelspec: { display_name: 'Python 3', language: 'python', name: 'python3' },
    language_info: { name: 'python' },
  },
  nbformat: 4,
  nbformat_minor: 5,
};

let folder: string;
let editor: Editor | undefined;
let page: Page;
let store: Store | undefined;

screenshotOnFailure(() => page);

const file = (): string => path.join(folder, 'train.ipynb');

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'nötebook work '));
  await writeFile(file(), JSON.stringify(notebook, null, 1));
  editor = await startEditor({ vsix: [await packagedExtension()] });
  page = await editor.open(folder);
});

afterAll(async () => {
  store?.close();
  await editor?.close();
  const left = killLeftovers(folder);
  await rm(folder, { recursive: true, force: true, maxRetries: 10 });
  expect(left).toEqual([]);
});

const lenses = async (): Promise<string> =>
  (await page.locator('.notebook-editor .codelens-decoration').allTextContents())
    .join('\n')
    .replaceAll('\u00a0', ' ');

const cellText = async (): Promise<string> =>
  (await page.locator('.notebook-editor .view-lines').allTextContents()).join('\n').replaceAll('\u00a0', ' ');

test('cells show their search spaces, and a condition may name what another cell tunes', async () => {
  await openContainer(page, 'TuneLens'); // what extensions contribute is known now, notebooks included
  await (await explorerRow(page, 'train.ipynb')).dblclick();
  const shown = await until('lenses in the cells', async () => {
    const text = await lenses();
    return text.includes('log') && text.includes('if lr > ') ? text : undefined;
  });
  expect(shown.match(/Tune this script · 2 parameters/g)).toHaveLength(1);
  await screenshot(page, 'notebooks/1-cells');
});

test('the toolbar of the notebook tunes it', async () => {
  await page.locator('.notebook-toolbar-container').getByRole('button', { name: 'Tune this script' }).click();
  store = await openWhenMade(folder);
  await until(
    'the study to end',
    () => store !== undefined && store.studies().length > 0 && newestStudy(store).state === 'complete',
  );
  expect(newestStudy(store).script).toBe('train.ipynb');
  expect(JSON.parse(await readFile(file(), 'utf8'))).toEqual(notebook);
});

test('the best values go into the cells, outputs stay, and one undo takes them back', async () => {
  await until('the best value above its line', async () => /best \S/.test(await lenses()));
  await screenshot(page, 'notebooks/2-tuned');
  await runCommand(page, 'TuneLens: Insert best');
  const best = store
    ?.trials(newestStudy(store).id)
    .reduce((a, b) => ((a.values?.[0] ?? Infinity) <= (b.values?.[0] ?? Infinity) ? a : b));
  const text = await until('the value in the cell', async () => {
    const lines = await cellText();
    return /lr = 0\.1(?!\d)/.test(lines) ? undefined : lines; // a hint may stand right behind
  });
  expect(best?.number).toBeGreaterThan(0);
  expect(text).toMatch(/lr = \S+.*# tune: 1e-4\.\.1 log/);
  await screenshot(page, 'notebooks/3-inserted');
  await runCommand(page, 'File: Save');
  const saved = await until('the saved notebook', async () => {
    const now = JSON.parse(await readFile(file(), 'utf8'));
    return now.cells[2].source.join('').includes('lr = 0.1 ') ? undefined : now;
  });
  const written = Number(/^lr = (\S+)/.exec(saved.cells[2].source.join(''))?.[1]);
  expect(written / Number(best?.params.lr)).toBeCloseTo(1, 2);
  expect(saved.cells.map((cell: { outputs?: unknown }) => cell.outputs)).toEqual([
    undefined,
    [output],
    [output],
    [output],
  ]);
  await page.locator('.notebook-editor .view-line', { hasText: 'momentum' }).first().click();
  await page.keyboard.press('Control+KeyZ');
  await until(
    'one undo to take both values back',
    async () => {
      const now = await cellText();
      return /lr = 0\.1(?!\d)/.test(now) && /momentum = 0\.9(?!\d)/.test(now);
    },
    { timeoutMs: 15_000 },
  );
});
