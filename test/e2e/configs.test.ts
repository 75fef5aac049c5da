import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Editor, startEditor } from './harness/editor.ts';
import { openFile } from './harness/explorer.ts';
import { finishedStudy } from './harness/finishedStudy.ts';
import { screenshot, screenshotOnFailure } from './harness/screenshot.ts';
import { killLeftovers } from './harness/studies.ts';
import {
  clickCodeLens,
  codeLensTexts,
  documentText,
  editorText,
  save,
  waitForEditorText,
} from './harness/textEditor.ts';
import { until } from './harness/until.ts';
import { packagedExtension } from './harness/vsix.ts';

// Configuration files that a script reads: their search spaces, trials with their values, and the best ones put back.

const script = `import json
# tune: trials 12, sampler random, minimize loss
# tune space.json: model.width: 1..16
values = {}
for name in ("opt.yaml", "conf.toml"):
    for line in open(name, encoding="utf-8"):
        key, _, value = line.split("#")[0].replace("=", ":").partition(":")
        if value.strip():
            values[key.strip()] = value.strip()
width = json.load(open("space.json"))["model"]["width"]
print(f"loss={(float(values['lr']) - 0.3) ** 2 + (float(values['momentum']) - 0.5) ** 2 + width / 100}")
`;

const opt = `# How the network is trained
optimizer:
  name: adam
  lr: 1e-3  # tune: 1e-3..1 log
  warmup: 5  # steps
`;

const conf = `# What the network is
[model]
momentum = 0.9  # tune: 0.1..0.95
depth = 3
`;

let folder: string;
let editor: Editor | undefined;
let page: Page;

screenshotOnFailure(() => page);

beforeAll(async () => {
  folder = path.join(await mkdtemp(path.join(tmpdir(), 'Konfiguration ')), 'project');
  await mkdir(folder);
  await writeFile(path.join(folder, 'train.py'), script);
  await writeFile(path.join(folder, 'opt.yaml'), opt);
  await writeFile(path.join(folder, 'conf.toml'), conf);
  await writeFile(path.join(folder, 'space.json'), '{ "model": { "width": 8 } }\n');
  await finishedStudy(folder, 'train.py');
  editor = await startEditor({ vsix: [await packagedExtension()] });
  page = await editor.open(folder);
});

afterAll(async () => {
  await editor?.close();
  const left = killLeftovers(folder);
  await rm(path.dirname(folder), { recursive: true, force: true, maxRetries: 10 });
  expect(left).toEqual([]);
});

const lensIsThere = (text: RegExp): Promise<boolean | undefined> =>
  until(`the CodeLens ${String(text)}`, async () =>
    (await codeLensTexts(page)).some((each) => text.test(each)),
  );

test('a YAML file shows the space of its keys, and what the study of the script that reads it came to', async () => {
  await openFile(page, 'opt.yaml');
  await lensIsThere(/Tune train\.py · 3 parameters/);
  await lensIsThere(/0\.001\.\.1 log · best 0\.\d+|1e-3\.\.1 log · best 0\.\d+/);
  await screenshot(page, 'configs/1-yaml');
});

test('so does a TOML file', async () => {
  await openFile(page, 'conf.toml');
  await lensIsThere(/Tune train\.py · 3 parameters/);
  await lensIsThere(/0\.1\.\.0\.95 · best 0\.\d+/);
  await screenshot(page, 'configs/2-toml');
});

test('the best values go into every file, comments stay, and one click puts back what stood there', async () => {
  await openFile(page, 'opt.yaml');
  await clickCodeLens(page, 'Insert all best');
  await waitForEditorText(page, /lr: \d\.\d+e-\d/);
  const text = await documentText(page);
  expect(text.replace(/lr: \S+/, 'lr: 1e-3')).toBe(opt);
  await screenshot(page, 'configs/3-inserted');
  await openFile(page, 'conf.toml');
  await waitForEditorText(page, /momentum = 0\.(?!9\b)\d+/);
  await openFile(page, 'space.json');
  await until('the width', async () => /"width": (?!8 )\d+ \}/.test(await editorText(page)));
  await openFile(page, 'opt.yaml');
  await clickCodeLens(page, 'Restore your own values');
  await waitForEditorText(page, /lr: 1e-3(?!\d)/);
  await openFile(page, 'space.json');
  await until('the width', async () => (await editorText(page)).includes('"width": 8 }'));
});

test('the script is tuned again from the file, which no trial changes', async () => {
  await openFile(page, 'opt.yaml');
  await save(page);
  await clickCodeLens(page, /Tune train\.py/);
  await openFile(page, 'opt.yaml');
  await lensIsThere(/12\/12 trials/);
  expect(await readFile(path.join(folder, 'opt.yaml'), 'utf8')).toBe(opt);
  await screenshot(page, 'configs/4-tuned');
});
