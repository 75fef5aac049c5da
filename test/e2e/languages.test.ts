import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Store, StudyRecord } from '../../src/engine/node.ts';
import { type Editor, startEditor } from './harness/editor.ts';
import { runCommand } from './harness/commandPalette.ts';
import { chooseInExplorer, explorerRow, openFile } from './harness/explorer.ts';
import { contextMenuLabels } from './harness/menu.ts';
import { screenshot, screenshotOnFailure } from './harness/screenshot.ts';
import { killLeftovers, newestStudy, openWhenMade } from './harness/studies.ts';
import { codeLensTexts, documentText, save, undo, waitForEditorText } from './harness/textEditor.ts';
import { until } from './harness/until.ts';
import { openContainer } from './harness/view.ts';
import { packagedExtension } from './harness/vsix.ts';

// Scripts in other languages, tuned from the explorer, their best values put back into them.

const script = `import { width } from './model.js';

const lr = 1e-1; // tune: 1e-4..1 log
const config = {
  momentum: 0.9, // tune: 0..0.99
};
const loss = (Math.log10(lr) + 2) ** 2 + 0.01 * config.momentum + width / 1000;
console.log(\`loss=\${loss}\`); // tune: minimize loss, trials 6, parallel 2, seed 5, sampler random
`;
const model = 'export const width = 32; // tune: 16..64\n';
const shell = `#!/bin/bash
RATE=0.1  # tune: 0.01..1 log
node -e "console.log('loss=' + Math.abs(process.argv[1] - 0.3))" "$RATE"
# tune: minimize loss, trials 5, parallel 2, seed 5, sampler random
`;

let folder: string;
let editor: Editor | undefined;
let page: Page;
let store: Store | undefined;

screenshotOnFailure(() => page);

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'lánguages work '));
  await writeFile(path.join(folder, 'package.json'), '{"type":"module"}');
  await writeFile(path.join(folder, 'train.js'), script);
  await writeFile(path.join(folder, 'model.js'), model);
  await writeFile(path.join(folder, 'plain.js'), 'const lr = 0.1;\n');
  await writeFile(path.join(folder, 'sweep.sh'), shell);
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

const menuOf = async (file: string): Promise<readonly string[]> =>
  contextMenuLabels(page, await explorerRow(page, file));

const untilOffered = (file: string): Promise<unknown> =>
  until(`${file} to be offered for tuning`, async () => (await menuOf(file)).includes('Tune this script'));

const studyOf = async (file: string): Promise<StudyRecord> => {
  store ??= await openWhenMade(folder);
  const opened = store;
  await until(
    `the study of ${file} to end`,
    () =>
      opened.studies().length > 0 &&
      newestStudy(opened).script === file &&
      newestStudy(opened).state !== 'running',
  );
  const study = newestStudy(opened);
  expect(study.state, study.message).toBe('complete');
  return study;
};

const lenses = async (): Promise<string> => (await codeLensTexts(page)).join('\n').replaceAll('\u00a0', ' ');

test('constants of a JavaScript file show their search spaces', async () => {
  await openContainer(page, 'TuneLens');
  await openFile(page, 'train.js');
  const shown = await until('lenses', async () => {
    const text = await lenses();
    return text.includes('1e-4..1 log') && text.includes('0..0.99') ? text : undefined;
  });
  expect(shown).toContain('Tune this script');
  await screenshot(page, 'languages/1-lenses');
});

test('it is tuned from the explorer, with the module that it imports; a file without search spaces is not offered', async () => {
  await untilOffered('train.js');
  expect(await menuOf('plain.js')).not.toContain('Tune this script');
  await chooseInExplorer(page, 'train.js', 'Tune this script');
  const study = await studyOf('train.js');
  const trials = store?.trials(study.id) ?? [];
  expect(trials).toHaveLength(6);
  for (const { params, values } of trials) {
    const { lr, momentum, width } = params;
    const loss = (Math.log10(Number(lr)) + 2) ** 2 + 0.01 * Number(momentum) + Number(width) / 1000;
    expect(values?.[0]).toBeCloseTo(loss, 10);
  }
  expect(await readFile(path.join(folder, 'train.js'), 'utf8')).toBe(script);
  expect(await readFile(path.join(folder, 'model.js'), 'utf8')).toBe(model);
  await openFile(page, 'train.js');
  await until('the best value above its line', async () => /best \S/.test(await lenses()));
  await screenshot(page, 'languages/2-tuned');
});

test('the best values go into both files in their own style, and one undo takes them back', async () => {
  await runCommand(page, 'TuneLens: Insert best');
  await waitForEditorText(page, /const lr = (?!1e-1;)\S+; \/\/ tune: 1e-4\.\.1 log/);
  await screenshot(page, 'languages/3-inserted');
  const text = await documentText(page);
  expect(text).toMatch(/^const lr = \d(?:\.\d+)?e-\d; \/\/ tune/m);
  expect(
    text
      .replace(/lr = \S+;/, 'lr = 1e-1;')
      .replace(/momentum: [\d.]+,/, 'momentum: 0.9,')
      .trim(),
  ).toBe(script.trim());
  await undo(page);
  await waitForEditorText(page, 'const lr = 1e-1; // tune');
  await save(page);
});

test('a shell script that was never opened is found, and tuned from the explorer', async () => {
  await untilOffered('sweep.sh');
  await chooseInExplorer(page, 'sweep.sh', 'Tune this script');
  const study = await studyOf('sweep.sh');
  const trials = store?.trials(study.id) ?? [];
  expect(trials).toHaveLength(5);
  for (const { params, values } of trials)
    expect(values?.[0]).toBeCloseTo(Math.abs(Number(params.RATE) - 0.3), 10);
  await openFile(page, 'sweep.sh');
  await until('the best value above its line', async () => /best \S/.test(await lenses()));
  await screenshot(page, 'languages/4-shell');
});
