import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Frame, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Store, StudyRecord, TrialRecord } from '../../src/engine/node.ts';
import { type Editor, startEditor } from './harness/editor.ts';
import { chooseInExplorer } from './harness/explorer.ts';
import { crashExtensionHost, extensionHosts, isAlive, signalGroup } from './harness/processes.ts';
import { screenshot, screenshotOnFailure } from './harness/screenshot.ts';
import { showTerminal, terminalNames, waitForTerminalText } from './harness/terminal.ts';
import { treeRow, treeRows } from './harness/tree.ts';
import { killLeftovers, newestStudy, openWhenMade, pidOf } from './harness/studies.ts';
import { until } from './harness/until.ts';
import { openContainer } from './harness/view.ts';
import { packagedExtension } from './harness/vsix.ts';
import { panelFrame } from './harness/webview.ts';

// What a person never does on purpose: the extension host, the server and the window die while a study runs.

/** Trials wait in their middle until a file says that they may end, however slow the machine is. */
const source = [
  'import os, time',
  'x = 0.5  # tune: 0..1',
  '# tune: maximize score, trials 6, parallel 2, seed 3, pruner none',
  'here = os.path.dirname(os.path.abspath(__file__))',
  'with open(os.path.join(here, "starts.txt"), "a") as starts:',
  '    starts.write(os.environ["TUNELENS_RUN"] + "\\n")',
  'for epoch in range(6):',
  '    time.sleep(0.05)',
  '    while epoch == 4 and not os.path.exists(os.path.join(here, "let-go")):',
  '        time.sleep(0.05)',
  '    print(f"epoch {epoch} score {x + epoch}", flush=True)',
  '',
].join('\n');

let folder: string;
let editor: Editor;
let page: Page;
let store: Store;

screenshotOnFailure(() => page);

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'cräsh wörk space '));
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
const trials = (): readonly TrialRecord[] => store.trials(study().id);
const driver = (): number | undefined => store.leaseOwner(study().id)?.pid;

const untilTwoWait = (): Promise<readonly number[]> =>
  until('two trials to wait in their middle', () => {
    const waiting = trials().filter(
      ({ state, intermediate, handle }) => state === 'running' && intermediate.length === 4 && handle,
    );
    return waiting.length === 2 ? waiting.map(pidOf) : undefined;
  });

const tune = async (): Promise<void> => {
  await chooseInExplorer(page, 'train.py', 'Tune this script');
  store ??= await openWhenMade(folder);
};

const panel = (): Promise<Frame> => panelFrame(page, { extension: 'tunelens.tunelens' });

const letGo = (): Promise<void> => writeFile(path.join(folder, 'let-go'), '');

const expectWhole = async (studies: number): Promise<void> => {
  expect(study().state, study().message).toBe('complete');
  expect(trials().map(({ state, attempt }) => `${state} ${attempt}`)).toEqual(
    Array.from({ length: 6 }, () => 'complete 1'),
  );
  for (const trial of trials())
    expect(trial.intermediate.map(({ step }) => step)).toEqual([0, 1, 2, 3, 4, 5]);
  const starts = (await readFile(path.join(folder, 'starts.txt'), 'utf8')).trim().split('\n');
  expect(starts).toHaveLength(6 * studies);
  expect(new Set(starts).size).toBe(6 * studies);
};

test('when the extension host is killed the next one goes on with the same trials, terminals and tree', async () => {
  await tune();
  const before = await untilTwoWait();
  // A view that is just being filled when its host dies is left empty by VS Code itself.
  await treeRow(page, 'Studies', 'Trial 1').waitFor();
  await (await panel()).locator('[role=row]').nth(2).waitFor();
  const host = await crashExtensionHost(editor.server.pid);
  const tookMs = performance.now();
  await until('the new extension host to drive the study', () => driver() === host);
  console.log(`new extension host to study driven: ${Math.round(performance.now() - tookMs)} ms`);
  expect(before.map(isAlive)).toEqual([true, true]);
  expect(await untilTwoWait()).toEqual(before);
  await openContainer(page, 'TuneLens');
  await treeRow(page, 'Studies', 'train').waitFor();
  // Those of the host that died may stay as well, showing what they showed: the editor does not always let go of them.
  await until('terminals again', async () => {
    const names = (await terminalNames(page)).map((name) => name.slice(0, 'Slot 1'.length)).sort();
    return ['Slot 1,Slot 2', 'Slot 1,Slot 1,Slot 2,Slot 2'].includes(names.join());
  });
  await showTerminal(page, /^Slot 1/);
  await waitForTerminalText(page, /epoch 3 score/);
  await (await panel()).locator('[role=row]').nth(2).waitFor();
  await screenshot(page, 'crash/1-extension-host');
});

test('when the whole server is killed the next one goes on, and nothing runs twice', async () => {
  const before = await untilTwoWait();
  for (const host of extensionHosts(editor.server.pid)) process.kill(host, 'SIGKILL');
  signalGroup(editor.server.pid, 'SIGKILL');
  await until('the server to be gone', () => !isAlive(editor.server.pid));
  expect(before.map(isAlive)).toEqual([true, true]);
  // The next editor has the setting by which studies go on without a window; it is the machine's, not the person's.
  const machine = path.join(editor.profile.data, 'Machine');
  await mkdir(machine, { recursive: true });
  await writeFile(path.join(machine, 'settings.json'), JSON.stringify({ 'tunelens.keepTuning': true }));
  await editor.restart();
  page = await editor.open(folder);
  await until('a new extension host to drive the study', () =>
    extensionHosts(editor.server.pid).includes(driver() ?? 0),
  );
  expect(await untilTwoWait()).toEqual(before);
  await letGo();
  await until('the study to complete', () => study().state === 'complete');
  await expectWhole(1);
});

test('with the setting a study goes on when the window and the server are closed', async () => {
  await rm(path.join(folder, 'let-go'));
  await tune();
  const lock = path.join(folder, '.tunelens/keeper.lock');
  await until('a second study', () => store.studies().length === 2);
  const before = await untilTwoWait();
  const keeper = await until('a process to stand by', async () =>
    existsSync(lock) ? Number((await readFile(lock, 'utf8')).split(' ')[0]) : undefined,
  );
  await editor.restart();
  await until('the process to take over', () => driver() === keeper);
  expect(await untilTwoWait()).toEqual(before);
  await letGo();
  await until('the study to complete without a window', () => study().state === 'complete');
  await until('the process to leave', () => !isAlive(keeper) && !existsSync(lock));
  await expectWhole(2);
  page = await editor.open(folder);
  await openContainer(page, 'TuneLens');
  const rows = await until('two complete studies', async () => {
    const found = (await treeRows(page, 'Studies')).filter(({ description }) => /\d\/6/.test(description));
    return found.length === 2 && found.every(({ description }) => /complete/i.test(description))
      ? found
      : undefined;
  });
  expect(rows.map(({ description }) => description)).toEqual([
    expect.stringContaining('6/6'),
    expect.stringContaining('6/6'),
  ]);
  await screenshot(page, 'crash/2-kept');
});
