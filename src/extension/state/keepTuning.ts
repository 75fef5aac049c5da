import { type Disposable, type LogOutputChannel, Uri, workspace } from 'vscode';
import { settingsSection } from '../contributions.ts';
import type { EngineSession } from './session.ts';
import { readSetting } from './settings.ts';
import type { Studies } from './studies.ts';

/** Tells an engine whether studies go on when the window closes, and by which command line. */
export const tellKeepTuning = async (
  session: EngineSession,
  home: Uri,
  log: LogOutputChannel,
): Promise<void> => {
  const isWanted = readSetting('keepTuning', Uri.file(session.folder));
  const commandLine = Uri.joinPath(home, 'dist', 'tunelens.js').fsPath;
  try {
    await session.request('keepTuning', { commandLine: isWanted ? commandLine : null });
  } catch (error) {
    // The engine ended just now, which is told by itself; the next one is told again.
    log.debug(`${session.folder}: ${String(error)}`);
  }
};

/** Follows the setting while engines are open. */
export const registerKeepTuning = (studies: Studies, home: Uri, log: LogOutputChannel): Disposable =>
  workspace.onDidChangeConfiguration((event) => {
    if (!event.affectsConfiguration(`${settingsSection}.keepTuning`)) return;
    for (const session of studies.all()) if (session.isOpen) void tellKeepTuning(session, home, log);
  });
