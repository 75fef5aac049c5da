import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { runCommand } from '../../test/e2e/harness/commandPalette.ts';
import { startEditor } from '../../test/e2e/harness/editor.ts';
import { openFile } from '../../test/e2e/harness/explorer.ts';
import { closeTab, documentText, waitForTab } from '../../test/e2e/harness/textEditor.ts';
import { until } from '../../test/e2e/harness/until.ts';
import { packagedExtension } from '../../test/e2e/harness/vsix.ts';
import { atMost, type Bench, type Figure, type Outcome, type Skipped } from '../figure.ts';
import { median } from '../statistics.ts';

const windows = 5;

const script = `lr = 1e-3  # tune: 1e-5..1e-1 log
layers = 3  # tune: 1..8
score = lr * layers  # tune: maximize
`;

/** Where `scripts/install-editor.sh` puts it; looked up, so that measuring installs nothing. */
const editorInstalled = (): boolean => {
  const cache = process.env.TUNELENS_CACHE ?? path.join(homedir(), '.cache', 'tunelens');
  const editors = path.join(cache, 'editor');
  if (!existsSync(editors)) return false;
  return readdirSync(editors).some((name) => existsSync(path.join(editors, name, 'complete')));
};

interface Activation {
  readonly loadMs: number;
  readonly activateMs: number;
}

/** Our row of the editor's own table: `| id | eager | load code | call activate | …`, in milliseconds. */
const readRow = (report: string): Activation | undefined => {
  const found = ourRow.exec(report);
  return found === null ? undefined : { loadMs: Number(found[1]), activateMs: Number(found[2]) };
};

const ourRow = /^\| tunelens\.tunelens +\| \w+ +\| (\d+) +\| (\d+) +\|/m;

const measureWindow = async (page: Page): Promise<Activation> => {
  await openFile(page, 'train.py');
  return until('our extension in the list of activations', async () => {
    await runCommand(page, 'Developer: Startup Performance');
    await waitForTab(page, 'Startup Performance');
    const row = readRow(await documentText(page));
    if (row === undefined) await closeTab(page); // opened again, it is written anew
    return row;
  });
};

const measure = async ({ folder, progress }: Bench): Promise<Outcome | Skipped> => {
  if (!editorInstalled()) return { skipped: 'the test editor is not installed (scripts/install-editor.sh)' };
  const workspace = path.join(folder, 'workspace');
  mkdirSync(workspace);
  writeFileSync(path.join(workspace, 'train.py'), script);
  progress('packaging and starting the editor');
  const vsix = await packagedExtension();
  const editor = await startEditor({ vsix: [vsix] }).catch((error: unknown) => {
    if (error instanceof Error && error.message.startsWith('no Chromium')) return undefined;
    throw error;
  });
  if (editor === undefined) return { skipped: 'there is no Chromium to open the editor in' };
  const activations: Activation[] = [];
  try {
    for (let i = 1; i <= windows; i++) {
      progress(`window ${i} of ${windows}`);
      const page = await editor.open(workspace);
      activations.push(await measureWindow(page));
      await page.close();
    }
  } finally {
    await editor.close();
  }
  const totals = activations.map(({ loadMs, activateMs }) => loadMs + activateMs);
  const row = { unit: 'ms', runs: windows } as const;
  return {
    rows: [
      {
        ...row,
        what: 'activation: load code and call activate',
        measured: median(totals),
        budget: atMost(50),
      },
      { ...row, what: 'of that, load code', measured: median(activations.map(({ loadMs }) => loadMs)) },
      {
        ...row,
        what: 'of that, call activate',
        measured: median(activations.map(({ activateMs }) => activateMs)),
      },
    ],
    notes: [
      'The packaged extension in a real VS Code (code-server), a Python file opened in a new window each time; the numbers are',
      `those of its “Developer: Startup Performance”, whole milliseconds. All windows, load + activate: ${activations
        .map(({ loadMs, activateMs }) => `${loadMs} + ${activateMs}`)
        .join(', ')}.`,
    ],
  };
};

export const activation: Figure = { name: 'activation', measure };
