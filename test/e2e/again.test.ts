import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Store, StudyRecord, TrialRecord } from '../../src/engine/node.ts';
import { answerDialog, dialogText } from './harness/dialog.ts';
import { type Editor, startEditor } from './harness/editor.ts';
import { chooseInExplorer } from './harness/explorer.ts';
import { clearNotifications, notification } from './harness/notifications.ts';
import { screenshot, screenshotOnFailure } from './harness/screenshot.ts';
import { waitForTerminalText } from './harness/terminal.ts';
import { chooseInRowMenu, treeRow } from './harness/tree.ts';
import { killLeftovers, newestStudy, openWhenMade } from './harness/studies.ts';
import { until } from './harness/until.ts';
import { openContainer } from './harness/view.ts';
import { packagedExtension } from './harness/vsix.ts';

// What a person does with one trial: hold it, let it go on, run it once more, look inside with the debugger.

/** Saves each epoch; the second trial and later ones wait in the middle until a file says that they may end. */
const source = [
  'import json, os, time',
  'x = 0.5  # tune: 0..1',
  '# tune: maximize score, trials 3, parallel 1, seed 3, pruner none, sampler random',
  'here = os.path.dirname(os.path.abspath(__file__))',
  'saved = os.path.join(os.environ["TUNELENS_CHECKPOINT_DIR"], "state.json")',
  'first = json.load(open(saved))["epoch"] + 1 if os.path.exists(saved) else 1',
  'print("begins with epoch", first, flush=True)',
  'for epoch in range(first, 9):',
  '    time.sleep(0.02)',
  '    print(f"epoch {epoch} score {x + epoch}", flush=True)',
  '    with open(saved + ".tmp", "w") as file:',
  '        json.dump({"epoch": epoch}, file)',
  '    os.replace(saved + ".tmp", saved)',
  '    while epoch == 4 and os.environ["TUNELENS_RUN"].split(os.sep)[-3] == "1" and not os.path.exists(os.path.join(here, "let-go")):',
  '        time.sleep(0.05)',
  '',
].join('\n');

let folder: string;
let editor: Editor | undefined;
let page: Page;
let store: Store;

screenshotOnFailure(() => page);

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'nöchmal work '));
  await writeFile(path.join(folder, 'train.py'), source);
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

const study = (): StudyRecord => newestStudy(store);
const trial = (number: number): TrialRecord | undefined => store.trials(study().id)[number];
const row = (number: number): ReturnType<typeof treeRow> => treeRow(page, 'Studies', `Trial ${number}`);

test('a trial is paused, and goes on from its checkpoint when it is resumed', async () => {
  await openContainer(page, 'TuneLens');
  await openContainer(page, 'Explorer');
  await chooseInExplorer(page, 'train.py', 'Tune this script');
  store = await openWhenMade(folder);
  await until('a trial in its middle', () => trial(1)?.intermediate.length === 4);
  await openContainer(page, 'TuneLens');
  await row(1).waitFor();
  await until('the pause', async () => {
    if (trial(1)?.state === 'running') await chooseInRowMenu(row(1), 'Pause trial');
    return until('it to act', () => trial(1)?.state === 'paused', { timeoutMs: 8_000 });
  });
  // The slot is free for others, and its terminal shows them.
  await waitForTerminalText(page, /trial 2 · complete/);
  await screenshot(page, 'again/1-paused');
  await writeFile(path.join(folder, 'let-go'), '');
  await until('the trial to go on', async () => {
    if (trial(1)?.state === 'paused') await chooseInRowMenu(row(1), 'Resume trial');
    return until('it to act', () => trial(1)?.state !== 'paused', { timeoutMs: 8_000 });
  });
  await until('the end', () => study().state === 'complete');
  expect(trial(1)).toMatchObject({ state: 'complete', attempt: 2 });
  await waitForTerminalText(page, /begins with epoch 5[\s\S]*trial 1\D*complete/);
  expect(trial(1)?.intermediate.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
});

test('a trial is run again exactly, and is equal to the last bit', async () => {
  await clearNotifications(page);
  await row(2).waitFor();
  await chooseInRowMenu(row(2), 'Run trial again exactly');
  await until('the repeated trial to end', () => trial(3)?.state === 'complete');
  expect(trial(3)).toMatchObject({ replicaOf: 2, params: trial(2)?.params, values: trial(2)?.values });
  await notification(page, /Equal/);
  await row(3).waitFor();
  expect(await row(3).innerText()).toContain('trial 2 again');
  // Repeating takes nothing from the study's budget.
  await until('the progress', async () =>
    (await treeRow(page, 'Studies', 'train').innerText()).includes('3/3'),
  );
  await screenshot(page, 'again/2-again');
});

test('what differs now is said before a trial runs again', async () => {
  await clearNotifications(page);
  await writeFile(path.join(folder, 'train.py'), `${source}# edited\n`);
  await chooseInRowMenu(row(2), 'Run trial again exactly');
  const text = await dialogText(page);
  expect(text).toContain('Run trial 2 again?');
  expect(text).toContain('train.py');
  await screenshot(page, 'again/3-differences');
  await answerDialog(page, 'Cancel');
  expect(trial(4)).toBeUndefined();
});

test('debugging without a Python debugger says which extension is needed', async () => {
  await clearNotifications(page);
  await chooseInRowMenu(row(2), 'Debug trial');
  await notification(page, /Python Debugger/);
  await screenshot(page, 'again/4-no-debugger');
});
