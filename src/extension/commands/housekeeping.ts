import path from 'node:path';
import * as l10n from '@vscode/l10n';
import { Uri, window, workspace } from 'vscode';
import { RpcError } from '../../protocol/index.ts';
import { NothingToDo } from '../platform/failures.ts';
import { findInterpreter } from '../platform/interpreter.ts';
import type { EngineSession } from '../state/session.ts';
import { readSetting } from '../state/settings.ts';
import type { Studies } from '../state/studies.ts';

/** What `tunelens export --format archive` writes as well. */
export const archiveFilter = (): Record<string, string[]> => ({ [l10n.t('TuneLens archive')]: ['tunelens'] });

/** The folder to do something in; asks where there are several. */
const pickSession = async (studies: Studies, toImport: boolean): Promise<EngineSession | undefined> => {
  const folders = (workspace.workspaceFolders ?? [])
    .filter(({ uri }) => uri.scheme === 'file')
    .map(({ uri }) => uri.fsPath);
  const known = studies.all().map(({ folder }) => folder);
  const candidates = [...new Set(toImport ? [...folders, ...known] : known)];
  if (candidates.length === 0)
    throw new NothingToDo(
      toImport
        ? l10n.t('Open a folder first; its studies are kept in it.')
        : l10n.t('There is no study yet.'),
    );
  const [only] = candidates;
  if (candidates.length === 1 && only !== undefined) return studies.sessionOf(only);
  const items = candidates.map((folder) => ({ label: path.basename(folder), description: folder, folder }));
  const chosen = await window.showQuickPick(items, {
    title: 'TuneLens',
    placeHolder: l10n.t('Which folder?'),
  });
  return chosen === undefined ? undefined : studies.sessionOf(chosen.folder);
};

export const importStudy = async (
  studies: Studies,
  show: (study: string) => Promise<void>,
  given?: Uri,
): Promise<void> => {
  const session = await pickSession(studies, true);
  if (session === undefined) return;
  const file =
    given ?? (await window.showOpenDialog({ title: l10n.t('Import study'), filters: archiveFilter() }))?.[0];
  if (file === undefined) return;
  const { folder } = session;
  const chosen = readSetting('python.interpreter', Uri.file(folder));
  const interpreter = await findInterpreter({ script: Uri.file(folder), folder, chosen });
  const take = async (asCopy: boolean): Promise<void> => {
    const { study } = await session.request('importArchive', { file: file.fsPath, asCopy, interpreter });
    await session.refresh();
    await show(study);
  };
  try {
    await take(false);
  } catch (error) {
    if (!(error instanceof RpcError && error.code === 'already-here')) throw error;
    const copy = l10n.t('Import a copy');
    const answer = await window.showWarningMessage(error.message, { modal: true }, copy);
    if (answer === copy) await take(true);
  }
};

export const cleanUp = async (studies: Studies): Promise<void> => {
  const session = await pickSession(studies, false);
  if (session === undefined) return;
  const retention = readSetting('retention.runFolders');
  const { lines, isEmpty } = await session.request('cleanUp', { retention, dryRun: true });
  if (isEmpty) throw new NothingToDo(l10n.t('There is nothing to clean up: {0}.', lines.join('; ')));
  const free = l10n.t('Clean up');
  const how = l10n.t(
    'Run folders are kept as “tunelens.retention.runFolders” says ({0}); those of first, best and starred trials always.',
    retention,
  );
  const detail = `${lines.join('\n')}\n\n${how}`;
  const answer = await window.showWarningMessage(
    l10n.t('Clean up what TuneLens keeps?'),
    { modal: true, detail },
    free,
  );
  if (answer !== free) return;
  const { message } = await session.request('cleanUp', { retention, dryRun: false });
  if (message === undefined)
    window.setStatusBarMessage(l10n.t('TuneLens: freed {0}', lines.at(-1) ?? ''), 5_000);
  else void window.showInformationMessage(l10n.t('Cleaned up; the database was left as it is. {0}', message));
};

export const checkDatabase = async (studies: Studies): Promise<void> => {
  const session = await pickSession(studies, false);
  if (session === undefined) return;
  const { problems, bytes } = await session.request('checkDatabase', null);
  const [first] = problems;
  if (first === undefined) {
    void window.showInformationMessage(
      l10n.t('The database of TuneLens is in order ({0} MB).', (bytes / 1e6).toFixed(1)),
    );
    return;
  }
  const mend = l10n.t('Mend');
  const how = l10n.t(
    'What can be read is written anew, the rest is read from run folders. The damaged file is kept.',
  );
  const detail = `${problems.slice(0, 5).join('\n')}\n\n${how}`;
  const answer = await window.showWarningMessage(
    l10n.t('The database is damaged.'),
    { modal: true, detail },
    mend,
  );
  if (answer !== mend) return;
  const { message } = await session.request('repairDatabase', null);
  void window.showInformationMessage(message);
};
