import { existsSync } from 'node:fs';
import path from 'node:path';
import * as l10n from '@vscode/l10n';
import { type LogOutputChannel, Uri, window, workspace } from 'vscode';
import { EngineClient, type EngineFiles } from '../platform/engineClient.ts';
import { showFailure } from '../platform/failures.ts';
import { platformName } from '../platform/nativeBinding.ts';
import { requireTrust } from '../platform/trust.ts';
import { tellKeepTuning } from './keepTuning.ts';
import type { LooseFolders } from './looseFolders.ts';
import { EngineSession } from './session.ts';
import { readSetting } from './settings.ts';
import type { Studies } from './studies.ts';

const engineFilesIn = (home: Uri): EngineFiles => ({
  worker: Uri.joinPath(home, 'dist', 'worker.js').fsPath,
  runtime: Uri.joinPath(home, 'dist', 'runtime').fsPath,
  nativeBinding: Uri.joinPath(home, 'dist', 'native', `${platformName()}.node`).fsPath,
});

export interface EngineListeners {
  readonly log: LogOutputChannel;
  readonly onProblem: (message: string, study: string | undefined) => void;
}

/**
 * Makes the engine of a folder, with what it says going to the log and its end being told. Throws in an untrusted
 * workspace: an engine goes on with what its database says.
 */
export const connectEngine = (
  home: Uri,
  folder: string,
  { log, onProblem }: EngineListeners,
): EngineSession => {
  requireTrust(l10n.t('Studies run scripts, which needs a trusted workspace.'));
  const client = new EngineClient(folder, engineFilesIn(home), () => ({
    warmTrials: readSetting('warmTrials', Uri.file(folder)),
  }));
  const session = new EngineSession(client);
  client.onLog(({ level, text }) => {
    const write = { debug: log.debug, info: log.info, warning: log.warn, error: log.error }[level];
    write.call(log, text);
  });
  client.onProblem(({ message, study }) => onProblem(message, study));
  client.onOpened(() => void tellKeepTuning(session, home, log));
  client.onCrash((reason) => void offerRestart(session, reason, log));
  return session;
};

const offerRestart = async (session: EngineSession, reason: string, log: LogOutputChannel): Promise<void> => {
  log.error(`The engine of ${session.folder} ended: ${reason}`);
  const restart = l10n.t('Restart');
  const showLog = l10n.t('Show log');
  const text = l10n.t(
    'The TuneLens engine ended unexpectedly. Running trials go on, and nothing they wrote is lost.',
  );
  const chosen = await window.showErrorMessage(text, restart, showLog);
  if (chosen === showLog) log.show(true);
  if (chosen === restart) await session.open().catch((error: unknown) => showFailure(error, log));
};

/**
 * Opens the engine of every folder that has studies, also of scripts that are open without their folder, so that what ran when the window closed goes on. Never in an
 * untrusted workspace: going on with a study starts what its database says. Resolves when all are open or have failed.
 */
export const adoptStudies = async (
  studies: Studies,
  loose: LooseFolders,
  log: LogOutputChannel,
): Promise<void> => {
  if (!workspace.isTrusted) return;
  const folders = (workspace.workspaceFolders ?? [])
    .filter(({ uri }) => uri.scheme === 'file')
    .map(({ uri }) => uri.fsPath);
  const withStudies = [...new Set([...folders, ...loose.open()])].filter((folder) =>
    existsSync(path.join(folder, '.tunelens', 'tunelens.db')),
  );
  await Promise.all(
    withStudies.map(async (folder) => {
      try {
        for (const warning of await studies.sessionOf(folder).open()) log.warn(warning);
      } catch (error) {
        log.error(`${folder}: ${error instanceof Error ? error.message : String(error)}`);
        void showFailure(error, log);
      }
    }),
  );
};
